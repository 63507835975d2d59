"""Holds a plot of learning curves against the training run that it should be of."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from gradekit import bounds
from gradekit.notebook.cells import Cell, text_of
from gradekit.submission.curves import EXACT_PERCENT, plotted_accuracy

# The mark of the cell that trains, by that of the cell that plots.
TRAINED_BY = {"curves_rnn": "training_rnn", "curves_lstm": "training_lstm"}
OLDER = "older than its training run"

MAX_PRINTED_CHARACTERS = bounds.PRINTED_CHARACTERS
_EPOCH = re.compile(
    r"\(Epoch\s+\d+\s*/\s*\d+\)\s*Training Accuracy:\s*(?P<accuracy>[01]?\.\d{1,20}|[01])"
)


def claimed_accuracy(training: Cell) -> float | None:
    """Return the last accuracy (0 to 1) that a training cell printed, or None."""
    pieces, length = [], 0
    for output in reversed(training.outputs):
        pieces.append(text_of(output.get("text"))[-MAX_PRINTED_CHARACTERS:])
        length += len(pieces[-1])
        if length >= MAX_PRINTED_CHARACTERS:
            break
    found = _EPOCH.findall("".join(reversed(pieces)))
    return float(found[-1]) if found else None


def too_low(cells: Sequence[Cell]) -> list[str]:
    """Return one line for each training that ends at a lower accuracy than its notebook asks for.

    The cell that trains carries the accuracy (0 to 1) to be above, and what it trains.
    """
    return list(_too_low(cells))


def _too_low(cells: Sequence[Cell]) -> Iterator[str]:
    for mark in TRAINED_BY.values():
        training = next((cell for cell in reversed(cells) if cell.mark == mark), None)
        wanted = training.facts.get("accuracy_above") if training else None
        reached = claimed_accuracy(training) if training else None
        if training is None or reached is None or not isinstance(wanted, int | float):
            continue
        if not reached > wanted:
            yield (
                f"{training.heading or mark}: the training ends at an accuracy of {reached:.1%}, "
                f"and the notebook asks for more than {wanted:.0%}. Train longer, or change the "
                "settings."
            )


def against_training(cells: Sequence[Cell], curves: Cell, plot: np.ndarray | None) -> str:
    """Return what speaks against a plot being of the notebook's last training run, or nothing.

    `plot` has the colours (height, width, 3) of the plot in the cell `curves`.

    It is older where it was run before the cell that trains, and of another run where it does not
    end at the accuracy that this cell printed.
    """
    marks = TRAINED_BY.get(curves.mark)
    training = next((cell for cell in reversed(cells) if marks and cell.mark == marks), None)
    if training is None or plot is None:
        return ""
    if curves.ran and training.ran and curves.ran < training.ran:
        return OLDER
    plotted, claimed = plotted_accuracy(plot), claimed_accuracy(training)
    if plotted is None or claimed is None or abs(plotted - claimed) <= 1.5 * EXACT_PERCENT / 100:
        return ""
    return f"ends at {plotted:.0%}, while the training above it printed {claimed:.1%} last"

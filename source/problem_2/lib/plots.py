"""Draws learning curves: the loss against iterations, the accuracy against epochs."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

Run = tuple[Sequence[float], Sequence[float]]

# Colours that stay apart for colour-blind readers (Okabe & Ito 2008); the line styles differ too,
# so the curves can be told from each other in black and white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
STYLES = ("-", "--", "-.", ":")


def plot_learning_curves(runs: Mapping[str, Run], title: str = "", loss_every: int = 1) -> Figure:
    """Draw one or more runs side by side: the loss on the left, the accuracy on the right.

    `runs` gives for each run's name its losses (nats, one for every `loss_every` iterations) and
    its accuracies (0 to 1, one for each epoch), as `train_net` returns them.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    for number, (name, (losses, accuracies)) in enumerate(runs.items()):
        look = {
            "color": COLOURS[number % len(COLOURS)],
            "linestyle": STYLES[number % len(STYLES)],
            "label": name,
        }
        iterations, means = smooth(losses)
        left.plot(loss_every * iterations, means, **look)
        right.plot(np.arange(1, len(accuracies) + 1), 100 * np.asarray(accuracies), **look)
    _label(left, "Training loss", "iteration", "loss (nats per sequence)")
    _label(right, "Training accuracy", "epoch", "next words right (%)")
    right.set_ylim(0, 102)
    # Below the axes a legend hides no curve.
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=len(runs))
    if title:
        figure.suptitle(title)
    return figure


def smooth(losses: Sequence[float], points: int = 100) -> tuple[Any, Any]:
    """Return at most `points` iterations and the mean loss around each, for a readable curve."""
    size = max(1, math.ceil(len(losses) / points))
    blocks = [losses[start : start + size] for start in range(0, len(losses), size)]
    middles = [size * number + (len(block) + 1) / 2 for number, block in enumerate(blocks)]
    return np.array(middles), np.array([np.mean(block) for block in blocks])


def _label(axes: Any, title: str, across: str, up: str) -> None:
    axes.set_title(title)
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(alpha=0.3)

"""Fills notebooks as students save them: with printed lines, plots, errors and an answer.

Two notebooks are really run, a solved one and a blank one, and each hand-in takes its outputs from
these; the numbers, the plots and the answer are others in each, so that no two pages are alike.
"""

import base64
import copy
import io
import json
import random
import re
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import matplotlib as mpl
import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_output

ROOT = Path(__file__).resolve().parents[1]
EPOCHS = 1  # of the run that gives the outputs; what 50 epochs print and plot is made
PLOTS = 12
DIGITS = re.compile(r"(?<=\.)\d{4,}")
WORDS = (
    "the vanilla RNN learns faster at first but the LSTM keeps longer passages because its cell "
    "state is only scaled and added to while tanh rewrites the hidden state at every step with T "
    "of ten both reach about the same accuracy and longer samples go round in circles one chapter "
    "is little so the models memorise it greedy sampling repeats itself and depends on the seed"
)


@dataclass(frozen=True)
class Plot:
    """A PNG file of curves, and the accuracies (0 to 1) after each epoch that it shows."""

    png: bytes
    accuracies: Sequence[float]


@dataclass(frozen=True)
class Saved:
    """What cells show, by cell id, where all is solved and where nothing is; plots of curves."""

    solved: Mapping[str, list[Any]]
    blank: Mapping[str, list[Any]]
    plots: Sequence[Plot]


def run_both(release: Path, solved: Mapping[str, bytes], aside: Path) -> Saved:
    """Run a release's notebook as it is, then with the solved modules, in a folder aside."""
    shutil.copytree(release, aside)
    blank = _run(aside / f"{release.name}.ipynb")
    for name, data in solved.items():
        (aside / name).write_bytes(data)
    runs = json.loads((ROOT / "docs" / "training.json").read_text(encoding="utf-8"))["runs"]
    return Saved(_run(aside / f"{release.name}.ipynb"), blank, list(_plots(runs)))


def fill(notebook: Any, saved: Saved, wrong: float, student: str) -> None:
    """Put outputs and an answer into a notebook, in place.

    `wrong` is the share, from 0 to 1, of code cells that end with an error.
    """
    chance = random.Random(student)
    plots = {network: chance.choice(saved.plots) for network in ("lstm", "rnn")}
    for number, cell in enumerate(notebook.cells, 1):
        cell.source = cell.source.replace("YOUR ANSWER HERE", _answer(chance))
        if cell.cell_type != "code":
            continue
        cell.execution_count = number
        if chance.random() < wrong:
            cell.outputs = [_varied(one, saved, chance) for one in saved.blank.get(cell.id, [])]
            continue
        kind, _, network = cell.metadata.get("gradekit", {}).get("handin", "").partition("_")
        if kind == "training":
            cell.outputs = [_printed_by_training(plots[network])]
        elif kind == "sample":
            cell.outputs = [new_output("stream", name="stdout", text=_sample(chance))]
        elif kind == "curves":
            cell.outputs = [_picture(plots[network], chance)]
        else:
            cell.outputs = [_varied(one, saved, chance) for one in saved.solved.get(cell.id, [])]


def _run(path: Path) -> dict[str, list[Any]]:
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("max_epoch = 50", f"max_epoch = {EPOCHS}")
    where = {"metadata": {"path": str(path.parent)}}
    # One output for what a progress bar prints, as a browser keeps it.
    client = NotebookClient(notebook, resources=where, allow_errors=True, coalesce_streams=True)
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with client.setup_kernel(**silent):
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
    return {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}


def _varied(output: Any, saved: Saved, chance: random.Random) -> Any:
    """Return an output with other numbers, or with another plot."""
    other = copy.deepcopy(output)
    if other.output_type == "stream":
        other.text = DIGITS.sub(lambda found: _digits(len(found[0]), chance), other.text)
    elif "image/png" in other.get("data", {}):
        other = _picture(chance.choice(saved.plots), chance)
    return other


def _picture(plot: Plot, chance: random.Random) -> Any:
    png = base64.b64encode(signed(plot.png, f"{chance.random()}")).decode()
    return new_output("display_data", data={"image/png": png, "text/plain": "<Figure>"})


def _sample(chance: random.Random) -> str:
    """Return a text as the released cell prints it: 40 words, of which the first is "she"."""
    return " ".join(["she", *chance.choices(WORDS.split(), k=39)]) + "\n"


def _digits(count: int, chance: random.Random) -> str:
    return "".join(chance.choices("0123456789", k=count))


def _answer(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS.split(), k=chance.randrange(60, 145)))


def _printed_by_training(plot: Plot) -> Any:
    """Return what train_net prints over 50 epochs, best or not."""
    lines, best = [], 0.0
    for epoch, accuracy in enumerate(plot.accuracies, start=1):
        if accuracy > best:
            best = accuracy
            lines.append(f"best performance {best:.2%}")
        lines.append(f"(Epoch {epoch} / {len(plot.accuracies)}) Training Accuracy: {accuracy:.4f}")
    return new_output("stream", name="stdout", text="\n".join(lines) + "\n")


def _shaken(values: Sequence[float], chance: random.Random) -> list[float]:
    return [value * chance.uniform(0.97, 1.0) for value in values]


def _plots(runs: Sequence[Mapping[str, Any]]) -> Iterator[Plot]:
    sys.path.insert(0, str(ROOT / "source" / "problem_2"))
    mpl.use("agg")
    plots = import_module("lib.plots")

    for number in range(PLOTS):
        run, chance = runs[number % len(runs)], random.Random(number)
        curves = _shaken(run["losses"], chance), _shaken(run["accuracies"], chance)
        picture = io.BytesIO()
        figure = plots.plot_learning_curves({"mine": curves}, f"Run {number}", loss_every=50)
        figure.savefig(picture, dpi=100)  # as a notebook does
        yield Plot(picture.getvalue(), curves[1])


def signed(picture: bytes, text: str) -> bytes:
    """Return a PNG file with a text before its end: the same picture, and another file."""
    chunk = b"tEXtComment\0" + text.encode("latin-1")
    framed = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    end = picture.rindex(b"IEND") - 4
    return picture[:end] + framed + picture[end:]

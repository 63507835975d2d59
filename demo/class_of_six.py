"""Makes the demo's hand-ins out of the release and the reference, into a folder aside."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from gradekit.course import Assignment
from gradekit.solution.regions import cut, solve

EPOCHS = 10
LAYERS, MODELS = "lib/rnn/layer_utils.py", "lib/rnn/rnn.py"
VANILLA = ["step_forward", "step_backward", "forward", "backward"]
ANSWER = (
    "The LSTM keeps long passages together where the vanilla RNN drifts into a loop, though the "
    "RNN learns faster at first: its updates are simpler, but its gradient $\\partial h_t/"
    "\\partial h_{t-k}$ fades with $k$. Both learn chapter I by heart and know no word outside "
    "of it; greedy sampling makes them repeat themselves."
)


def make_class(assignment: Assignment, folder: Path) -> dict[str, Path]:
    """Make every hand-in but the trained one; return their folders by student."""
    makers: dict[str, Callable[[Assignment, Path], None]] = {
        "demo_solved": solved,
        "demo_blank": blank,
        "demo_vanilla_only": vanilla_only,
        "demo_subtle_mistake": subtle_mistake,
        "demo_endless_loop": endless_loop,
        "demo_syntax_error": syntax_error,
    }
    shutil.rmtree(folder, ignore_errors=True)
    made = {}
    for student, make in makers.items():
        made[student] = folder / student
        shutil.copytree(assignment.release, made[student])
        make(assignment, made[student])
    return made


def blank(assignment: Assignment, folder: Path) -> None:
    """Hand in the release as it is."""


def solved(assignment: Assignment, folder: Path) -> None:
    """Put the reference in the place of each module."""
    for path in assignment.modules:
        name = path.relative_to(assignment.source)
        (folder / name).write_text(solve(path.read_text("utf-8"), str(name)), encoding="utf-8")


def vanilla_only(assignment: Assignment, folder: Path) -> None:
    """Solve the vanilla RNN's four methods and nothing else."""
    text = (assignment.source / LAYERS).read_text(encoding="utf-8")
    keep = [f"VanillaRNN.{method}" for method in VANILLA]
    (folder / LAYERS).write_text(cut(text, LAYERS, keep), encoding="utf-8")


def subtle_mistake(assignment: Assignment, folder: Path) -> None:
    """Forget one of the two sources of the cell state's gradient."""
    solved(assignment, folder)
    change(folder / LAYERS, "dc = dnext_c + dnext_h", "dc = dnext_h")


def endless_loop(assignment: Assignment, folder: Path) -> None:
    """Never come back from VanillaRNN.backward."""
    solved(assignment, folder)
    line = "        dh0 = np.zeros_like(dh[:, 0])\n"
    change(folder / LAYERS, line, f"{line}        while True:\n            pass\n")


def syntax_error(assignment: Assignment, folder: Path) -> None:
    """Leave a parenthesis open in one of the three modules."""
    solved(assignment, folder)
    change(folder / MODELS, "super().__init__(", "super().__init__((")


def change(path: Path, old: str, new: str) -> None:
    """Replace the first place of a text in a file; raise ValueError where it has none."""
    text = path.read_text(encoding="utf-8")
    if old not in text:
        raise ValueError(f"{path}: no {old.strip()!r} to make a mistake in")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def run_notebook(path: Path, tell: Callable[[int, int], None]) -> None:
    """Answer the question and run a notebook as a student would, with fewer epochs.

    `tell` is called with the number of cells that have run and of all.
    """
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("max_epoch = 50", f"max_epoch = {EPOCHS}")
        cell.source = cell.source.replace("YOUR ANSWER HERE", ANSWER)
    where = {"metadata": {"path": str(path.parent)}}
    # One output for what a progress bar prints, as a browser keeps it.
    client = NotebookClient(notebook, resources=where, coalesce_streams=True)
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}  # the kernel's own log
    with client.setup_kernel(**silent):
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
            tell(index + 1, len(notebook.cells))
    nbformat.write(notebook, path)

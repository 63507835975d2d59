"""What the demo's classes share: hand-ins are made of the release, into a folder aside."""

import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from gradekit.course import Assignment

SOLVED = "demo_solved"

# Makes a hand-in in a folder that holds the release.
Maker = Callable[[Assignment, Path], None]


@dataclass(frozen=True)
class ClassOfStudents:
    """The students of an assignment, and what each hands in.

    `written` is what the solved one has in the place of other texts in the notebook's cells before
    it runs; `remark` tells people what of it is not as a student would do it.
    """

    assignment: str
    makers: Mapping[str, Maker]
    written: Mapping[str, str]
    remark: str = ""

    def make(self, assignment: Assignment, folder: Path) -> dict[str, Path]:
        """Make every hand-in; return their folders by student."""
        shutil.rmtree(folder, ignore_errors=True)
        made = {}
        for student, make in self.makers.items():
            made[student] = folder / student
            shutil.copytree(assignment.release, made[student])
            make(assignment, made[student])
        return made


def blank(assignment: Assignment, folder: Path) -> None:
    """Hand in the release as it is."""


def change(path: Path, old: str, new: str) -> None:
    """Replace the first place of a text in a file; raise ValueError where it has none."""
    text = path.read_text(encoding="utf-8")
    if old not in text:
        raise ValueError(f"{path}: no {old.strip()!r} to make a mistake in")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def run_notebook(path: Path, written: Mapping[str, str], tell: Callable[[int, int], None]) -> None:
    """Run a notebook as a student would, with some texts in the place of others.

    `tell` is called with the number of cells that have run and of all.
    """
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        for old, new in written.items():
            cell.source = cell.source.replace(old, new)
    where = {"metadata": {"path": str(path.parent)}}
    # One output for what a progress bar prints, as a browser keeps it.
    client = NotebookClient(notebook, resources=where, coalesce_streams=True)
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}  # the kernel's own log
    with client.setup_kernel(**silent):
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
            tell(index + 1, len(notebook.cells))
    nbformat.write(notebook, path)

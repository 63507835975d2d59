"""Makes courses of plain nbgrader, with the kit's checks as test cells of the notebook.

nbgrader's settings are its defaults, but for two that such a course cannot do without: the modules
that students write are not overwritten, and training may take longer than 30 s. The checks stand
between the marks of hidden tests; what they share lies beside the notebook (in_kernel.py).
"""

import shutil
import subprocess
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import nbformat
from classes import NAME, Class, Workshop, hand_in_all
from measuring import ENVIRONMENT, NBGRADER

CHECK = """\
### BEGIN HIDDEN TESTS
from hidden import in_kernel

in_kernel.points({grade_id!r}, {points})
### END HIDDEN TESTS
"""
CONFIG = """\
c = get_config()
c.Autograde.exclude_overwriting = {{{name!r}: {modules!r}}}
c.Execute.timeout = {seconds!r}
"""
NBGRADERS_TIMEOUT, LONG_TIMEOUT = 30, 4 * 3600  # seconds for a cell


class Cells(StrEnum):
    """Which code cells a notebook has, all of which nbgrader runs."""

    CHECKS = "the checks alone"
    ALL_BUT_TRAINING = "the whole notebook but for training and what follows from it"
    ALL = "the whole notebook"


def make_course(
    workshop: Workshop, folder: Path, students: Class, cells: Cells, epochs: int = 50
) -> Path:
    """Make a course of plain nbgrader with a class, nobody graded yet; return its folder."""
    ours, source = workshop.assignment, folder / "source" / NAME
    shutil.copytree(ours.release, source, ignore=shutil.ignore_patterns("*.whl", "req*.txt"))
    _hide(workshop, source / "hidden")
    notebook = nbformat.read(ours.notebook, as_version=4)
    notebook.cells = list(_cells(notebook.cells, cells, epochs))
    nbformat.write(notebook, source / f"{NAME}.ipynb")
    modules = list(workshop.writer.bundle.student_files)
    seconds = LONG_TIMEOUT if cells is Cells.ALL else NBGRADERS_TIMEOUT
    config = CONFIG.format(name=NAME, modules=modules, seconds=seconds)
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    command = [NBGRADER, "generate_assignment", NAME]
    subprocess.run(command, cwd=folder, env=ENVIRONMENT, check=True, capture_output=True)
    hand_in_all(workshop, students, folder, folder / "release" / NAME, pdfs=False)
    return folder


def _hide(workshop: Workshop, folder: Path) -> None:
    """Put the checks, their probes and the reference into a folder."""
    shutil.copytree(workshop.assignment.graders, folder, ignore=shutil.ignore_patterns("verify"))
    shutil.copytree(workshop.assignment.solution, folder / "reference")
    shutil.copy(Path(__file__).with_name("in_kernel.py"), folder)


def _cells(cells: list[Any], which: Cells, epochs: int) -> Iterator[Any]:
    """Yield a notebook's cells, with checks in cells of their own after those that students see.

    So a check that students see costs nobody points that the kit gives.
    """
    for cell in cells:
        named = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code":
            yield cell
        elif which is Cells.ALL or (which is Cells.ALL_BUT_TRAINING and named):
            yield _shown(cell, epochs)
        if cell.cell_type == "code" and named.get("grade"):
            cell.source = CHECK.format(**named)
            yield cell


def _shown(cell: Any, epochs: int) -> Any:
    """Return a cell as students have it, with no points."""
    shown = nbformat.from_dict({**cell, "metadata": {}, "id": f"{cell.id}-shown"})
    shown.source = cell.source.replace("max_epoch = 50", f"max_epoch = {epochs}")
    return shown

"""Which items the test cells of an assignment's notebooks decide on: those that no check names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from gradekit.assignment.code_cells.cells import CellKind, SourceCell, source_cells
from gradekit.assignment.code_cells.remote_names import packages_in
from gradekit.course import Assignment, read_text
from gradekit.errors import AuthoringError, GraderError
from gradekit.files import Files, hash_files
from gradekit.grading.autotests import with_written_tests
from gradekit.grading.check_files import holds_checks
from gradekit.grading.pytest_session.collection import collect
from gradekit.model import Item, Outcome, Result
from gradekit.solution.regions import BEGIN

TITLE = "the tests of this cell"

Notebooks = Mapping[str, tuple[SourceCell, ...]]


def deciding_cells(
    assignment: Assignment, items: Sequence[Item], checks: Files
) -> tuple[tuple[str, ...], Notebooks]:
    """Return the names of the items that test cells decide on, and the notebooks that have them.

    A check of an item comes before its test cell. Where students complete modules, the tests of a
    notebook that has no answer in code, or that imports such a module, decide on nothing: the
    module is not where they run.
    """
    found = {
        path.stem: tuple(source_cells(with_written_tests(assignment, path)))
        for path in assignment.notebooks
    }
    written = _written_packages(assignment)
    answered = {
        name: cells
        for name, cells in found.items()
        if not assignment.modules
        or (_has_answers(cells) and not any(written & packages_in(cell.python) for cell in cells))
    }
    tests = {
        (name, cell.name)
        for name, cells in answered.items()
        for cell in cells
        if cell.kind is CellKind.TEST
    }
    tested = [item for item in items if (item.notebook, item.cell) in tests and not item.manual]
    checked = _checked(assignment.graders, hash_files(checks)) if tested and checks else frozenset()
    deciding = [item for item in tested if checked is not None and item.name not in checked]
    # A check may ask for what a notebook's cells define, too.
    notebooks = {
        item.notebook: answered[item.notebook]
        for item in tested
        if item in deciding or _has_answers(answered[item.notebook])
    }
    return tuple(item.name for item in deciding), notebooks


def run_inside(notebooks: Notebooks, names: Iterable[str], where: str) -> Notebooks:
    """Return notebooks whose test cells of some names run beside the student's code.

    Raises AuthoringError, with the file `where` that is said, for a name that no such cell has.
    """
    wanted = set(names)
    tests = {
        cell.name for cells in notebooks.values() for cell in cells if cell.kind is CellKind.TEST
    }
    for name in sorted(wanted - tests):
        raise AuthoringError(f"{where}: inside: {name!r} is no test cell that decides on an item")
    return {
        notebook: tuple(
            replace(cell, inside=cell.kind is CellKind.TEST and cell.name in wanted)
            for cell in cells
        )
        for notebook, cells in notebooks.items()
    }


def _has_answers(cells: Iterable[SourceCell]) -> bool:
    return any(cell.kind is CellKind.SOLUTION for cell in cells)


def _written_packages(assignment: Assignment) -> set[str]:
    """Return the packages in which students complete modules, by their first names."""
    names = {path: path.relative_to(assignment.source) for path in assignment.modules}
    return {
        name.with_suffix("").parts[0] for path, name in names.items() if BEGIN in read_text(path)
    }


def cell_checks(items: Iterable[Item]) -> list[Result]:
    """Return the test cells that decide on some items, as results without an outcome."""
    return [
        Result(item.name, f"{item.notebook}.ipynb::{item.cell}", TITLE, Outcome.ERROR)
        for item in items
    ]


def is_cell_check(check: str) -> bool:
    """Whether a check's name is a test cell's."""
    return check.partition("::")[0].endswith(".ipynb")


@lru_cache(maxsize=8)
def _checked(folder: Path, key: str) -> frozenset[str] | None:  # noqa: ARG001  # of the files
    """Return the items that checks name; None where they cannot be collected, which others tell."""
    if not any(holds_checks(str(path)) for path in folder.rglob("*.py")):
        return frozenset()
    try:
        return frozenset(check.item for check in collect(folder))
    except GraderError:
        return None

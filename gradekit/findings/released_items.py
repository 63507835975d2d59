"""Holds a source's items against those of its release, which students and the gradebook have."""

import shlex
from collections.abc import Iterable, Iterator, Mapping

from gradekit.course import Assignment
from gradekit.errors import GradekitError
from gradekit.findings.released import read_notebooks
from gradekit.model import Item
from gradekit.notebook.cells import as_today, cells_of
from gradekit.text import listed

MOST_NAMES = 3
_Key = tuple[str, str]


def require_released(assignment: Assignment, items: Iterable[Item]) -> None:
    """Raise GradekitError where the source has other items, or other points, than the release.

    Points would go to cells that no hand-in has, and be missing or given for nothing there.
    """
    released = _points(assignment)
    now = {(item.notebook, item.cell): float(item.points) for item in items}
    notebooks = {notebook for notebook, _ in released}
    if not notebooks:
        return  # an unreadable release is told elsewhere
    changes = list(_changes(released, now))
    if changes:
        name = assignment.name
        raise GradekitError(
            f"source/{name} has changed since its release: {'; '.join(changes)}: put it back, or "
            f"run `gradekit release {shlex.quote(name)}` first; nothing is graded until then"
        )


def _points(assignment: Assignment) -> dict[_Key, float]:
    found: dict[_Key, float] = {}
    for name, notebook in read_notebooks(assignment.release, assignment.name).items():
        for cell in cells_of(notebook):
            marks = as_today(cell.grading)
            points = marks.get("points")
            if cell.name and (marks.get("grade") or marks.get("task")):
                found[name, cell.name] = float(points) if isinstance(points, int | float) else 0.0
    return found


def _changes(released: Mapping[_Key, float], now: Mapping[_Key, float]) -> Iterator[str]:
    for what, keys in (
        ("new", now.keys() - released.keys()),
        ("gone", released.keys() - now.keys()),
    ):
        names = sorted(cell for _, cell in keys)
        if names:
            yield f"{listed(names, MOST_NAMES)} {'is' if len(names) == 1 else 'are'} {what}"
    for key in sorted(released.keys() & now.keys()):
        if released[key] != now[key]:
            yield f"{key[1]} has {now[key]:g} points, and {released[key]:g} in the release"

"""Grades notebooks with nbgrader itself, in a course of its own that knows nothing of the kit."""

import atexit
import itertools
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from warm_commands import NBGRADER, WarmCommands

NOTEBOOK = "ps1"
_assignments = itertools.count(1)


def peer_scores(
    source: Any, answers: Mapping[str, Any], data: Mapping[str, bytes] = {}
) -> dict[str, dict[str, float | None]]:
    """Return what `nbgrader autograde` gives each test cell of each answer."""
    root, name = _course(), f"assignment_{next(_assignments)}"
    _write(root / "source" / name, source, data)
    _nbgrader(root, "generate_assignment", name)
    for student, answer in answers.items():
        _write(root / "submitted" / student / name, answer, data)
    _nbgrader(root, "autograde", name)
    found: dict[str, dict[str, float | None]] = {}
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        for student in answers:
            notebook = gradebook.find_submission_notebook(NOTEBOOK, name, student)
            found[student] = {grade.cell.name: grade.auto_score for grade in notebook.grades}
    return found


@cache
def _course() -> Path:
    """Return one course for all assignments: nbgrader takes seconds to make a gradebook."""
    folder = tempfile.TemporaryDirectory(prefix="nbgrader-")
    atexit.register(folder.cleanup)
    (Path(folder.name) / "nbgrader_config.py").write_text("c = get_config()\n")
    return Path(folder.name)


def _write(folder: Path, notebook: Any, data: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{NOTEBOOK}.ipynb")
    for name, content in data.items():
        (folder / name).write_bytes(content)


def _nbgrader(root: Path, *arguments: str) -> None:
    ran = _warm().run(root, *arguments)
    assert ran.code == 0, ran.printed[-3000:]


@cache
def _warm() -> WarmCommands:
    warm = WarmCommands(NBGRADER)
    atexit.register(warm.__exit__, None, None, None)
    return warm

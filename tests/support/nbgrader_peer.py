"""Grades notebooks with nbgrader itself, in a course of its own that knows nothing of the kit."""

import atexit
import itertools
import tempfile
from collections.abc import Iterable, Mapping
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
    submitted = {student: {NOTEBOOK: answer} for student, answer in answers.items()}
    found = peer_scores_of_several({NOTEBOOK: source}, submitted, data)
    return {student: of[NOTEBOOK] for student, of in found.items()}


def peer_scores_of_several(
    sources: Mapping[str, Any],
    answers: Mapping[str, Mapping[str, Any]],
    data: Mapping[str, bytes] = {},
) -> dict[str, dict[str, dict[str, float | None]]]:
    """Return what `nbgrader autograde` gives each graded cell of each notebook of each answer.

    A notebook that is text is written as it is, and makes nbgrader grade nothing of that answer.
    """
    root, name = _course(), f"assignment_{next(_assignments)}"
    _write(root / "source" / name, sources, data)
    _nbgrader(root, "generate_assignment", name)
    for student, answer in answers.items():
        _write(root / "submitted" / student / name, answer, data)
    damaged = any(isinstance(one, str) for of in answers.values() for one in of.values())
    _nbgrader(root, "autograde", name, code=int(damaged))
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        return {student: _scores(gradebook, sources, name, student) for student in answers}


def _scores(
    gradebook: Gradebook, notebooks: Iterable[str], name: str, student: str
) -> dict[str, dict[str, float | None]]:
    graded = {one: gradebook.find_submission_notebook(one, name, student) for one in notebooks}
    return {
        notebook: {grade.cell.name: grade.auto_score for grade in of.grades}
        for notebook, of in graded.items()
    }


@cache
def _course() -> Path:
    """Return one course for all assignments: nbgrader takes seconds to make a gradebook."""
    folder = tempfile.TemporaryDirectory(prefix="nbgrader-")
    atexit.register(folder.cleanup)
    (Path(folder.name) / "nbgrader_config.py").write_text("c = get_config()\n")
    return Path(folder.name)


def _write(folder: Path, notebooks: Mapping[str, Any], data: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for name, notebook in notebooks.items():
        text = notebook if isinstance(notebook, str) else nbformat.writes(notebook)
        (folder / f"{name}.ipynb").write_text(text)
    for name, content in data.items():
        (folder / name).write_bytes(content)


def _nbgrader(root: Path, *arguments: str, code: int = 0) -> None:
    ran = _warm().run(root, *arguments)
    assert ran.code == code, ran.printed[-3000:]


@cache
def _warm() -> WarmCommands:
    warm = WarmCommands(NBGRADER)
    atexit.register(warm.__exit__, None, None, None)
    return warm

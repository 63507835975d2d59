"""Grades notebooks with nbgrader itself, in a course of its own that knows nothing of the kit."""

import atexit
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from warm_commands import NBGRADER, WarmCommands

NAME = "ps1"


def peer_scores(
    root: Path, source: Any, answers: Mapping[str, Any], data: Mapping[str, bytes] = {}
) -> dict[str, dict[str, float | None]]:
    """Return what `nbgrader autograde` gives each test cell of each answer."""
    (root / "nbgrader_config.py").write_text("c = get_config()\n")
    _write(root / "source" / NAME, source, data)
    _nbgrader(root, "generate_assignment", NAME)
    for student, answer in answers.items():
        _write(root / "submitted" / student / NAME, answer, data)
    _nbgrader(root, "autograde", NAME)
    found: dict[str, dict[str, float | None]] = {}
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        for student in answers:
            notebook = gradebook.find_submission_notebook(NAME, NAME, student)
            found[student] = {grade.cell.name: grade.auto_score for grade in notebook.grades}
    return found


def _write(folder: Path, notebook: Any, data: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{NAME}.ipynb")
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

"""Grades notebooks with nbgrader itself, in a course of its own that knows nothing of the kit."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook

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
    command = [sys.executable, "-m", "nbgrader", *arguments]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-3000:]

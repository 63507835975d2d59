"""Tests that nbgrader has written for `### AUTOTEST` directives, kept beside the course.

To write them nbgrader runs the solved notebook, so it is done once for each state of a source.
"""

import json
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gradekit.course import Assignment, notebook_json
from gradekit.files import hash_files, hash_texts, write_whole

DIRECTIVE = "AUTOTEST"
TEMPLATES = "autotests.yml"


def with_written_tests(assignment: Assignment, path: Path) -> dict[str, Any]:
    """Return a source notebook with tests in the place of directives.

    Where none are written for this state of the source, a directive is a line that raises.
    """
    notebook = notebook_json(path)
    names = list(_cells_with_directives(notebook))
    if not names:
        return notebook
    tests = kept_tests(assignment, path)
    for cell in notebook["cells"]:
        if _name(cell) in names:
            cell["source"] = tests.get(_name(cell)) or _unwritten(assignment, _text(cell))
    return notebook


def needs_tests(assignment: Assignment, path: Path) -> bool:
    """Whether a source notebook has directives whose tests are not written yet."""
    notebook = notebook_json(path)
    return any(_cells_with_directives(notebook)) and not kept_tests(assignment, path)


def kept_tests(assignment: Assignment, path: Path) -> Mapping[str, str]:
    """Return the texts of the cells with directives, by name; none where the source is newer."""
    try:
        kept = json.loads(_place(assignment, path).read_bytes())
    except (OSError, ValueError):
        return {}
    return kept["cells"] if kept["key"] == _key(assignment, path) else {}


def keep_tests(assignment: Assignment, path: Path, notebook: Mapping[str, Any]) -> None:
    """Keep what nbgrader has made of a notebook's cells with directives."""
    names = set(_cells_with_directives(notebook_json(path)))
    texts = {_name(cell): _text(cell) for cell in notebook["cells"] if _name(cell) in names}
    place = _place(assignment, path)
    place.parent.mkdir(parents=True, exist_ok=True)
    write_whole(place, json.dumps({"key": _key(assignment, path), "cells": texts}).encode())


def templates(assignment: Assignment) -> Path:
    """Return where the templates of tests are: the assignment's own come before the course's."""
    own = assignment.source / TEMPLATES
    return own if own.is_file() else assignment.root / TEMPLATES


def _cells_with_directives(notebook: Mapping[str, Any]) -> Iterator[str]:
    for cell in notebook["cells"]:
        if cell.get("cell_type") == "code" and any(map(_is_directive, _text(cell).split("\n"))):
            yield _name(cell)


def _is_directive(line: str) -> bool:
    return line.lstrip().startswith("#") and DIRECTIVE in line


def _unwritten(assignment: Assignment, text: str) -> str:
    command = f"gradekit release {shlex.quote(assignment.name)}"
    told = f"the tests of this {DIRECTIVE} are not written: {command}"
    lines = (f"raise LookupError({told!r})" if _is_directive(one) else one
             for one in text.split("\n"))  # fmt: skip
    return "\n".join(lines)


def _name(cell: Mapping[str, Any]) -> str:
    return str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", ""))


def _text(cell: Mapping[str, Any]) -> str:
    return "".join(cell.get("source", ""))


def _place(assignment: Assignment, path: Path) -> Path:
    return assignment.root / ".gradekit" / "autotests" / assignment.name / f"{path.stem}.json"


def _key(assignment: Assignment, path: Path) -> str:
    """Return the hash of what the tests depend on: the texts of the cells, and the files beside."""
    cells = (_text(cell) for cell in notebook_json(path)["cells"])
    beside = [one for one in [*assignment.modules, *assignment.data, templates(assignment)]
              if one.is_file()]  # fmt: skip
    return hash_texts(*cells, hash_files({str(one): one.read_bytes() for one in beside}))

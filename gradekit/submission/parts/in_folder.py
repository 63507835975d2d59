"""The parts of a hand-in as they lie in a student's folder: notebook, files, and released rules."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gradekit import bounds
from gradekit.assignment.parts import parts_asked_for
from gradekit.errors import AuthoringError
from gradekit.names import RULES
from gradekit.submission.parts.find import Part, find_parts
from gradekit.submission.rules import RuleSet, load_rules

BACK = "Put it back, from the files that you were given; what it looks for is not looked for now."


def parts_in(folder: Path, notebook: Mapping[str, Any]) -> tuple[Part, ...]:
    """Return the parts that a notebook in a folder asks for, held against the released rules."""
    specs = parts_asked_for(notebook)
    return find_parts(notebook, specs, rules=_rules(folder)[0], read=lambda n: _read(folder / n))


def rules_not_there(folder: Path, parts: tuple[Part, ...]) -> list[str]:
    """Return a line where the rules that parts are to be held against are gone, or fail."""
    if not any(part.spec.rules for part in parts):
        return []
    rules, broken = _rules(folder)
    if broken or not rules:
        return [f"{RULES} {broken or 'is not there'}. {BACK}"]
    failed = [line for part in parts for line in part.failed]
    return [
        f"{line}: a rule of the assignment fails. Tell the course's staff." for line in failed[:1]
    ]


def _rules(folder: Path) -> tuple[RuleSet, str]:
    try:
        return load_rules(folder / RULES), ""
    except AuthoringError as error:
        return {}, f"cannot be read ({error})"


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(bounds.SUBMISSION_BYTES)
    except OSError:
        return None

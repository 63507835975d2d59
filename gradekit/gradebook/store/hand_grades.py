"""Holds answers against the points that a person gave for them: changed ones are told.

nbgrader asks for a second look at each answer that is graded again. Here it is asked for where the
answer is not the one that the points were given for. What a person saw, and what the points are
for, is kept beside the gradebook, as hashes.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import msgspec

from gradekit.course import Assignment
from gradekit.files import write_whole
from gradekit.model import Report, items_in
from gradekit.notebook.cells import text_of

Points = tuple[float | None, float | None]


class SeenAnswer(msgspec.Struct, frozen=True):
    """Hashes of an answer: as it was recorded last, and as it was when it was given its points.

    `points` are the score by hand and the extra credit that were there then, if any.
    """

    shown: str
    graded: str = ""
    points: Points | None = None


class HandGrade(msgspec.Struct, frozen=True):
    """What a gradebook holds by hand for one item, and whether it asks for a person's look."""

    score: float | None
    extra: float | None
    asks: bool

    @property
    def points(self) -> Points | None:
        """The points by hand, or None where nobody gave any."""
        return None if self.score is None else (self.score, self.extra)


def answers_in(cells: Any, report: Report, notebook: str) -> dict[str, str]:
    """Return the hash of the answer to each item of a notebook, by the item's name.

    It is that of the cell that is graded by hand, of the cells below a task up to the next one that
    has a name, else of the code. `cells` are the notebook's, as JSON.
    """
    names = {item.cell or item.name: item for item in items_in(report.items, notebook)}
    found = {item.name: report.snapshot for item in names.values() if not item.manual}
    task, below = "", dict[str, list[str]]()
    for cell in cells:
        facts = cell.get("metadata", {}).get("nbgrader", {})
        item = names.get(str(facts.get("grade_id")))
        if facts:
            task = item.name if item and item.task else ""
        if task:
            below.setdefault(task, []).append(_answer(cell))
        elif item and item.manual:
            found[item.name] = _digest(_answer(cell))
    return found | {name: _digest("\0\0".join(texts)) for name, texts in below.items()}


def _answer(cell: Any) -> str:
    lines = text_of(cell.get("source")).split("\n")
    text = "\n".join(line.rstrip() for line in lines).strip()
    return f"{text}\0{json.dumps(cell.get('attachments') or {}, sort_keys=True)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def assume_seen(
    answers: Mapping[str, str], grades: Mapping[str, HandGrade]
) -> dict[str, SeenAnswer]:
    """Return what is known where nothing was kept: points are for the answers that are there."""
    return {
        name: SeenAnswer(answer, answer, grades[name].points if name in grades else None)
        for name, answer in answers.items()
    }


def lost_points(before: Mapping[str, SeenAnswer], grades: Mapping[str, HandGrade]) -> str:
    """Return a line where points by hand are no longer there, such as in an older gradebook."""
    lost = [
        f"{seen.points[0] or 0:g} points by hand for '{name}'"
        for name, seen in before.items()
        if seen.points and (name not in grades or grades[name].points is None)
    ]
    return f"{', '.join(lost)} are no longer in the gradebook" if lost else ""


def settle_points(
    before: Mapping[str, SeenAnswer], grades: Mapping[str, HandGrade], answers: Mapping[str, str]
) -> dict[str, SeenAnswer]:
    """Return what is known of each item's answer after it is recorded again.

    A person who has given or confirmed points since has done so for what was shown.
    """
    after = {}
    for name, answer in answers.items():
        grade, seen = grades.get(name), before.get(name)
        if grade is None or grade.points is None:
            after[name] = SeenAnswer(answer)
            continue
        unanswered = seen is not None and grade.asks and seen.points == grade.points
        graded = "" if seen is None else seen.graded if unanswered else seen.shown
        after[name] = SeenAnswer(answer, graded, grade.points)
    return after


def is_changed(seen: SeenAnswer) -> bool:
    """Whether an answer is another than the one that its points by hand were given for."""
    return seen.points is not None and seen.graded != seen.shown


def load_seen(assignment: Assignment, student: str) -> dict[str, SeenAnswer] | None:
    """Return what is kept of a student's answers, or None where nothing is, or it is damaged."""
    try:
        data = _file(assignment, student).read_bytes()
        return msgspec.json.decode(data, type=dict[str, SeenAnswer])
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def save_seen(assignment: Assignment, student: str, seen: Mapping[str, SeenAnswer]) -> None:
    """Keep what is known of a student's answers, when it is in the gradebook."""
    write_whole(_file(assignment, student), msgspec.json.encode(seen))


def _file(assignment: Assignment, student: str) -> Any:
    return assignment.root / ".gradekit" / "answers_seen" / assignment.name / f"{student}.json"

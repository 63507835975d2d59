"""Marks what was recorded, so that only what has changed is recorded again."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gradekit import __version__
from gradekit.course import Assignment
from gradekit.gradebook.late import CONFIG_FILE
from gradekit.report import Report
from gradekit.storage import write_whole


@dataclass(frozen=True)
class Mark:
    """That a hand-in was recorded: the hash of all that this depended on, and what was noted."""

    key: str
    note: str = ""


def record_key(assignment: Assignment, report: Report, by_hand: str) -> str:
    """Return the hash of all that recording depends on.

    That is the report, the hand-in's files with the time that it came in, the release's notebook,
    the course's configuration, which has the rule for late hand-ins, and what a person has put into
    the gradebook: grades, which feedback shows, and the due date.
    """
    # The same inputs may end differently: after a fault of the grader, or where time ran out.
    ends = " ".join(f"{result.check} {result.outcome}" for result in report.results)
    digest = hashlib.sha256("\0".join((__version__, report.key, ends, by_hand, "")).encode())
    folder = assignment.handin(report.student)
    of_all = assignment.release / f"{assignment.name}.ipynb", assignment.root / CONFIG_FILE
    for path in (*sorted(folder.rglob("*")), *of_all):
        if path.is_file() and not path.is_symlink():
            digest.update(str(path.relative_to(assignment.root)).encode(errors="surrogateescape"))
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def current_mark(assignment: Assignment, report: Report, by_hand: str) -> Mark | None:
    """Return the mark of a hand-in whose record is current, with all that it made in its place."""
    student, name = report.student, assignment.name
    made = (
        assignment.autograded(student) / f"{name}.ipynb",
        assignment.feedback(student) / f"{name}.html",
    )
    try:
        mark = msgspec.json.decode(_file(assignment, student).read_bytes(), type=Mark)
    except (OSError, msgspec.MsgspecError):
        return None
    current = mark.key == record_key(assignment, report, by_hand) and all(p.is_file() for p in made)
    return mark if current else None


def save_mark(assignment: Assignment, report: Report, by_hand: str, note: str) -> None:
    """Mark a hand-in as recorded, in one step."""
    mark = Mark(record_key(assignment, report, by_hand), note)
    write_whole(_file(assignment, report.student), msgspec.json.encode(mark))


def _file(assignment: Assignment, student: str) -> Path:
    return assignment.root / ".gradekit" / "recorded" / assignment.name / f"{student}.json"

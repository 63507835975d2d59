"""Marks what was recorded, so that only what has changed is recorded again."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gradekit import __version__
from gradekit.course import Assignment
from gradekit.gradebook.late import CONFIG_FILE
from gradekit.report import HandinError, Report
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
    the gradebook: grades, which feedback shows, and the due date. Raises HandinError where a file
    of the hand-in cannot be read.
    """
    # The same inputs may end differently: after a fault of the grader, or where time ran out.
    ends = " ".join(f"{result.check} {result.outcome}" for result in report.results)
    digest = hashlib.sha256("\0".join((__version__, report.key, ends, by_hand, "")).encode())
    folder = assignment.handin(report.student)
    of_all = assignment.release / f"{assignment.name}.ipynb", assignment.root / CONFIG_FILE
    try:
        for path in (*sorted(folder.rglob("*")), *of_all):
            if path.is_file() and not path.is_symlink():
                name = str(path.relative_to(assignment.root))
                digest.update(name.encode(errors="surrogateescape"))
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    except OSError as error:
        where = error.filename or folder
        raise HandinError(f"{where}: cannot be read ({error.strerror})") from error
    return digest.hexdigest()


def current_mark(assignment: Assignment, student: str, key: str) -> Mark | None:
    """Return the mark of a hand-in whose record is current, with all that it made in its place.

    `key` is the hash of all that the record depends on, as it is now.
    """
    name = assignment.name
    made = (
        assignment.autograded(student) / f"{name}.ipynb",
        assignment.feedback(student) / f"{name}.html",
    )
    try:
        mark = msgspec.json.decode(_file(assignment, student).read_bytes(), type=Mark)
    except (OSError, msgspec.MsgspecError):
        return None
    return mark if mark.key == key and all(path.is_file() for path in made) else None


def save_mark(assignment: Assignment, student: str, mark: Mark) -> None:
    """Mark a hand-in as recorded, in one step, when its points are in the gradebook."""
    write_whole(_file(assignment, student), msgspec.json.encode(mark))


def drop_mark(assignment: Assignment, student: str) -> None:
    """Take a hand-in's mark away, before anything of an earlier record is replaced."""
    _file(assignment, student).unlink(missing_ok=True)


def _file(assignment: Assignment, student: str) -> Path:
    return assignment.root / ".gradekit" / "recorded" / assignment.name / f"{student}.json"

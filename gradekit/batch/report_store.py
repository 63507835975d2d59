"""Keeps reports as JSON files, one per hand-in, each written in one step."""

from pathlib import Path

import msgspec

from gradekit.course import Assignment
from gradekit.errors import GraderError
from gradekit.files import write_whole
from gradekit.model import Report


def save_report(path: Path, report: Report) -> None:
    """Write a report in one step; raise StorageError where that fails, and the old one stays."""
    write_whole(path, msgspec.json.format(msgspec.json.encode(report)))


def load_earlier(path: Path) -> Report | None:
    """Return a kept report of whatever inputs; a damaged one counts as none."""
    try:
        return load_report(path)
    except GraderError:
        return None


def is_current(report: Report, key: str) -> bool:
    """Whether a report is of the inputs that a key is of, and no fault of the grader is in it."""
    return report.key == key and not report.has_errors


def load_report(path: Path) -> Report | None:
    """Return a kept report, or None where there is none; raise GraderError where it is damaged."""
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Report)
    except msgspec.MsgspecError as error:
        raise GraderError(f"{path}: not a report ({error}); delete it and grade again") from error


def items_compared_by_students(assignment: Assignment) -> tuple[str, ...]:
    """Return the names of the items in which a student's own class has decided what is equal.

    Raises GraderError where a report is damaged.
    """
    found = dict[str, None]()
    for path in sorted(assignment.report_file("any").parent.glob("*.json")):
        report = load_report(path)
        found |= {one.item: None for one in (report.results if report else ()) if one.compared_by}
    return tuple(found)

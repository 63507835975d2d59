"""Marks what was recorded, so that only what has changed is recorded again."""

import hashlib
from pathlib import Path

from gradekit import __version__
from gradekit.course import Assignment
from gradekit.gradebook.late import CONFIG_FILE
from gradekit.handin.folder import MAX_BYTES, plain_files
from gradekit.handin.modules import module_paths
from gradekit.report import HandinError, Report
from gradekit.storage import write_whole


def record_key(assignment: Assignment, report: Report, by_hand: str) -> str:
    """Return the hash of all that recording depends on.

    That is the report, the hand-in's files with the time that it came in, the release's notebook
    and modules, the course's configuration, which has the rule for late hand-ins, and what a person
    has put into the gradebook: grades, which feedback shows, and the due date. Raises HandinError
    where the hand-in or a file of it cannot be read.
    """
    # The same inputs may end differently: after a fault of the grader, or where time ran out.
    ends = " ".join(f"{result.check} {result.outcome}" for result in report.results)
    digest = hashlib.sha256("\0".join((__version__, report.key, ends, by_hand, "")).encode())
    folder = assignment.handin(report.student)
    if not folder.is_dir():
        raise HandinError(f"{folder}: changed or gone since it was graded: grade again")
    files = plain_files(folder)
    for name in files.names:
        digest.update(name.encode(errors="surrogateescape"))
        digest.update(hashlib.sha256(files.read(name, MAX_BYTES)).digest())
    release = assignment.release
    of_all = (
        release / f"{assignment.name}.ipynb",
        assignment.root / CONFIG_FILE,
        *(release / name for name in module_paths(release)),
    )
    try:
        for path in of_all:
            if path.is_file():
                name = str(path.relative_to(assignment.root))
                digest.update(name.encode(errors="surrogateescape"))
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    except OSError as error:
        where = error.filename or release
        raise HandinError(f"{where}: cannot be read ({error.strerror})") from error
    return digest.hexdigest()


def is_marked(assignment: Assignment, student: str, key: str) -> bool:
    """Whether a hand-in's record is current, with all that it made in its place.

    `key` is the hash of all that the record depends on, as it is now.
    """
    name = assignment.name
    made = (
        assignment.autograded(student) / f"{name}.ipynb",
        assignment.feedback(student) / f"{name}.html",
    )
    try:
        marked = _file(assignment, student).read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return False
    return marked == key and all(path.is_file() for path in made)


def save_mark(assignment: Assignment, student: str, key: str) -> None:
    """Mark a hand-in as recorded, in one step, when all that it made is in its place."""
    write_whole(_file(assignment, student), key.encode())


def drop_mark(assignment: Assignment, student: str) -> None:
    """Take a hand-in's mark away, before anything of an earlier record is replaced."""
    _file(assignment, student).unlink(missing_ok=True)


def _file(assignment: Assignment, student: str) -> Path:
    return assignment.root / ".gradekit" / "recorded" / assignment.name / f"{student}.txt"

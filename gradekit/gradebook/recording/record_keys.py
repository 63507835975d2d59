"""Marks what was recorded, so that only what has changed is recorded again."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import gradekit
from gradekit import bounds
from gradekit.assignment.modules import module_paths
from gradekit.assignment.spec import FILE
from gradekit.course import Assignment
from gradekit.errors import SubmissionError
from gradekit.files import code_key, hash_texts, storage_error, write_whole
from gradekit.gradebook.config_files import config_files
from gradekit.gradebook.store.rows import HeldSubmission
from gradekit.intake.folder import plain_files
from gradekit.model import Report
from gradekit.names import RULES

# The parts of the kit that change nothing of what is recorded, and packages that do.
NOT_RECORDING = frozenset(["__pycache__", "cli", "verification"])
BELOW = ("nbgrader", "nbconvert", "nbformat", "pypdf", "pypdfium2")


def record_key(assignment: Assignment, report: Report, by_hand: str) -> str:
    """Return the hash of all that recording depends on.

    That is, besides the code that records, the report, the hand-in's files with the time that it
    came in, the release's notebook and modules, what the assignment declares and its rules for what
    is handed in, the configuration, which has the rule for
    late hand-ins, and what a person has put into the gradebook: grades, which feedback shows, and
    the due date. Raises SubmissionError where the hand-in or a file of it cannot be read.
    """
    # The same inputs may end differently: after a fault of the grader, or where time ran out.
    ends = " ".join(f"{result.check} {result.outcome}" for result in report.results)
    facts = (report.key, ends, by_hand, "")
    digest = hashlib.sha256("\0".join(facts).encode())
    folder = assignment.submission(report.student)
    if not folder.is_dir():
        raise SubmissionError(f"{folder}: changed or gone since it was graded: grade again")
    files = plain_files(folder)
    for name in files.names:
        digest.update(name.encode(errors="surrogateescape"))
        digest.update(hashlib.sha256(files.read(name, bounds.SUBMISSION_BYTES)).digest())
    release = assignment.release
    of_all = (
        *sorted(release.glob("*.ipynb")),
        assignment.source / FILE,
        assignment.source / RULES,
        *config_files(assignment.root),
        *(release / name for name in module_paths(release)),
    )
    try:
        for path in filter(Path.is_file, of_all):
            inside = path.is_relative_to(assignment.root)
            name = str(path.relative_to(assignment.root) if inside else path)
            digest.update(name.encode(errors="surrogateescape"))
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    except OSError as error:
        raise storage_error(error) from error
    return digest.hexdigest()


@cache
def _code() -> str:
    """Return the hash of what makes a record: the kit but its commands, and nbgrader below it."""
    package = Path(gradekit.__file__).parent
    parts = tuple(sorted({path.name for path in package.iterdir()} - NOT_RECORDING))
    return hash_texts(code_key(parts), *(f"{name} {version(name)}" for name in BELOW))


def find_staleness(
    assignment: Assignment, student: str, key: str, held: HeldSubmission
) -> str | None:
    """Return why a hand-in is to be recorded again, or None where its record is current.

    `key` is the hash of all that the record depends on, as it is now, and `held` tells what the
    gradebook holds of it. The line is empty where nothing is odd: it was not recorded yet, or what
    it depends on has changed.
    """
    try:
        marked, decided, asked, code = _file(assignment, student).read_text("utf-8").split(" ")
    except (OSError, ValueError):
        return ""
    if held.decided != decided:
        what = "holds something else than" if held.decided else "holds nothing of"
        return f"the gradebook {what} what was recorded, like an older or another one"
    for name in assignment.notebook_names:
        for path in (
            assignment.autograded(student) / f"{name}.ipynb",
            assignment.feedback(student) / f"{name}.html",
        ):
            if not path.is_file():
                return f"'{path.relative_to(assignment.root)}' was gone"
    return None if (marked, asked, code) == (key, held.asked, _code()) else ""


def save_mark(assignment: Assignment, student: str, key: str, held: HeldSubmission) -> None:
    """Mark a hand-in as recorded, in one step, when all that it made is in its place."""
    text = f"{key} {held.decided} {held.asked} {_code()}"
    write_whole(_file(assignment, student), text.encode())


def drop_mark(assignment: Assignment, student: str) -> None:
    """Take a hand-in's mark away, before anything of an earlier record is replaced."""
    _file(assignment, student).unlink(missing_ok=True)


def _file(assignment: Assignment, student: str) -> Path:
    return assignment.root / ".gradekit" / "recorded" / assignment.name / f"{student}.txt"

"""submitted/ → reports → gradebook.db, autograded/ and feedback/."""

import shlex
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from gradekit.assignment.code_cells.steps import StudentCell
from gradekit.batch.local import GradingBackend, Task, Ungraded, grade_all, local_backend
from gradekit.batch.read_submission import UnreadNotebooks, read_submission
from gradekit.batch.report_store import is_current, load_earlier
from gradekit.commands.class_recorder import ClassRecorder, ClassResult, OnSubmissionDone
from gradekit.commands.lock import course_lock
from gradekit.course import BACK, Assignment, Course
from gradekit.errors import GradekitError, GraderError, SubmissionError, UsageError
from gradekit.files import code_key, hash_files, unreadable
from gradekit.findings.released import released_of
from gradekit.findings.released_items import require_released
from gradekit.gradebook.recording.pool import RecordingPool
from gradekit.gradebook.steps.autotests import write_tests
from gradekit.gradebook.steps.submission_time import submission_time
from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.grading.grader import Submission, files_to_grade, report_key
from gradekit.grading.reference.answers_cache import answers_folder
from gradekit.intake.take_in import inspect
from gradekit.model import Report
from gradekit.names import ALLOWED_OF_FOLDERS
from gradekit.release.leaks import require_no_leak
from gradekit.release.parts import load_declared_rules
from gradekit.sandbox.guard import guarded
from gradekit.text import one_line

MISNAMED = f"its folder's name is no student's id: rename it ({ALLOWED_OF_FOLDERS})"


def grade_class(
    assignment: Assignment,
    students: Sequence[str],
    jobs: int,
    force: bool,
    progress: OnSubmissionDone,
    dask: str = "",
) -> ClassResult:
    """Grade some students' hand-ins, or everybody's; what one does costs nobody else anything.

    What has not changed since it was graded and recorded is kept, unless `force` is given. With
    `dask`, a scheduler's address, its workers grade; `jobs` processes of this machine record.
    `progress` is called once for each student, as soon as that student is done.
    """
    if not assignment.release.is_dir():
        command = f"gradekit release {shlex.quote(assignment.name)}"
        raise GradekitError(f"no release of {assignment.name} yet: run `{command}` first")
    require_no_leak(assignment)
    write_tests(assignment)
    load_declared_rules(assignment)  # a fault in them is the author's, and told before all else
    bundle, result = load_bundle(assignment), ClassResult()
    chosen = chosen_students(assignment, students)
    require_released(assignment, bundle.items)
    jobs = max(min(jobs, len(chosen)), 1)
    with (
        course_lock(assignment.root),
        _backend(bundle, jobs, dask, answers_folder(assignment, bundle)) as backend,
        RecordingPool(assignment, jobs) as recording,
    ):
        recorder = ClassRecorder(assignment, recording, result, force, progress)
        for name in () if students else assignment.misnamed():
            recorder.refuse(one_line(name), MISNAMED)
        look = _Look(assignment, bundle, force)
        for outcome in grade_all(_read(look, chosen, recorder), backend, recorder.look):
            recorder.take(outcome)
        recorder.look(rest=True)
    return result


def chosen_students(assignment: Assignment, students: Sequence[str]) -> list[str]:
    """Return the students to grade; raise UsageError for one without a hand-in, or for nobody."""
    known = assignment.students()
    if not known and assignment.misnamed() and not students:
        return []
    unknown = sorted(set(students) - set(known))
    if unknown:
        raise UsageError(
            f"no hand-in of {', '.join(unknown)}: {assignment.submission(unknown[0])} is not there"
        )
    if not known:
        name = assignment.name
        others = Course(assignment.root, assignment.folders).without_source()
        kept = [f"; of {one} there are some, and no source: {BACK.format(one)}" for one in others]
        raise UsageError(
            f"no hand-ins of {name}: take some in with `gradekit collect {shlex.quote(name)} …`"
            f"{kept[0] if kept else ''}"
        )
    return sorted(set(students)) or known


def _read(look: "_Look", students: Sequence[str], recorder: ClassRecorder) -> Iterator[Task]:
    """Read each hand-in when it is needed, and yield what is to be graded.

    A report of the same inputs is kept; where it has no current record, it is recorded again.
    """
    for outcome in guarded(students, look.at, SeenSubmission):
        student = outcome.item
        try:
            seen = outcome.result()
            if seen.unread:
                recorder.refuse(student, look.named(student, "; ".join(seen.unread.values())))
                recorder.tell_student(student, seen.unread)
                continue
            earlier = look.earlier(student)
            current = earlier if earlier and is_current(earlier, seen.key) else None
            key = recorder.key_of(current) if current else ""
            if current and recorder.keeps(current, key):
                continue
            notes = look.again(student) if current else seen.notes
        except SubmissionError as error:
            recorder.refuse(student, look.named(student, str(error)))
            recorder.tell_student(student, dict.fromkeys(look.notebooks, str(error)))
            continue
        except GraderError as error:
            recorder.take(Ungraded(student, str(error)))
            continue
        recorder.expect()
        if current:
            recorder.record(replace(current, notes=notes), key)
            continue
        if seen.older_kit:
            recorder.note_older_kit(student, seen.older_kit)
        submission = Submission(student, seen.modules, notes, seen.cells)
        yield Task(submission, earlier.results if earlier else ())


@dataclass(frozen=True)
class SeenSubmission:
    """What is read of a hand-in before it is graded; no notes where its report is current.

    `older_kit` is the version that made its report, where only the kit has changed since. `unread`
    says why notebooks cannot be read whose code is graded; nothing else is there then.
    """

    modules: dict[str, bytes]
    key: str
    notes: tuple[str, ...] = ()
    cells: dict[str, tuple[StudentCell, ...]] = field(default_factory=dict)
    older_kit: str = ""
    unread: dict[str, str] = field(default_factory=dict)


class _Look:
    """Looks at hand-ins, one after another, in a process that has limits for each."""

    def __init__(self, assignment: Assignment, bundle: GradingBundle, force: bool) -> None:
        self._assignment, self._bundle, self._force = assignment, bundle, force
        self._released = released_of(assignment, bundle.student_files)

    def earlier(self, student: str) -> Report | None:
        """Return a student's earlier report, if it may be kept."""
        return None if self._force else load_earlier(self._assignment.report_file(student))

    @property
    def notebooks(self) -> tuple[str, ...]:
        """The names of the notebooks, each of which has a page of feedback."""
        return self._assignment.notebook_names

    def named(self, student: str, reason: str) -> str:
        """Return why a hand-in is refused in a line that says whose it is."""
        folder = str(self._assignment.submission(student))
        return reason if folder in reason or student in reason else f"{folder}: {reason}"

    def again(self, student: str) -> tuple[str, ...]:
        """Return what is to be noticed about a hand-in whose report is current."""
        (noticed,) = guarded([student], self.notes, tuple[str, ...])
        return noticed.result()

    def at(self, student: str) -> SeenSubmission:
        """Read a hand-in; raise SubmissionError where it cannot be read."""
        with _readable(self._assignment.submission(student)) as folder:
            try:
                submission = read_submission(folder, student, self._bundle)
            except UnreadNotebooks as error:
                return SeenSubmission({}, "", unread=error.faults)
        key, earlier = report_key(self._bundle, submission), self.earlier(student)
        current = earlier and is_current(earlier, key)
        notes = () if current else self.notes(student)
        older = "" if current or not earlier else self._older_kit(earlier, submission)
        return SeenSubmission(dict(submission.modules), key, notes, dict(submission.cells), older)

    def _older_kit(self, earlier: Report, submission: Submission) -> str:
        """Return the version that made a report of the same files with other code, or ""."""
        same = earlier.snapshot == hash_files(files_to_grade(self._bundle, submission))
        return earlier.kit_version if same and earlier.code != code_key() else ""

    def notes(self, student: str) -> tuple[str, ...]:
        """Return what is to be noticed about a hand-in."""
        with _readable(self._assignment.submission(student)) as folder:
            seen = inspect(folder, self._assignment.name, self._released)
            return tuple(filter(None, (*seen, submission_time(folder)[1])))


@contextmanager
def _readable(folder: Path) -> Iterator[Path]:
    """Tell what keeps a hand-in from being read, such as that it vanishes meanwhile."""
    try:
        yield folder
    except OSError as error:
        raise unreadable(error, folder) from error


def _backend(
    bundle: GradingBundle, jobs: int, dask: str, answers: Path
) -> AbstractContextManager[GradingBackend]:
    if not dask:
        return local_backend(bundle, jobs, answers)
    try:
        from gradekit.batch.dask_cluster import dask_backend
    except ImportError as error:
        raise GradekitError(
            f"--dask needs Dask, which is not installed: `pip install 'gradekit[dask]'` ({error})"
        ) from error
    return dask_backend(bundle, dask, answers)

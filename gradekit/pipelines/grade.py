"""submitted/ → reports → gradebook.db, autograded/ and feedback/."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from gradekit.course import Assignment
from gradekit.gradebook.handin_time import handin_time
from gradekit.gradebook.recording import RecordingPool
from gradekit.grading.fleet import Crew, Task, grade_all, local_crew
from gradekit.grading.grade import report_key
from gradekit.grading.kit import GradingKit, load_kit
from gradekit.grading.reference_answers import answers_folder
from gradekit.grading.reports import is_current, load_earlier
from gradekit.grading.submitted import read_handin
from gradekit.handin.intake import inspect
from gradekit.handin.oneline import one_line
from gradekit.handin.released import read_released
from gradekit.pipelines.lock import course_lock
from gradekit.pipelines.secretary import ClassResult, Progress, Secretary
from gradekit.report import GradekitError, HandinError, Report, UsageError


def grade_class(
    assignment: Assignment,
    students: Sequence[str],
    jobs: int,
    force: bool,
    progress: Progress,
    dask: str = "",
) -> ClassResult:
    """Grade some students' hand-ins, or everybody's; what one does costs nobody else anything.

    What has not changed since it was graded and recorded is kept, unless `force` is given. With
    `dask`, a scheduler's address, its workers grade; `jobs` processes of this machine record.
    `progress` is called once for each student, as soon as that student is done.
    """
    if not assignment.release.is_dir():
        raise GradekitError(
            f"no release of {assignment.name} yet: run `gradekit release {assignment.name}` first"
        )
    kit, result, chosen = load_kit(assignment), ClassResult(), choose(assignment, students)
    jobs = max(min(jobs, len(chosen)), 1)
    with (
        course_lock(assignment.root),
        _crew(kit, jobs, dask, answers_folder(assignment, kit)) as crew,
        RecordingPool(assignment, jobs) as recording,
    ):
        secretary = Secretary(assignment, recording, result, force, progress)
        for name in () if students else assignment.misnamed():
            secretary.refuse(one_line(name), "its folder's name is no student's id: rename it")
        tasks = _tasks(assignment, kit, chosen, secretary, force)
        for outcome in grade_all(tasks, crew, lambda: secretary.note(recording.finished())):
            secretary.take(outcome)
            secretary.note(recording.finished())
        secretary.note(recording.finished(rest=True))
    return result


def choose(assignment: Assignment, students: Sequence[str]) -> list[str]:
    """Return the students to grade; raise UsageError for one without a hand-in, or for nobody."""
    known = assignment.students()
    if not known and assignment.misnamed() and not students:
        return []
    unknown = sorted(set(students) - set(known))
    if unknown:
        raise UsageError(
            f"no hand-in of {', '.join(unknown)}: {assignment.handin(unknown[0])} is not there"
        )
    if not known:
        name = assignment.name
        raise UsageError(f"no hand-ins of {name}: take some in with `gradekit collect {name} …`")
    return sorted(set(students)) or known


def _tasks(
    assignment: Assignment,
    kit: GradingKit,
    students: Sequence[str],
    secretary: Secretary,
    force: bool,
) -> Iterator[Task | Report]:
    """Yield what is to be graded, read as it is needed, and the reports that are to be recorded."""
    released = read_released(assignment.release, assignment.name, kit.student_files)
    for student in students:
        folder = assignment.handin(student)
        earlier = None if force else load_earlier(assignment.report_file(student))
        try:
            handin = read_handin(folder, student, kit)
            current = earlier and is_current(earlier, report_key(kit, handin))
            if earlier and current and secretary.keeps(earlier):
                continue
            seen = *inspect(folder, assignment.name, released), handin_time(folder)[1]
        except HandinError as error:
            secretary.refuse(student, str(error))
            continue
        notes = tuple(filter(None, seen))
        secretary.expect()
        if earlier and current:
            yield replace(earlier, notes=notes)
        else:
            yield Task(replace(handin, notes=notes), earlier.results if earlier else ())


def _crew(kit: GradingKit, jobs: int, dask: str, answers: Path) -> AbstractContextManager[Crew]:
    if not dask:
        return local_crew(kit, jobs, answers)
    try:
        from gradekit.grading.cluster import dask_crew
    except ImportError as error:
        raise GradekitError(
            f"--dask needs Dask, which is not installed: `pip install 'gradekit[dask]'` ({error})"
        ) from error
    return dask_crew(kit, dask, answers)

"""Grading many side by side: each has a report, or a line why not, and stops no other."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from pathlib import Path

import pytest

from gradekit.batch import local as fleet
from gradekit.batch.grading_process import ProcessDied
from gradekit.batch.local import GradingBackend, Task, Ungraded, grade_all, local_backend
from gradekit.errors import GraderError, StorageError
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Grader, MetWallClock, Submission
from gradekit.model import Report
from gradekit.workers.deadlines.clock import Clock


@pytest.mark.slow
def test_each_has_a_report(tiny_kit: GradingBundle) -> None:
    """Some processes grade more hand-ins than they are, each by what it holds."""
    right = {"lib/thing.py": tiny_kit.reference["lib/thing.py"]}
    tasks = [Task(Submission(f"student_{n}", right if n % 2 else {})) for n in range(5)]
    with local_backend(tiny_kit, 2) as backend:
        reports = {r.student: r for r in grade_all(tasks, backend) if isinstance(r, Report)}
    double = tiny_kit.items[0]
    points = {student: report.score(double) for student, report in sorted(reports.items())}
    assert points == {f"student_{n}": 3.0 if n % 2 else 0.0 for n in range(5)}


def test_nobody_is_nothing(tiny_kit: GradingBundle) -> None:
    """Without hand-ins nothing is started."""
    before = multiprocessing.active_children()
    with local_backend(tiny_kit, 4) as backend:
        assert list(grade_all([], backend)) == []
    assert multiprocessing.active_children() == before


def test_no_more_than_is_needed_is_read_ahead(tiny_kit: GradingBundle) -> None:
    """Hand-ins are taken one by one as there is room for them."""
    taken: list[str] = []
    futures: list[Future[Report]] = []

    def tasks() -> Iterator[Task]:
        for number in range(100):
            taken.append(f"student_{number}")
            yield Task(Submission(taken[-1], {}))

    def submit(_task: Task) -> Future[Report]:
        futures.append(Future())
        if len(futures) == 6:  # all that may be under way with two processes
            futures[0].set_result(Report("tiny", "first", "", tiny_kit.items, ()))
        return futures[-1]

    found = grade_all(tasks(), GradingBackend(submit, 2))
    assert next(found).student == "first"
    assert len(taken) == 6


def test_there_is_time_for_other_things_while_a_hand_in_is_graded(tiny_kit: GradingBundle) -> None:
    """As long as no report comes, what is to be done meanwhile is done, more than once."""
    future: Future[Report] = Future()
    done: list[str] = []

    def meanwhile() -> None:
        done.append("something")
        if len(done) == 2:
            future.set_result(Report("tiny", "ada", "", tiny_kit.items, ()))

    found = grade_all([Task(Submission("ada", {}))], GradingBackend(lambda _: future, 1), meanwhile)
    assert [one.student for one in found] == ["ada"]
    assert len(done) == 2


def test_graders_fault_is_told_for_each(tiny_kit: GradingBundle) -> None:
    """Checks that cannot be collected give everybody a line, and nobody a zero."""
    broken = replace(tiny_kit, checks={**tiny_kit.checks, "test_thing.py": b"def broken(:\n"})
    with local_backend(broken, 1) as backend:
        found = list(grade_all([Task(Submission("ada", {})), Task(Submission("bob", {}))], backend))
    assert sorted(one.student for one in found) == ["ada", "bob"]
    assert all(isinstance(one, Ungraded) and "SyntaxError" in one.reason for one in found)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (GraderError("no check names slope"), "no check names slope"),
        (ProcessDied("the process died"), "the process died"),
        (CancelledError(), "the cluster gave it up; grade again"),
        (KeyError("lib"), "KeyError: 'lib'"),
    ],
)
def test_what_goes_wrong_with_one_is_a_line(error: Exception, reason: str) -> None:
    """Whatever the grading of one hand-in ends with is a line about it, and stops no other."""
    future: Future[Report] = Future()
    future.set_exception(error)
    assert fleet._outcome("ada", future) == Ungraded("ada", reason)


def test_a_full_disk_stops_all(tmp_path: Path) -> None:
    """What the machine refuses is no hand-in's matter: the first time it is told, with where."""
    future: Future[Report] = Future()
    future.set_exception(OSError(28, "No space left on device", str(tmp_path)))
    with pytest.raises(StorageError, match=f"{tmp_path}: No space left on device: make room"):
        fleet._outcome("ada", future)


@pytest.mark.slow
def test_a_process_that_dies_costs_nobody_a_grade(tiny_kit: GradingBundle) -> None:
    """Who was in a process that was killed is graded alone, and later ones as if nothing was."""
    modules = {"lib/thing.py": tiny_kit.reference["lib/thing.py"]}
    with local_backend(tiny_kit, 1) as backend:
        (first,) = grade_all([Task(Submission("first", modules))], backend)
        killed = backend.submit(Task(Submission("killed", modules)))
        for process in multiprocessing.active_children():
            process.kill()
        assert isinstance(killed.exception(timeout=60), ProcessDied | None)
        given = iter([killed])

        def submit(task: Task) -> Future[Report]:
            return next(given, None) or backend.submit(task)

        tasks = [Task(Submission(name, modules)) for name in ("killed", "later")]
        found = list(grade_all(tasks, GradingBackend(submit, 1)))
    assert {one.student for one in found} == {"killed", "later"}
    for one in (first, *found):
        assert isinstance(one, Report)
        assert {str(result.outcome) for result in one.results} == {"PASS"}


def test_a_process_that_dies_again_is_told() -> None:
    """Whose process dies also where nothing else is graded has a line that names the check."""

    def submit(_: Task) -> Future[Report]:
        future: Future[Report] = Future()
        future.set_exception(ProcessDied("the grading process died during test_thing::test_it"))
        return future

    (found,) = grade_all([Task(Submission("ada", {}))], GradingBackend(submit, 2))
    assert isinstance(found, Ungraded)
    assert found.reason == "the grading process died during test_thing::test_it"


def test_who_was_waited_for_in_vain_is_graded_alone_at_the_end(tiny_kit: GradingBundle) -> None:
    """Nobody is told TIMEOUT by the clock on the wall before it was graded without the others."""
    given: list[tuple[str, bool]] = []

    def submit(task: Task) -> Future[Report]:
        given.append((task.submission.student, task.alone))
        future: Future[Report] = Future()
        if task.submission.student == "b" and not task.alone:
            future.set_exception(MetWallClock("b"))
        else:
            future.set_result(Report("tiny", task.submission.student, "", tiny_kit.items, ()))
        return future

    tasks = [Task(Submission(name, {})) for name in "abc"]
    found = [one.student for one in grade_all(tasks, GradingBackend(submit, 2))]
    assert found == ["a", "c", "b"]
    assert given == [("a", False), ("b", False), ("c", False), ("b", True)]


def test_the_last_resort_is_told_only_alone(tiny_kit: GradingBundle) -> None:
    """A grader says so at first, and gives TIMEOUT when nothing else is graded."""
    text = tiny_kit.reference["lib/thing.py"].decode()
    endless = text.replace("dx = 2.0", "while True: pass\n        dx = 2.0")
    submission = Submission("ada", {"lib/thing.py": endless.encode()})
    clocks: list[Clock] = []

    def impatient() -> Clock:
        clocks.append(Clock(call_seconds=20.0, wall_seconds=0.3, wall_times=0.0))
        return clocks[-1]

    with Grader(tiny_kit, new_clock=impatient) as grader:
        with pytest.raises(MetWallClock):
            grader.grade(submission)
        report = grader.grade(submission, alone=True)
    assert [str(report.outcome(name)) for name in ("double", "slope")] == ["PASS", "TIMEOUT"]
    assert len(clocks) == 2

"""A hand-in that makes its reader work without end costs itself a line, and nobody else any."""

import signal
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from gradekit.assignment.parts import PartSpec
from gradekit.commands import collect, grade
from gradekit.commands.collect import collect_all
from gradekit.commands.grade import grade_class
from gradekit.course import Assignment
from gradekit.gradebook.recording import recorder
from gradekit.grading.grader import Grader, Submission
from gradekit.intake.take_in import inspect, read_sent
from gradekit.pdf_check import check
from gradekit.sandbox import guard
from gradekit.sandbox.guard import ReadingLimits

pytestmark = pytest.mark.one_in(2)

SLOW = "slow"


def spin() -> None:
    """Work for ever."""
    while True:
        pass


def when_slow(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that never comes back for whatever is named slow."""

    def replaced(*arguments: Any, **named: Any) -> Any:
        if SLOW in str(getattr(arguments[0], "where", arguments[0])):
            spin()
        return function(*arguments, **named)

    return replaced


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test waits for."""
    limits = ReadingLimits(cpu_seconds=2)
    monkeypatch.setattr(guard.guarded, "__defaults__", (limits,))
    monkeypatch.setattr(guard.limited, "__defaults__", (limits,))


@pytest.mark.slow
@pytest.mark.usefixtures("short")
def test_collect_goes_on_after_a_hand_in_that_is_never_read(
    released_tiny: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused in one line that names it, and the others are taken in."""
    monkeypatch.setattr(collect, "read_sent", when_slow(read_sent))
    paths = [tmp_path / f"tiny_{name}.zip" for name in ("ada", SLOW, "bob")]
    for path in paths:
        with zipfile.ZipFile(path, "w") as made:
            for file in ("tiny.ipynb", "lib/thing.py"):
                made.write(released_tiny.release / file, file)
    found = collect_all(released_tiny, paths, replace=False)
    assert [one.student for one in found.taken] == ["ada", "bob"]
    assert found.refused == ["tiny_slow.zip: takes more than 2 s of processor time to read"]


@pytest.mark.slow
@pytest.mark.usefixtures("short")
def test_grade_goes_on_after_a_hand_in_that_is_never_read(
    released_tiny: Assignment, hand_ins: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told as one that was not taken, and the others have their points."""
    made = hand_ins(released_tiny)
    for name in ("ada", SLOW, "bob"):
        made.add_solved(name)
    monkeypatch.setattr(grade, "inspect", when_slow(inspect))
    result = grade_class(released_tiny, [], jobs=1, force=False, progress=lambda _: None)
    assert sorted(result.reports) == ["ada", "bob"]
    (why,) = result.refused.values()
    assert "takes more than 2 s of processor time to read" in why
    assert "slow" in why


@pytest.fixture
def on_main_thread() -> Iterator[None]:
    """Leaves the signal as it was, for what `limited` needs."""
    before = signal.getsignal(signal.SIGPROF)
    yield
    assert signal.getsignal(signal.SIGPROF) == before


@pytest.mark.one_in(2)
@pytest.mark.slow
@pytest.mark.usefixtures("short", "on_main_thread")
@pytest.mark.parametrize("where", ["notebook_problem", "nbgrader"])
def test_a_notebook_that_is_never_read_has_the_release_s_stand_in(
    released_tiny: Assignment,
    hand_ins: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    tiny_grader: Grader,
    where: str,
) -> None:
    """Its student's points are recorded, with a note that says why the notebook is not shown."""
    hand_ins(released_tiny).add_solved("ada")
    report = tiny_grader.grade(Submission("ada", {"lib/thing.py": b""}))
    made = recorder.Recorder(released_tiny)
    if where == "notebook_problem":
        monkeypatch.setattr(recorder, "notebook_problem", lambda *_: spin())
    else:
        through = made._through_nbgrader

        def stalling(report: Any, directory: str, waits: Sequence[str] = ()) -> None:
            if directory == "submitted":
                try:
                    spin()
                except BaseException as error:
                    raise RuntimeError("Please see the log") from error
            through(report, directory, waits)

        monkeypatch.setattr(made, "_through_nbgrader", stalling)
    note = made.record(report)
    assert "takes more than 2 s of processor time to read" in note
    assert (released_tiny.feedback("ada") / "tiny.html").is_file()


@pytest.mark.slow
@pytest.mark.usefixtures("short")
def test_a_pdf_whose_comparison_never_ends_is_told_as_unreadable(
    released_tiny: Assignment, hand_ins: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The finding says so, and the hand-in is recorded."""
    folder = hand_ins(released_tiny).add_solved("ada")
    (folder / "tiny_submission.pdf").write_bytes(b"%PDF-1.7")
    checked = check.PdfCheck(released_tiny)
    monkeypatch.setattr(checked, "_specs", (PartSpec("question", "answer"),))
    monkeypatch.setattr(check, "pdf_name", lambda _: "tiny_submission.pdf")
    monkeypatch.setattr(Assignment, "as_one_notebook", lambda *_: spin())
    (finding,) = checked.check("ada")
    assert finding.what == "the hand-in takes more than 2 s of processor time to read"

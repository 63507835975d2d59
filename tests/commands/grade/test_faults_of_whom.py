"""A fault belongs to the party that made it: the machine's and the kit's are no hand-in's."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gradekit.batch.report_cache import current_report
from gradekit.commands import grade as pipeline
from gradekit.commands.grade import grade_class
from gradekit.course import Assignment
from gradekit.errors import GraderError, StorageError, SubmissionError
from gradekit.files import unreadable
from gradekit.gradebook.page import exporter as page
from gradekit.gradebook.recording import recorder
from gradekit.gradebook.recording.record_keys import record_key
from gradekit.gradebook.recording.recorder import Recorder, notebook_problem
from gradekit.gradebook.steps import autograde as autograde_steps
from gradekit.gradebook.steps.submission_time import submission_time
from gradekit.gradebook.store.scores import read_scores
from gradekit.model import Report

pytestmark = pytest.mark.one_in(4, of="grading a class")

MACHINES = [errno.EMFILE, errno.ENFILE, errno.EIO, errno.ENOMEM, errno.ENOSPC, errno.EROFS]
COMMAND = [sys.executable, "-c", "from gradekit.cli.entry import staff; staff()", "grade", "tiny"]


@pytest.fixture
def adas(tiny_handins: Any) -> tuple[Assignment, Report]:
    """An assignment that ada has handed in, and her report."""
    tiny_handins.add_solved("ada")
    assignment: Assignment = tiny_handins.assignment
    return assignment, current_report(assignment, "ada", assignment.submission("ada"))


def failing(error: BaseException) -> Callable[..., Any]:
    """Return a function that fails."""

    def fail(*_: object, **__: object) -> Any:
        raise error

    return fail


BROKEN: dict[str, tuple[Any, str]] = {
    "a step's own code": (autograde_steps.KeepPlain, "preprocess"),
    "what a step calls": (autograde_steps, "plain_outputs"),
    "the step that saves points": (autograde_steps.SaveReport, "_grades"),
    "the page of feedback": (page, "page_of"),
}


@pytest.mark.slow
@pytest.mark.parametrize("broken", BROKEN)
def test_a_fault_of_the_kits_own_step_is_no_notebooks(
    adas: tuple[Assignment, Report], monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """It is the grader's, with its place; the release's notebook does not stand in."""
    assignment, report = adas
    before = (assignment.submission("ada") / "tiny.ipynb").read_bytes()
    where, name = BROKEN[broken]
    monkeypatch.setattr(where, name, failing(KeyError("odd")))
    with pytest.raises(GraderError, match=r"gradekit/gradebook/[\w/]+\.py:\d+: .*KeyError: 'odd'"):
        Recorder(assignment).record(report)
    assert (assignment.submission("ada") / "tiny.ipynb").read_bytes() == before
    assert not (assignment.root / recorder.INTAKE).exists()
    monkeypatch.undo()
    assert Recorder(assignment).record(report) == ""
    assert read_scores(assignment)["ada"].total == 4.0


@pytest.mark.slow
@pytest.mark.parametrize("number", [errno.EMFILE, errno.EIO])
def test_a_fault_of_the_machine_within_a_step_is_one_line(
    adas: tuple[Assignment, Report], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Too many open files, or a disk that fails, amid a step says so and blames no notebook."""
    assignment, report = adas
    error = OSError(number, os.strerror(number), "there")
    monkeypatch.setattr(autograde_steps, "plain_outputs", failing(error))
    with pytest.raises(StorageError, match=f"there: {os.strerror(number)}: .*run the same command"):
        Recorder(assignment).record(report)


@pytest.mark.parametrize("number", MACHINES)
def test_what_the_machine_refuses_is_no_hand_ins_fault(
    tiny_handins: Any, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Wherever a hand-in is read, what would stop every other one as well stops the command."""
    folder = tiny_handins.add_solved("ada")
    (folder / "timestamp.txt").write_text("2026-11-24 12:00:00 UTC")
    assignment = tiny_handins.assignment
    report = Report("tiny", "ada", "", (), ())
    error = OSError(number, os.strerror(number))
    monkeypatch.setattr(Path, "open", failing(error))
    monkeypatch.setattr(Path, "read_bytes", failing(error))
    monkeypatch.setattr("builtins.open", failing(error))
    monkeypatch.setattr("io.open", failing(error))
    with pytest.raises(StorageError):
        submission_time(folder)
    with pytest.raises(StorageError):
        notebook_problem(folder, "tiny")
    with pytest.raises(StorageError):
        record_key(assignment, report, "")


@pytest.mark.parametrize("number", [*MACHINES, errno.EACCES, errno.ENOENT, errno.ELOOP])
def test_who_is_to_blame_for_a_file_that_cannot_be_read(number: int) -> None:
    """A file that one may not read, or that is gone, is its hand-in's; else it is the machine."""
    found = unreadable(OSError(number, os.strerror(number)), "there")
    expected = StorageError if number in MACHINES else SubmissionError
    assert type(found) is expected
    assert "there: " in str(found)


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EIO])
def test_grading_a_class_stops_where_nothing_can_be_read(
    tiny_handins: Any, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """One line for all, and not a refusal for each student."""
    for student in ("ada", "bob"):
        tiny_handins.add_solved(student)
    error = OSError(number, os.strerror(number))
    monkeypatch.setattr(pipeline, "inspect", failing(error))
    with pytest.raises(StorageError, match=os.strerror(number)):
        grade_class(tiny_handins.assignment, [], 1, False, lambda _: None)


@pytest.mark.slow
@pytest.mark.parametrize("most", [14, 22, 30])
def test_too_few_open_files_are_one_line_and_nobodys_refusal(tiny_handins: Any, most: int) -> None:
    """Where the machine allows few open files, the command says that and blames no student."""
    for student in ("ada", "bob"):
        tiny_handins.add_solved(student)
    limited = ["sh", "-c", f'ulimit -n {most} && exec "$@"', "sh", *COMMAND, "--jobs", "1"]
    done = subprocess.run(
        limited, cwd=tiny_handins.assignment.root, capture_output=True, text=True, check=False
    )
    assert done.returncode in (1, 3)
    assert "Too many open files" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "not taken" not in done.stdout + done.stderr


@pytest.mark.slow
def test_a_notebooks_own_form_is_still_the_notebooks(tiny_handins: Any) -> None:
    """A cell that cannot be turned back is put right as before; the code keeps its points."""
    folder = tiny_handins.add_solved("ada")
    path = folder / "tiny.ipynb"
    notebook = json.loads(path.read_text())
    cell = next(
        c
        for c in notebook["cells"]
        if c["metadata"].get("nbgrader", {}).get("grade_id") == "double"
    )
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]
    cell["attachments"] = {"a.png": {"image/png": "iVBORw0KGgo="}}
    notebook["cells"][0]["source"] = "half \ud800"
    path.write_text(json.dumps(notebook))
    assignment = tiny_handins.assignment
    result = grade_class(assignment, [], 1, False, lambda _: None)
    assert result.exit_code == 0
    assert read_scores(assignment)["ada"].total == 4.0

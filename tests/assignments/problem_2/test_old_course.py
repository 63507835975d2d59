"""A course of version 0.1 with its own problem_2, whose parts nobody had declared, goes on."""

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from real_assignments import copy_assignment

from gradekit.assignment.parts import FACTS
from gradekit.assignment.spec import FILE
from gradekit.batch.report_store import load_report
from gradekit.commands.collect import collect_all
from gradekit.commands.grade import grade_class
from gradekit.commands.release import make_release
from gradekit.course import Assignment
from gradekit.model import PdfState
from gradekit.names import RULES
from gradekit.submission.pack import look, pack

pytestmark = [pytest.mark.slow, pytest.mark.one_in(3)]
NOTES_OF_RUNS = re.compile(r"import contextlib\n|\n\nwith contextlib.*", re.S)
# What version 0.1 had beside the plots: notes of its own when something was shown.
SHOWN = """\
import json, time
from pathlib import Path


def note_shown(kind, content):
    path = Path(".gradekit") / "shown.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps([{"kind": kind, "sha256": "0" * 64, "seconds": time.time()}]))
"""


def write(path: Path, answer: str = "", without: str = "") -> None:
    """Change a notebook: its answer, what its setup cell notes, or what it says of itself."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name == "setup":
            cell["source"] = NOTES_OF_RUNS.sub("", "".join(cell["source"]))
        if answer and name == "inline_question":
            cell["source"] = answer
    notebook["metadata"].get("gradekit", {}).pop(without, None)
    path.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """Such a course, released by today's kit."""
    assignment = copy_assignment(tmp_path_factory.mktemp("old"), "problem_2")
    for name in (FILE, RULES):
        (assignment.source / name).unlink()
    (assignment.source / "lib" / "shown.py").write_text(SHOWN)
    write(assignment.source / "problem_2.ipynb")
    make_release(assignment)
    return assignment


def handed_out(assignment: Assignment, folder: Path, **changes: Any) -> Path:
    """Return a student's folder with what was given out."""
    shutil.copytree(assignment.release, folder, ignore=shutil.ignore_patterns("*.whl"))
    write(folder / "problem_2.ipynb", **changes)
    return folder


@pytest.mark.parametrize("without", ["", FACTS], ids=["released today", "released by 0.1"])
def test_submit_asks_for_the_answers(old: Assignment, tmp_path: Path, without: str) -> None:
    """What is graded by hand is asked for, and nothing that only today's problem_2 declares."""
    blank = handed_out(old, tmp_path / "problem_2", without=without)
    (line,) = look(blank).missing
    assert "not written yet" in line
    write(blank / "problem_2.ipynb", answer="The cell state keeps early words.")
    submission = look(blank)
    assert (submission.missing, submission.notes) == ((), ())
    assert [part.name for part in submission.parts] == ["inline_question"]


def test_it_is_collected_and_graded(old: Assignment, tmp_path: Path) -> None:
    """The PDF is held against the answer; nothing is said of rules that are not there."""
    folder = handed_out(old, tmp_path / "problem_2", answer="The cell state keeps early words.")
    packed = pack(look(folder), "ada", datetime(2026, 3, 4, tzinfo=UTC))
    assert not collect_all(old, [packed.zip], False).refused
    assert grade_class(old, [], 1, False, lambda *_: None).exit_code == 0
    report = load_report(old.report_file("ada"))
    assert report
    assert [(one.part, one.state) for one in report.pdf] == [("inline_question", PdfState.SAME)]

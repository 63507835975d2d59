"""Recording a class: one writer; nothing is done twice, and no person's work is lost."""

import contextlib
import shutil
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hand_ins import HandIns
from nbgrader.api import Gradebook
from nbgrader_steps import autograde

from gradekit.batch.report_store import load_report
from gradekit.commands.class_recorder import ClassResult
from gradekit.commands.grade import grade_class
from gradekit.commands.submission_done import SubmissionDone
from gradekit.course import Assignment, Course
from gradekit.errors import GradekitError
from gradekit.gradebook.recording.record_keys import find_staleness, record_key, save_mark
from gradekit.gradebook.store.rows import HeldSubmission
from gradekit.gradebook.store.scores import read_scores
from gradekit.model import Outcome

pytestmark = pytest.mark.one_in(4, of="grading a class")

WRONG = "class Doubler:\n    def forward(self, x):\n        return 3 * x\n"
COMMAND = [sys.executable, "-c", "from gradekit.cli.entry import staff; staff()", "grade", "tiny"]
KEPT_ROWS = """
SELECT student_id, timestamp, late_submission_penalty, base_cell.name, auto_score, manual_score,
       needs_manual_grade
FROM grade JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
JOIN base_cell ON grade.cell_id = base_cell.id ORDER BY 1, 4
"""


@pytest.fixture
def class_of_three(tiny_handins: Any) -> Assignment:
    """A class of one who is right, one who is wrong and one whose notebook is missing."""
    tiny_handins.add_solved("ada")
    tiny_handins.add("bob", {"lib/thing.py": WRONG})
    (tiny_handins.add_solved("cyd") / "tiny.ipynb").unlink()
    assignment: Assignment = tiny_handins.assignment
    return assignment


def grade(assignment: Assignment, force: bool = False) -> tuple[dict[str, str], ClassResult]:
    """Grade a class; return the last word of progress on each student, and the result."""
    words: dict[str, str] = {}
    progress = lambda done: words.update({done.student: done.word})  # noqa: E731
    return words, grade_class(assignment, [], 2, force, progress)


def rows(assignment: Assignment) -> list[tuple[Any, ...]]:
    """Return the grades in the course's gradebook."""
    with contextlib.closing(sqlite3.connect(assignment.root / "gradebook.db")) as database:
        return database.execute(KEPT_ROWS).fetchall()


@pytest.mark.slow
def test_the_gradebook_is_that_of_nbgraders_own_command(class_of_three: Assignment) -> None:
    """Rows that came by way of a gradebook aside are those that nbgrader writes itself."""
    grade(class_of_three)
    ours = rows(class_of_three)
    assert len(ours) == 9
    for student in ("ada", "bob"):
        autograde(class_of_three, student)
    assert rows(class_of_three) == ours


@pytest.mark.slow
def test_only_what_changed_is_graded_and_recorded_again(class_of_three: Assignment) -> None:
    """A second run keeps all; a changed hand-in and a lost page are done again, and only they."""
    assert set(grade(class_of_three)[0].values()) == {"graded"}
    assert set(grade(class_of_three)[0].values()) == {"kept"}
    (class_of_three.submission("bob") / "lib/thing.py").write_text(WRONG.replace("3", "4"))
    (class_of_three.feedback("ada") / "tiny.html").unlink()
    assert grade(class_of_three)[0] == {"ada": "graded", "bob": "graded", "cyd": "kept"}
    assert (class_of_three.feedback("ada") / "tiny.html").is_file()
    assert set(grade(class_of_three, force=True)[0].values()) == {"graded"}


@pytest.mark.slow
def test_each_student_is_told_of_once(class_of_three: Assignment) -> None:
    """Progress hears of everybody once: of the graded, the kept and the refused."""
    with (class_of_three.submission("bob") / "lib/large.py").open("wb") as file:
        file.truncate(1 << 30)
    for words in (["graded", "not taken", "graded"], ["kept", "not taken", "kept"]):
        told: list[SubmissionDone] = []
        result = grade_class(class_of_three, [], 2, False, told.append)
        assert [(one.student, one.word) for one in sorted(told, key=lambda one: one.student)] == [
            *zip(("ada", "bob", "cyd"), words, strict=True)
        ]
        assert set(result.refused) == {"bob"}
        assert result.kept == {one.student for one in told if one.word == "kept"}
    ada = next(one for one in told if one.student == "ada")
    assert (ada.outcome, ada.points, ada.most) == (Outcome.PASS, 4.0, 6.0)


@pytest.mark.slow
def test_a_persons_grades_stay_and_reach_the_feedback(class_of_three: Assignment) -> None:
    """Points and comments by hand are kept, and the next run shows them."""
    grade(class_of_three)
    with Gradebook(f"sqlite:///{class_of_three.root / 'gradebook.db'}") as gradebook:
        place = ("question", "tiny", "tiny", "ada")
        gradebook.find_grade(*place).manual_score = 1.5
        gradebook.find_comment(*place).manual_comment = "Nearly."
        gradebook.db.commit()
    assert grade(class_of_three)[0] == {"ada": "graded", "bob": "kept", "cyd": "kept"}
    assert read_scores(class_of_three)["ada"].total == 5.5
    assert "Nearly." in (class_of_three.feedback("ada") / "tiny.html").read_text("utf-8")
    assert set(grade(class_of_three)[0].values()) == {"kept"}


@pytest.mark.slow
def test_a_grade_that_came_after_a_fault_of_the_grader_is_recorded(
    class_of_three: Assignment,
) -> None:
    """What has the same inputs and another outcome is no record of what was graded now."""
    grade(class_of_three)
    path = class_of_three.report_file("ada")
    right = load_report(path)
    assert right is not None
    faulty = replace(
        right, results=tuple(replace(one, outcome=Outcome.ERROR) for one in right.results)
    )
    key = record_key(class_of_three, faulty, "")
    held = HeldSubmission("decided", "asked")
    save_mark(class_of_three, "ada", key, held)
    assert find_staleness(class_of_three, "ada", key, held) is None
    other = record_key(class_of_three, right, "")
    assert find_staleness(class_of_three, "ada", other, held) == ""
    assert grade(class_of_three)[0] == {"ada": "graded", "bob": "kept", "cyd": "kept"}


@pytest.mark.slow
def test_what_stood_in_for_a_notebook_is_still_noted_when_kept(class_of_three: Assignment) -> None:
    """The note on a damaged notebook stays with the report that is kept."""
    (class_of_three.submission("ada") / "tiny.ipynb").write_text('{"cells": 3}')
    first = grade(class_of_three)[1].reports["ada"].notes
    assert any("stands in for it" in note for note in first)
    words, result = grade(class_of_three)
    assert words["ada"] == "kept"
    assert result.reports["ada"].notes == first
    kept = load_report(class_of_three.report_file("ada"))
    assert kept is not None
    assert kept.notes == first


@pytest.mark.slow
def test_a_gradebook_that_cannot_be_written_is_one_line(class_of_three: Assignment) -> None:
    """A locked gradebook stops the command with one line, and the next run goes on."""
    path = class_of_three.root / "gradebook.db"
    with contextlib.closing(sqlite3.connect(path)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(
            GradekitError, match=r"gradebook\.db: database is locked: put that right"
        ):
            grade(class_of_three)
        holder.rollback()
    assert set(grade(class_of_three)[0].values()) == {"graded"}


def test_a_missing_gradebook_is_told(
    class_of_three: Assignment, gradekit: Callable[..., tuple[int, str, str]]
) -> None:
    """Without a gradebook nothing is graded, and the line says how to make one."""
    (class_of_three.root / "gradebook.db").unlink()
    shutil.rmtree(class_of_three.root / ".gradekit", ignore_errors=True)
    code, _, told = gradekit(class_of_three.root, "grade", "tiny")
    assert code == 1
    assert "gradekit release" in told
    assert not Path(class_of_three.root / "gradebook.db").exists()


@pytest.mark.slow
def test_a_course_is_graded_alike_from_anywhere(
    class_of_three: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From another folder, too, a student's module stays the student's, and shows no solution."""
    monkeypatch.chdir(tmp_path)
    grade(class_of_three)
    for student in ("ada", "bob"):
        mine = (class_of_three.submission(student) / "lib/thing.py").read_text()
        for folder in (class_of_three.autograded(student), class_of_three.feedback(student)):
            assert (folder / "lib/thing.py").read_text() == mine


def put_back(assignment: Assignment, backup: Path) -> None:
    """Put an older gradebook back."""
    shutil.copyfile(backup, assignment.root / "gradebook.db")


def in_gradebook(*statements: str) -> Callable[[Assignment], None]:
    """Return what changes a course's gradebook."""

    def change(assignment: Assignment) -> None:
        with contextlib.closing(sqlite3.connect(assignment.root / "gradebook.db")) as database:
            for statement in statements:
                database.execute(statement)
            database.commit()

    return change


ADAS = "(SELECT id FROM submitted_assignment WHERE student_id = 'ada')"
NOTEBOOK = f"(SELECT id FROM submitted_notebook WHERE assignment_id IN {ADAS})"
LOST: dict[str, tuple[Callable[[Assignment], None], str]] = {
    "a score edited": (
        in_gradebook(f"UPDATE grade SET auto_score = 0.5 WHERE notebook_id IN {NOTEBOOK}"),
        "the gradebook holds something else",
    ),
    "a comment edited": (
        in_gradebook(f"UPDATE comment SET auto_comment = 'x' WHERE notebook_id IN {NOTEBOOK}"),
        "the gradebook holds something else",
    ),
    "a penalty edited": (
        in_gradebook(
            f"UPDATE submitted_notebook SET late_submission_penalty = 1 WHERE id IN {NOTEBOOK}"
        ),
        "the gradebook holds something else",
    ),
    "grades deleted": (
        in_gradebook(f"DELETE FROM grade WHERE notebook_id IN {NOTEBOOK}"),
        "the gradebook holds something else",
    ),
    "a student deleted alone": (
        in_gradebook("PRAGMA foreign_keys = OFF", "DELETE FROM student WHERE id = 'ada'"),
        "the gradebook holds nothing",
    ),
    "a hand-in deleted": (
        in_gradebook(
            f"DELETE FROM grade WHERE notebook_id IN {NOTEBOOK}",
            f"DELETE FROM comment WHERE notebook_id IN {NOTEBOOK}",
            f"DELETE FROM submitted_notebook WHERE assignment_id IN {ADAS}",
            "DELETE FROM submitted_assignment WHERE student_id = 'ada'",
        ),
        "the gradebook holds nothing",
    ),
    "autograded gone": (
        lambda assignment: shutil.rmtree(assignment.root / "autograded/ada"),
        "'autograded/ada/tiny/tiny.ipynb' was gone",
    ),
    "feedback gone": (
        lambda assignment: shutil.rmtree(assignment.root / "feedback/ada"),
        "'feedback/ada/tiny/tiny.html' was gone",
    ),
}


@pytest.fixture(scope="module")
def graded_root(tiny_class: Callable[[str], HandIns]) -> Path:
    """A class of two that is graded; tests work on copies."""
    submissions = tiny_class("graded")
    submissions.add_solved("ada")
    submissions.add("bob", {"lib/thing.py": WRONG})
    grade(submissions.assignment)
    return submissions.assignment.root


@pytest.mark.slow
@pytest.mark.parametrize("lost", LOST)
def test_what_is_kept_is_what_the_gradebook_has(
    graded_root: Path, tmp_path: Path, lost: str
) -> None:
    """What was lost or changed since is recorded again, not graded again, and told in a line."""
    shutil.copytree(graded_root, tmp_path / "course")
    assignment = Course(tmp_path / "course").assignment("tiny")
    change, told = LOST[lost]
    before = rows(assignment)
    change(assignment)
    words, result = grade(assignment)
    assert words == {"ada": "graded", "bob": "kept"}
    assert set(result.again) == {"ada"}
    assert told in result.again["ada"]
    assert rows(assignment) == before
    report = load_report(assignment.report_file("ada"))
    original = load_report(Course(graded_root).assignment("tiny").report_file("ada"))
    assert report is not None
    assert original is not None
    assert report.seconds == original.seconds  # not graded again
    assert set(grade(assignment)[0].values()) == {"kept"}


@pytest.mark.slow
def test_an_older_gradebook_that_is_put_back_is_filled_again(
    class_of_three: Assignment, gradekit: Callable[..., tuple[int, str, str]]
) -> None:
    """After a gradebook of before any grade is back, nobody is "kept" with no points in it."""
    backup = class_of_three.root / "backup.db"
    shutil.copyfile(class_of_three.root / "gradebook.db", backup)
    grade(class_of_three)
    before = rows(class_of_three)
    put_back(class_of_three, backup)
    code, told, _ = gradekit(class_of_three.root, "grade", "tiny")
    assert code == 0
    assert "3 hand-ins: 3 graded" in told
    assert "recorded again, not graded again:" in told
    assert "the gradebook holds nothing of what was recorded" in told
    assert [row[3:] for row in rows(class_of_three)] == [row[3:] for row in before]


@pytest.mark.slow
def test_another_database_is_filled_as_the_first_one(class_of_three: Assignment) -> None:
    """Where the configuration names another gradebook, all is recorded there."""
    grade(class_of_three)
    other = class_of_three.root / "other.db"
    shutil.copyfile(class_of_three.root / "gradebook.db", other)
    change = in_gradebook("UPDATE grade SET auto_score = 0.25")
    change(class_of_three)
    first = class_of_three.root / "gradebook.db"
    first.rename(class_of_three.root / "third.db")
    other.rename(first)
    assert set(grade(class_of_three)[0].values()) == {"kept"}
    (class_of_three.root / "third.db").rename(other)
    with (class_of_three.root / "nbgrader_config.py").open("a") as config:
        config.write(f"get_config().CourseDirectory.db_url = 'sqlite:///{other}'\n")
    words, result = grade(class_of_three)
    assert set(words.values()) == {"graded"}
    assert set(result.again) == {"ada", "bob", "cyd"}
    assert {name: one.total for name, one in read_scores(class_of_three).items()}["ada"] == 4.0


STOPS = [
    "a report saved",
    "nbgrader's steps done",
    "rows written",
    "answers kept",
]


@pytest.mark.slow
@pytest.mark.parametrize("stop", STOPS)
def test_whatever_stops_a_regrade_it_is_done_again(
    graded_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: str
) -> None:
    """Stopped between any two of its steps, a regrade leaves no record that counts as current."""
    shutil.copytree(graded_root, tmp_path / "course")
    assignment = Course(tmp_path / "course").assignment("tiny")
    before = rows(assignment)

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    places = {
        "a report saved": "gradekit.gradebook.recording.pool.RecordingPool.submit",
        "nbgrader's steps done": "gradekit.gradebook.recording.pool.RecordingPool._write",
        "rows written": "gradekit.commands.class_recorder.save_seen",
        "answers kept": "gradekit.commands.class_recorder.save_mark",
    }
    with monkeypatch.context() as patch:
        patch.setattr(places[stop], interrupt)
        with pytest.raises(KeyboardInterrupt):
            grade_class(assignment, ["ada"], 1, True, lambda _: None)
    words = grade(assignment)[0]
    assert words == {"ada": "graded", "bob": "kept"}
    assert rows(assignment) == before
    assert set(grade(assignment)[0].values()) == {"kept"}

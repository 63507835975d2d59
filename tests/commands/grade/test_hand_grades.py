"""Points by hand are for one answer: one that has changed since is told, and no other is."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hand_ins import HandIns
from notebooks_in_place import Notebooks

from gradekit.commands.class_recorder import ClassResult
from gradekit.commands.grade import grade_class
from gradekit.commands.summary import action_items, find_changed_answers
from gradekit.course import Assignment, Course
from gradekit.gradebook.store.hand_grades import (
    HandGrade,
    SeenAnswer,
    is_changed,
    lost_points,
    settle_points,
)
from gradekit.gradebook.store.scores import open_gradebook, read_scores
from gradekit.gradebook.store.waiting import waiting

pytestmark = pytest.mark.one_in(4, of="grading a class")

PLACE = ("tiny", "tiny", "ada")
FIRST, SECOND = "**Answer**\n\nTwice.", "**Answer**\n\nTwice, or the sum with itself."


@pytest.fixture(scope="module")
def graded_by_hand_root(tiny_class: Callable[[str], HandIns]) -> Path:
    """A course where ada's answer is graded, and has 1.5 points by hand; tests work on copies."""
    submissions = tiny_class("by-hand")
    submissions.add_solved("ada")
    answer(submissions.assignment, FIRST)
    grade(submissions.assignment)
    give(submissions.assignment, 1.5)
    return submissions.assignment.root


@pytest.fixture
def by_hand(graded_by_hand_root: Path, tmp_path: Path) -> Assignment:
    """The course where ada has points by hand."""
    shutil.copytree(graded_by_hand_root, tmp_path / "by-hand")
    return Course(tmp_path / "by-hand").assignment("tiny")


def answer(assignment: Assignment, text: str) -> None:
    """Write ada's answer into her hand-in."""
    Notebooks().change(
        assignment.submission("ada") / "tiny.ipynb",
        lambda n: Notebooks.cell(n, "question").update(source=text),
    )


def give(assignment: Assignment, points: float, item: str = "question") -> None:
    """Give points by hand, as formgrader does when somebody saves them."""
    with open_gradebook(assignment.root) as gradebook:
        found = gradebook.find_grade(item, *PLACE)
        found.manual_score, found.needs_manual_grade = points, False
        gradebook.db.commit()


def grade(assignment: Assignment, force: bool = False) -> ClassResult:
    """Grade the class."""
    return grade_class(assignment, [], 1, force, lambda _: None)


def asks(assignment: Assignment, item: str = "question") -> bool:
    """Whether the gradebook asks for a person's look at ada's answer."""
    with open_gradebook(assignment.root) as gradebook:
        return bool(gradebook.find_grade(item, *PLACE).needs_manual_grade)


def told(assignment: Assignment, result: ClassResult) -> list[str]:
    """Return the lines on changed answers."""
    return [one.line for one in find_changed_answers(assignment, result)]


@pytest.mark.slow
def test_a_changed_answer_is_told_until_somebody_has_looked(by_hand: Assignment) -> None:
    """The points stay, and each run tells that they are for another answer, until it is saved."""
    answer(by_hand, SECOND)
    for force in (False, False, True):
        result = grade(by_hand, force)
        assert asks(by_hand)
        assert told(by_hand, result) == [
            "'question': changed since it was graded by hand, 1.5 points: look again"
        ]
        assert waiting(by_hand).of("question") == ["ada"]
        assert ("MANUAL", "question") in [(n.why, n.item) for n in action_items(by_hand, result)]
        assert read_scores(by_hand)["ada"].items["question"].score == 1.5
    assert grade(by_hand).kept == {"ada"}
    give(by_hand, 1.5)  # somebody has looked, and leaves it at that
    assert not told(by_hand, grade(by_hand))
    assert not asks(by_hand)
    assert grade(by_hand).kept == {"ada"}


@pytest.mark.slow
def test_an_unchanged_answer_is_not_looked_at_again(by_hand: Assignment) -> None:
    """Grading again, with other code or another time, asks nobody to grade the same text."""
    assert not told(by_hand, grade(by_hand))
    (by_hand.submission("ada") / "timestamp.txt").write_text("2026-11-24 12:00:00 UTC\n")
    for force in (False, True):
        assert not told(by_hand, grade(by_hand, force))
        assert not asks(by_hand)
        assert waiting(by_hand).of("question") == []
    answer(by_hand, FIRST + "   \n\n")  # white space at the end is no other answer
    assert not told(by_hand, grade(by_hand))


@pytest.mark.slow
def test_an_answer_that_is_as_it_was_again_needs_nobody(by_hand: Assignment) -> None:
    """Where the older answer is handed in again, its points are for it."""
    answer(by_hand, SECOND)
    assert told(by_hand, grade(by_hand))
    answer(by_hand, FIRST)
    assert not told(by_hand, grade(by_hand))
    answer(by_hand, SECOND)
    assert told(by_hand, grade(by_hand))


@pytest.mark.slow
def test_a_hand_in_without_its_notebook_keeps_no_points_unseen(by_hand: Assignment) -> None:
    """A notebook that is damaged, or gone, is another answer than the one that has points."""
    (by_hand.submission("ada") / "tiny.ipynb").write_text("{")
    assert told(by_hand, grade(by_hand))
    (by_hand.submission("ada") / "tiny.ipynb").unlink()
    assert told(by_hand, grade(by_hand))


@pytest.mark.slow
def test_points_by_hand_in_place_of_a_check_are_for_one_code(by_hand: Assignment) -> None:
    """Who overrides a check's points is told when the code that they were for has changed."""
    give(by_hand, 2.5, "double")
    assert not told(by_hand, grade(by_hand))
    module = by_hand.submission("ada") / "lib/thing.py"
    module.write_text(module.read_text() + "\n# More.\n")
    assert told(by_hand, grade(by_hand)) == [
        "'double': changed since it was graded by hand, 2.5 points: look again"
    ]
    assert read_scores(by_hand)["ada"].items["double"].score == 2.5


@pytest.mark.slow
def test_points_by_hand_that_an_older_gradebook_lacks_are_told(by_hand: Assignment) -> None:
    """Where they are gone from the gradebook, a line says which, once."""
    grade(by_hand)
    with open_gradebook(by_hand.root) as gradebook:
        gradebook.find_grade("question", *PLACE).manual_score = None
        gradebook.db.commit()
    assert grade(by_hand).again == {
        "ada": "1.5 points by hand for 'question' are no longer in the gradebook"
    }
    assert not grade(by_hand).again


@pytest.mark.slow
def test_a_course_from_before_asks_for_no_second_look(by_hand: Assignment) -> None:
    """Where nothing is kept yet, points are for the answer that was recorded last."""
    shutil.rmtree(by_hand.root / ".gradekit/answers_seen")
    assert not told(by_hand, grade(by_hand, force=True))
    shutil.rmtree(by_hand.root / ".gradekit/answers_seen")
    answer(by_hand, SECOND)
    assert told(by_hand, grade(by_hand))


@pytest.mark.slow
def test_nbgraders_own_autograde_tells_a_changed_answer_from_an_unchanged_one(
    by_hand: Assignment, nbgrader: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """Its command and formgrader's button ask for a look where the kit's command would."""
    for text, expected in ((FIRST, False), (SECOND, True), (SECOND, True), (FIRST, False)):
        answer(by_hand, text)
        done = nbgrader(by_hand.root, "autograde", "tiny", "--force")
        assert done.returncode == 0, done.stderr
        assert asks(by_hand) is expected
        assert bool(waiting(by_hand).changed["question"]) is expected


A, B, C = "a", "b", "c"
P, Q = (1.5, None), (1.0, None)


@pytest.mark.parametrize(
    ("before", "grade", "answer", "expected"),
    [
        (SeenAnswer(A), (None, True), B, SeenAnswer(B)),
        (SeenAnswer(A), (1.5, False), A, SeenAnswer(A, A, P)),
        (SeenAnswer(A), (1.5, False), B, SeenAnswer(B, A, P)),
        (SeenAnswer(A, A, P), (1.5, False), B, SeenAnswer(B, A, P)),
        (SeenAnswer(B, A, P), (1.5, True), B, SeenAnswer(B, A, P)),
        (SeenAnswer(B, A, P), (1.5, True), A, SeenAnswer(A, A, P)),
        (SeenAnswer(B, A, P), (1.5, False), B, SeenAnswer(B, B, P)),
        (SeenAnswer(B, A, P), (1.0, True), B, SeenAnswer(B, B, Q)),
        (SeenAnswer(B, A, P), (1.5, False), C, SeenAnswer(C, B, P)),
        (SeenAnswer(A), (1.5, True), B, SeenAnswer(B, A, P)),  # killed before this was kept
        (None, (1.5, False), A, SeenAnswer(A, "", P)),
        (None, (None, True), A, SeenAnswer(A)),
    ],
)
def test_what_is_known_of_an_answer(
    before: SeenAnswer | None, grade: tuple[float | None, bool], answer: str, expected: SeenAnswer
) -> None:
    """Points are for what was shown when they were given, changed or confirmed."""
    known = {"q": before} if before else {}
    grades = {"q": HandGrade(grade[0], None, grade[1])}
    after = settle_points(known, grades, {"q": answer})
    assert after == {"q": expected}
    assert is_changed(after["q"]) is (expected.points is not None and expected.graded != answer)


def test_lost_points_are_one_line() -> None:
    """All of them are in it, and none that are still there."""
    before = {"q": SeenAnswer(A, A, P), "r": SeenAnswer(A, A, Q), "s": SeenAnswer(A)}
    grades = {"q": HandGrade(None, None, True), "r": HandGrade(1.0, None, False)}
    assert lost_points(before, grades) == (
        "1.5 points by hand for 'q' are no longer in the gradebook"
    )
    assert lost_points({}, grades) == ""

"""The hidden checks of problem_2 prove themselves, on some of the answers whose grade is known;
`gradekit verify` takes them all."""

from pathlib import Path
from typing import Any

import pytest
from chosen_answers import quickly
from real_assignments import share_answers

from gradekit.commands.verify import prepare_answers, verify
from gradekit.course import Course
from gradekit.model import Outcome
from gradekit.verification.answers import Kind
from gradekit.verification.record import counts

SOME_MUTANTS = 4
# Of the other kinds each of so many: these cost seconds of processor time, or are many.
ONE_OF = {
    Kind.EQUIVALENT: 18,
    Kind.MISTAKE: 34,
    Kind.TWO_MISTAKES: 2,
    Kind.FORGED: 4,
    Kind.ENDLESS: 4,
}


@pytest.mark.slow
def test_answers_whose_grade_is_known_get_it(
    problem_2: Any, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No right answer is failed, none that is wrong passes, and mistakes are told by name."""
    (tmp_path / "source").symlink_to(problem_2.assignment.root / "source")
    (tmp_path / "tests").symlink_to(problem_2.assignment.root / "tests")
    course = Course(tmp_path)
    prepared = prepare_answers(course.assignment("problem_2"), SOME_MUTANTS)
    share_answers(tmp_path_factory, prepared.assignment, prepared.bundle)
    found = verify(quickly(prepared, ONE_OF), 2, lambda _name, _word: None)
    told = [(v.answer.name, v.answer.difference, v.problems) for v in found.verdicts if v.problems]
    assert told == []
    assert found.problems == ()
    figures = counts(found)
    assert (figures["false_fails"], figures["false_passes"]) == (0, 0)
    assert figures["equivalents"] >= 3
    assert figures["mistakes"] == figures["mistakes_named"] >= 2
    assert len(found.of(Kind.MUTANT)) == SOME_MUTANTS
    assert all(found.of(kind) for kind in ONE_OF)


@pytest.mark.slow
def test_there_are_enough_mutants(problem_2: Any) -> None:
    """The source of problem_2 makes at least 300 of them."""
    answers = prepare_answers(problem_2.assignment).answers
    assert sum(answer.kind is Kind.MUTANT for answer in answers) >= 300


@pytest.mark.slow
def test_a_right_answer_learns_whichever_batches_are_drawn(problem_2: Any) -> None:
    """Batches are random for each hand-in, and luck decides no points."""
    ended = [
        (result.check, result.outcome, result.message)
        for _ in range(12)
        for result in problem_2.grade(problem_2.solved()).results
        if "learning" in result.check
    ]
    assert len(ended) == 24
    assert [one for one in ended if one[1] is not Outcome.PASS] == []

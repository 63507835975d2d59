"""The test cells of problem_1 prove themselves, with some of the mutants; `gradekit verify` takes
them all."""

from pathlib import Path
from typing import Any

import pytest
from chosen_answers import quickly
from real_assignments import share_answers

from gradekit.commands.verify import prepare_answers, verify
from gradekit.course import Course
from gradekit.verification.answers import Kind
from gradekit.verification.record import counts

pytestmark = pytest.mark.one_in(2, of="long ways")

SOME = 4
# Of these each of so many: they cost seconds of processor time.
ONE_OF = {
    Kind.EQUIVALENT: 6,
    Kind.MISTAKE: 24,
    Kind.TWO_MISTAKES: 8,
    Kind.ENDLESS: 5,
}


@pytest.mark.slow
def test_answers_whose_grade_is_known_get_it(
    problem_1: Any, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No right answer is failed, none that is wrong passes, and mistakes are told by name."""
    (tmp_path / "source").symlink_to(problem_1.assignment.root / "source")
    (tmp_path / "tests").symlink_to(problem_1.assignment.root / "tests")
    prepared = prepare_answers(Course(tmp_path).assignment("problem_1"), SOME)
    share_answers(tmp_path_factory, prepared.assignment, prepared.bundle)
    found = verify(quickly(prepared, ONE_OF), 2, lambda _name, _word: None)
    told = [(v.answer.name, v.answer.difference, v.problems) for v in found.verdicts if v.problems]
    assert told == []
    figures = counts(found)
    assert (figures["false_fails"], figures["false_passes"]) == (0, 0)
    assert figures["equivalents"] >= 3
    assert figures["mistakes"] == figures["mistakes_named"] >= 2
    assert len(found.of(Kind.MUTANT)) == SOME


def test_there_are_enough_answers(problem_1: Any) -> None:
    """There are at least 100 mutants, none of what no test looks at, and what an author wrote."""
    answers = prepare_answers(problem_1.assignment).answers
    kinds = [answer.kind for answer in answers]
    assert kinds.count(Kind.EQUIVALENT) >= 10
    assert kinds.count(Kind.MISTAKE) >= 20
    owners = [answer.owner for answer in answers if answer.kind is Kind.MUTANT]
    assert len(owners) >= 100
    assert "problem_1.ipynb curve" not in owners

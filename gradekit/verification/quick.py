"""The quick part of verifying, which each release runs: the reference and the blank release."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gradekit.course import Assignment
from gradekit.errors import AuthoringError, GraderError, raise_first
from gradekit.grading.bundle import load_bundle
from gradekit.model import Outcome, Report, Result
from gradekit.verification.answers import Answer, Kind, equivalents, quick_answers
from gradekit.verification.equivalent_mutants import read_equivalent_mutants
from gradekit.verification.runner import Verifier
from gradekit.verification.test_cells import shown_by_trial, without_cells
from gradekit.verification.verdicts import judge_answer

STRICT = "it stops the release, as assignment.toml says `strict_tests = true`"


@dataclass(frozen=True)
class Trial:
    """What the reference and the blank release showed: `faults` of checks, which stop a release,
    `of_cells` of test cells, which do so where the assignment says it, and `remarks` on what
    `verify` reads, which do not."""

    faults: tuple[str, ...]
    of_cells: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """All of it."""
        return [*self.faults, *self.of_cells, *self.remarks]


def try_quickly(assignment: Assignment) -> Trial:
    """Return one line for each check that fails the reference, passes the blank release, or cannot
    grade what is no Python; and for each test cell that fails the one or passes the other."""
    graded = _graded(assignment)
    of_cells, remarks = shown_by_trial(assignment, graded), _beside(assignment)
    return Trial(tuple(_problems(_of_checks(graded))), tuple(of_cells), tuple(remarks))


def _beside(assignment: Assignment) -> Iterator[str]:
    """Yield what is wrong with the answers, and the list, that a whole verification reads."""
    for read in (read_equivalent_mutants, lambda one: equivalents(one, load_bundle(one))):
        try:
            read(assignment)
        except AuthoringError as error:
            yield str(error)


def require_verified(assignment: Assignment) -> None:
    """Raise AuthoringError where the checks fail the reference or pass what is not solved.

    A test cell that does so stops nothing, as in nbgrader, unless the assignment says `STRICT`:
    `try_quickly` tells it. Raises GraderError where the machine may have led to that: it says
    nothing about the source.
    """
    of_all = _graded(assignment)
    is_strict = load_bundle(assignment).spec.strict_tests
    graded = of_all if is_strict else _of_checks(of_all)
    problems = _problems(_of_checks(of_all))
    for answer, report in graded:
        for result in report.results:
            if _may_be_machines(answer, result):
                told = f"{result.message} {result.staff_message}".strip(". ")
                raise GraderError(
                    f"{assignment.graders}: {result.check} could not be tried on the {answer.name} "
                    f"answer: {result.outcome} {told}: it may be this machine's fault (memory, "
                    "open files, disk, load): put that right and run the same command again; see "
                    f"`gradekit verify {shlex.quote(assignment.name)} --quick`"
                )
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise AuthoringError(
            f"{assignment.graders}: the checks cannot be right: {problems[0]}{more}; see "
            f"`gradekit verify {shlex.quote(assignment.name)} --quick`"
        )
    if is_strict:
        raise_first(
            [AuthoringError(f"{one} ({STRICT})") for one in shown_by_trial(assignment, of_all)],
            assignment.name,
        )


def _graded(assignment: Assignment) -> list[tuple[Answer, Report]]:
    bundle = load_bundle(assignment)
    answers = quick_answers(assignment, bundle)
    reports = Verifier(assignment, bundle, jobs=1).grade(answers, lambda _name, _word: None)
    return [(answer, reports[answer.name]) for answer in answers]


def _of_checks(graded: Sequence[tuple[Answer, Report]]) -> list[tuple[Answer, Report]]:
    return [(answer, without_cells(report)) for answer, report in graded]


def _problems(graded: Sequence[tuple[Answer, Report]]) -> list[str]:
    verdicts = [judge_answer(answer, report, {}, {}) for answer, report in graded]
    return list(dict.fromkeys(one for verdict in verdicts for one in verdict.problems))


def _may_be_machines(answer: Answer, result: Result) -> bool:
    """Whether it may be the machine that a check did not end as it must.

    An answer that is not solved may crash or hang as it likes; the reference may not.
    """
    wrong = answer.kind is Kind.REFERENCE and result.outcome is not Outcome.PASS
    return result.may_be_machines and (wrong or result.outcome is Outcome.ERROR)

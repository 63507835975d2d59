"""Makes an assignment's checks prove themselves on answers whose grade is known beforehand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gradekit.course import Assignment
from gradekit.errors import AuthoringError
from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.grading.items_match_checks import check_agreement
from gradekit.grading.pytest_session.collection import collect_rules
from gradekit.model import Report
from gradekit.verification import record
from gradekit.verification.answers import Answer, Kind, all_answers
from gradekit.verification.equivalent_mutants import EQUIVALENT_MUTANTS, read_equivalent_mutants
from gradekit.verification.item_dependencies import find_needs
from gradekit.verification.runner import OnAnswerGraded, Verifier
from gradekit.verification.verdicts import Verdict, judge_answer

# Whatever these are judged wrongly for would hide what the others show.
FIRST = (Kind.REFERENCE, Kind.BLANK, Kind.BROKEN)
STOPPED = "no other answer was tried; put right what is told above, and verify again"
# Kinds of answers of which a sample is taken where not all are wanted.
MANY = (Kind.ENDLESS, Kind.TWO_MISTAKES, Kind.FORGED, Kind.MUTANT)


@dataclass(frozen=True)
class Prepared:
    """What is to be graded."""

    assignment: Assignment
    bundle: GradingBundle
    answers: list[Answer]
    whole: bool


def prepare_answers(assignment: Assignment, sample: int = 0) -> Prepared:
    """Make the answers; with `sample` only that many of each kind that has many, evenly spread.

    Raises AuthoringError where notebook and checks disagree, or an answer cannot be made.
    """
    check_agreement(assignment)
    bundle = load_bundle(assignment)
    answers = all_answers(assignment, bundle, collect_rules(assignment.graders)[1])
    mutants = [answer for answer in answers if answer.kind is Kind.MUTANT]
    if not 0 < sample < len(mutants):
        return Prepared(assignment, bundle, answers, whole=True)
    chosen = [answer for kind in Kind for answer in _sample(answers, kind, sample)]
    return Prepared(assignment, bundle, chosen, whole=False)


def _sample(answers: Sequence[Answer], kind: Kind, count: int) -> list[Answer]:
    """Return the answers of a kind; of kinds that are many, only so many, and what they need."""
    some = [answer for answer in answers if answer.kind is kind]
    if kind not in MANY or len(some) <= count:
        return some
    chosen = [some[number * len(some) // count] for number in range(count)]
    needed = {name for answer in chosen for name in answer.beside}
    return [answer for answer in some if answer in chosen or answer.name in needed]


def verify(prepared: Prepared, jobs: int, progress: OnAnswerGraded) -> record.Verification:
    """Grade the answers and judge what the checks said; `progress` is told of each.

    Where the solution is not graded as it must be, or what holds none of it, nothing else is.
    """
    first = [answer for answer in prepared.answers if answer.kind in FIRST]
    rest = [answer for answer in prepared.answers if answer.kind not in FIRST]
    verifier = Verifier(prepared.assignment, prepared.bundle, jobs)
    reports = verifier.grade(first, progress)
    found = _judged(replace(prepared, answers=first, whole=False), reports)
    if found.failed:
        return replace(found, problems=(STOPPED,))
    return _judged(prepared, {**reports, **verifier.grade(rest, progress)})


def _judged(prepared: Prepared, reports: Mapping[str, Report]) -> record.Verification:
    assignment, bundle, answers = prepared.assignment, prepared.bundle, prepared.answers
    equivalent = read_equivalent_mutants(assignment)
    needs = find_needs(answers, reports)
    verdicts = [judge_answer(one, reports[one.name], needs, equivalent, reports) for one in answers]
    if prepared.whole:
        _check_known(assignment, equivalent, verdicts)
    items = record.item_figures(reports["reference"], needs, verdicts)
    right = [reports[one.name] for one in answers if one.kind in record.RIGHT]
    return record.Verification(
        assignment.name,
        record.key_of(assignment, bundle),
        record.now(),
        prepared.whole,
        tuple(verdicts),
        items,
        record.shares_of(right),
        tuple(record.unguarded(items, bundle.by_cells) if prepared.whole else ()),
    )


def _check_known(
    assignment: Assignment, known: Mapping[str, str], verdicts: Sequence[Verdict]
) -> None:
    """Raise AuthoringError for a listed difference that is none of a mutant that loses nothing."""
    unused = sorted(set(known) - {v.answer.difference.strip() for v in verdicts if v.reason})
    if unused:
        path, first = assignment.graders / EQUIVALENT_MUTANTS, " ".join(unused[0].split())
        raise AuthoringError(f"{path}: no mutant that keeps its points differs so: {first}")

"""Judges what the checks said of each answer: whether it is what they must say of such a one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gradekit.grading.deciding_cells import is_cell_check
from gradekit.model import Outcome, Report
from gradekit.verification.answers import Answer, Kind
from gradekit.verification.item_dependencies import Needs, lost

# Messages tell errors with two digits; what is longer may be an input or an expected value.
MORE_TIME = "; more `total_seconds` in assignment.toml may leave time for that"
LONG_NUMBER = re.compile(r"\d\.\d{2,}")


@dataclass(frozen=True)
class Verdict:
    """An answer, the items that it lost points in, and what is wrong with that; or a reason.

    `reason` tells why a mutant cannot lose points: it behaves as the reference does.
    """

    answer: Answer
    lost: tuple[str, ...]
    problems: tuple[str, ...] = ()
    reason: str = ""

    @property
    def survived(self) -> bool:
        """Whether it is a wrong answer that keeps all points, and nobody knows why it may."""
        wrong = self.answer.kind in (Kind.MUTANT, Kind.MISTAKE)
        return wrong and not self.lost and not self.reason


def judge_answer(
    answer: Answer,
    report: Report,
    needs: Needs,
    equivalent: Mapping[str, str],
    reports: Mapping[str, Report] | None = None,
) -> Verdict:
    """Return the verdict on an answer; `equivalent` has the differences that change nothing.

    `reports` are those of all answers by name, where an answer is held against others.
    """
    verdict = Verdict(answer, lost(report))
    if verdict.survived and answer.kind is Kind.MUTANT:
        verdict = replace(verdict, reason=equivalent.get(answer.difference.strip(), ""))
    beside = [(reports or {})[name] for name in answer.beside]
    return replace(verdict, problems=tuple(_problems(verdict, report, needs, beside)))


def _problems(
    verdict: Verdict, report: Report, needs: Needs, beside: Sequence[Report]
) -> Iterator[str]:
    for result in report.results:
        if result.outcome is Outcome.ERROR:
            yield f"{result.item}: no grade: {result.check}: {result.staff_message}"
    kind = verdict.answer.kind
    if kind in (Kind.REFERENCE, Kind.EQUIVALENT):
        yield from _false_fails(verdict, report, needs)
    elif kind in (Kind.BLANK, Kind.BROKEN):
        yield from _false_passes(report)
    elif kind in (Kind.MUTANT, Kind.MISTAKE):
        yield from _of_wrong(verdict, report, needs)
    elif kind is Kind.ENDLESS:
        yield from _of_endless(verdict, beside)
    elif kind is Kind.TWO_MISTAKES:
        yield from _of_two(verdict, beside)
    elif kind is Kind.FORGED:
        yield from _of_forged(verdict, report, beside)


def _false_fails(verdict: Verdict, report: Report, needs: Needs) -> Iterator[str]:
    excused = {item for owner in verdict.answer.left_out for item in needs.get(owner, ())}
    for result in report.results:
        if result.outcome is not Outcome.PASS and result.item not in excused:
            words = f"{result.outcome} {result.message} {result.staff_message}".rstrip(". ")
            yield f"{result.item}: a right answer fails {result.check}: {words}"


def _false_passes(report: Report) -> Iterator[str]:
    for result in report.results:
        if result.outcome is Outcome.PASS:
            yield f"{result.item}: {result.check} passes though nothing is solved"


def _of_endless(verdict: Verdict, beside: Sequence[Report]) -> Iterator[str]:
    """Yield where a function that never ends costs other items than one that is not there."""
    endless = f"{verdict.answer.owner} never ends, and it"
    more, less = f"{endless} also loses points in", f"{endless} keeps its points in"
    for problem in _unlike(verdict, beside, more, less):
        yield f"{problem}{MORE_TIME if problem.startswith(more) else ''}"


def _of_two(verdict: Verdict, beside: Sequence[Report]) -> Iterator[str]:
    """Yield where two mistakes at once lose other items than each of them alone."""
    yield from _unlike(
        verdict,
        beside,
        "it loses points where neither mistake alone does:",
        "it keeps points that one mistake alone costs:",
    )


def _unlike(verdict: Verdict, beside: Sequence[Report], more: str, less: str) -> Iterator[str]:
    """Yield which items it loses that those beside it do not, and which only they lose."""
    theirs, own = {item for report in beside for item in lost(report)}, set(verdict.lost)
    if own - theirs:
        yield f"{more} {', '.join(sorted(own - theirs))}"
    if theirs - own:
        yield f"{less} {', '.join(sorted(theirs - own))}"


def _of_forged(verdict: Verdict, report: Report, beside: Sequence[Report]) -> Iterator[str]:
    """Yield what a whole that is not written has; or, with forged parts, has more than without."""
    for item in report.automatic_items:
        for right in beside:
            points, before = report.score(item) or 0.0, right.score(item) or 0.0
            if points > before:
                yield f"{item.name}: forged parts earn {points - before:g} points"
    if not beside and not verdict.lost:
        yield f"{verdict.answer.owner} need not be written"


def _of_wrong(verdict: Verdict, report: Report, needs: Needs) -> Iterator[str]:
    answer = verdict.answer
    if verdict.survived:
        yield "a wrong answer keeps all points"
    elsewhere = sorted(set(verdict.lost) - set(needs.get(answer.owner, ())))
    if elsewhere:
        yield f"it also loses points where {answer.owner} is not needed: {', '.join(elsewhere)}"
    told = any(answer.about in result.message for result in report.results)
    if answer.kind is Kind.MISTAKE and not told:
        yield "no check tells this mistake by its name"
    for result in report.results:
        # What a test cell tells comes from a run that knew nothing hidden.
        if is_cell_check(result.check):
            continue
        if result.outcome is Outcome.FAIL and LONG_NUMBER.search(result.message):
            yield f"{result.check}: a number in its message may be a value: {result.message}"

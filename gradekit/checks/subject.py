"""What a check is given: something that answers questions, and the reference to hold it against."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from gradekit.workers.values import Arguments, Question, Shape, Values


class Subject(Protocol):
    """Answers probes with arrays by name; the fixture `student` is one.

    A check that lets a mistake pass, because it is counted elsewhere, says so here: `remark` is
    what the student reads, `excused` names the functions whose mistakes it leaves out, and
    `unexcused` is what the student reads where these turn out to be right; with a remark also
    where they fail only checks that count together with another (`after`).
    """

    remark: str
    excused: tuple[str, ...]
    unexcused: str

    def ask(self, probe: str, /, **arguments: object) -> Values:
        """Return the arrays that a probe gives on some arguments.

        Raises a CheckOutcome, whose text may be shown to the student, where there is no answer.
        """

    def ask_shaped(self, probe: str, shapes: Mapping[str, Shape], /, **arguments: object) -> Values:
        """Return the arrays that a probe gives, of which some have shapes that are told here."""

    def ask_many(self, probe: str, calls: Sequence[Arguments]) -> list[Values]:
        """Return the arrays of several calls of one probe, sent in one message."""


class MistakenReference(Protocol):
    """The reference with one mistake in it, known or made by mutation."""

    def answer(self, question: Question) -> Values | None:
        """Return what a student who makes this mistake would give, or None."""

    def answer_all(self, probe: str, calls: Sequence[Arguments]) -> Sequence[Values] | None:
        """Return what a student who makes this mistake would give to some calls, or None."""


class Reference(Subject, Protocol):
    """Answers as the solution does; the fixture `reference` is one.

    Raises GraderError where it has no answer: that is the grader's own fault.
    """

    def slips(self, functions: Sequence[str], /) -> Iterable[MistakenReference]:
        """Return the mistaken references whose mistake is in one of some functions."""

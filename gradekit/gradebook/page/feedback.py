"""What a student is told about a hand-in: its points, why any are lacking, and what was odd."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gradekit.findings.notes import may_cost_points
from gradekit.gradebook.page.feedback_text import Lateness
from gradekit.model import Item, Outcome, PdfState, Report, Result, most_points

STANDS_IN = "the release's stands in for it"
# What an outcome is called where its letter means nothing.
WORDS = {
    Outcome.FAIL: "wrong result",
    Outcome.CRASH: "exception",
    Outcome.TIMEOUT: "no answer in time",
    Outcome.MEMORY: "too much memory",
    Outcome.PROTOCOL: "no plain values",
    Outcome.ERROR: "the grader's fault",
}


@dataclass(frozen=True)
class Given:
    """What the gradebook holds for one item.

    `score` is None where there is none yet, `by_hand` says that a person gave it, `changed` that
    the answer has changed since, `comment` is what a person wrote.
    """

    score: float | None = None
    by_hand: bool = False
    changed: bool = False
    extra: float = 0.0
    comment: str = ""


@dataclass(frozen=True)
class ItemFeedback:
    """One item as feedback tells it; `number` is its place in the notebook, from 1."""

    number: int
    item: Item
    given: Given
    results: tuple[Result, ...]

    @property
    def name(self) -> str:
        """What students know the item by."""
        return self.item.title or self.item.name

    @property
    def waits(self) -> bool:
        """Whether its points are not settled yet."""
        return self.given.score is None or self.given.changed

    @property
    def is_full(self) -> bool:
        """Whether it has all of its points."""
        return not self.waits and (self.given.score or 0.0) >= self.item.points

    @property
    def failed(self) -> tuple[Result, ...]:
        """The checks that did not pass."""
        return tuple(one for one in self.results if one.outcome is not Outcome.PASS)

    @property
    def passed(self) -> tuple[Result, ...]:
        """The checks that passed."""
        return tuple(one for one in self.results if one.outcome is Outcome.PASS)

    @property
    def why(self) -> str:
        """What to say besides the checks and a person's comment."""
        if self.given.changed:
            return (
                f"{self.given.score:g} of {self.item.points:g} points were given for an earlier "
                "answer. Yours has changed since: a person will look at it again."
            )
        if self.waits and self.item.manual:
            points = self.item.points
            some = f"{points:g} point{'s' if points != 1 else ''}"
            return f"A person will read your answer; it can get {some}."
        if self.waits:
            return f"No grade yet, of {self.item.points:g}: the grader is at fault, not you."
        if self.item.manual and not self.given.by_hand and not self.given.score:
            return "No answer was found in its cell."
        return "A person gave these points." if self.given.by_hand else ""


@dataclass(frozen=True)
class Feedback:
    """All that a page tells beside the notebook; `late` is None where nothing is taken off.

    `notebook` is the one that the page shows; `whole` are the points of the hand-in, and how many
    there are, where that has several notebooks; `kit_version` made the report; `title` is the
    assignment's, if it has one.
    """

    assignment: str
    student: str
    items: tuple[ItemFeedback, ...]
    total: float
    late: Lateness | None = None
    notes: tuple[str, ...] = ()
    pdf: tuple[str, ...] = field(default=())
    notebook: str = ""
    whole: tuple[float, float] | None = None
    kit_version: str = ""
    title: str = ""

    @property
    def called(self) -> str:
        """What the assignment is called for people."""
        return self.title or self.assignment

    @property
    def name(self) -> str:
        """What the page is about: the assignment, and of several notebooks which."""
        return f"{self.called}, {self.notebook}" if self.whole else self.called

    @property
    def most(self) -> float:
        """How many points there are altogether; a bonus is on top of them."""
        return most_points(one.item for one in self.items)

    @property
    def open(self) -> float:
        """How many points of these are not settled yet."""
        return most_points(one.item for one in self.items if one.waits)

    @property
    def open_bonus(self) -> float:
        """How many points on top of these are not settled yet."""
        return sum(one.item.points for one in self.items if one.waits and one.item.bonus)

    @property
    def lost(self) -> list[ItemFeedback]:
        """The items that lack points, those that lack most first."""
        found = [one for one in self.items if not one.waits and not one.is_full]
        return sorted(found, key=lambda one: (one.given.score or 0.0) - one.item.points)

    @property
    def waiting(self) -> list[ItemFeedback]:
        """The items that have no points yet, or none that are settled."""
        return [one for one in self.items if one.waits]

    @property
    def full(self) -> list[ItemFeedback]:
        """The items that have all of their points."""
        return [one for one in self.items if one.is_full]

    @property
    def unread(self) -> tuple[str, ...]:
        """Why the notebook below is not the student's own; nothing where it is."""
        notebook = f"{self.notebook or self.assignment}.ipynb"
        gone = (f"no {notebook}", f"no {notebook};")
        if not any(
            note.endswith(STANDS_IN) or note == gone[0] or note.startswith(gone[1])
            for note in self.notes
        ):
            return ()
        about = [note for note in self.notes if notebook in note]
        return tuple([note for note in about if not note.endswith(STANDS_IN)] or about)

    @property
    def noticed(self) -> tuple[str, ...]:
        """What else was odd about the hand-in."""
        told = [note for note in self.notes if note.endswith(STANDS_IN)] + [*self.unread]
        return tuple(note for note in self.notes if note not in told)

    @property
    def may_have_cost(self) -> bool:
        """Whether something that was noticed may have cost points."""
        return any(map(may_cost_points, self.noticed))


def feedback_of(
    report: Report, given: Mapping[str, Given], total: float, late: Lateness | None
) -> Feedback:
    """Return what to tell about a hand-in: its report, and what the gradebook holds by cell."""
    items = tuple(
        ItemFeedback(
            number, item, given.get(item.cell or item.name, Given()), report.results_of(item.name)
        )
        for number, item in enumerate(report.items, start=1)
    )
    differ = (one for one in report.pdf if one.state is not PdfState.SAME)
    found = (one.what for one in differ if not one.for_staff)
    pdf = tuple(line for line in found if line not in report.notes)
    facts = (items, total, late, report.notes, pdf)
    return Feedback(report.assignment, report.student, *facts, kit_version=report.kit_version)


def of_notebook(feedback: Feedback, notebook: str, points: float, title: str = "") -> Feedback:
    """Return what the page of one notebook tells; `points` are those of the hand-in.

    `title` is the assignment's, if it has one.
    """
    of = {one.item.notebook or notebook for one in feedback.items}
    here = tuple(one for one in feedback.items if one.item.notebook in ("", notebook))
    whole = (points, feedback.most) if len(of) > 1 else None
    return replace(feedback, items=here, notebook=notebook, whole=whole, title=title)

"""Names the mistake behind wrong values, by comparing them with what known mistakes would give.

Only mistakes in functions that a question calls can change its answer, and only those are asked.
"""

from collections.abc import Iterator

from gradekit.checks.compare import Compared, NamedValues, scaled_error
from gradekit.grading.reference.client import ReferenceClient
from gradekit.grading.reference.mistaken import MistakenReferences
from gradekit.grading.reference.patterns import describe_patterns
from gradekit.workers.client import StudentValues

# Two ways to the same values differ by rounding alone, of 32 bits in some answers.
SAME = 1e-6
MOST_HINTS = 2
MOST_NAMED = 3


class HintFinder:
    """Says what to look at where values differ; it starts nothing before something does."""

    def __init__(self, reference: ReferenceClient, slips: MistakenReferences) -> None:
        self._reference, self._slips = reference, slips

    def explain(self, compared: Compared) -> str:
        """Return hints in words, the best first: known mistakes, then what the values look like.

        Each names the arrays that it explains. No value is in it.
        """
        hints: list[str] = []
        left = set(compared.wrong)
        for hint, explained in self._best_first(compared):
            if len(hints) < MOST_HINTS and explained & left:
                hints.append(_told(hint, explained & left, compared))
                left -= explained
        for hint, explained in describe_patterns(compared, left):
            if len(hints) < MOST_HINTS:
                hints.append(_told(hint, explained, compared))
        return " ".join(hints)

    def _best_first(self, compared: Compared) -> list[tuple[str, set[str]]]:
        """Return the mistakes that explain any wrong array; those that explain most come first."""
        found = []
        for hint, values in self._candidates(compared):
            alike = {name for name in compared.want if same(compared, values, name)}
            explained = alike & set(compared.wrong)
            if explained:
                spoilt = set(compared.right) - alike
                found.append((-len(explained), len(spoilt), hint, explained))
                if not spoilt and len(explained) == len(compared.wrong):
                    break  # none that comes later can be better, and each costs a worker
        return [(hint, explained) for *_, hint, explained in sorted(found, key=lambda f: f[:2])]

    def _candidates(self, compared: Compared) -> Iterator[tuple[str, NamedValues]]:
        yield from compared.mistaken.items()
        question = compared.got.question if isinstance(compared.got, StudentValues) else None
        if question:
            called = self._reference.functions_called(question)
            for one in self._slips.known():
                answer = one.answer(question) if one.is_in(called) else None
                if answer is not None:
                    yield one.mistake.hint, answer


def same(compared: Compared, values: NamedValues, name: str) -> bool:
    """Whether an array is what a mistake would give, but for rounding.

    Never farther than the check's bound: else what is right would be like what is nearly right.
    """
    one, other = compared.got.get(name), values.get(name)
    if one is None or other is None or one.shape != other.shape:
        return False
    return bool(scaled_error(one, other) <= min(SAME, compared.bound))


def _told(hint: str, explained: set[str], compared: Compared) -> str:
    names = [name for name in compared.wrong if name in explained]
    who = "all of these" if len(names) == len(compared.wrong) > MOST_NAMED else ", ".join(names)
    end = "" if hint.endswith(("?", ".")) else "."
    return f"{who}: {hint}{end}"

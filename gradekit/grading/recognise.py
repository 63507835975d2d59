"""Names the mistake behind wrong values, by comparing them with what known mistakes would give.

Only mistakes in functions that a question calls can change its answer, and only those are asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gradekit.authoring.mistakes import KnownMistake
from gradekit.grading.bench import Bench, Clock, Question, StudentValues
from gradekit.grading.expect import Compared, Values, scaled_error
from gradekit.grading.files import hash_texts
from gradekit.grading.kit import GradingKit
from gradekit.grading.patterns import describe
from gradekit.grading.pool import WorkerPool
from gradekit.grading.reference import ReferenceBench
from gradekit.grading.reference_answers import ReferenceAnswers
from gradekit.grading.snapshots import make_snapshot
from gradekit.report import GradekitError

# Two ways to the same values differ by rounding alone, of 32 bits in some answers.
SAME = 1e-6
MOST_HINTS = 2
MOST_NAMED = 3

CALLED_PROBE = '''

def functions_called_(probe_, **arguments):
    """Return the qualified names of all functions that a probe calls, as UTF-8."""
    import sys

    import numpy as np

    called = set()
    sys.setprofile(lambda frame, event, argument: called.add(frame.f_code.co_qualname))
    try:
        globals()[probe_](**arguments)
    finally:
        sys.setprofile(None)
    return {"names": np.frombuffer("\\n".join(called).encode(), np.uint8)}
'''


@dataclass
class Mistaken:
    """A mistaken reference; its answers are kept, and one that gives none is not asked again."""

    mistake: KnownMistake
    bench: Bench
    answers: ReferenceAnswers
    silent: set[str] = field(default_factory=set)  # the keys of questions without an answer

    def answer(self, question: Question) -> Values | None:
        """Return what a student who makes this mistake would give, or None."""
        if question.key in self.silent:
            return None
        key = hash_texts(self.mistake.file, self.mistake.text, question.key)
        try:
            return self.answers.get(key, lambda: [self._ask(question)])[0]
        except GradekitError:  # a mistake may crash, and costs nobody anything
            self.silent.add(question.key)
            return None

    def is_in(self, called: set[str]) -> bool:
        """Whether the mistake is in one of some functions, by their qualified names."""
        owner = self.mistake.owner
        return owner in called or any(name.startswith(f"{owner}.") for name in called)

    def _ask(self, question: Question) -> Values:
        try:
            return self.bench.ask(question.probe, **question.arguments)
        finally:
            self.bench.renew()


class Recogniser:
    """Says what to look at where values differ; it starts nothing before something does.

    The probes of `reference` have CALLED_PROBE among them.
    """

    def __init__(
        self, kit: GradingKit, pool: WorkerPool, probes: str, reference: ReferenceBench
    ) -> None:
        self._kit, self._pool, self._probes, self._reference = kit, pool, probes, reference
        self._mistaken: list[Mistaken] | None = None

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
        for hint, explained in describe(compared, left):
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

    def _candidates(self, compared: Compared) -> Iterator[tuple[str, Values]]:
        yield from compared.mistaken.items()
        question = compared.got.question if isinstance(compared.got, StudentValues) else None
        if question:
            called = self._called(question)
            for one in self._references():
                answer = one.answer(question) if one.is_in(called) else None
                if answer is not None:
                    yield one.mistake.hint, answer

    def _called(self, question: Question) -> set[str]:
        """Return the functions that the reference calls to answer a question."""
        asked = {"probe_": question.probe, **question.arguments}
        found = self._reference.ask("functions_called_", **asked)
        return set(found["names"].tobytes().decode().split("\n"))

    def _references(self) -> list[Mistaken]:
        if self._mistaken is None:
            answers = self._reference.answers
            mistakes = self._kit.mistakes
            self._mistaken = [Mistaken(one, self._bench(one), answers) for one in mistakes]
        return self._mistaken

    def _bench(self, mistake: KnownMistake) -> Bench:
        files = {**self._kit.reference, **self._kit.data}
        files[mistake.file] = mistake.text.encode()
        snapshot: Path = make_snapshot(self._pool.snapshots, files)
        clock = Clock(call_seconds=5.0, total_seconds=600.0)
        return Bench(self._pool, snapshot, self._probes, clock)


def same(compared: Compared, values: Values, name: str) -> bool:
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

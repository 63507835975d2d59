"""Mistaken references: what somebody gives who makes a mistake that is known, or a small one.

The known ones are those of the assignment's list; the small ones are mutants of a solution. Their
answers are computed when they are first needed, in workers, and kept as the reference's are.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gradekit.checks.compare import NamedValues
from gradekit.errors import GradekitError
from gradekit.files import hash_texts
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.reference.answers_cache import Answers, ReferenceAnswers
from gradekit.solution.mistakes import KnownMistake
from gradekit.solution.mutants import mutants
from gradekit.workers.client import Arguments, Clock, ProbeClient, Question
from gradekit.workers.pool import WorkerPool
from gradekit.workers.snapshots import make_snapshot
from gradekit.workers.values import question_key
from gradekit.workers.wire import Probes


@dataclass
class MistakenClient:
    """A mistaken reference; its answers are kept, and one that gives none is not asked again."""

    mistake: KnownMistake
    client: ProbeClient
    answers: ReferenceAnswers
    silent: set[str] = field(default_factory=set)  # the keys of questions without an answer

    def answer(self, question: Question) -> NamedValues | None:
        """Return what a student who makes this mistake would give, or None."""
        answers = self.answer_all(question.probe, [question.arguments])
        return answers[0] if answers else None

    def answer_all(self, probe: str, calls: Sequence[Arguments]) -> Answers | None:
        """Return what a student who makes this mistake would give to some calls, or None."""
        asked = question_key(probe, calls)
        if asked in self.silent:
            return None
        key = hash_texts(self.mistake.file, self.mistake.text, asked)
        try:
            return self.answers.get(key, lambda: self._ask(probe, calls))
        except GradekitError:  # a mistake may crash, and costs nobody anything
            self.silent.add(asked)
            return None

    def is_in(self, called: Collection[str]) -> bool:
        """Whether the mistake is in one of some functions, by their qualified names."""
        owner = self.mistake.owner
        return owner in called or any(name.startswith(f"{owner}.") for name in called)

    def _ask(self, probe: str, calls: Sequence[Arguments]) -> Answers:
        try:
            return self.client.ask_many(probe, calls)
        finally:
            self.client.renew()


class MistakenReferences:
    """The mistaken references of a kit; none is made before it is needed."""

    def __init__(
        self, bundle: GradingBundle, pool: WorkerPool, probes: Probes, answers: ReferenceAnswers
    ) -> None:
        self._bundle, self._pool, self._probes, self._answers = bundle, pool, probes, answers
        self._known: list[MistakenClient] | None = None
        self._mutants: dict[str, list[MistakenClient]] = {}

    def known(self) -> list[MistakenClient]:
        """Return the mistakes of the assignment's list."""
        if self._known is None:
            self._known = [self._mistaken(one) for one in self._bundle.mistakes]
        return self._known

    def of(self, functions: Sequence[str]) -> Iterator[MistakenClient]:
        """Yield the mistakes in some functions: the known ones, then mutants."""
        yield from (one for one in self.known() if one.mistake.owner in functions)
        for function in functions:
            if function not in self._mutants:
                self._mutants[function] = list(self._mutants_of(function))
            yield from self._mutants[function]

    def _mutants_of(self, function: str) -> Iterator[MistakenClient]:
        for file, data in self._bundle.sources.items():
            for one in mutants(data.decode(), file, function, self._bundle.spec.mutants):
                yield self._mistaken(KnownMistake(one.owner, one.mistake, file, one.text))

    def _mistaken(self, mistake: KnownMistake) -> MistakenClient:
        files = {**self._bundle.reference, **self._bundle.data}
        files[mistake.file] = mistake.text.encode()
        snapshot: Path = make_snapshot(self._pool.snapshots, files)
        clock = Clock(call_seconds=5.0, total_seconds=600.0)
        return MistakenClient(
            mistake, ProbeClient(self._pool, snapshot, self._probes, clock), self._answers
        )

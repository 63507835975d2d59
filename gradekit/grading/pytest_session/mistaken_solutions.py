"""The solution with a known mistake in it, in the place of a hand-in: what it gives to a check."""

import re
from collections.abc import Callable, Collection, Iterator

import msgspec
import numpy as np

from gradekit.assignment.code_cells.steps import cells_to_run, solved_cells
from gradekit.errors import GradekitError
from gradekit.files import hash_texts
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.reference.client import ReferenceClient
from gradekit.model import Outcome
from gradekit.solution.cell_solutions import AnswerCell
from gradekit.solution.definitions import owners
from gradekit.solution.mistakes import KnownMistake
from gradekit.workers.client import Clock
from gradekit.workers.pool import WorkerPool
from gradekit.workers.remote.in_test.confined import StudentClient
from gradekit.workers.snapshots import snapshot
from gradekit.workers.wire import Probes

WORD = re.compile(r"\w+")
_JSON = "json"


class GivenToCheck(msgspec.Struct, frozen=True):
    """How a check ended, and the hash of what it was given by names, "" for nothing."""

    outcome: Outcome = Outcome.ERROR
    hash: str = ""


# Runs one check for a client.
RunOnce = Callable[[StudentClient], GivenToCheck]


class MistakenSolutions:
    """Runs checks with the mistakes of an assignment's list; what came of each is kept."""

    def __init__(
        self, bundle: GradingBundle, pool: WorkerPool, probes: Probes, reference: ReferenceClient
    ) -> None:
        self._bundle, self._pool, self._probes = bundle, pool, probes
        self._reference = reference

    def that_change(self, asked: Collection[str]) -> Iterator[KnownMistake]:
        """Yield the mistakes that may change what a check is given that asks for some names."""
        texts = {k: data.decode("utf-8", "replace") for k, data in self._bundle.reference.items()}
        reached = reached_from(asked, texts.values())
        yield from self._bundle.cell_mistakes
        for one in self._bundle.mistakes:
            if one.owner == one.file or one.owner.partition(".")[0] in reached:
                yield one

    def given(self, check: str, mistake: KnownMistake, run: RunOnce) -> GivenToCheck:
        """Return what came of a check that `run` has run with a mistake."""

        def compute() -> list[dict[str, np.ndarray]]:
            try:
                found = self._run(mistake, run)
            except GradekitError:  # it costs nobody anything
                found = GivenToCheck()
            return [{_JSON: np.frombuffer(msgspec.json.encode(found), np.uint8)}]

        key = hash_texts("given", self._bundle.key, check, repr(mistake))
        kept = self._reference.answers.get(key, compute)[0][_JSON].tobytes()
        return msgspec.json.decode(kept, type=GivenToCheck)

    def _run(self, mistake: KnownMistake, run: RunOnce) -> GivenToCheck:
        bundle = self._bundle
        files = {**bundle.reference, **bundle.data}
        if mistake in bundle.mistakes:
            files[mistake.file] = mistake.text.encode()
        with snapshot(self._pool.snapshots, files) as folder:
            clock = Clock(call_seconds=5.0, total_seconds=30.0)
            client = StudentClient(self._pool, folder, self._probes, clock, self._reference)
            client.session_options = bundle.asked_of_classes
            client.cells = self._cells(mistake)
            try:
                return run(client)
            finally:
                client.renew()

    def _cells(self, mistake: KnownMistake) -> dict[str, tuple[tuple[str, str], ...]]:
        """Return the notebooks' code, with the mistake where it is one of a cell."""
        notebooks = self._bundle.notebooks
        cells = {name: list(solved_cells(source)) for name, source in notebooks.items()}
        for name, source in notebooks.items():
            wrong = {one.number for one in source if AnswerCell(name, one).owner == mistake.owner}
            cells[name] = [
                msgspec.structs.replace(cell, python=mistake.text) if cell.number in wrong else cell
                for cell in cells[name]
            ]
        return cells_to_run(notebooks, cells)


def reached_from(asked: Collection[str], modules: Collection[str]) -> set[str]:
    """Return all words of the functions and classes that some names lead to, at the most.

    What a module runs itself is reached always.
    """
    texts: dict[str, str] = {}
    for module in modules:
        whose = owners(module)
        for number, line in enumerate(module.split("\n"), start=1):
            name = whose.get(number, "").partition(".")[0]
            texts[name] = f"{texts.get(name, '')}\n{line}"
    reached, todo = set[str](), {"", *asked}
    while todo:
        reached |= todo
        words = {word for name in todo if name in texts for word in WORD.findall(texts[name])}
        todo = words - reached
    return reached

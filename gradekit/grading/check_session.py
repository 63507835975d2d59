"""A pytest session that stays open: its checks are collected once and run for many hand-ins.

pytest's loop is turned inside out for that: it runs in a thread, which waits for the next hand-in.
Checks may keep what they like of the reference, and must keep nothing of a hand-in.
"""

import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from gradekit.grading.bench import Bench
from gradekit.grading.cases import drawn_with
from gradekit.grading.expect import Compared, ValuesDiffer
from gradekit.grading.plugin import CheckCollector, describe, forget, judge, run_pytest, silence
from gradekit.grading.reference import ReferenceBench
from gradekit.report import Outcome, Result

SECONDS_TO_END = 5.0

Explain = Callable[[Compared], str]
Wanted = Callable[[Result], bool]


@dataclass
class _Turn:
    """One hand-in's turn: its bench, which checks are wanted, and what they said by name."""

    student: Bench
    wanted: Wanted
    found: dict[str, Result] = field(default_factory=dict)
    ended: Future[None] = field(default_factory=Future)


class CheckSession:
    """The checks of a folder, run for one hand-in after another with one bench of the reference.

    `explain` says what to look at where values differ; inputs are drawn with `secret`.
    """

    def __init__(
        self,
        folder: Path,
        reference: ReferenceBench,
        explain: Explain = lambda _: "",
        *,
        secret: bytes = b"",
    ) -> None:
        self._folder, self._reference, self._explain = folder, reference, explain
        self._secret = secret
        self._plugin: _SessionPlugin | None = None

    @property
    def checks(self) -> Sequence[Result]:
        """The checks as results without an outcome; raises GraderError where one is wrong."""
        return self._open().checks

    def run(self, student: Bench, wanted: Wanted = lambda _: True) -> list[Result]:
        """Run the wanted checks; one that gave no result is an ERROR.

        Raises GraderError where the checks cannot be collected.
        """
        plugin, turn = self._open(), _Turn(student, wanted)
        with silence():
            plugin.turns.put(turn)
            turn.ended.result()
        if plugin.broken:
            self.close()
        return [turn.found.get(check.check, check) for check in plugin.checks if wanted(check)]

    def close(self) -> None:
        """End the session; the next run opens another."""
        if self._plugin:
            self._plugin.turns.put(None)
            self._thread.join(SECONDS_TO_END)
            self._plugin = None

    def _open(self) -> "_SessionPlugin":
        if self._plugin is None:
            self._plugin = plugin = _SessionPlugin(self._folder, self._reference, self._explain)
            self._thread = threading.Thread(target=self._hold, args=[plugin], daemon=True)
            with silence():
                self._thread.start()
                plugin.collected.wait()
        self._plugin.require(self._folder)
        return self._plugin

    def _hold(self, plugin: "_SessionPlugin") -> None:
        try:
            with drawn_with(self._secret):
                run_pytest(self._folder, plugin)
        finally:
            plugin.collected.set()


class _SessionPlugin(CheckCollector):
    """Gives checks their benches, and makes each one's end a result."""

    def __init__(self, folder: Path, reference: ReferenceBench, explain: Explain) -> None:
        super().__init__()
        self._folder, self._reference, self._explain = folder, reference, explain
        self.turns, self.collected = SimpleQueue[_Turn | None](), threading.Event()
        self.broken = False  # a check ended pytest itself
        self._turn: _Turn | None = None
        self._reference_seconds = 0.0

    @property
    def _now(self) -> _Turn:
        assert self._turn is not None, "no hand-in has its turn"
        return self._turn

    @pytest.fixture(name="student")
    def _student_fixture(self) -> Bench:
        student = self._now.student
        student.staff_message = student.remark = ""
        return student

    @pytest.fixture(name="reference")
    def _reference_fixture(self) -> Bench:
        return self._reference

    def pytest_runtest_setup(self) -> None:
        """Note what the reference has taken so far: its new answers are for the whole class."""
        self._reference_seconds = self._reference.seconds

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Give each hand-in its turn, until there are no more."""
        # Another folder's checks may have the same names, and be collected while these are here.
        forget(self._folder)
        self.collected.set()
        checks = [] if self.problems else list(zip(self.checks, session.items, strict=True))
        while checks and not self.broken and (turn := self.turns.get()):
            self._turn = turn
            try:
                _run_items([item for check, item in checks if turn.wanted(check)])
            except BaseException:  # such as pytest's exit: the checks left out have no result
                self.broken = True
            finally:
                turn.ended.set_result(None)
        return True

    def pytest_runtest_teardown(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        """Give the next file of checks a fresh worker where a check of this one did not pass.

        What a wrong function leaves behind in its process costs no points elsewhere. To import a
        hand-in for each file would take longer than most checks do.
        """
        if nextitem is None or (nextitem.path != item.path and self._failed_in(item.path.stem)):
            self._now.student.renew()

    def _failed_in(self, file: str) -> bool:
        results = self._now.found.values()
        ends = {one.outcome for one in results if one.check.partition("::")[0] == file}
        return ends != {Outcome.PASS}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, Any]:
        """Make the end of a check, or of a failed set-up of it, a result."""
        error = call.excinfo.value if call.excinfo else None
        if call.when == "call" or error is not None:
            self._keep(item, call, error)
        if call.excinfo:
            # The result is kept: what pytest's own report would tell of all frames, nobody reads.
            call.excinfo.traceback = call.excinfo.traceback[-1:]
        return (yield)

    def _keep(
        self, item: pytest.Item, call: pytest.CallInfo[None], error: BaseException | None
    ) -> None:
        planned, student = describe(item), self._now.student
        seconds = call.duration - (self._reference.seconds - self._reference_seconds)
        in_check = call.excinfo is not None and call.excinfo.traceback[-1].path == item.path
        outcome, message, staff_message = judge(error, in_check)
        if isinstance(error, ValuesDiffer):
            message = f"{message} {self._hints(error.compared)}".rstrip()
        self._now.found[planned.check] = Result(
            planned.item,
            planned.check,
            planned.title,
            outcome,
            message if error else student.remark,
            planned.weight,
            round(seconds, 4),
            staff_message or (student.staff_message if error else ""),
        )

    def _hints(self, compared: Compared) -> str:
        try:
            return self._explain(compared)
        except Exception as error:  # whatever it is, a failed check has its outcome already
            self._now.student.staff_message = f"no hint: {type(error).__name__}: {error}"
            return ""


def _run_items(items: Sequence[pytest.Item]) -> None:
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)

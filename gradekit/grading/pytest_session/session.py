"""A pytest session that stays open: its checks are collected once and run for many hand-ins.

pytest's loop is turned inside out for that: it runs in a thread, which waits for the next hand-in.
Checks may keep what they like of the reference, and must keep nothing of a hand-in.
"""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from gradekit.checks.carry_forward import Rules
from gradekit.checks.inputs import drawn_with
from gradekit.grading.pytest_session.check_hints import CheckHints
from gradekit.grading.pytest_session.collection import run_pytest, silence
from gradekit.grading.pytest_session.plugin import SessionPlugin
from gradekit.grading.pytest_session.turn import Turn
from gradekit.grading.reference.client import ReferenceClient
from gradekit.grading.reference.right_parts import RightParts
from gradekit.model import Result
from gradekit.workers.deadlines.last_resort import LastResort

SECONDS_TO_END = 5.0


class CheckSession:
    """The checks of a folder, run for one hand-in after another with one client of the reference.

    `hints` say what to look at where a check fails; inputs are drawn with `secret`;
    `right_parts` puts the reference's parts in the place of a hand-in's. Where nothing else stops a
    check, `last_resort` ends this process.
    """

    def __init__(
        self,
        folder: Path,
        reference: ReferenceClient,
        hints: CheckHints | None = None,
        *,
        secret: bytes = b"",
        right_parts: RightParts | None = None,
        last_resort: LastResort | None = None,
    ) -> None:
        self._folder, self._reference, self._hints = folder, reference, hints or CheckHints()
        self._secret, self._right_parts = secret, right_parts
        self._last_resort = last_resort
        self._plugin: SessionPlugin | None = None

    @property
    def checks(self) -> Sequence[Result]:
        """The checks as results without an outcome; raises GraderError where one is wrong."""
        return self._open().checks

    @property
    def rules(self) -> Mapping[str, Rules]:
        """What each check's marker says beside its item and weight, by the check's name."""
        return self._open().rules

    def run(self, turn: Turn) -> list[Result]:
        """Run the checks that have no kept result; one that gave no result is an ERROR.

        Raises GraderError where the checks cannot be collected.
        """
        plugin = self._open()
        with silence():
            plugin.turns.put(turn)
            turn.ended.result()
        if plugin.broken:
            self.close()
        wanted = [check for check in plugin.checks if check.check not in turn.kept]
        return [turn.found.get(check.check, check) for check in wanted]

    def close(self) -> None:
        """End the session; the next run opens another."""
        if self._plugin:
            self._plugin.turns.put(None)
            self._thread.join(SECONDS_TO_END)
            self._plugin = None

    def _open(self) -> SessionPlugin:
        if self._plugin is None:
            self._plugin = plugin = SessionPlugin(
                self._folder,
                self._reference,
                self._hints,
                self._right_parts,
                self._last_resort,
            )
            self._thread = threading.Thread(target=self._hold, args=[plugin], daemon=True)
            with silence():
                self._thread.start()
                plugin.collected.wait()
        self._plugin.require(self._folder)
        return self._plugin

    def _hold(self, plugin: SessionPlugin) -> None:
        try:
            with drawn_with(self._secret):
                run_pytest(self._folder, plugin)
        finally:
            plugin.collected.set()

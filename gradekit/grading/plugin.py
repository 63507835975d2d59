"""The pytest plugin: gives checks their benches, and makes each test's end a Result."""

import contextlib
import io
import os
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from gradekit.grading.bench import Bench
from gradekit.grading.expect import Compared, ValuesDiffer
from gradekit.report import CheckOutcome, GraderError, Outcome, Result

MARKER = "item(name, weight=1): the point item that a check belongs to, and its share of it"
QUIET = ["-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:logging", "--capture=no"]
ISOLATED = ["--noconftest", "--import-mode=importlib", "--assert=plain", "--strict-markers"]

Explain = Callable[[Compared], str]


class CheckCollector:
    """Collects the checks of a folder without running them."""

    def __init__(self) -> None:
        self.checks: list[Result] = []
        self.problems: list[str] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the marker known."""
        config.addinivalue_line("markers", MARKER)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what could not be collected."""
        if report.failed:
            self.problems.append(f"{report.nodeid}: {_last_line(report.longreprtext)}")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep each check as a result that has not been found yet."""
        for item in session.items:
            try:
                self.checks.append(describe(item))
            except GraderError as error:
                self.problems.append(str(error))


class GradingPlugin(CheckCollector):
    """Runs each check with a bench of the student's and one of the reference's.

    `explain` says what to look at where values differ.
    """

    def __init__(self, student: Bench, reference: Bench, explain: Explain) -> None:
        super().__init__()
        self._student, self._reference, self._explain = student, reference, explain
        self.results: list[Result] = []

    @pytest.fixture(name="student")
    def _student_fixture(self) -> Bench:
        self._student.staff_message = self._student.remark = ""
        return self._student

    @pytest.fixture(name="reference")
    def _reference_fixture(self) -> Bench:
        return self._reference

    def pytest_runtest_teardown(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        """Give each file of checks a fresh worker: to import a hand-in takes most of the time."""
        if nextitem is None or nextitem.path != item.path:
            self._student.renew()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, Any]:
        """Make the end of a check, or of a failed set-up of it, a result."""
        error = call.excinfo.value if call.excinfo else None
        if call.when == "call" or error is not None:
            self._keep(item, call, error)
        return (yield)

    def _keep(
        self, item: pytest.Item, call: pytest.CallInfo[None], error: BaseException | None
    ) -> None:
        planned = describe(item)
        self.results = [r for r in self.results if r.check != planned.check]
        in_check = call.excinfo is not None and call.excinfo.traceback[-1].path == item.path
        outcome, message, staff_message = judge(error, in_check)
        if isinstance(error, ValuesDiffer):
            message = f"{message} {self._hints(error.compared)}".rstrip()
        self.results.append(
            Result(
                planned.item,
                planned.check,
                planned.title,
                outcome,
                message if error else self._student.remark,
                planned.weight,
                round(call.duration, 4),
                staff_message or (self._student.staff_message if error else ""),
            )
        )

    def _hints(self, compared: Compared) -> str:
        try:
            return self._explain(compared)
        except Exception as error:  # whatever it is, a failed check has its outcome already
            self._student.staff_message = f"no hint: {type(error).__name__}: {error}"
            return ""


def judge(error: BaseException | None, raised_in_check: bool = True) -> tuple[Outcome, str, str]:
    """Return the outcome of a check that ended with `error`, and messages for student and staff.

    An `assert` of the check itself is a FAIL, told without its text, which may hold values; any
    other exception that is no CheckOutcome is the grader's fault.
    """
    if error is None:
        return Outcome.PASS, "", ""
    if isinstance(error, CheckOutcome):
        return error.outcome, str(error), ""
    if isinstance(error, AssertionError) and raised_in_check:
        return Outcome.FAIL, "what the check asserts does not hold", ""
    text = f"{type(error).__name__}: {error}"
    return Outcome.ERROR, "could not be graded; the course staff know", text


def describe(item: pytest.Item) -> Result:
    """Return a check's item, name, title and weight; raise GraderError where it lacks one."""
    marker = item.get_closest_marker("item")
    title = (getattr(item.obj, "__doc__", None) or "").strip() if hasattr(item, "obj") else ""
    if marker is None or not marker.args or not title:
        raise GraderError(
            f"{item.nodeid}: a check needs @pytest.mark.item and a docstring, its title"
        )
    weight = marker.kwargs.get("weight", 1.0)
    if not isinstance(weight, int | float) or not 0 < weight < float("inf"):
        raise GraderError(f"{item.nodeid}: a check's weight is a number above 0, not {weight!r}")
    name = f"{item.path.stem}::{item.name}"
    return Result(marker.args[0], name, title.splitlines()[0], Outcome.ERROR, weight=float(weight))


def collect(folder: Path) -> list[Result]:
    """Return a folder's checks as results without an outcome; raise GraderError for a wrong one."""
    collector = CheckCollector()
    _run(folder, collector, "--collect-only")
    if collector.problems or not collector.checks:
        raise GraderError("; ".join(collector.problems) or f"{folder}: no checks are there")
    return collector.checks


def run_checks(
    folder: Path, student: Bench, reference: Bench, explain: Explain = lambda _: ""
) -> list[Result]:
    """Run the checks of a folder; a check that gave no result is an ERROR."""
    plugin = GradingPlugin(student, reference, explain)
    _run(folder, plugin)
    found = {result.check: result for result in plugin.results}
    if plugin.problems or not plugin.checks:
        raise GraderError("; ".join(plugin.problems) or f"{folder}: no checks are there")
    return [found.get(check.check, check) for check in plugin.checks]


def _run(folder: Path, plugin: CheckCollector, *arguments: str) -> None:
    # Checks may share modules that lie beside them.
    shared = ["-o", f"pythonpath={folder}"]
    settings = ["--rootdir", str(folder), "-c", os.devnull, *shared, *QUIET, *ISOLATED]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        pytest.main([*settings, "--disable-plugin-autoload", *arguments, str(folder)], [plugin])
    _forget(folder)


def _forget(folder: Path) -> None:
    """Drop a folder's modules: pytest would take them for files of the same names elsewhere."""
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(f"{folder}{os.sep}"):
            del sys.modules[name]


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.strip().splitlines()) if line.strip()), "")

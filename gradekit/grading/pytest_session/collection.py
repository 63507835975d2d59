"""Checks are pytest tests: collects them, and says what the end of one means."""

import contextlib
import io
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from gradekit.checks.carry_forward import Rules
from gradekit.errors import CheckOutcome, GraderError
from gradekit.files import hash_files, may_be_machines
from gradekit.grading.check_files import holds_checks
from gradekit.grading.old_names import register_old_names
from gradekit.model import Outcome, Result
from gradekit.workers.remote.in_test.exchange import outcome_of

MARKER = (
    "item(name, weight=1, of=(), follows=(), after=''): the point item that a check belongs to, "
    "and its share of it; what it checks, what that is made of, and which check must pass with it"
)
PYTESTS_HINT = "Use -v to get more diff"
ASSERTED = "what the check asserts does not hold"
# What a check says itself, or has a library say: `pytest.raises`, `numpy.testing`.
ASSERTIONS = (AssertionError, pytest.fail.Exception)
TOLD_BY_CI = ("CI", "BUILD_NUMBER")  # variables that pytest looks for
MOST_TRACED = 8000  # characters of a traceback, its end
KEYS = frozenset(["weight", "of", "follows", "after"])
QUIET = ["-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:logging", "--capture=no"]
ISOLATED = ["--noconftest", "--import-mode=importlib", "--assert=rewrite", "--strict-markers"]
# Each looks after the whole process, which is not pytest's here, and takes time for that.
NOT_OURS = ("faulthandler", "threadexception", "unraisableexception")


class CheckCollector:
    """Collects the checks of a folder without running them."""

    def __init__(self) -> None:
        self.checks: list[Result] = []
        self.rules: dict[str, Rules] = {}
        self.problems: list[str] = []
        self._machines: BaseException | None = None
        self._stopped = False

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the marker known, and have tracebacks told as Python does.

        To find the source of each line in one takes pytest longer than the check did.
        """
        config.option.tbstyle = "native"
        config.addinivalue_line("markers", MARKER)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what could not be collected."""
        if report.failed:
            self.problems.append(f"{report.nodeid}: {_last_line(report.longreprtext)}")

    def pytest_exception_interact(self, call: pytest.CallInfo[Any]) -> None:
        """Keep what the machine refused while checks were collected."""
        self._keep_machines(call.excinfo.value if call.excinfo else None)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep what ended pytest itself."""
        self.problems.append(one_text(excinfo.value))
        self._keep_machines(excinfo.value)

    def _keep_machines(self, error: BaseException | None) -> None:
        if may_be_machines(error):
            self._machines = error

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep that somebody pressed Ctrl-C: pytest only ends early."""
        self._stopped = excinfo.type is KeyboardInterrupt

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep each check as a result that has not been found yet."""
        for item in session.items:
            try:
                self.checks.append(described_check(item))
                self.rules[self.checks[-1].check] = rules_of(item)
            except GraderError as error:
                self.problems.append(str(error))
        self.problems += rule_problems(self.checks, self.rules)

    def require(self, folder: Path) -> None:
        """Raise GraderError where a folder's checks are none, or one of them is wrong.

        Raises KeyboardInterrupt where Ctrl-C came while they were collected. What the machine
        refused is the GraderError's cause; a wrong check has none.
        """
        if self._stopped:
            raise KeyboardInterrupt
        if self.problems or not self.checks:
            told = "; ".join(self.problems) or f"{folder}: no checks are there"
            raise GraderError(told) from self._machines


def judge_end(
    error: BaseException | None, raised_in_check: bool = True
) -> tuple[Outcome, str, str]:
    """Return the outcome of a check that ended with `error`, and messages for student and staff.

    An `assert` of the check itself is a FAIL, told without its text, which may hold values and is
    for staff; any other exception that is no CheckOutcome is the grader's fault.
    """
    if error is None:
        return Outcome.PASS, "", ""
    students = outcome_of(error)  # an exception of the student's that the check did not expect
    if students is not None:
        return students.outcome, str(students), ""
    if isinstance(error, CheckOutcome):
        return error.outcome, str(error), ""
    if isinstance(error, AssertionError) and raised_in_check:
        return Outcome.FAIL, ASSERTED, one_text(error)
    return Outcome.ERROR, "could not be graded; the course staff know", one_text(error)


def one_text(error: BaseException) -> str:
    """Return an exception's type and text in one line."""
    # pytest's own hint is about its command, which nobody has typed.
    told = f"{type(error).__name__}: {error}".replace(PYTESTS_HINT, "")
    return " ".join(told.split())


def place_in(error: BaseException, folder: Path) -> str:
    """Return the last place in a folder that an exception came from: file, line and its text."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(folder)
    ]
    if not frames:
        return ""
    last = frames[-1]
    return f"{Path(last.filename).relative_to(folder)}, line {last.lineno}: {last.line}"


def traced_from(error: BaseException, folder: Path) -> str:
    """Return an exception's traceback from where it enters a folder; before that is pytest's."""
    trace = error.__traceback__
    while trace and not Path(trace.tb_frame.f_code.co_filename).is_relative_to(folder):
        trace = trace.tb_next
    told = traceback.format_exception(type(error), error, trace or error.__traceback__, chain=False)
    cause = error.__cause__
    own = getattr(error, "trace", "")
    chained = "".join(traceback.format_exception(cause)) if cause and not own else own
    return f"{chained}\n{''.join(told)}".strip()[-MOST_TRACED:]


def described_check(item: pytest.Item) -> Result:
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


def rules_of(item: pytest.Item) -> Rules:
    """Return what a check's marker says beside its item and weight; GraderError where it cannot."""
    marker = item.get_closest_marker("item")
    named = marker.kwargs if marker else {}
    if set(named) - KEYS:
        raise GraderError(f"{item.nodeid}: a marker has no {', '.join(sorted(set(named) - KEYS))}")
    of, follows, after = named.get("of", ()), named.get("follows", ()), named.get("after", "")
    groups = [_listed(one) for one in _listed(follows)]
    names = [*_listed(of), *(name for group in groups for name in group), after]
    if not all(isinstance(name, str) for name in names):
        raise GraderError(f"{item.nodeid}: of, follows and after are names of functions")
    return Rules(_listed(of), tuple(groups), after)


def _listed(value: object) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def rule_problems(checks: Sequence[Result], rules: Mapping[str, Rules]) -> Iterator[str]:
    """Yield what is wrong with the rules of checks, beside one another.

    A part that no check looks at would be excused without being counted, and one that the item asks
    for itself would be given away.
    """
    counted = {name for one in rules.values() for name in one.of}
    own: dict[str, set[str]] = {}
    for check in checks:
        own.setdefault(check.item, set()).update(rules[check.check].of)
    for check in checks:
        one = rules[check.check]
        for name in one.parts:
            if name not in counted:
                yield f"{check.check}: follows {name}, which no check is `of`"
            if name in own[check.item]:
                yield f"{check.check}: follows {name}, which its own item asks for"
        file = check.check.partition("::")[0]
        if one.after and f"{file}::{one.after}" not in rules:
            yield f"{check.check}: is after {one.after}, which is no check of this file"


def collect(folder: Path) -> list[Result]:
    """Return a folder's checks as results without an outcome; raise GraderError for a wrong one."""
    return list(collect_rules(folder)[0])


def collect_rules(folder: Path) -> tuple[list[Result], dict[str, Rules]]:
    """Return a folder's checks, and the rules of each by its name; GraderError for a wrong one.

    Where a person gives all points there may be no file of checks: then there are none.
    """
    if not any(holds_checks(str(path)) for path in folder.rglob("*.py")):
        return [], {}
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    texts = hash_files({str(path): path.read_bytes() for path in files})
    checks, rules = _collected(folder, texts)
    return list(checks), dict(rules)


@lru_cache(maxsize=8)
def _collected(folder: Path, _texts: str) -> tuple[tuple[Result, ...], Mapping[str, Rules]]:
    """Collect the checks of a folder once for each state of its files: one command asks often."""
    collector = CheckCollector()
    with silence():
        run_pytest(folder, collector, "--collect-only")
    collector.require(folder)
    return tuple(collector.checks), MappingProxyType(collector.rules)


def run_pytest(folder: Path, plugin: CheckCollector, *arguments: str) -> None:
    """Run pytest on a folder of checks, with a plugin and nothing else that is installed.

    On CI it would tell differences in full: of long values that takes minutes.
    """
    for name in TOLD_BY_CI:
        os.environ.pop(name, None)
    register_old_names()
    # Checks may share modules that lie beside them.
    shared = ["-o", f"pythonpath={folder}"]
    without = [argument for name in NOT_OURS for argument in ("-p", f"no:{name}")]
    settings = ["--rootdir", str(folder), "-c", os.devnull, *shared, *QUIET, *without, *ISOLATED]
    # All sessions of a user would share one folder for `tmp_path`, and each would tidy it up.
    with tempfile.TemporaryDirectory(prefix="gradekit-tmp-path-") as made:
        own = ["--basetemp", str(Path(made) / "checks"), "--disable-plugin-autoload"]
        pytest.main([*settings, *own, *arguments, str(folder)], [plugin])
    forget(folder)


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Swallow what pytest and the checks print."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def forget(folder: Path) -> None:
    """Drop a folder's modules: pytest would take them for files of the same names elsewhere."""
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(f"{folder}{os.sep}"):
            del sys.modules[name]


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.strip().splitlines()) if line.strip()), "")

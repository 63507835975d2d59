"""Runs the checks of a notebook that a student can see, one item after another."""

import re
import time
from collections.abc import Iterator
from pathlib import Path, PurePath

from gradekit.handin.kernel import Kernel, Place, Ran
from gradekit.handin.notebook import Cell, cells_of, find_notebook, read_notebook
from gradekit.handin.outcome import Check, CheckResult, State
from gradekit.handin.parts import clean
from gradekit.report import HandinError

SECONDS = 120.0
MAX_MESSAGE = 240
AGAIN = "begin again from the notebook that you were given"
# What keeps every check from running, because the setup cell cannot be run without it.
IMPORT_ERRORS = (
    "SyntaxError",
    "IndentationError",
    "TabError",
    "ImportError",
    "ModuleNotFoundError",
)

_AT_LINE = re.compile(r" \([^()]*line \d+\)$")


def read_checks(notebook: Path) -> tuple[str, list[Check]]:
    """Return the source of a notebook's setup cell, and its checks in order.

    Raises HandinError where the notebook is damaged, or has lost its setup cell or all its checks.
    """
    cells = [cell for cell in cells_of(read_notebook(notebook)) if cell.kind == "code"]
    setups = [cell.source for cell in cells if cell.name == "setup"]
    checks = [_check(cell) for cell in cells if cell.grading.get("grade") is True and cell.name]
    if not setups or not checks:
        lost = "its checks" if setups else "its setup cell"
        raise HandinError(f"{notebook.name} has lost {lost}: {AGAIN}")
    return setups[0], checks


def run_checks(folder: Path, seconds: float = SECONDS) -> list[CheckResult]:
    """Run all checks in a fresh kernel and return how they ended, in the notebook's order.

    `seconds` is the limit for each cell. The notebook is read and never written. Raises HandinError
    where there is nothing to run, or no kernel to run it.
    """
    setup, checks = read_checks(find_notebook(folder))
    return list(results(folder, setup, checks, seconds))


def results(
    folder: Path, setup: str, checks: list[Check], seconds: float = SECONDS
) -> Iterator[CheckResult]:
    """Give each check's result as soon as it has run; where the setup fails, none of them runs."""
    with Kernel(folder, seconds, first=(setup,)) as kernel:
        started = kernel.start()
        for check in checks:
            if not started.done:
                what = _setup_problem(started, folder, seconds)
                yield CheckResult(check.item, check.title, check.points, State.NOT_RUN, what)
                continue
            begun = time.monotonic()
            state, what = _run(kernel, check, folder, seconds)
            taken = time.monotonic() - begun
            yield CheckResult(check.item, check.title, check.points, state, what, taken)


def _check(cell: Cell) -> Check:
    points = cell.grading.get("points")
    value = float(points) if isinstance(points, int | float) else 0.0
    return Check(cell.name, clean(cell.heading) or cell.name, value, cell.source)


def _run(kernel: Kernel, check: Check, folder: Path, seconds: float) -> tuple[State, str]:
    if not check.source.strip():
        return State.FAILED, f"its cell is empty: {AGAIN}"
    return _judge(kernel.run(check.source), folder, seconds)


def _judge(ran: Ran, folder: Path, seconds: float) -> tuple[State, str]:
    if ran.timed_out:
        return State.TIMED_OUT, f"stopped after {seconds:g} seconds"
    if ran.died:
        return State.FAILED, "the Python process ended in the middle of the check"
    if ran.error == "NotImplementedError":
        return State.TODO, _line(ran.message) or _where(ran, folder) or "raises NotImplementedError"
    if ran.error == "AssertionError":
        return State.FAILED, _bound(ran)
    return (State.PASSED, "") if ran.done else (State.FAILED, _error(ran, folder))


def _bound(ran: Ran) -> str:
    if ran.message:
        return _line(ran.message)
    printed = [line for line in ran.printed.splitlines() if line.strip()]
    asserted = ran.places[-1].code if ran.places else ""
    return _line("; ".join(filter(None, [*printed[-1:], asserted]))) or "AssertionError"


def _error(ran: Ran, folder: Path) -> str:
    where = _where(ran, folder)
    return _line(f"{f'{where}: ' if where else ''}{ran.error}: {ran.message}")


def _setup_problem(ran: Ran, folder: Path, seconds: float) -> str:
    if ran.timed_out:
        return f"the setup cell did not end within {seconds:g} seconds"
    if ran.died:
        return "the Python process ended while it ran the setup cell"
    where = _where(ran, folder)
    if ran.error in IMPORT_ERRORS and where:
        message = _AT_LINE.sub("", ran.message)
        return _line(f"{where} cannot be imported: {ran.error}: {message}")
    return f"the setup cell failed: {_error(ran, folder)}"


def _where(ran: Ran, folder: Path) -> str:
    """Return the last place in the student's own files, such as "lib/rnn/rnn.py line 12"."""
    found = [(_inside(place, folder), place.line) for place in ran.places]
    own = [f"{name} line {line}" for name, line in found if name]
    return own[-1] if own else ""


def _inside(place: Place, folder: Path) -> str:
    try:
        path = PurePath(place.file).relative_to(folder.resolve())
    except ValueError:
        return ""
    return "" if "site-packages" in path.parts else path.as_posix()


def _line(text: str) -> str:
    line = " ".join(clean(text).split())
    return line if len(line) <= MAX_MESSAGE else f"{line[:MAX_MESSAGE]}…"

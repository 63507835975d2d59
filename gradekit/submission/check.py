"""Runs the checks of a notebook that a student can see, one item after another."""

import re
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from gradekit.assignment.code_cells.steps import StudentCell, student_cells
from gradekit.assignment.facts import checks_of, read_facts, setup_of
from gradekit.assignment.student_notebooks import find_notebooks
from gradekit.assignment.visible_checks import Check, CheckResult, State
from gradekit.errors import SubmissionError
from gradekit.files import says_machines
from gradekit.names import NOT_DONE
from gradekit.notebook.cells import cells_of, read_notebook
from gradekit.notebook.lost_names import LOST, is_stripped
from gradekit.submission.notebook_kernel import ErrorLine, Kernel, Ran
from gradekit.submission.parts.texts import clean
from gradekit.text import listed, without_places

SECONDS = 120.0
QUICK_SECONDS = 60.0  # for all checks together, as one hands in
MAX_MESSAGE, MAX_REASON = 240, 120
# What begins a solution in a source; in one piece it would stand in each release.
MARKER = " ".join(("###", "BEGIN", "SOLUTION"))
BEGIN_AGAIN = "begin again from the notebook that you were given"
# What keeps every check from running, because the setup cell cannot be run without it.
IMPORT_ERRORS = (
    "SyntaxError",
    "IndentationError",
    "TabError",
    "ImportError",
    "ModuleNotFoundError",
)

_AT_LINE = re.compile(r" \([^()]*line \d+\)$")


@dataclass(frozen=True)
class Checks:
    """A notebook's setup cell and the checks to run, and a note on each kind of change to them.

    They are those that the release has, whatever became of their cells; `are_all` says whether it
    is known which these are. Where students answer in cells, `before` has those that run before
    each check.
    """

    setup: str
    checks: list[Check]
    notes: tuple[str, ...] = ()
    are_all: bool = False
    before: tuple[tuple[str, ...], ...] = ()


class NoChecks(SubmissionError):
    """A release has no checks that students can run: a person grades it, or others do."""


def read_folder(folder: Path) -> list[Checks]:
    """Return the checks of each of the assignment's notebooks in a folder that has any, in order.

    Raises NoChecks where the release has none, and SubmissionError where there is no notebook, or
    one is damaged, or has lost its setup cell or all its checks.
    """
    found, none = list[Checks](), None
    for notebook in find_notebooks(folder).found:
        try:
            found.append(read_checks(notebook.path))
        except NoChecks as error:
            none = none or error
    if none and not found:
        raise none
    return found


def together(found: Sequence[Checks]) -> Checks:
    """Return the checks of several notebooks as those of one, to be shown in one table."""
    checks = [check for one in found for check in one.checks]
    notes = tuple(note for one in found for note in one.notes)
    return Checks("", checks, notes, all(one.are_all for one in found))


def read_checks(notebook: Path) -> Checks:
    """Return the checks of a notebook's release, in order, or those that stand in it.

    Raises NoChecks where the release has none, and SubmissionError where the notebook is damaged,
    or has lost its setup cell or all its checks.
    """
    read = read_notebook(notebook)
    facts, mine = read_facts(read), checks_of(read)
    setup, checks = setup_of(read) or facts.setup, list(facts.checks) or mine
    if facts.assignment and not checks:
        raise NoChecks(f"{notebook.name} was released without checks: there are none to run")
    # A release says what it has: one without a setup cell has lost none.
    if not checks or not (setup or facts.checks):
        if any(MARKER in cell.source for cell in cells_of(read)):
            raise SubmissionError(
                f"{notebook.name} has solutions in it, as staff write them: students check what "
                "was released (in a course: cd release/NAME)"
            )
        if is_stripped(read):
            raise SubmissionError(f"{notebook.name} {LOST}")
        lost = "its checks" if setup else "its setup cell"
        raise SubmissionError(f"{notebook.name} has lost {lost}: {BEGIN_AGAIN}")
    checks = [replace(check, title=clean(check.title)) for check in checks]
    if not facts.checks:
        return Checks(setup, checks)
    stripped = f"{notebook.name} {LOST}. The checks that you were given were run."
    notes = (stripped,) if is_stripped(read) else tuple(_changes(notebook.name, checks, mine))
    if not facts.in_cells:
        return Checks(setup, checks, notes, are_all=True)
    ordered = list(_in_order(student_cells(read), checks))
    before = tuple(cells for cells, _ in ordered)
    return Checks("", [check for _, check in ordered], notes, are_all=True, before=before)


def _in_order(
    cells: Sequence[StudentCell], checks: Sequence[Check]
) -> Iterator[tuple[tuple[str, ...], Check]]:
    """Yield each check where its cell stands, with the cells before it; lost ones at the end."""
    left, waiting = {check.item: check for check in checks}, list[str]()
    names = {check.item for check in checks}
    for cell in cells:
        if cell.name not in names:
            waiting.append(cell.python)
        elif cell.name in left:
            yield tuple(waiting), left.pop(cell.name)
            waiting.clear()
    for check in left.values():
        yield tuple(waiting), check
        waiting.clear()


def _changes(name: str, checks: list[Check], mine: list[Check]) -> Iterator[str]:
    found = {check.item: check.source for check in mine}
    gone = [check.title for check in checks if check.item not in found]
    changed = [
        check.title
        for check in checks
        if check.item in found and found[check.item].split() != check.source.split()
    ]
    for titles, what in ((gone, "gone from"), (changed, "changed in")):
        one = len(titles) == 1
        are, them = ("1 check is", "it") if one else (f"{len(titles)} checks are", "them")
        if titles:
            yield (
                f"{are} {what} {name}: {', '.join(titles)}. "
                f"The checks that you were given were run; copy {them} back from the notebook that "
                "you were given."
            )


def run_checks(folder: Path, seconds: float = SECONDS) -> list[CheckResult]:
    """Run all checks, each notebook's in a fresh kernel; return how they ended, in order.

    `seconds` is the limit for each cell. The notebooks are read and never written. Raises
    SubmissionError where there is nothing to run, or no kernel to run it.
    """
    return list(all_results(folder, read_folder(folder), seconds))


def all_results(
    folder: Path, found: Sequence[Checks], seconds: float = SECONDS
) -> Generator[CheckResult, None, None]:
    """Give each check's result as soon as it has run: those of one notebook after another."""
    for one in found:
        yield from results(folder, one.setup, one.checks, seconds, one.before)


def what_does_not_pass(folder: Path, seconds: float = QUICK_SECONDS) -> tuple[str, ...]:
    """Return a line on the checks that do not pass, and one where not all can be run; or nothing.

    `seconds` are for all of them together: whoever hands in waits for that.
    """
    begun, ended = time.monotonic(), list[CheckResult]()
    try:
        read = read_folder(folder)
        found, running = together(read), all_results(folder, read, seconds)
        with closing(running):
            for result in running:
                ended.append(result)
                if time.monotonic() - begun > seconds:
                    break
    except NoChecks:
        return ()
    except SubmissionError as error:
        return (f"The checks were not run: {error}.",)
    failed = [result for result in ended if result.state is not State.PASSED]
    lines = []
    if failed:
        lines.append(f"{_how_many(failed, found.checks)}. Run `gradekit check` to see more.")
    if len(ended) < len(found.checks):
        what = f"Only {len(ended)} of {len(found.checks)} checks were run in {seconds:g} s"
        lines.append(f"{what}. Run `gradekit check` to see all of them.")
    return tuple(lines)


def _how_many(failed: Sequence[CheckResult], checks: Sequence[Check]) -> str:
    """Return how many checks do not pass, which, and why the first of them does not."""
    reason = failed[0].what or failed[0].state.value
    short = reason if len(reason) <= MAX_REASON else f"{reason[:MAX_REASON]}…"
    titles = listed([result.title for result in failed], 3)
    if len(failed) > 1:
        return f"{len(failed)} of {len(checks)} checks do not pass: {titles}; the first: {short}"
    one = f"1 of {len(checks)} checks" if len(checks) > 1 else "The only check"
    return f"{one} does not pass: {titles}: {short}"


def results(
    folder: Path,
    setup: str,
    checks: list[Check],
    seconds: float = SECONDS,
    before: Sequence[Sequence[str]] = (),
) -> Generator[CheckResult, None, None]:
    """Give each check's result as soon as it has run; where the setup fails, none of them runs.

    The cells `before` each run first; what one of them raises costs the checks that need it.
    """
    first = (setup,) if setup.strip() else ()
    with Kernel(folder, seconds, first=first) as kernel:
        started = kernel.start()
        for place, check in enumerate(checks):
            cells = before[place] if before else ()
            undone = NOT_DONE in [kernel.run_and_keep(cell).error for cell in cells]
            if not started.done:
                what, doubt = _setup_problem(started, folder, seconds), _may_be_machines(started)
                facts = (check.item, check.title, check.points)
                yield CheckResult(*facts, State.NOT_RUN, what, may_be_machines=doubt)
                continue
            begun = time.monotonic()
            state, what, doubt = _run(kernel, check, folder, seconds)
            if undone and state is State.FAILED:
                state, what = State.TODO, "a cell above it raises NotImplementedError"
            taken = time.monotonic() - begun
            yield CheckResult(check.item, check.title, check.points, state, what, taken, doubt)


def _run(kernel: Kernel, check: Check, folder: Path, seconds: float) -> tuple[State, str, bool]:
    if not check.source.strip():
        return State.FAILED, f"its cell is empty: {BEGIN_AGAIN}", False
    ran = kernel.run(check.source)
    return *_judge(ran, folder, seconds), _may_be_machines(ran)


def _may_be_machines(ran: Ran) -> bool:
    """Whether a right cell may end so where memory, open files or time are short."""
    memory = ran.error in ("MemoryError", "_ArrayMemoryError")
    return ran.timed_out or ran.died or memory or says_machines(ran.message)


def _judge(ran: Ran, folder: Path, seconds: float) -> tuple[State, str]:
    if ran.timed_out:
        return State.TIMED_OUT, f"stopped after {seconds:g} seconds"
    if ran.died:
        return State.FAILED, "the Python process ended in the middle of the check"
    if ran.error == NOT_DONE:
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
        message = without_places(_AT_LINE.sub("", ran.message))
        return _line(f"{where} cannot be imported: {ran.error}: {message}")
    return f"the setup cell failed: {_error(ran, folder)}"


def _where(ran: Ran, folder: Path) -> str:
    """Return the last place in the student's own files, such as "lib/layers.py line 12"."""
    found = [(_inside(place, folder), place.line) for place in ran.places]
    own = [f"{name} line {line}" for name, line in found if name]
    return own[-1] if own else ""


def _inside(place: ErrorLine, folder: Path) -> str:
    try:
        path = PurePath(place.file).relative_to(folder.resolve())
    except ValueError:
        return ""
    return "" if "site-packages" in path.parts else path.as_posix()


def _line(text: str) -> str:
    line = " ".join(clean(text[: 10 * MAX_MESSAGE]).split())
    return line if len(line) <= MAX_MESSAGE else f"{line[:MAX_MESSAGE]}…"

"""How checking and handing in look on a terminal."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gradekit.assignment.visible_checks import Check, CheckResult, State
from gradekit.submission.check import Checks
from gradekit.submission.pack import Packed, StudentFolder
from gradekit.submission.trimmed import print_trimmed
from gradekit.text import listed

MOST_NAMED = 12  # files that are not handed in
RUNNING, WAITING = "running …", "."
STYLES = {
    RUNNING: "cyan",
    WAITING: "dim",
    State.PASSED: "green",
    State.FAILED: "bold red",
    State.TODO: "yellow",
    State.TIMED_OUT: "bold red",
    State.NOT_RUN: "dim",
}


def show_checks(
    console: Console, found: Checks, results: Iterable[CheckResult]
) -> list[CheckResult]:
    """Fill a table with results while they come in; return them."""
    checks, ended = found.checks, list[CheckResult]()
    with Live(_rows(checks, ended), console=console, transient=True, refresh_per_second=8) as live:
        for result in results:
            ended.append(result)
            live.update(_rows(checks, ended))
    if all(result.state is State.NOT_RUN for result in ended):
        _print(console, f"No check can run: {ended[0].what}", "bold red")
    else:
        print_trimmed(console, _rows(checks, ended))
        _print(console, _summary(ended, found.are_all))
    for note in found.notes:
        _print(console, note, "yellow")
    return ended


def show_missing(console: Console, submission: StudentFolder) -> None:
    """Print what the graders cannot run and what is missing, one line each, or that nothing is."""
    missing = [line for line in submission.missing if line not in submission.cannot_run]
    if submission.cannot_run:
        _print(console, "\nThe graders cannot run this, whatever passes here:", "bold red")
        _print_list(console, submission.cannot_run)
    if missing:
        _print(console, "\nStill missing or wrong for handing in:", "bold")
        _print_list(console, missing)
    _print_notes(console, submission.notes)
    if not submission.missing:
        _print(console, "\nNothing is missing for handing in: run `gradekit submit`.", "green")


def _print_notes(console: Console, notes: Sequence[str]) -> None:
    if notes:
        _print(console, "\nLook at this before you hand in:", "bold yellow")
        _print_list(console, notes)


def show_refused(console: Console, missing: Sequence[str]) -> None:
    """Print why nothing was packed, and what to do."""
    _print(console, "Nothing was packed, because this is missing or wrong:", "bold red")
    _print_list(console, missing)
    _print(console, "\nTo hand in as it is, with this list inside: gradekit submit --anyway", "dim")


def show_packed(
    console: Console, submission: StudentFolder, packed: Packed, surprises: Sequence[str] = ()
) -> None:
    """Print what went into the zip, what is missing from it, and where it is.

    `surprises` and the notes are what would surprise the student later.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("in the zip")
    table.add_column("size", justify="right")
    for name, size in packed.sizes.items():
        table.add_row(Text(name), _size(size))
    print_trimmed(console, table)
    if packed.left_out:
        left = f"not handed in: {listed(list(packed.left_out), MOST_NAMED)}"
        console.print(left, style="dim", markup=False, soft_wrap=not console.is_terminal)
    if submission.missing:
        said = "\nHanded in although this is missing or wrong, as the PDF says:"
        _print(console, said, "bold yellow")
        _print_list(console, submission.missing)
    if packed.note:
        _print(console, packed.note, "yellow")
    _print_notes(console, [*surprises, *submission.notes])
    _print(console, "")
    if packed.pdf:
        _print(console, f"PDF  {_from_here(packed.pdf)}")
    _print(console, f"Zip  {_from_here(packed.zip)}", "bold")
    _print(console, f"{'Look at the PDF, then u' if packed.pdf else 'U'}pload the zip.", "green")


def _rows(checks: Sequence[Check], ended: Sequence[CheckResult]) -> Group:
    wide = max((cell_len(check.title) for check in checks), default=0)
    head = Text(f"{set_cell_size('item', wide)}  points  check", "bold")
    lines: list[RenderableType] = [head]
    for number, check in enumerate(checks):
        done = ended[number] if number < len(ended) else None
        state = done.state if done else RUNNING if number == len(ended) else WAITING
        line = Text(f"{set_cell_size(check.title, wide)}  {check.points:6g}  ")
        lines.append(line.append(state, STYLES[state]))
        if done and done.what:
            lines.append(Padding(Text(done.what), (0, 0, 0, 4)))
    return Group(*lines)


def _summary(ended: Sequence[CheckResult], are_all: bool) -> str:
    passed = sum(result.state is State.PASSED for result in ended)
    which = "" if are_all else " that are in the notebook"
    if passed == len(ended) == 1:
        return f"\nThe only check{which.replace('are', 'is')} passes."
    if passed == len(ended):
        return f"\nAll {passed} checks{which} pass."
    return f"\n{passed} of {len(ended)} checks{which} pass."


def _from_here(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _size(size: int) -> str:
    return f"{size:,} bytes" if size < 1000 else f"{size / 1000:,.0f} kB"


def _print_list(console: Console, lines: Iterable[str]) -> None:
    for line in lines:
        grid = Table.grid(padding=(0, 1))
        grid.add_row("  -", Text(line))
        print_trimmed(console, grid)


def _print(console: Console, text: str, style: str = "") -> None:
    console.print(text, style=style or None, markup=False)

"""How `gradekit verify` looks on a terminal."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from gradekit.cli.app import console, errors, shown_path

if TYPE_CHECKING:
    from gradekit.verification.record import Verification
    from gradekit.verification.verdicts import Verdict

# Each kind of answers: what it is called, and what the checks must do.
ASKED = {
    "reference": ("reference", "earn every point"),
    "blank": ("blank release", "earn none, in no item"),
    "broken": ("modules that are no Python", "earn none, in no item"),
    "unsolved": ("one function less", "tell which items need it"),
    "endless": ("one function that never ends", "lose what one less does"),
    "equivalent": ("other right ones", "earn every point"),
    "mistake": ("known mistakes", "lose there only, by name"),
    "two_mistakes": ("two of them at once", "lose where one of them does"),
    "forged": ("forged parts", "excuse nothing"),
    "mutant": ("mutants", "lose there only"),
}


def print_verification(found: "Verification", path: Path) -> None:
    """Print how many answers were judged as they must be, how items are guarded, and what not."""
    console.print(_answers(found), _items(found))
    slowest, share = max(found.shares.items(), key=lambda one: one[1])
    if share:  # nobody measures single test cells
        console.print(
            f"slowest check: {slowest}, {share:.0%} of the time for a right answer (median)"
        )
    for verdict in found.verdicts:
        if verdict.problems:
            _print_problems(verdict)
    for problem in found.problems:
        errors.print(f"problem: {problem}", markup=False, style="red")
    console.print(f"all of it: {shown_path(path)}", markup=False)
    console.print(_in_words(found), markup=False)


def _in_words(found: "Verification") -> str:
    """Return in words how many problems there are, and of how much."""
    count = len(found.problem_lines)
    told = "no problems" if not count else "1 problem" if count == 1 else f"{count} problems"
    return told if found.whole or count else f"{told} in this sample"


def _answers(found: "Verification") -> Table:
    table = Table(box=box.SIMPLE, padding=(0, 1, 0, 0))
    table.add_column("answers")
    for heading in ("graded", "right", "alike", "wrong"):
        table.add_column(heading, justify="right")
    table.add_column("they must")
    for kind, (name, asked) in ASKED.items():
        verdicts = [verdict for verdict in found.verdicts if verdict.answer.kind == kind]
        wrong = sum(bool(verdict.problems) for verdict in verdicts)
        same = sum(bool(verdict.reason) for verdict in verdicts)
        figures = (len(verdicts), len(verdicts) - wrong - same, same or "", wrong or "")
        table.add_row(name, *map(str, figures), asked)
    table.caption = "right: judged as they must be; alike: mutants known to behave as the reference"
    table.caption_justify = "left"
    return table


def _items(found: "Verification") -> Table:
    table = Table(box=box.SIMPLE, padding=(0, 1, 0, 0))
    table.add_column("item", no_wrap=True)
    for heading in ("points", "needs", "mutants", "alone"):
        table.add_column(heading, justify="right")
    for name, one in found.items.items():
        figures = (f"{one.points:g}", str(len(one.needs)), str(one.mutants), str(one.alone))
        table.add_row(name, *figures)
    table.caption = "needs: functions that it needs; alone: mutants that cost this item alone"
    table.caption_justify = "left"
    return table


def _print_problems(verdict: "Verdict") -> None:
    answer = verdict.answer
    where = f" ({answer.place}, {answer.owner})" if answer.place else ""
    errors.print(f"{answer.name}{where}: {answer.about}", markup=False, style="red")
    for problem in verdict.problems:
        errors.print(f"  {problem}", markup=False)
    if answer.difference:
        errors.print(answer.difference, markup=False)

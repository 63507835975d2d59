"""How the staff's verbs look on a terminal: tables and plain lines."""

import csv
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from gradekit.cli.app import console, errors, shown
from gradekit.course import Assignment
from gradekit.handin.oneline import printable

if TYPE_CHECKING:
    from gradekit.gradebook.scores import StudentScores
    from gradekit.pipelines.collect import Collected
    from gradekit.pipelines.doctor import Examination

# How an outcome is shown: letter, style, meaning.
OUTCOMES = {
    "PASS": (" ", "green", "all checks passed"),
    "FAIL": ("F", "red", "values differ"),
    "CRASH": ("C", "red", "an exception, or not done"),
    "TIMEOUT": ("T", "red", "no answer in time"),
    "MEMORY": ("M", "red", "too much memory"),
    "PROTOCOL": ("P", "red", "no plain numbers"),
    "ERROR": ("E", "bold magenta", "no grade: the grader's fault"),
    "MANUAL": ("H", "cyan", "graded by hand"),
}
UNKNOWN = ("?", "yellow", "no report of it")
MOST_SIDE_BY_SIDE = 6


class Format(StrEnum):
    """How scores are printed."""

    table = "table"
    csv = "csv"
    json = "json"


def print_release(folder: Path, assignment: Assignment, verified: str) -> None:
    """Print what a release holds and where it is, and when its checks were verified."""
    items = assignment.items()
    points = sum(item.points for item in items)
    console.print(f"{shown(folder)}: {len(items)} items, {points:g} points")
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            console.print(f"  {path.relative_to(folder)}")
    console.print(f"{shown(assignment.solution)}: the reference, without markers")
    console.print("checks: the reference earns every automatic point, the blank release none")
    console.print(f"last verified: {verified}")


def print_collected(collected: "Collected") -> None:
    """Print what was taken in, with what was noticed, and what was refused."""
    for one in collected.taken:
        console.print(f"{one.student}: taken in", markup=False)
        for note in one.notes:
            console.print(f"  {printable(note)}", markup=False)
    for line in collected.refused:
        errors.print(f"refused: {printable(line)}", markup=False, style="red")
    if len(collected.taken) + len(collected.refused) > 1:
        console.print(f"{len(collected.taken)} taken in, {len(collected.refused)} refused")


def print_scores(scores: "Mapping[str, StudentScores]", form: Format) -> None:
    """Print points per student and item as a table, CSV or JSON."""
    if form is Format.json:
        print(json.dumps({student: _facts(one) for student, one in scores.items()}, indent=2))
    elif form is Format.csv:
        _write_csv(scores)
    else:
        console.print(_table(scores))
        _print_key(scores)


def print_doctor(examination: "Examination") -> None:
    """Print what is installed and enforced."""
    table = Table(box=None, show_header=False)
    for what, finding in examination.findings:
        table.add_row(what, finding)
    console.print(table)


def _facts(one: "StudentScores") -> dict[str, object]:
    facts = asdict(one)
    return facts if one.late_penalty else {k: v for k, v in facts.items() if k != "late_penalty"}


def _write_csv(scores: "Mapping[str, StudentScores]") -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    items, late = _items(scores), _any_late(scores)
    writer.writerow(["student", "total", *(["late_penalty"] if late else []), *items])
    for student, one in scores.items():
        points: list[float | None] = [one.late_penalty] if late else []
        points += [one.items[item].score for item in items]
        writer.writerow(
            [student, f"{one.total:g}", *("" if p is None else f"{p:g}" for p in points)]
        )


def _table(scores: "Mapping[str, StudentScores]") -> Table:
    """Put a few students side by side; more of them below one another, with items by number."""
    table = Table(
        title="Points per item", title_justify="left", box=box.SIMPLE, padding=(0, 1, 0, 0)
    )
    (_few if len(scores) <= MOST_SIDE_BY_SIDE else _many)(table, scores)
    return table


def _few(table: Table, scores: "Mapping[str, StudentScores]") -> None:
    table.show_footer = True
    table.add_column("item", footer="total", no_wrap=True)
    table.add_column("of", justify="right", footer=f"{_maximum(scores):g}")
    for student, one in scores.items():
        # A long name is broken after its underscores, not in the middle of a word.
        heading = student.replace("_", "_\n")
        table.add_column(heading, justify="right", footer=f"{one.total:g}  ")
    for item in _items(scores):
        first = next(iter(scores.values())).items[item]
        table.add_row(item, f"{first.max:g}", *(_cell(one, item) for one in scores.values()))
    if _any_late(scores):
        table.add_row("late", "", *(f"{_late(one)}  " for one in scores.values()))


def _many(table: Table, scores: "Mapping[str, StudentScores]") -> None:
    table.add_column("student", no_wrap=True)
    table.add_column("total", justify="right", no_wrap=True)
    late = _any_late(scores)
    if late:
        table.add_column("late", justify="right", no_wrap=True)
    for number, _ in enumerate(_items(scores), start=1):
        table.add_column(str(number), justify="right")
    for student, one in scores.items():
        totals = [f"{one.total:g}", *([_late(one)] if late else [])]
        table.add_row(student, *totals, *(_cell(one, item, "") for item in _items(scores)))
    names = enumerate(_items(scores), start=1)
    table.caption = ", ".join(f"{number} {name}" for number, name in names)


def _cell(one: "StudentScores", item: str, gap: str = " ") -> str:
    found = one.items[item]
    letter, style, _ = OUTCOMES.get(found.outcome or "", UNKNOWN)
    points = "–" if found.score is None else f"{found.score:g}"
    return f"[{style}]{points}{gap}{letter}[/]"


def _late(one: "StudentScores") -> str:
    return f"−{one.late_penalty:g}" if one.late_penalty else ""


def _any_late(scores: "Mapping[str, StudentScores]") -> bool:
    return any(one.late_penalty for one in scores.values())


def _print_key(scores: "Mapping[str, StudentScores]") -> None:
    found = {item.outcome or "" for one in scores.values() for item in one.items.values()}
    known = [OUTCOMES[outcome] for outcome in OUTCOMES if outcome in found and outcome != "PASS"]
    known += [UNKNOWN] if found - set(OUTCOMES) else []
    if known:
        words = (f"[{style}]{letter}[/] {meaning}" for letter, style, meaning in known)
        console.print(f"  {', '.join(words)}")


def _items(scores: "Mapping[str, StudentScores]") -> list[str]:
    return list(next(iter(scores.values())).items) if scores else []


def _maximum(scores: "Mapping[str, StudentScores]") -> float:
    return sum(item.max for item in next(iter(scores.values())).items.values()) if scores else 0

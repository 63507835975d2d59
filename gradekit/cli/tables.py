"""How the staff's verbs look on a terminal: tables, progress, and plain lines elsewhere."""

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from gradekit.cli.app import console, errors
from gradekit.course import Assignment

if TYPE_CHECKING:
    from gradekit.gradebook.scores import StudentScores
    from gradekit.handin.intake import Taken
    from gradekit.pipelines.grade import ClassResult

STYLES = {"PASS": "green", "MANUAL": "cyan", "FAIL": "red", "ERROR": "bold magenta"}


class Format(StrEnum):
    """How scores are printed."""

    table = "table"
    csv = "csv"
    json = "json"


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[str, str], None]]:
    """Show a bar on a terminal, and a line for each student elsewhere."""
    if not console.is_terminal:
        done = iter(range(1, total + 1))
        yield lambda name, word: console.print(
            f"[{next(done)}/{total}] {name} {word}", markup=False
        )
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task(what, total=total)
        yield lambda name, word: bar.update(task, advance=1, description=f"{word} {name}")


def print_release(folder: Path, assignment: Assignment) -> None:
    """Print what a release holds and where it is."""
    items = assignment.items()
    points = sum(item.points for item in items)
    console.print(f"{folder}: {len(items)} items, {points:g} points")
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            console.print(f"  {path.relative_to(folder)}")
    console.print(f"{assignment.solution}: the reference, without markers")


def print_collected(taken: "Sequence[Taken]", refused: Sequence[str]) -> None:
    """Print what was taken in, with what was noticed, and what was refused."""
    for one in taken:
        console.print(f"{one.student}: taken in", markup=False)
        for note in one.notes:
            console.print(f"  {note}", markup=False)
    for line in refused:
        errors.print(f"refused: {line}", markup=False, style="red")


def print_graded(assignment: Assignment, result: "ClassResult") -> None:
    """Print what became of a class, and what needs a person."""
    console.print(f"{len(result.reports)} graded into {assignment.root / 'gradebook.db'}")
    for student, report in sorted(result.reports.items()):
        for note in report.notes:
            console.print(f"  {student}: {note}", markup=False)
    for student, line in sorted(result.refused.items()):
        errors.print(f"  {student}: not taken: {line}", markup=False, style="red")
    for student, line in sorted(result.ungraded.items()):
        errors.print(
            f"  {student}: no grade, the grader's fault: {line}", markup=False, style="red"
        )
    for student, report in sorted(result.reports.items()):
        for one in report.results:
            if one.outcome == "ERROR":
                line = f"  {student}: no grade for {one.item}: {one.check}: {one.staff_message}"
                errors.print(line, markup=False, style="magenta")


def print_scores(scores: "Mapping[str, StudentScores]", form: Format) -> None:
    """Print points per student and item as a table, CSV or JSON."""
    if form is Format.json:
        print(json.dumps({student: asdict(one) for student, one in scores.items()}, indent=2))
    elif form is Format.csv:
        _write_csv(scores)
    else:
        console.print(_table(scores))


def print_doctor(findings: Sequence[tuple[str, str]]) -> None:
    """Print what is installed and enforced."""
    table = Table(box=None, show_header=False)
    for what, finding in findings:
        table.add_row(what, finding)
    console.print(table)


def _write_csv(scores: "Mapping[str, StudentScores]") -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    items = _items(scores)
    writer.writerow(["student", "total", *items])
    for student, one in scores.items():
        points = [one.items[item].score for item in items]
        writer.writerow(
            [student, f"{one.total:g}", *("" if p is None else f"{p:g}" for p in points)]
        )


def _table(scores: "Mapping[str, StudentScores]") -> Table:
    """Put students side by side, items below one another: names of items are long."""
    table = Table(title="points per item", title_justify="left", show_footer=True)
    table.add_column("item", footer="total")
    table.add_column("of", justify="right", footer=f"{_maximum(scores):g}")
    for student, one in scores.items():
        table.add_column(student, justify="right", footer=f"{one.total:g}")
    for item in _items(scores):
        first = next(iter(scores.values())).items[item]
        table.add_row(item, f"{first.max:g}", *(_cell(one, item) for one in scores.values()))
    return table


def _cell(one: "StudentScores", item: str) -> str:
    found = one.items[item]
    outcome = found.outcome or "?"
    points = "–" if found.score is None else f"{found.score:g}"
    style = STYLES.get(outcome, "yellow")
    return f"[{style}]{points} {outcome.lower() if outcome != 'PASS' else '    '}[/]"


def _items(scores: "Mapping[str, StudentScores]") -> list[str]:
    return list(next(iter(scores.values())).items) if scores else []


def _maximum(scores: "Mapping[str, StudentScores]") -> float:
    return sum(item.max for item in next(iter(scores.values())).items.values()) if scores else 0

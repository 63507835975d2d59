"""How scores look: a table that fits any width without losing a column, CSV and JSON."""

import csv
import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from gradekit.cli.app import console
from gradekit.cli.tables import OUTCOMES
from gradekit.text import one_line, spreadsheet_text

if TYPE_CHECKING:
    from gradekit.gradebook.store.scores import ClassScores, ItemScore, StudentScores
    from gradekit.gradebook.store.unscored import Unscored

UNKNOWN = ("?", "yellow", "no report of it")
# How an answer that a person grades stands: letter, style, meaning.
STATES = {
    "waits": ("W", "bold cyan", "waits for a person"),
    "changed": ("W", "bold cyan", "waits for a person"),
    "no answer": ("N", "yellow", "no answer was written"),
}
MOST_SIDE_BY_SIDE = 6
GAP = "  "
# A name in a table takes no more of its width, unless it is shorter than that anyway.
MOST_OF_WIDTH, LEAST_NAME = 0.4, 20


class Format(StrEnum):
    """How scores are printed."""

    table = "table"
    csv = "csv"
    json = "json"


def print_scores(scores: "ClassScores", form: Format, roster: "Unscored | None" = None) -> None:
    """Print points per student and item as a table, CSV or JSON.

    The roster's students without scores are in each: JSON has null for their total, no items, and
    a status that says why.
    """
    others = roster.without_scores if roster else {}
    if form is Format.json:
        found: dict[str, object] = {student: _facts(one) for student, one in scores.items()}
        none: dict[str, object] = {
            name: {"total": None, "items": {}, "status": why} for name, why in others.items()
        }
        print(json.dumps(found | none, indent=2))
    elif form is Format.csv:
        _write_csv(scores, others)
    else:
        _print_table(scores, others)


def _facts(one: "StudentScores") -> dict[str, object]:
    facts: dict[str, Any] = asdict(one)
    for item in facts["items"].values():
        del item["state"]  # the shape of this JSON is a contract; a score that waits is null
        if not item["bonus"]:
            del item["bonus"]
    return facts if one.late_penalty else {k: v for k, v in facts.items() if k != "late_penalty"}


def _write_csv(scores: "ClassScores", others: Mapping[str, str]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    items, late = _items(scores), _any_late(scores)
    heads = ["student", "total", *(["late_penalty"] if late else []), *items]
    writer.writerow([*map(spreadsheet_text, heads), *(["status"] if others else [])])
    for student, one in scores.items():
        points: list[float | None] = [one.late_penalty] if late else []
        points += [one.items[item].score for item in items]
        cells = [f"{one.total:g}", *("" if p is None else f"{p:g}" for p in points)]
        writer.writerow([spreadsheet_text(student), *cells, *(["graded"] if others else [])])
    for student, status in others.items():
        empty = [""] * (len(heads) - 1)
        writer.writerow([spreadsheet_text(student), *empty, status])


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, a cell for each row, and what stands at the foot, if any."""

    head: str
    cells: Sequence[Text]
    foot: str = ""
    left: bool = False

    @property
    def width(self) -> int:
        """How many columns of a terminal it is wide: nothing in it is broken or cut."""
        texts = (self.head, self.foot, *(cell.plain for cell in self.cells))
        return max(map(cell_len, texts))


def blocks(stub: Sequence[Column], columns: Sequence[Column], width: int) -> list[list[Column]]:
    """Return columns in blocks that fit below one another, each with those of the stub before it.

    A column that is too wide for any block has one of its own.
    """
    taken = sum(column.width + len(GAP) for column in stub)
    found: list[list[Column]] = [[*stub]]
    room = width - taken
    for column in columns:
        room -= column.width + len(GAP)
        if room < 0 and len(found[-1]) > len(stub):
            found.append([*stub])
            room = width - taken - column.width - len(GAP)
        found[-1].append(column)
    return found


def _print_table(scores: "ClassScores", others: Mapping[str, str]) -> None:
    names = [*scores, *others]
    if not names:
        console.print("nobody has handed in anything yet")
        return
    if not scores:
        console.print("nobody is graded yet")
        for name, why in others.items():
            console.print(f"  {one_line(name)}: {why}", markup=False, soft_wrap=True)
        _print_counts(scores, others)
        return
    console.print("Points per item", style="italic")
    short = shortened([*names, *_items(scores)], console.width)
    across = _across(scores, others, short)
    down = _down(scores, others, short)
    few = len(names) <= MOST_SIDE_BY_SIDE
    by_item = blocks(*across, console.width)
    by_student = blocks(*down, console.width)
    if few and (len(by_item) == 1 or len(by_item) * len(_items(scores)) <= len(by_student) * 8):
        _print_blocks(by_item)
    else:
        _print_blocks(by_student)
        _print_phrases(
            [
                Text(f"{number} {name} ({_most(scores[names[0]].items[name])})")
                for number, name in enumerate(_items(scores), start=1)
            ]
        )
    _print_key(scores)
    _print_counts(scores, others)
    for name, cut in short.items():
        if cut != name:
            console.print(f"{cut} is {name}", markup=False, soft_wrap=True)


def shortened(names: Sequence[str], width: int) -> dict[str, str]:
    """Return names as they stand in a table of a width: those that are long without their middle.

    No two of them become one.
    """
    most = max(LEAST_NAME, int(width * MOST_OF_WIDTH))
    found: dict[str, str] = {}
    for name in names:
        line = one_line(name)
        cut, number = _without_middle(line, most), 1
        while cut in found.values() and name not in found:
            number += 1
            cut = _without_middle(line, most - len(str(number)) - 1) + f"~{number}"
        found.setdefault(name, cut)
    return found


def _without_middle(name: str, most: int) -> str:
    if cell_len(name) <= most:
        return name
    end = most // 3
    tail = set_cell_size(name[::-1], end).strip()[::-1]
    return f"{set_cell_size(name, most - end - 1).strip()}…{tail}"


def _across(
    scores: "ClassScores", others: Mapping[str, str], short: Mapping[str, str]
) -> tuple[list[Column], list[Column]]:
    """Return the columns of a table whose rows are items: a column for each student."""
    items, late = _items(scores), _any_late(scores)
    found = [next(iter(scores.values())).items[item] for item in items]
    rows = [*(Text(short[item]) for item in items), *([Text("late")] if late else [])]
    numbers = [*(Text(_most(one)) for one in found), *([Text()] if late else [])]
    most = math.fsum(one.max for one in found if not one.bonus)
    stub = [
        Column("item", rows, "total", left=True),
        Column("of", numbers, f"{most:g}" if found else ""),
    ]
    columns = []
    for student, one in scores.items():
        cells = [_cell(one.items[item]) for item in items]
        cells += [Text(f"{_late(one)}  ")] if late else []
        columns.append(Column(short[student], cells, f"{one.total:g}  "))
    empty = [Text("–  ") for _ in rows]
    return stub, columns + [Column(short[student], empty, "–  ") for student in others]


def _down(
    scores: "ClassScores", others: Mapping[str, str], short: Mapping[str, str]
) -> tuple[list[Column], list[Column]]:
    """Return the columns of a table whose rows are students: a column for each item, numbered."""
    totals = [Text(f"{one.total:g}") for one in scores.values()] + [Text("–")] * len(others)
    names = [Text(short[student]) for student in (*scores, *others)]
    stub = [Column("student", names, left=True), Column("total", totals)]
    if _any_late(scores):
        late = [Text(_late(one)) for one in scores.values()] + [Text()] * len(others)
        stub.append(Column("late", late))
    columns = []
    for number, item in enumerate(_items(scores), start=1):
        cells = [_cell(one.items[item], "") for one in scores.values()]
        columns.append(Column(str(number), cells + [Text("– ")] * len(others)))
    return stub, columns


def _print_blocks(found: Sequence[Sequence[Column]]) -> None:
    for columns in found:
        console.print()
        for line in _lines(columns):
            console.print(line)
    console.print()


def _lines(columns: Sequence[Column]) -> Iterator[Text]:
    rule = Text(" " + "─" * (sum(column.width + len(GAP) for column in columns) - 1))
    yield _row(columns, [Text(column.head) for column in columns])
    yield rule
    for cells in zip(*(column.cells for column in columns), strict=True):
        yield _row(columns, cells)
    if any(column.foot for column in columns):
        yield rule
        yield _row(columns, [Text(column.foot) for column in columns])


def _row(columns: Sequence[Column], cells: Sequence[Text]) -> Text:
    line = Text(" ")
    for column, cell in zip(columns, cells, strict=True):
        space = " " * (column.width - cell.cell_len)
        line.append_text(Text.assemble(*((cell, space) if column.left else (space, cell)), GAP))
    line.rstrip()
    return line


def _cell(found: "ItemScore", gap: str = " ") -> Text:
    letter, style, _ = _sign(found)
    points = "–" if found.score is None else f"{found.score:g}"
    return Text(f"{points}{gap}{letter}", style)


def _sign(found: "ItemScore") -> tuple[str, str, str]:
    return STATES.get(found.state) or OUTCOMES.get(found.outcome or "", UNKNOWN)


def _most(item: "ItemScore") -> str:
    """Return an item's points; those of a bonus are on top of the maximum."""
    return f"{'+' * item.bonus}{item.max:g}"


def _print_key(scores: "ClassScores") -> None:
    signs = [_sign(item) for one in scores.values() for item in one.items.values()]
    used = [one for one in (*OUTCOMES.values(), *STATES.values(), UNKNOWN) if one in signs]
    words = [Text(f"{one[0]} {one[2]}", one[1]) for one in dict.fromkeys(used) if one[0].strip()]
    if any(item.bonus for one in scores.values() for item in one.items.values()):
        words.append(Text("+ on top of the maximum"))
    if any(item.score is None for one in scores.values() for item in one.items.values()):
        words.append(Text("– no points yet"))
    _print_phrases(words)


def _print_phrases(phrases: Sequence[Text]) -> None:
    """Print phrases one after another; a line ends between two of them."""
    line = Text()
    for place, phrase in enumerate(phrases):
        if line and line.cell_len + phrase.cell_len + 3 > console.width:
            console.print(line)
            line = Text()
        line = Text.assemble(line, " ", phrase, "," if place + 1 < len(phrases) else "")
    if line:
        console.print(line)


def _print_counts(scores: "ClassScores", others: Mapping[str, str]) -> None:
    if not others:
        return
    parts = [f"{len(scores)} graded"]
    for status in dict.fromkeys(others.values()):
        parts.append(f"{sum(one == status for one in others.values())} {status}")
    console.print(f"{len(scores) + len(others)} students: {', '.join(parts)}", markup=False)


def _late(one: "StudentScores") -> str:
    return f"−{one.late_penalty:g}" if one.late_penalty else ""


def _any_late(scores: "ClassScores") -> bool:
    return any(one.late_penalty for one in scores.values())


def _items(scores: "ClassScores") -> list[str]:
    return list(next(iter(scores.values())).items) if scores else []

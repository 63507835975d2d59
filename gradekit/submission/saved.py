"""Tells whether a notebook was saved after its last run, from what was noted as its cells ran.

`submission.shown` keeps these notes beside the notebook. A folder without any is taken as it is.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradekit.assignment.parts import PartSpec
from gradekit.notebook.cells import Cell
from gradekit.submission.parts.find import Part
from gradekit.submission.shown import KIND, MAX_NOTES_BYTES, NOTES, digest

# Clocks of file systems and of Python may differ by that much.
SLACK_SECONDS = 5.0


@dataclass(frozen=True)
class RunNote:
    """A note: its kind, and when it was made; of a cell its id, its source's hash, and its number.

    Other kinds than "cell" are notes that older assignments made themselves.
    """

    kind: str
    sha256: str
    seconds: float
    cell: str = ""
    ran: int = 0


def unsaved(notebook: Path, cells: Sequence[Cell], parts: Iterable[Part]) -> list[str]:
    """Return one line for each sign that a notebook does not hold what its cells showed last.

    Each is a doubt: clocks differ, and copied and unpacked files keep older times. Only cells that
    make a part count: others may be run for fun.
    """
    notes = read_notes(notebook.parent)
    there = [part for part in parts if part.is_there]
    made = [(part, _last(cells, part.spec, notes)) for part in there]
    times = [note.seconds for _, (_, note) in made if note]
    times += [note.seconds for note in notes if note.kind != KIND]
    if times and max(times) > notebook.stat().st_mtime + SLACK_SECONDS:
        return [
            f"{notebook.name} seems to be saved before its cells were run last. "
            "If you have not saved it since, save it, then submit again."
        ]
    return [
        f"{part.title}: not what its cell showed last. "
        "If it is not of the last run, run its cell again, then save."
        for part, (cell, note) in made
        if cell and note and cell.ran and note.ran and cell.ran != note.ran
    ]


def _last(
    cells: Sequence[Cell], spec: PartSpec, notes: Sequence[RunNote]
) -> tuple[Cell | None, RunNote | None]:
    """Return the last copy of a part's cell that has run, and the note of its last run."""
    ran = [cell for cell in cells if cell.kind == "code" and cell.ran and spec.is_cell(cell)]
    if not ran:
        return None, None
    cell = ran[-1]
    source = digest(cell.source)
    found = [note for note in notes if note.kind == KIND and _is_of(note, cell, source)]
    return cell, max(found, key=lambda note: note.seconds, default=None)


def _is_of(note: RunNote, cell: Cell, source: str) -> bool:
    return note.cell == cell.id if note.cell and cell.id else note.sha256 == source


def read_notes(folder: Path) -> list[RunNote]:
    """Return what the cells in a folder noted; damaged notes are left out."""
    try:
        with (folder / NOTES).open("rb") as file:
            found = json.loads(file.read(MAX_NOTES_BYTES))
    except (OSError, ValueError, RecursionError):
        return []
    notes = [note for note in found if isinstance(note, dict)] if isinstance(found, list) else []
    return [
        RunNote(
            str(note.get("kind")),
            str(note.get("sha256")),
            float(note["seconds"]),
            str(note.get("cell") or ""),
            ran if isinstance(ran := note.get("ran"), int) else 0,
        )
        for note in notes
        if isinstance(note.get("seconds"), int | float)
    ]

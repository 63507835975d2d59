"""Tells whether a notebook was saved after its last run, from what its cells noted as they ran.

The assignment's lib/shown.py keeps these notes beside the notebook. A folder without any is taken
as it is.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gradekit.notebook.cells import Cell
from gradekit.submission.parts import Part
from gradekit.submission.sampled import samples_in

NOTES = Path(".gradekit") / "shown.json"
# Clocks of file systems and of Python may differ by that much.
SLACK_SECONDS = 5.0
MOST_NOTES = 200  # so many are kept: an older sample is none of them
MAX_BYTES = 1_000_000
NOTED_BY = "generate_text"


@dataclass(frozen=True)
class Shown:
    """What a cell showed: its kind ("figure" or "sample"), the hash of it, and when."""

    kind: str
    sha256: str
    seconds: float


def unsaved(notebook: Path, cells: Iterable[Cell], parts: Iterable[Part]) -> list[str]:
    """Return one line for each sign that a notebook does not hold what its cells showed last.

    Each is a doubt: clocks differ, copied and unpacked files keep older times, and a sample may
    have been made on another computer.
    """
    notes = read_notes(notebook.parent)
    if not notes:
        return []
    if max(note.seconds for note in notes) > notebook.stat().st_mtime + SLACK_SECONDS:
        return [
            f"{notebook.name} seems to be saved before its cells were run last. "
            "If you have not saved it since, save it, then submit again."
        ]
    samples = {note.sha256 for note in notes if note.kind == "sample"}
    sources = [cell.source for cell in cells if cell.mark == "sample" and NOTED_BY in cell.source]
    if not samples or not sources or len(notes) >= MOST_NOTES:
        return []
    return [
        f"{part.title}: none of the texts that were made last. "
        "If it is not of the last run, run its cell again, then save."
        for part in parts
        if part.mark == "sample" and part.text and not _is_noted(part.text, sources, samples)
    ]


def _is_noted(text: str, sources: list[str], samples: set[str]) -> bool:
    pieces = [text, *(piece for source in sources for piece in samples_in(text, source))]
    return any(_digest(way) in samples for piece in pieces for way in _ways(piece))


def _ways(text: str) -> Iterator[str]:
    """Yield a text as it may have been before it was shown in quotes, or with a capital letter."""
    for one in (text, text.strip().strip("\"'“”„«».")):
        yield one
        yield one.lower()


def read_notes(folder: Path) -> list[Shown]:
    """Return what the cells in a folder noted; damaged notes are left out."""
    try:
        with (folder / NOTES).open("rb") as file:
            found = json.loads(file.read(MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return []
    notes = [note for note in found if isinstance(note, dict)] if isinstance(found, list) else []
    return [
        Shown(str(note.get("kind")), str(note.get("sha256")), float(note["seconds"]))
        for note in notes
        if isinstance(note.get("seconds"), int | float)
    ]


def _digest(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()

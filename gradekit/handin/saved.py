"""Tells whether a notebook was saved after its last run, from what its cells noted as they ran.

The assignment's lib/shown.py keeps these notes beside the notebook. A folder without any is taken
as it is.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gradekit.handin.notebook import Cell
from gradekit.handin.parts import Part

NOTES = Path(".gradekit") / "shown.json"
# Clocks of file systems and of Python may differ by that much.
SLACK_SECONDS = 5.0
MAX_BYTES = 1_000_000
NOTED_BY = "generate_text"


@dataclass(frozen=True)
class Shown:
    """What a cell showed: its kind ("figure" or "sample"), the hash of it, and when."""

    kind: str
    sha256: str
    seconds: float


def unsaved(notebook: Path, cells: Iterable[Cell], parts: Iterable[Part]) -> list[str]:
    """Return one line for each sign that a notebook does not hold what its cells showed last."""
    notes = read_notes(notebook.parent)
    if not notes:
        return []
    if max(note.seconds for note in notes) > notebook.stat().st_mtime + SLACK_SECONDS:
        return [f"{notebook.name}: not saved after its cells were run. Save it, then submit again."]
    noting = any(cell.mark == "sample" and NOTED_BY in cell.source for cell in cells)
    samples = {note.sha256 for note in notes if note.kind == "sample"}
    return [
        f"{part.title}: no cell printed it as it stands here. "
        "Run its cell again, then save the notebook."
        for part in parts
        if noting and samples and part.mark == "sample" and part.text
        if _digest(part.text) not in samples
    ]


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

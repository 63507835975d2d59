"""Notes, as a notebook runs, when each cell ran last: its setup cell calls `note_runs()`.

So `gradekit submit` can tell whether the notebook was saved since. The notes stay beside the
notebook and are not handed in; a folder without any is taken as it is.
"""

import contextlib
import hashlib
import json
import sys
import time
from pathlib import Path
from typing import Any

NOTES = Path(".gradekit") / "shown.json"
MOST_NOTES = 500  # of the newest; each cell has one
MAX_NOTES_BYTES = 1_000_000
KIND = "cell"


def note_runs() -> None:
    """Note from now on when each cell of this notebook ran, once however often this is called.

    Outside of IPython it does nothing.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return
    with contextlib.suppress(ValueError):  # not registered yet
        shell.events.unregister("post_run_cell", note_run)
    shell.events.register("post_run_cell", note_run)


def note_run(result: Any) -> None:
    """Note that a cell ran just now: its id and its source's hash, its number, and when.

    Where there is no notebook in the folder, or the notes cannot be written, there are none.
    """
    with contextlib.suppress(Exception):  # no cell is to fail for a note
        if result.info is None or not result.info.store_history or not any(Path().glob("*.ipynb")):
            return
        cell, source = str(result.info.cell_id or ""), digest(result.info.raw_cell)
        note = {"kind": KIND, "cell": cell, "sha256": source, "seconds": time.time()}
        note["ran"] = result.execution_count or 0
        kept = [old for old in _notes() if not _is_same(old, cell, source)]
        NOTES.parent.mkdir(exist_ok=True)
        NOTES.write_text(json.dumps([*kept, note][-MOST_NOTES:]), encoding="utf-8")


def digest(source: str) -> str:
    """Return the hash of a cell's source, without blanks at its ends."""
    return hashlib.sha256(source.strip().encode("utf-8", "replace")).hexdigest()


def _is_same(note: Any, cell: str, source: str) -> bool:
    if not isinstance(note, dict) or note.get("kind") != KIND:
        return False
    return bool(note.get("cell") == cell if cell else note.get("sha256") == source)


def _notes() -> list[Any]:
    try:
        with NOTES.open("rb") as file:
            found = json.loads(file.read(MAX_NOTES_BYTES))
    except (OSError, ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []

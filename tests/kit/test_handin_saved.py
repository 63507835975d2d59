"""Whether a notebook was saved after its last run: doubts are notes, a true sample has none."""

import json
import os
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat
import pdfs
import pytest

from gradekit.submission.pack import Handin, look
from gradekit.submission.saved import MOST_NOTES

UNSAVED = "problem_2.ipynb seems to be saved before its cells were run last."
OTHER = "Sampled text: none of the texts that were made last."


def handed_in(folder: Path, samples: list[str], seconds: float = -60.0, **changes: Any) -> Handin:
    """Return what is found in a folder whose notes have some samples, so long after the saving."""
    made = pdfs.notebook(**changes)
    made.cells[5].source += "  # by generate_text"
    nbformat.write(made, folder / "problem_2.ipynb")
    (folder / "lib").mkdir()
    (folder / "lib" / "layer.py").touch()
    notes = [
        {"kind": "sample", "sha256": sha256(one.encode()).hexdigest(), "seconds": time.time()}
        for one in samples
    ]
    (folder / ".gradekit").mkdir()
    (folder / ".gradekit" / "shown.json").write_text(json.dumps(notes))
    saved = time.time() - seconds
    os.utime(folder / "problem_2.ipynb", (saved, saved))
    return look(folder)


def test_a_sample_that_was_noted_is_no_doubt(tmp_path: Path) -> None:
    """The text that the notebook holds is one of those that were made."""
    found = handed_in(tmp_path, ["she said", pdfs.SAMPLE, "he said"])
    assert (found.missing, found.notes) == ((), ())


@pytest.mark.parametrize("shape", ["“{}”", "{}.", "LSTM wrote: {}"])
def test_a_sample_that_is_shown_otherwise_is_no_doubt(shape: str, tmp_path: Path) -> None:
    """Quotes, a full stop, a capital letter and a heading do not make another text of it."""
    shown = shape.format(pdfs.SAMPLE)
    found = handed_in(tmp_path, [pdfs.SAMPLE], sample=shown[:1].upper() + shown[1:])
    assert (found.missing, found.notes) == ((), ())


def test_an_older_file_is_a_note(tmp_path: Path) -> None:
    """Wrong clocks, unpacking and copying restore older times: it is told, and nothing refused."""
    found = handed_in(tmp_path, [pdfs.SAMPLE], seconds=3600)
    assert found.missing == ()
    assert [note.startswith(UNSAVED) for note in found.notes] == [True]


def test_a_sample_of_another_computer_is_a_note(tmp_path: Path) -> None:
    """A text that was not made here is told, and nothing refused."""
    found = handed_in(tmp_path, ["she said nothing"])
    assert found.missing == ()
    assert [note.startswith(OTHER) for note in found.notes] == [True]


def test_a_sample_after_many_others_is_no_doubt(tmp_path: Path) -> None:
    """Where older notes have been dropped nothing is known of an older sample."""
    found = handed_in(tmp_path, [f"she said {number}" for number in range(MOST_NOTES)])
    assert (found.missing, found.notes) == ((), ())


@pytest.mark.parametrize(
    "printed",
    [
        f"LSTM:\n{pdfs.SAMPLE}",
        f"LSTM: {pdfs.SAMPLE}\n---",
        f"{pdfs.SAMPLE}\nshe was not there",
        f"{pdfs.SAMPLE}\r\n",
        "\n".join(["====", pdfs.SAMPLE.replace(" ", "  "), "===="]),
    ],
)
def test_a_sample_among_other_lines_is_no_doubt(tmp_path: Path, printed: str) -> None:
    """Headings, a second sample, line endings and blanks make no other text of it."""
    found = handed_in(tmp_path, [pdfs.SAMPLE], sample=printed)
    assert (found.missing, found.notes) == ((), ())


@pytest.mark.parametrize("notes", ["", "{", "3", '[{"seconds": "x"}]', "[" * 99_999])
def test_damaged_notes_say_nothing(tmp_path: Path, notes: str) -> None:
    """Without notes nothing is known, and nothing is said."""
    handed_in(tmp_path, [])
    (tmp_path / ".gradekit" / "shown.json").write_text(notes)
    assert look(tmp_path).notes == ()

"""Whether a notebook was saved after its last run: doubts are notes, a true hand-in has none."""

import json
import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import problem_2_parts
import pytest

from gradekit.submission.pack import StudentFolder, look
from gradekit.submission.saved import read_notes
from gradekit.submission.shown import digest, note_run, note_runs

UNSAVED = "problem_2.ipynb seems to be saved before its cells were run last."
OTHER = "Sampled text: not what its cell showed last."
SAMPLE_RAN = 5  # the number beside the sample's cell


def handed_in(
    folder: Path, notes: list[dict[str, Any]], saved_before: float = -60.0
) -> StudentFolder:
    """Return what is found in a folder with some notes, so long after the notebook was saved."""
    made = problem_2_parts.notebook()
    nbformat.write(made, folder / "problem_2.ipynb")
    problem_2_parts.declare(folder)
    (folder / "lib").mkdir()
    (folder / "lib" / "layer.py").touch()
    (folder / ".gradekit").mkdir()
    stamped = [{"seconds": time.time(), **note} for note in notes]
    (folder / ".gradekit" / "shown.json").write_text(json.dumps(stamped))
    saved = time.time() - saved_before
    os.utime(folder / "problem_2.ipynb", (saved, saved))
    return look(folder)


def note(number: int = SAMPLE_RAN, cell: int = 5, **changes: Any) -> dict[str, Any]:
    """Return a note of a run of the notebook's cell with the sample, or of another one."""
    source = problem_2_parts.notebook().cells[cell].source
    return {"kind": "cell", "sha256": digest(source), "ran": number, **changes}


@pytest.mark.parametrize(
    "notes",
    [
        [],
        [note()],
        [note(3, seconds=1.0), note()],
        [note(99, cell=1), note(99, sha256=digest("print('for fun')"))],
        [note(0)],
        [{"kind": "sample", "sha256": "x"}],
    ],
)
def test_a_notebook_of_its_last_run_has_none(tmp_path: Path, notes: list[dict[str, Any]]) -> None:
    """Neither earlier runs, nor runs of cells that make no part, nor older kinds of notes count."""
    found = handed_in(tmp_path, notes)
    assert (found.missing, found.notes) == ((), ())


@pytest.mark.parametrize("kept", [note(), {"kind": "sample", "sha256": "x"}])
def test_an_older_file_is_a_note(tmp_path: Path, kept: dict[str, Any]) -> None:
    """Wrong clocks, unpacking and copying restore older times: it is told, and nothing refused."""
    found = handed_in(tmp_path, [kept], saved_before=3600)
    assert found.missing == ()
    assert [line.startswith(UNSAVED) for line in found.notes] == [True]


def test_a_part_of_an_earlier_run_is_a_note(tmp_path: Path) -> None:
    """Where its cell ran once more since, that is told, and nothing refused."""
    found = handed_in(tmp_path, [note(SAMPLE_RAN + 4)])
    assert found.missing == ()
    assert [line.startswith(OTHER) for line in found.notes] == [True]


def test_a_cell_is_known_by_its_id_though_its_source_has_changed(tmp_path: Path) -> None:
    """One that was changed, run and not saved is noted under its id."""
    made = problem_2_parts.notebook()
    nbformat.write(made, tmp_path / "problem_2.ipynb")
    cell = nbformat.read(tmp_path / "problem_2.ipynb", as_version=4).cells[5]
    problem_2_parts.declare(tmp_path)
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "layer.py").touch()
    (tmp_path / ".gradekit").mkdir()
    changed = {**note(9, sha256=digest("changed")), "cell": cell.id, "seconds": time.time()}
    (tmp_path / ".gradekit" / "shown.json").write_text(json.dumps([changed]))
    assert [line.startswith(OTHER) for line in look(tmp_path).notes] == [True]


@pytest.mark.parametrize("notes", ["", "{", "3", '[{"seconds": "x"}]', "[" * 99_999])
def test_damaged_notes_say_nothing(tmp_path: Path, notes: str) -> None:
    """Without notes nothing is known, and nothing is said."""
    handed_in(tmp_path, [])
    (tmp_path / ".gradekit" / "shown.json").write_text(notes)
    assert look(tmp_path).notes == ()


def test_each_cell_has_one_note_beside_a_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run leaves a note in the notebook's folder, and none in a folder without a notebook."""
    monkeypatch.chdir(tmp_path)

    def ran(source: str, number: int, cell: str | None = None) -> SimpleNamespace:
        info = SimpleNamespace(store_history=True, cell_id=cell, raw_cell=source)
        return SimpleNamespace(info=info, execution_count=number)

    note_run(ran("plot()", 1))
    assert not list(tmp_path.iterdir())
    (tmp_path / "problem_2.ipynb").write_text("{}")
    for number, (source, cell) in enumerate([("plot()", None), ("a", "x"), ("b", "x")], 1):
        note_run(ran(source, number, cell))
    note_run(ran("plot()", 7))
    found = [(one.kind, one.sha256, one.cell, one.ran) for one in read_notes(tmp_path)]
    assert found == [("cell", digest("b"), "x", 3), ("cell", digest("plot()"), "", 7)]
    note_run(SimpleNamespace())  # whatever IPython gives, no cell fails for a note
    note_runs()  # outside of IPython

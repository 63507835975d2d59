"""Packing: a PDF and a zip with a manifest, or a list of what is missing."""

import base64
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import get_exporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from gradekit.handin.intake import take_in
from gradekit.handin.pack import look, pack
from gradekit.report import HandinError

MADE = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def figure() -> str:
    """Return a small PNG as a notebook holds it."""
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def part(mark: str, *outputs: object) -> nbformat.NotebookNode:
    """Return a code cell that carries a part of the hand-in."""
    cell = new_code_cell("show()", outputs=list(outputs), execution_count=1)
    cell.metadata["gradekit"] = {"handin": mark, "caption": f"The {mark}"}
    return cell


def notebook(answer: str = "It doubles, $x + x = 2x$.") -> nbformat.NotebookNode:
    """Return a notebook that is ready to be handed in."""
    drawn = new_output("display_data", data={"image/png": figure()})
    question = new_markdown_cell(answer)
    question.metadata["gradekit"] = {"handin": "answer"}
    return new_notebook(
        cells=[
            new_markdown_cell("# Doubling"),
            part("curves_lstm", drawn),
            part("curves_rnn", drawn),
            part("sample", new_output("stream", name="stdout", text="she was ready\n")),
            question,
        ]
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that is ready to be handed in."""
    made = tmp_path / "tiny"
    (made / "lib" / "__pycache__").mkdir(parents=True)
    (made / "lib" / "thing.py").write_text("x = 1\n")
    (made / "lib" / "__pycache__" / "thing.pyc").write_bytes(b"cache")
    (made / "data").mkdir()
    (made / "data" / "alice.txt").write_text("text")
    nbformat.write(notebook(), made / "tiny.ipynb")
    return made


def test_the_zip_holds_what_is_graded_and_its_hashes(folder: Path) -> None:
    """Notebook, PDF and modules go in with a manifest; data and caches do not."""
    packed = pack(look(folder), "ada", MADE)
    with zipfile.ZipFile(packed.zip) as made:
        files = {name: made.read(name) for name in made.namelist()}
    assert set(files) == {"tiny.ipynb", "tiny_solution.pdf", "lib/thing.py", "manifest.json"}
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["files"] == {n: hashlib.sha256(data).hexdigest() for n, data in files.items()}
    assert packed.zip.name == "tiny_ada.zip"


def test_the_same_hand_in_gives_the_same_zip(folder: Path) -> None:
    """At the same time the same files give the same bytes."""
    first = pack(look(folder), "ada", MADE).zip.read_bytes()
    assert pack(look(folder), "ada", MADE).zip.read_bytes() == first


def test_what_is_packed_is_taken_in_without_a_note(folder: Path, tmp_path: Path) -> None:
    """The round trip: nothing is left to be noticed, and the id comes from the manifest."""
    packed = pack(look(folder), "ada", MADE)
    decorated = packed.zip.rename(tmp_path / "tiny_ada (2).zip")
    taken = take_in(decorated, "tiny", tmp_path / "submitted")
    assert (taken.student, taken.notes) == ("ada", ())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("YOUR ANSWER HERE", "not written yet"),
        ("", "not written yet"),
        ("word " * 151, "151 words are too many"),
    ],
)
def test_an_answer_that_is_none_or_too_long_is_told(folder: Path, answer: str, said: str) -> None:
    """What is missing stands in one line, and nothing is packed unless one insists."""
    nbformat.write(notebook(answer), folder / "tiny.ipynb")
    found = look(folder)
    assert [line for line in found.missing if said in line] == list(found.missing)
    with pytest.raises(HandinError):
        pack(found, "ada", MADE)
    assert not list(folder.glob("*.zip"))
    with zipfile.ZipFile(pack(found, "ada", MADE, anyway=True).zip) as made:
        assert json.loads(made.read("manifest.json"))["missing"] == list(found.missing)


@pytest.mark.parametrize("student", ["", "../ada", "a b", "ada/bob"])
def test_an_id_that_is_no_file_name_is_refused(folder: Path, student: str) -> None:
    """A student's id becomes a file's name, so it must be one."""
    with pytest.raises(HandinError):
        pack(look(folder), student, MADE)


def test_nbconvert_builds_the_pdf_by_the_exporters_name(folder: Path) -> None:
    """`jupyter nbconvert --to gradekit-pdf` finds the exporter and gives a PDF."""
    exporter = get_exporter("gradekit-pdf")()
    document, resources = exporter.from_filename(str(folder / "tiny.ipynb"))
    assert document.startswith(b"%PDF")
    assert resources["output_extension"] == ".pdf"


def test_nbconvert_is_told_what_is_missing(folder: Path) -> None:
    """A notebook without an answer gives no PDF, but the line that says so."""
    nbformat.write(notebook("YOUR ANSWER HERE"), folder / "tiny.ipynb")
    with pytest.raises(HandinError, match="not written yet"):
        get_exporter("gradekit-pdf")().from_filename(str(folder / "tiny.ipynb"))


def test_submit_asks_for_an_id(folder: Path) -> None:
    """Without an id and without a terminal to ask on, one line says which option is missing."""
    command = [sys.executable, "-c", "from gradekit.cli.student import main; main()", "submit"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, input=""
    )
    assert done.returncode != 0
    assert "--student" in done.stderr
    assert "Traceback" not in done.stderr

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
from typing import Any

import nbformat
import pdfs
import pytest
from nbconvert.exporters import get_exporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image
from taking_in import take_in

from gradekit.assignment.modules import MAX_MODULES
from gradekit.errors import SubmissionError
from gradekit.submission.pack import look, pack

MADE = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def figure() -> str:
    """Return a small PNG as a notebook holds it."""
    buffer = io.BytesIO()
    drawn = Image.new("RGB", (60, 40), "navy")
    drawn.putpixel((30, 20), (255, 255, 255))
    drawn.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def part(mark: str, *outputs: object) -> Any:
    """Return a code cell that carries a part of the hand-in."""
    cell = new_code_cell("show()", outputs=list(outputs), execution_count=1)
    cell.metadata["gradekit"] = {"handin": mark, "caption": f"The {mark}"}
    return cell


def notebook(answer: str = "It doubles, $x + x = 2x$.") -> Any:
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
        ],
        metadata=pdfs.ASKED,
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
    pdfs.declare(made)
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
    lms_name = packed.zip.rename(tmp_path / "tiny_ada (2).zip")
    taken = take_in(lms_name, "tiny", tmp_path / "submitted")
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
    with pytest.raises(SubmissionError):
        pack(found, "ada", MADE)
    assert not list(folder.glob("*.zip"))
    with zipfile.ZipFile(pack(found, "ada", MADE, anyway=True).zip) as made:
        assert json.loads(made.read("manifest.json"))["missing"] == list(found.missing)


@pytest.mark.parametrize("student", ["", "../ada", "a b", "ada/bob"])
def test_an_id_that_is_no_file_name_is_refused(folder: Path, student: str) -> None:
    """A student's id becomes a file's name, so it must be one."""
    with pytest.raises(SubmissionError):
        pack(look(folder), student, MADE)


def test_nbconvert_builds_the_pdf_by_the_exporters_name(folder: Path) -> None:
    """`jupyter nbconvert --to gradekit-pdf` finds the exporter and gives a PDF."""
    exporter = get_exporter("gradekit-pdf")()
    document, resources = exporter.from_filename(str(folder / "tiny.ipynb"))
    assert document.startswith(b"%PDF")
    assert resources["output_extension"] == "_solution.pdf"


def test_nbconvert_is_told_what_is_missing(folder: Path) -> None:
    """A notebook without an answer gives no PDF, but the line that says so."""
    nbformat.write(notebook("YOUR ANSWER HERE"), folder / "tiny.ipynb")
    with pytest.raises(SubmissionError, match="not written yet"):
        get_exporter("gradekit-pdf")().from_filename(str(folder / "tiny.ipynb"))


def test_submit_asks_for_an_id(folder: Path) -> None:
    """Without an id and without a terminal to ask on, one line says which option is missing."""
    command = [sys.executable, "-c", "from gradekit.cli.entry import student; student()", "submit"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, input=""
    )
    assert done.returncode != 0
    assert "--student" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_module_that_python_cannot_read_is_missing_too(folder: Path) -> None:
    """A slip in a module would cost every check, so it is told before handing in."""
    (folder / "lib" / "thing.py").write_text("if True\n    pass\n")
    assert look(folder).missing == (
        "lib/thing.py: Python cannot read line 1 (expected ':'). "
        "Correct it, then run `gradekit check`.",
    )


def test_a_fault_of_a_module_without_a_line_names_none(folder: Path) -> None:
    """Null bytes stand on no line, as Python tells it, so none is told."""
    (folder / "lib" / "thing.py").write_bytes(b"import numpy\0\n")
    (line,) = look(folder).missing
    assert line.startswith("lib/thing.py: Python cannot read it (source code string cannot")


@pytest.mark.parametrize("source", [b"\xef\xbb\xbfx = 1\n", b"def f():\n\treturn '\\d'\n", b""])
def test_odd_but_readable_modules_are_fine(folder: Path, source: bytes) -> None:
    """Byte-order marks, tabs, and escapes that Python only warns of do not stop anybody."""
    (folder / "lib" / "thing.py").write_bytes(source)
    assert look(folder).missing == ()


def test_modules_that_the_notebook_needs_are_missed(folder: Path) -> None:
    """A module that was moved away is one line, and so is a whole folder."""
    made = notebook()
    made.cells.append(new_code_cell("from lib.thing import *\nfrom lib.other import *"))
    nbformat.write(made, folder / "tiny.ipynb")
    line = "lib/other.py is not there. Put it back, from the files that you were given if need be."
    assert look(folder).missing == (line,)
    made = notebook()
    made.metadata["gradekit"]["modules"] = ["lib/thing.py"]
    nbformat.write(made, folder / "tiny.ipynb")
    assert look(folder).missing == ()
    (folder / "lib").rename(folder / "library")
    assert look(folder).missing == (line.replace("other", "thing"),)


def test_modules_are_packed_from_wherever_they_lie(folder: Path) -> None:
    """Helpers beside the notebook and in folders of their own are handed in; environments not."""
    own = ["helpers.py", "layers/conv.py", "layers/deep/er.py"]
    for name in [*own, "conftest.py", "mine/pyvenv.cfg", "mine/lib/x.py", ".git/y.py"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x = 1\n")
    assert set(look(folder).modules) >= set(own)
    assert not {"conftest.py", "mine/lib/x.py", ".git/y.py"} & set(look(folder).modules)
    for number in range(MAX_MODULES):
        (folder / "layers" / f"more_{number}.py").touch()
    (line,) = look(folder).missing
    assert "more than the 200 that are graded" in line
    assert "most are in layers/." in line


def test_a_pdf_of_the_students_own_is_kept(folder: Path) -> None:
    """A PDF by hand with the name of ours is renamed and named; ours is written over."""
    own = folder / "tiny_solution.pdf"
    own.write_bytes(b"%PDF-1.4 by hand")
    first = pack(look(folder), "ada", MADE)
    assert (folder / "tiny_solution_own_1.pdf").read_bytes() == b"%PDF-1.4 by hand"
    assert "tiny_solution_own_1.pdf" in first.note
    assert pack(look(folder), "ada", MADE).note == ""
    assert len(list(folder.glob("*.pdf"))) == 2


def test_a_file_that_cannot_be_written_is_one_line(folder: Path) -> None:
    """Where the zip's place is taken, the line says which file, and nothing half-written stays."""
    (folder / "tiny_ada.zip").mkdir()
    with pytest.raises(
        SubmissionError, match=r"tiny_ada\.zip cannot be written \(Is a directory\)"
    ):
        pack(look(folder), "ada", MADE)
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.slow
def test_nbconvert_names_the_pdf_as_it_is_handed_in(folder: Path) -> None:
    """The command writes NOTEBOOK_solution.pdf, wherever it goes, unless it is given a name."""
    command = [sys.executable, "-m", "nbconvert", "--to", "gradekit-pdf", "tiny.ipynb"]
    for options in ([], ["--output-dir", "out"], ["--output", "mine"]):
        subprocess.run([*command, *options], cwd=folder, capture_output=True, check=True)
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*.pdf")}
    assert found == {"tiny_solution.pdf", "out/tiny_solution.pdf", "mine.pdf"}


def test_a_notebook_of_a_name_that_can_be_none_is_told_as_that(folder: Path) -> None:
    """Where it does not say what it was called, its name without a copy's mark is named."""
    (folder / "tiny.ipynb").rename(folder / "tiny (1).ipynb")
    with pytest.raises(
        SubmissionError, match=r"^tiny \(1\)\.ipynb: give it the name.* tiny\.ipynb"
    ):
        pack(look(folder), "ada", MADE, anyway=True)

"""Parts of what is handed in, by their kinds: files, written answers, code; and an old release."""

import hashlib
import io
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from pypdf import PdfReader
from taking_in import take_in
from tiny_course import nbgrader_cell

from gradekit.assignment.parts import PartSpec, parts_asked_for, write_parts
from gradekit.assignment.spec import FILE, read_spec
from gradekit.commands.class_recorder import ClassResult
from gradekit.course import Assignment
from gradekit.errors import AuthoringError, raise_first
from gradekit.findings.released import Released, read_released
from gradekit.intake.take_in import inspect
from gradekit.model import PdfState, Report
from gradekit.names import RULES
from gradekit.pdf_check.check import PdfCheck
from gradekit.release.parts import part_faults
from gradekit.submission.pack import Packed, look, pack
from gradekit.submission.parts.find import Part, find_parts, missing

MADE = datetime(2026, 3, 4, tzinfo=UTC)
DECLARED = """\
[[part]]
name = "table"
kind = "file"
path = "results/table.csv"
title = "Measured table"

[[part]]
name = "why"
kind = "answer"
max_words = 12

[[part]]
name = "how"
kind = "answer"
title = "How it grows"

[[part]]
name = "loop"
kind = "answer"
title = "Your loop"
"""
TABLE = b"height,seconds\n1,0.45\n2,0.64\n"
WHY = "Friction takes the rest of the energy away."
HOW = "The time grows with the square root of the height, so four times as high takes twice."
LOOP = "for height in (1, 2):\n    print(fall_time(height))"


def manual(cell: Any, name: str) -> Any:
    """Return a cell that a person grades."""
    return nbgrader_cell(cell, name, grade=True, solution=True, locked=False, points=2)


def notebook(why: str = WHY, how: str = HOW, loop: str = LOOP) -> Any:
    """Return a notebook with two written answers and one in code."""
    return new_notebook(
        cells=[
            new_markdown_cell("# Falling"),
            new_markdown_cell("## Why it is slower"),
            manual(new_markdown_cell(why), "why"),
            manual(new_markdown_cell(how), "how"),
            manual(new_code_cell(loop), "loop"),
        ]
    )


@dataclass(frozen=True)
class Falling:
    """A course with an assignment of such parts, and a student's folder."""

    assignment: Assignment
    folder: Path

    @property
    def released(self) -> Released:
        """What students were given."""
        return read_released(self.assignment.release, "falling", [])

    def work(self, table: bytes | None = TABLE, **changes: str) -> Path:
        """Write a student's work into the folder; return that."""
        content = notebook(**changes)
        content.metadata["gradekit"] = {"assignment": "falling", "parts": write_parts(self.specs)}
        nbformat.write(content, self.folder / "falling.ipynb")
        path = self.folder / "results" / "table.csv"
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        if table is not None:
            path.write_bytes(table)
        return self.folder

    @property
    def specs(self) -> list[PartSpec]:
        """The parts that the assignment declares."""
        return read_spec(self.assignment.source).parts

    def pack(self, **changes: Any) -> Packed:
        """Pack a student's work."""
        return pack(look(self.work(**changes)), "ada", MADE)


@pytest.fixture
def falling(tmp_path: Path) -> Falling:
    """A course whose assignment asks for a file, two written answers and one in code."""
    assignment = Assignment(tmp_path / "course", "falling")
    for place in (assignment.source, assignment.release, tmp_path / "ada"):
        place.mkdir(parents=True)
    (assignment.source / FILE).write_text(DECLARED)
    stubs = notebook("YOUR ANSWER HERE", "YOUR ANSWER HERE", "# YOUR CODE HERE")
    nbformat.write(stubs, assignment.source / "falling.ipynb")
    found = Falling(assignment, tmp_path / "ada")
    stubs.metadata["gradekit"] = {"assignment": "falling", "parts": write_parts(found.specs)}
    nbformat.write(stubs, assignment.release / "falling.ipynb")
    return found


@pytest.fixture
def check(falling: Falling) -> Iterator[PdfCheck]:
    """What holds the PDFs of that course against their notebooks."""
    opened = PdfCheck(falling.assignment)
    yield opened
    opened.close()


def hand_in(falling: Falling, **changes: Any) -> Path:
    """Pack a student's work and take it in; return the folder."""
    submitted = falling.assignment.root / "submitted"
    take_in(falling.pack(**changes).zip, "falling", submitted, released=falling.released)
    return falling.assignment.submission("ada")


def test_all_is_packed_and_in_the_pdf(falling: Falling) -> None:
    """The zip has the file, and the PDF its digest, both answers and the code, in order."""
    packed = falling.pack()
    with zipfile.ZipFile(packed.zip) as made:
        assert made.read("results/table.csv") == TABLE
        pages = PdfReader(io.BytesIO(made.read("falling_solution.pdf"))).pages
    shown = "".join(page.extract_text() for page in pages)
    text = "".join(shown.replace("\u200b", "").split())
    wanted = ("Measuredtable", "height,seconds", "Friction", "squareroot", "Yourloop", "fall_time")
    places = [text.find(piece) for piece in wanted]
    assert places == sorted(places)
    assert -1 not in places
    assert hashlib.sha256(TABLE).hexdigest() in text


def test_what_was_packed_is_the_same(falling: Falling, check: PdfCheck) -> None:
    """Taken in, with the file, all parts of the PDF are the notebook's, and nothing is noticed."""
    folder = hand_in(falling)
    assert (folder / "results" / "table.csv").read_bytes() == TABLE
    assert not any("table.csv" in line for line in inspect(folder, "falling", falling.released))
    found = check.check("ada")
    assert [one.part for one in found] == ["table", "why", "how", "loop"]
    assert {one.state for one in found} == {PdfState.SAME}


CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "why": ({"why": "Nothing at all comes to mind about this, sorry."}, "not in the PDF"),
    "how": ({"how": "It is linear: twice as high takes twice as long."}, "not in the PDF"),
    "loop": ({"loop": "while True:\n    measure_once_more(everything)"}, "not in the PDF"),
    "table": ({"table": b"height,seconds\n1,0.45\n2,0.65\n"}, "another results/table.csv"),
}


@pytest.mark.parametrize("part", CHANGES)
def test_each_part_is_compared_by_itself(falling: Falling, check: PdfCheck, part: str) -> None:
    """What was changed after the PDF was made is told of the part that it is."""
    folder = hand_in(falling)
    changes, told = CHANGES[part]
    falling.work(**changes)
    for name in ("falling.ipynb", "results/table.csv"):
        (folder / name).write_bytes((falling.folder / name).read_bytes())
    (differs,) = (one for one in check.check("ada") if one.state is not PdfState.SAME)
    assert differs.part == part
    assert told in differs.what


LACKING: dict[str, tuple[dict[str, Any], str]] = {
    "no file": ({"table": None}, "Measured table: there is no file results/table.csv."),
    "an empty file": ({"table": b""}, "Measured table: the file results/table.csv is empty."),
    "a stub": ({"how": "YOUR ANSWER HERE"}, "How it grows: not written yet."),
    "code that is a stub": (
        {"loop": "# YOUR CODE HERE\nraise NotImplementedError()"},
        "Your loop: not written yet.",
    ),
    "too many words": ({"why": "word " * 13}, "Why it is slower: 13 words are too many."),
}


@pytest.mark.parametrize("what", LACKING)
def test_what_is_missing_is_one_line(falling: Falling, what: str) -> None:
    """Each thing that is wrong with a part is told by its title, and no other is."""
    changes, told = LACKING[what]
    (line,) = look(falling.work(**changes)).missing
    assert line.startswith(told)


def test_a_file_that_was_not_handed_in_is_noticed(falling: Falling) -> None:
    """Staff are told where a declared file is missing, unless it is optional."""
    folder = hand_in(falling)
    (folder / "results" / "table.csv").unlink()
    assert "no results/table.csv" in inspect(folder, "falling", falling.released)


PLACES: dict[str, list[str]] = {
    "flattened": ["table.csv"],
    "in other letters": ["Results/Table.CSV"],
    "a copy": ["results/table (1).csv"],
    "deeper": ["other/results/table.csv"],
}


def upload(falling: Falling, folder: Path, names: list[str]) -> tuple[str, ...]:
    """Take in a folder in which the file has other names; return the notes."""
    shutil.copyfile(falling.work() / "falling.ipynb", folder / "falling.ipynb")
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(TABLE + b"9,9\n" * number)
    submitted = falling.assignment.root / "submitted"
    return take_in(folder, "falling", submitted, released=falling.released).notes


@pytest.mark.parametrize("place", PLACES)
def test_a_file_that_lies_elsewhere_is_taken(falling: Falling, place: str, tmp_path: Path) -> None:
    """Where only one file can be meant it is put in its place, and that is told."""
    folder = tmp_path / "falling_ada"
    folder.mkdir()
    notes = upload(falling, folder, PLACES[place])
    taken = falling.assignment.submission("ada") / "results" / "table.csv"
    assert taken.read_bytes() == TABLE
    assert f"{PLACES[place][0]} is taken as results/table.csv" in notes
    assert not any(line.startswith(("left out", "no results")) for line in notes)


def test_of_several_files_none_is_guessed(falling: Falling, tmp_path: Path) -> None:
    """Both are named, so that a person may ask."""
    folder = tmp_path / "falling_ada"
    folder.mkdir()
    notes = upload(falling, folder, ["table.csv", "old/table.csv"])
    assert any("may be old/table.csv, table.csv: ask" in line for line in notes), notes
    assert not (falling.assignment.submission("ada") / "results").exists()


@pytest.mark.parametrize("name", ["poster.pdf", "notes.txt", "sizes.json", "data/own.csv"])
def test_a_file_of_any_kind_is_taken(falling: Falling, name: str) -> None:
    """One is not taken for the PDF or for a notebook, nor for data of the release."""
    path = falling.assignment.source / FILE
    path.write_text(path.read_text().replace("results/table.csv", name))
    release = falling.assignment.release / "falling.ipynb"
    stubs = nbformat.read(release, as_version=4)
    stubs.metadata["gradekit"]["parts"] = write_parts(falling.specs)
    nbformat.write(stubs, release)
    falling.work()
    (falling.folder / name).parent.mkdir(exist_ok=True)
    (falling.folder / name).write_bytes(b"[1, 2, 3]")
    packed = pack(look(falling.folder), "ada", MADE)
    submitted = falling.assignment.root / "submitted"
    take_in(packed.zip, "falling", submitted, released=falling.released)
    folder = falling.assignment.submission("ada")
    assert (folder / name).read_bytes() == b"[1, 2, 3]"
    assert (folder / "falling_solution.pdf").read_bytes().startswith(b"%PDF")
    assert not any(name in line for line in inspect(folder, "falling", falling.released))


@pytest.mark.parametrize(
    "path", ["falling_solution.pdf", "manifest.json", "lib/thing.py", "other.ipynb"]
)
def test_a_file_that_is_handed_in_anyway_is_no_part(falling: Falling, path: str) -> None:
    """The author is told, with the line."""
    declared = falling.assignment.source / FILE
    declared.write_text(DECLARED.replace("results/table.csv", path))
    told = rf"assignment\.toml:4: the first \[\[part\]\]: path: {path}"
    with pytest.raises(AuthoringError, match=told):
        raise_first(part_faults(falling.assignment))


def test_an_optional_part_may_be_missing(falling: Falling) -> None:
    """Nothing is said of it, and the PDF does without."""
    path = falling.assignment.source / FILE
    path.write_text(path.read_text().replace('kind = "file"', 'kind = "file"\noptional = true'))
    assert look(falling.work(table=None)).missing == ()
    with zipfile.ZipFile(falling.pack(table=None).zip) as made:
        assert "results/table.csv" not in made.namelist()


@pytest.mark.parametrize("path", ["../other.csv", "/etc/passwd", "a/../../b", ".hidden", "C:/x"])
def test_a_notebook_cannot_ask_for_files_elsewhere(path: str) -> None:
    """A path that leaves the folder, in a notebook that was changed, counts as not said."""
    said = {"name": "t", "kind": "file", "path": path}
    assert parts_asked_for({"cells": [], "metadata": {"gradekit": {"parts": [said]}}}) == ()


def of_0_1(answer: str) -> dict[str, Any]:
    """Return a notebook as version 0.1 released it: marks of parts, none of them declared."""
    content = notebook(how=answer)
    del content.cells[-1], content.cells[2]
    drawn = new_code_cell("plot()", metadata={"gradekit": {"handin": "curves_rnn"}})
    content.cells.insert(1, drawn)
    content.metadata["gradekit"] = {"assignment": "falling", "setup": "import lib"}
    return dict(content)


def test_a_release_of_0_1_asks_for_its_answers() -> None:
    """What it does not declare is the default: the answers that a person grades."""
    found = find_parts(of_0_1(HOW), parts_asked_for(of_0_1(HOW)))
    assert [(part.name, part.text) for part in found] == [("how", HOW)]
    assert missing(found) == []
    stub = of_0_1("YOUR ANSWER HERE")
    (line,) = missing(find_parts(stub, parts_asked_for(stub)))
    assert "not written yet" in line


def test_a_part_has_its_own_rules_and_no_others(falling: Falling) -> None:
    """A file of rules that no part names is not run."""
    (falling.folder / RULES).write_text("raise RuntimeError")
    seen: tuple[Part, ...] = look(falling.work()).parts
    assert not any(part.failed for part in seen)


def test_a_rule_that_fails_while_grading_is_told_to_staff(falling: Falling) -> None:
    """The parts are compared all the same, and the student's page has none of it."""
    path = falling.assignment.source / FILE
    path.write_text(path.read_text().replace('title = "How', 'rules = ["fail"]\ntitle = "How'))
    (path.parent / RULES).write_text("def fail(found):\n    return found.text[0] / 2\n")
    hand_in(falling)
    with closing(PdfCheck(falling.assignment)) as check:
        found = check.check("ada")
    (told,) = (one for one in found if one.state is not PdfState.SAME)
    assert (told.part, told.for_staff) == ("how", True)
    assert f"{RULES}:2: fail: TypeError" in told.what
    assert len(found) == 5
    result = ClassResult(reports={"ada": Report("falling", "ada", "", (), (), pdf=found)})
    assert result.exit_code == 1

"""A notebook that cannot be read is told precisely, in the same words by `submit` and `grade`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradekit.errors import SubmissionError
from gradekit.intake.take_in import inspect
from gradekit.notebook.cells import read_notebook
from gradekit.notebook.reading import other_format_number, parse_notebook
from gradekit.submission.pack import look

CELLS = [{"cell_type": "markdown", "metadata": {}, "source": ["# Tiny\n", "Größe\n"]}]
GOOD = json.dumps({"cells": CELLS, "metadata": {}, "nbformat": 4}, indent=1, ensure_ascii=False)
CONFLICT = GOOD.replace(
    '   "source": [',
    '<<<<<<< HEAD\n   "source": [\n=======\n   "source": [\n>>>>>>> mine\n   "more": [',
)
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 4\n"

DAMAGED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "it is empty"),
    "blanks": (b" \r\n\t\n", "there is nothing but blanks in it"),
    "zeros": (bytes(3000), "there are only zero bytes in it"),
    "a web page": (b"<!DOCTYPE html>\n<html><head>", "it is a web page; download the notebook"),
    "a web page in capitals": (b"\n<HTML>\n", "it is a web page"),
    "a web page in UTF-16": ("<html>".encode("utf-16"), "it is a web page"),
    "a pointer": (POINTER.encode(), "it is a Git LFS pointer, which stands for the notebook"),
    "a conflict": (CONFLICT.encode(), "there is a merge conflict in line 6 (<<<<<<<); resolve it"),
    "junk behind": (f"{GOOD}\n}}}}\n".encode(), "there is something behind its end, in line"),
    "two in one": (f"{GOOD}{GOOD}".encode(), "there is something behind its end, in line"),
    "cut off": (GOOD[: len(GOOD) // 2].encode(), "it ends in the middle, in line"),
    "cut off in a text": (GOOD[: GOOD.index("ny")].encode(), "it ends in the middle, in line 7"),
    "broken UTF-16": (GOOD.encode("utf-16")[:-1], "it is in UTF-16, and broken at byte"),
    "a PDF": (b"%PDF-1.7", "it is a PDF"),
    "a zip": (b"PK\3\4", "it is a zip, or a document in one"),
    "a picture": (b"\x89PNG\r\n", "it is a picture"),
    "a text": (b"My answer is 42.", "it is no JSON"),
    "Python": (b"# %%\nprint(1)\n", "it is a Python file; save and hand in the notebook"),
    "Python by nbconvert": (b"#!/usr/bin/env python\n# coding: utf-8\n", "it is a Python file"),
    "Python as written": (b"\n\nfrom a.b import c\nc()\n", "it is a Python file"),
    "Python with magics": (b"%matplotlib inline\nimport numpy\n", "it is a Python file"),
    "Markdown": (b"# My answer\n\nIt is 42.\n", "it is no JSON"),
    "a list": (b"[]", "it has no list of cells"),
    "many lists": (
        b'{"cells": [' + b"[]," * 1_000_000 + b"[]]}",
        "it has more than 1,000,000 lists and objects: clear large outputs, and save it again",
    ),
    "many cells": (b'{"cells": [' + b"{}," * 10_000 + b"{}]}", "it has more than 10,000 cells"),
    "no cells": (b'{"metadata": {}}', "it has no list of cells"),
    "depth": (b'{"cells": ' + b"[" * 100_000, "it is nested too deeply"),
    "a huge number": (b'{"cells": [' + b"1" * 5000 + b"]}", "it is no JSON"),
    "an odd old one": (b'{"worksheets": [7], "nbformat": 3}', "it is in notebook format 3"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_what_is_wrong_is_told_in_the_same_words(tmp_path: Path, case: str) -> None:
    """`submit` stops with the line that taking in and grading note."""
    data, said = DAMAGED[case]
    (tmp_path / "tiny.ipynb").write_bytes(data)
    with pytest.raises(SubmissionError) as caught:
        look(tmp_path)
    assert str(caught.value).startswith(f"tiny.ipynb is damaged: {said}")
    assert str(caught.value).isprintable()
    assert str(caught.value) in inspect(tmp_path, "tiny")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_what_can_be_read_is_read(tmp_path: Path, encoding: str, ends: str) -> None:
    """Editors on Windows save in other encodings, with other line ends."""
    (tmp_path / "tiny.ipynb").write_bytes(GOOD.replace("\n", ends).encode(encoding))
    assert read_notebook(tmp_path / "tiny.ipynb")["cells"] == CELLS


def test_the_format_of_before_2015_is_read() -> None:
    """Its cells are found where that format has them."""
    cell = {"cell_type": "markdown", "metadata": {}, "source": "# Tiny"}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [cell]}]}
    assert parse_notebook(json.dumps(old).encode(), "x")["cells"][0]["source"] == "# Tiny"


MADE_TO_BE_SLOW: dict[str, Callable[[int], bytes]] = {
    "marks of conflicts": lambda n: b"<<<<<<<" * n,
    "lines of conflicts": lambda n: b"=======x\n" * n,
    "blanks": lambda n: b"{" + b" " * n,
    "opened": lambda n: b"<html " * n,
    "quotes": lambda n: b'"' * n,
}


@pytest.mark.parametrize("case", MADE_TO_BE_SLOW)
def test_a_large_file_takes_no_time_with_the_square(case: str) -> None:
    """Megabytes that are made to be slow end in a line; what takes hours would not end here."""
    with pytest.raises(SubmissionError):
        parse_notebook(MADE_TO_BE_SLOW[case](2_000_000), "x")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_notebook_or_a_line(data: bytes) -> None:
    """Nothing else than a SubmissionError of one plain line comes of a damaged file."""
    try:
        told = ""
        assert isinstance(parse_notebook(data, "x")["cells"], list)
    except SubmissionError as error:
        told = str(error)
    assert told.isprintable()


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (4, ""),
        (5, "is in notebook format 5, newer than the 4 that is read here; save it as 4"),
        (None, "does not say that its notebook format is 4; save it again in Jupyter"),
        ("4", "does not say that its notebook format is 4; save it again in Jupyter"),
        (10**30, "does not say that its notebook format is 4; save it again in Jupyter"),
    ],
)
def test_another_format_is_told_by_its_number(tmp_path: Path, number: object, said: str) -> None:
    """A newer format, or none, is named with what to do, and `submit` notes it; nothing is lost."""
    notebook = json.loads(GOOD) | {"nbformat": number}
    assert other_format_number(notebook) == said
    (tmp_path / "tiny.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    assert [note for note in look(tmp_path).notes if "format" in note] == (
        [f"tiny.ipynb {said}."] if said else []
    )

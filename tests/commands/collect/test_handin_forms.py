"""The many forms in which hand-ins come: each is taken in, or named in a line; nobody vanishes."""

import io
import json
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from taking_in import take_all, take_in
from zips import zipped

from gradekit.errors import SubmissionError
from gradekit.findings.released import Released
from gradekit.intake.identity.owners import NOBODY, Person, Roster
from gradekit.intake.take_in import Taken

Files = dict[str, str | bytes]

THING = """\
class Doubler:
    def forward(self):
        return 2


def halve(x):
    return x / 2
"""
STUB = THING.replace("return 2", "raise NotImplementedError").replace("return x / 2", "pass")


def notebook(answer: str = "", name: str = "question") -> str:
    """Return a notebook with one answer, which is the stub unless it is given."""
    cell = {
        "cell_type": "markdown",
        "metadata": {"nbgrader": {"grade_id": name, "grade": True, "solution": True}},
        "source": answer or "YOUR ANSWER HERE",
    }
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


NOTEBOOK = notebook("Doubling is adding.")
GOOD: Files = {"tiny.ipynb": NOTEBOOK, "lib/thing.py": THING, "tiny_solution.pdf": "%PDF"}
RELEASED = Released(
    ("lib/thing.py",),
    {"lib/__init__.py": b"", "lib/helper.py": b""},
    json.loads(notebook()),
    {"lib/thing.py": STUB.encode()},
)


def write(folder: Path, files: Files) -> Path:
    """Write files below a folder, and return it."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder


def below(folder: str, files: Files = GOOD) -> Files:
    """Return files in a folder."""
    return {f"{folder}/{name}": data for name, data in files.items()}


def collect(path: Path, root: Path, known: Roster = NOBODY) -> tuple[dict[str, Taken], list[str]]:
    """Take in what a path holds; return it by student, and a line for each that was refused."""
    try:
        return take_all(path, root, RELEASED, known)
    except SubmissionError as error:
        return {}, [str(error)]


def take(tmp_path: Path, files: Files, released: Released = RELEASED) -> Taken:
    """Take in one zip of ada's."""
    path = tmp_path / "tiny_ada.zip"
    path.write_bytes(zipped(files))
    return take_in(path, "tiny", tmp_path / "submitted", released=released)


GRADESCOPE = """\
---
submission_111:
  :submitters:
  - :name: Jane Doe
    :sid: ada
    :email: jd@example.org
  :created_at: 2026-11-24
submission_222:
  :submitters:
  - :name: 'Bob Roe'
    :email: bob@example.org
"""
CLASSES: dict[str, Files] = {
    "plain folders": below("ada") | below("bob"),
    "folders within folders": below("all/of/them/ada") | below("all/of/them/bob"),
    "folders of nbgrader": below("submitted/ada/tiny") | below("submitted/bob/tiny"),
    "folders of ILIAS": below("Exercise/Task 1/Doe_Jane_ada_12")
    | below("Exercise/Task 1/Roe_Bob_bob_34"),
    "zips in folders of ILIAS": {
        "Exercise/Task 1/Doe_Jane_ada_12/hw.zip": zipped(GOOD),
        "Exercise/Task 1/Roe_Bob_bob_34/hw.zip": zipped(GOOD),
    },
    "folders of ILIAS beside its table": below("Exercise/Task 1/Doe_Jane_ada_12")
    | {
        "Exercise/Task 1/Roe_Bob_bob_34/hw.zip": zipped(GOOD),
        "Exercise/Overview.xlsx": "PK",
    },
    "Gradescope": below("assignment_9_export/submission_111")
    | below("assignment_9_export/submission_222")
    | {"assignment_9_export/submission_metadata.yml": GRADESCOPE},
    "Blackboard": {
        "Tiny 1_ada_attempt_2026-11-24-09-41-00_hw.zip": zipped(GOOD),
        "Tiny 1_ada_attempt_2026-11-24-09-41-00.txt": "Name: Jane",
        "Tiny 1_bob_attempt_2026-11-24-09-41-00_hw.zip": zipped(below("tiny")),
    },
    "zips beside folders": below("ada") | {"tiny_bob.zip": zipped(GOOD)},
    "zips in a folder": {"x/tiny_ada.zip": zipped(GOOD), "x/tiny_bob.zip": zipped(GOOD)},
}


@pytest.mark.parametrize("kind", ["zip", "folder"])
@pytest.mark.parametrize("form", CLASSES)
def test_a_class_comes_in_many_forms(tmp_path: Path, form: str, kind: str) -> None:
    """Folders of students and downloads of several platforms give each student's hand-in."""
    path = write(tmp_path / "download", CLASSES[form])
    if kind == "zip":
        path = tmp_path / "download.zip"
        path.write_bytes(zipped(CLASSES[form]))
    taken, refused = collect(path, tmp_path / "taken")
    assert set(taken) == {"ada", "bob"}
    assert [line for line in refused if "Overview.xlsx" not in line] == []
    for one in taken.values():
        assert (one.folder / "lib/thing.py").read_text() == THING


def test_nbgraders_own_folder_is_taken_in(tmp_path: Path) -> None:
    """Given `submitted` itself, each student's time is the one that nbgrader wrote."""
    stamp = "2026-11-24 12:00:00.000000 UTC"
    files = below("ada/tiny", {**GOOD, "timestamp.txt": stamp}) | below("bob/tiny")
    taken, refused = collect(write(tmp_path / "submitted", files), tmp_path / "taken")
    assert (set(taken), refused) == ({"ada", "bob"}, [])
    assert (taken["ada"].folder / "timestamp.txt").read_text().strip() == stamp


def test_Brightspaces_folders_are_taken_in(tmp_path: Path) -> None:  # noqa: N802
    """Its folders name the person and a date."""
    form = "{0}-{0} - {1} - Nov 24, 2026 901 PM"
    files = below(form.format(123, "Jane Doe")) | {
        f"{form.format(456, 'Bob Roe')}/hw.zip": zipped(GOOD)
    }
    taken, refused = collect(write(tmp_path / "download", files), tmp_path / "taken")
    assert (set(taken), refused) == ({"Jane_Doe", "Bob_Roe"}, [])


def test_of_Brightspaces_attempts_the_latest_counts(tmp_path: Path) -> None:  # noqa: N802
    """Each attempt has a folder of its own, or is a file with the date in its name."""
    late = {**GOOD, "lib/thing.py": f"{THING}# the last one\n"}
    files = below("1-2 - Jane Doe - Nov 2, 2026 901 AM", late)
    files |= below("1-2 - Jane Doe - Oct 31, 2026 1130 PM")
    files |= {"3-2 - Bob Roe - Nov 1, 2026 1000 AM - hw.zip": zipped(GOOD)}
    taken, refused = collect(write(tmp_path / "download", files), tmp_path / "taken")
    assert (set(taken), refused) == ({"Jane_Doe", "Bob_Roe"}, [])
    assert "the last one" in (taken["Jane_Doe"].folder / "lib/thing.py").read_text()


ATTEMPTS: dict[str, tuple[Files, str, str]] = {
    "Blackboard": (
        {
            "T_jd_attempt_2026-11-20-09-00-00_tiny.ipynb": NOTEBOOK,
            "T_jd_attempt_2026-11-20-09-00-00_thing.py": THING,
            "T_jd_attempt_2026-11-20-09-00-00.txt": "Name: Jane Doe",
            "T_jd_attempt_2026-11-22-09-00-00_Tiny (final).ipynb": NOTEBOOK,
            "T_jd_attempt_2026-11-22-09-00-00.txt": "Name: Jane Doe",
        },
        "jd",
        "2026-11-22-09-00-00",
    ),
    "Blackboard, zips": (
        {
            "T_jd_attempt_2026-11-20-09-00-00_all.zip": zipped(GOOD),
            "T_jd_attempt_2026-11-22-09-00-00_Tiny (final).ipynb": NOTEBOOK,
        },
        "jd",
        "2026-11-22-09-00-00",
    ),
    "Brightspace": (
        {
            "1-2 - Jane Doe - Oct 31, 2026 1130 PM/tiny.ipynb": NOTEBOOK,
            "1-2 - Jane Doe - Oct 31, 2026 1130 PM/thing.py": THING,
            "1-2 - Jane Doe - Nov 2, 2026 901 AM/Tiny (final).ipynb": NOTEBOOK,
        },
        "Jane_Doe",
        "Nov 2, 2026 901 AM",
    ),
}


@pytest.mark.parametrize("form", ATTEMPTS)
def test_the_newest_attempt_counts_as_a_whole(tmp_path: Path, form: str) -> None:
    """No file of an older attempt is put among those of the newest, whatever their names are."""
    files, student, when = ATTEMPTS[form]
    taken, refused = collect(write(tmp_path / "download", files), tmp_path / "taken")
    assert (set(taken), refused) == ({student}, [])
    one = taken[student]
    assert (one.folder / "tiny.ipynb").read_text() == NOTEBOOK
    assert not (one.folder / "lib/thing.py").exists()
    assert f"of 2 attempts the newest counts as a whole: {when}" in one.notes
    assert any(note.startswith("left out as older: ") for note in one.notes)


def test_where_no_time_says_which_attempt_is_newer_nobody_guesses(tmp_path: Path) -> None:
    """Dates in another language are no order: a line names the attempts."""
    files = below("1-2 - Jane Doe - 31. Okt. 2026 2330") | below("1-2 - Jane Doe - 2. Nov. 2026")
    taken, (line,) = collect(write(tmp_path / "download", files), tmp_path / "taken")
    assert taken == {}
    assert "several attempts (2. Nov. 2026, 31. Okt. 2026 2330): ask which one counts" in line


def test_a_newer_attempt_without_a_file_is_told(tmp_path: Path) -> None:
    """Of a text alone there is nothing to take in: the attempt before it counts."""
    files: Files = {
        "T_jd_attempt_2026-11-20-09-00-00_hw.zip": zipped(GOOD),
        "T_jd_attempt_2026-11-20-09-00-00.txt": "Name: Jane Doe",
        "T_jd_attempt_2026-11-22-09-00-00.txt": "Name: Jane Doe",
    }
    taken, refused = collect(write(tmp_path / "download", files), tmp_path / "taken")
    assert (set(taken), refused) == ({"jd"}, [])
    assert "a newer attempt has no file: 2026-11-22-09-00-00" in taken["jd"].notes


def test_what_a_group_hands_in_is_each_member_s(tmp_path: Path) -> None:
    """Gradescope names all who handed in together; the manifest of one is no other's lie."""
    metadata = GRADESCOPE.replace(
        "  :created_at", "  - :name: Kim Poe\n    :sid: kim\n  :created_at"
    )
    files: Files = below("export/submission_111") | {"export/submission_metadata.yml": metadata}
    files["export/submission_111/manifest.json"] = json.dumps({"student": "ada"})
    known = Roster((Person("ada", "Jane", "Doe"), Person("kim", "Kim", "Poe")))
    taken, refused = collect(write(tmp_path / "download", files), tmp_path / "taken", known)
    assert (set(taken), refused) == ({"ada", "kim"}, [])
    assert "handed in together with kim" in taken["ada"].notes
    assert "handed in together with ada" in taken["kim"].notes
    assert (taken["kim"].folder / "lib/thing.py").read_text() == THING


def test_whom_Gradescope_does_not_name_has_the_submissions_number(  # noqa: N802
    tmp_path: Path,
) -> None:
    """Without its table two people are two people."""
    files = below("export/submission_111") | below("export/submission_222")
    taken, refused = collect(write(tmp_path / "download", files), tmp_path / "taken")
    assert (set(taken), refused) == ({"submission_111", "submission_222"}, [])


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("doe_1_2_hw.7z", b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
        ("doe_1_2_hw.pdf", b"%PDF-1.7", "a PDF"),
        ("Jane Doe_1_assignsubmission_file_/hw.rar", b"Rar!\x1a\x07", "a RAR archive"),
        ("Tiny_jd_attempt_2026-11-24-09-41-00_hw.tgz", b"\x1f\x8b\x08", "a gzip archive"),
    ],
)
def test_a_format_that_a_platform_passes_on_is_named(
    tmp_path: Path, name: str, data: bytes, kind: str
) -> None:
    """What came as no zip is named, with what to ask for; the others are taken in."""
    files: Files = {name: data, "roe_3_4_hw.zip": zipped(GOOD)}
    taken, refused = collect(write(tmp_path / "download", files), tmp_path / "taken")
    (line,) = refused
    assert set(taken) == {"roe"}
    assert f"{name} is {kind}" in line
    assert "ask for the zip" in line


def test_an_empty_folder_and_one_of_several_zips_are_named(tmp_path: Path) -> None:
    """Nobody's hand-in vanishes because there is nothing, or too much, in its folder."""
    files: Files = below("ada") | below("bob")
    files |= {"cat/first.zip": zipped(GOOD), "cat/second.zip": zipped(GOOD)}
    folder = write(tmp_path / "download", files)
    (folder / "dan").mkdir()
    taken, refused = collect(folder, tmp_path / "taken")
    assert set(taken) == {"ada", "bob"}
    several, empty = refused
    assert "cat: several zips and nothing else: ask which counts: first.zip" in several
    assert empty == "download: dan is an empty folder"


@pytest.mark.parametrize("wrapper", ["", "all/"])
def test_an_empty_folder_in_a_downloads_zip_is_named(tmp_path: Path, wrapper: str) -> None:
    """A platform's folder for somebody who sent nothing is told, as it is where it is unpacked."""
    folder = "{}_assignsubmission_file_/"
    files = {**below(f"{wrapper}{folder.format('Ada Roe_123')}".rstrip("/"))}
    files |= below(f"{wrapper}{folder.format('Bob Doe_124')}".rstrip("/"))
    path = tmp_path / "download.zip"
    path.write_bytes(zipped(files))
    with zipfile.ZipFile(path, "a") as archive:
        archive.mkdir(f"{wrapper}{folder.format('Ada Roe_123')}")
        archive.mkdir(f"{wrapper}{folder.format('Cat Poe_125')}")
    taken, refused = collect(path, tmp_path / "taken")
    assert len(taken) == 2
    assert refused == ["download.zip: Cat Poe_125_assignsubmission_file_ is an empty folder"]


@pytest.mark.parametrize("stray", ["tiny_cat.ipynb", "Untitled.ipynb", "tiny.ipynb"])
@pytest.mark.parametrize("kind", ["zips", "Canvas"])
def test_a_stray_notebook_hides_no_class(tmp_path: Path, kind: str, stray: str) -> None:
    """The others' zips are taken in, and the notebook alone is a line of its own."""
    names = ["tiny_ada.zip", "tiny_bob.zip"]
    if kind == "Canvas":
        names = ["ada_1_1_hw.zip", "LATE_anon_xY2zQ_9002_tiny.zip"]
    files: Files = {name: zipped(GOOD) for name in names} | {stray: NOTEBOOK}
    taken, refused = collect(write(tmp_path / "uploads", files), tmp_path / "taken")
    if kind == "zips" and stray == "tiny.ipynb":
        assert taken == {}
        assert "zips that are hand-ins as well (tiny_ada.zip, tiny_bob.zip)" in refused[0]
        return
    assert "ada" in taken
    assert len(taken) == 2
    (line,) = refused
    assert stray in line


@pytest.mark.parametrize("folder", ["", "tiny/", "a/b/c/", "Ada's tiny/tiny/", "x/" * 15])
def test_a_hand_in_may_lie_in_folders_of_any_depth(tmp_path: Path, folder: str) -> None:
    """Folders around it make no difference, nor does what lies beside it."""
    files: Files = {f"{folder}{name}": data for name, data in GOOD.items()}
    one = take(tmp_path, {**files, "screenshot.png": b"x"})
    assert (one.folder / "lib/thing.py").is_file()
    assert one.notes == ("left out: screenshot.png",)


MISPLACED = {
    "a browser's copy": {"lib/thing-1.py": THING},
    "another browser's copy": {"lib/thing (2).py": THING},
    "a file manager's copy": {"lib/thing - Copy.py": THING},
    "another case": {"lib/Thing.py": THING},
    "a folder in another case": {"Lib/thing.py": THING},
    "beside the notebook": {"thing.py": THING},
    "another folder": {"src/thing.py": THING},
    "another name, with what it should define": {"lib/my_final_layers.py": THING},
    "in no folder, in another case": {"THING.PY".replace("PY", "py"): THING},
    "the same twice": {"thing.py": THING, "backup/thing.py": THING},
    "beside the one that was given": {"lib/thing.py": STUB, "lib/thing (1).py": THING},
}


@pytest.mark.parametrize("case", MISPLACED)
def test_a_module_in_another_place_is_put_into_its_own(tmp_path: Path, case: str) -> None:
    """Where only one file can be meant it counts, and the note says which."""
    one = take(tmp_path, {"tiny.ipynb": NOTEBOOK, "tiny_solution.pdf": "%PDF", **MISPLACED[case]})
    assert (one.folder / "lib/thing.py").read_text() == THING
    told = [note for note in one.notes if "taken" in note]
    assert told
    assert not any("missing" in note for note in one.notes)


def test_where_two_files_may_be_a_module_nobody_guesses(tmp_path: Path) -> None:
    """The line names both, and what they may be."""
    files: Files = {"a/thing.py": THING, "b/thing.py": THING + "# better\n", "tiny.ipynb": NOTEBOOK}
    with pytest.raises(
        SubmissionError, match=r"lib/thing.py may be a/thing.py, b/thing.py: ask which"
    ):
        take(tmp_path, files)


def test_helpers_in_a_folder_of_another_case_come_along(tmp_path: Path) -> None:
    """What the student wrote beside the module lies where the module looks for it."""
    one = take(tmp_path, {"tiny.ipynb": NOTEBOOK, "Lib/thing.py": THING, "Lib/own/x.py": "x = 1\n"})
    assert (one.folder / "lib/own/x.py").is_file()
    assert "Lib/ is taken as lib/" in one.notes


def tarred() -> bytes:
    """Return an empty tar archive with one file's header."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as made:
        made.addfile(tarfile.TarInfo("x"))
    return buffer.getvalue()


FORMATS = {
    "a RAR archive": b"Rar!\x1a\x07\x01\x00" + bytes(60),
    "a 7-Zip archive": b"7z\xbc\xaf\x27\x1c" + bytes(60),
    "a gzip archive": b"\x1f\x8b\x08" + bytes(60),
    "a tar archive": tarred(),
    "a PDF": b"%PDF-1.4\n%\xe2\xe3\n",
    "a notebook alone": NOTEBOOK.encode(),
    "a web page": b"<!DOCTYPE html>\n<html><body>Log in</body></html>",
    "a text": b"I could not upload it, sorry!",
    "empty": b"",
    "a Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
    "no zip, or a damaged one": zipped(GOOD)[:-30],
}


@pytest.mark.parametrize("where", ["by itself", "in a download"])
@pytest.mark.parametrize("form", FORMATS)
def test_what_is_no_zip_is_named(tmp_path: Path, form: str, where: str) -> None:
    """The line names the format, and what to ask the student for."""
    (tmp_path / "tiny_ada.zip").write_bytes(FORMATS[form])
    path = tmp_path / "tiny_ada.zip"
    if where == "in a download":
        path = tmp_path / "submissions.zip"
        path.write_bytes(zipped({"ada_1_1_hw.zip": FORMATS[form], "bob_2_2_hw.zip": zipped(GOOD)}))
    taken, refused = collect(path, tmp_path / "taken")
    assert set(taken) == ({"bob"} if where == "in a download" else set())
    (line,) = refused
    assert form in line
    assert "ask for the zip that `gradekit submit` makes" in line


@pytest.mark.parametrize("name", ["tiny_ada.ipynb", "tiny_ada.zip", "tiny_ada.json"])
def test_a_notebook_alone_is_enough_where_there_are_no_modules(tmp_path: Path, name: str) -> None:
    """Where students complete modules it is refused, by their names."""
    (tmp_path / name).write_text(NOTEBOOK)
    one = take_in(tmp_path / name, "tiny", tmp_path / "submitted")
    assert (one.student, (one.folder / "tiny.ipynb").read_text()) == ("ada", NOTEBOOK)
    with pytest.raises(
        SubmissionError, match=r"is a notebook alone, without lib/thing\.py: ask for"
    ):
        take_in(tmp_path / name, "tiny", tmp_path / "submitted", released=RELEASED)


def renamed(*names: str, blank: Iterable[str] = ()) -> Files:
    """Return a hand-in with notebooks of some names, of which some are as they were released."""
    notebooks: Files = dict.fromkeys(names, NOTEBOOK)
    return {"lib/thing.py": THING, **notebooks, **dict.fromkeys(blank, notebook())}


@pytest.mark.parametrize(
    "files",
    [
        renamed("tiny (1).ipynb"),
        renamed("tiny.ipynb.txt"),
        renamed("tiny.json"),
        renamed("work/tiny.ipynb"),
        renamed("mine.ipynb", blank=["tiny.ipynb"]),
        renamed("tiny-Copy1.ipynb", blank=["tiny.ipynb", "old.ipynb"]),
    ],
)
def test_the_notebook_that_was_worked_in_counts(tmp_path: Path, files: Files) -> None:
    """Whatever its name and ending are, also beside an empty template; the note says which."""
    one = take(tmp_path, files)
    assert (one.folder / "tiny.ipynb").read_text() == NOTEBOOK
    assert any("tiny.ipynb" in note and "taken" in note for note in one.notes)


def test_of_two_notebooks_with_work_the_one_of_the_proper_name_counts(tmp_path: Path) -> None:
    """The other is kept and named; where neither has the name, the line asks which."""
    one = take(tmp_path, renamed("tiny.ipynb", "other.ipynb"))
    assert "other.ipynb was worked in as well, and is kept beside it" in one.notes
    assert (one.folder / "other.ipynb").is_file()
    with pytest.raises(SubmissionError, match=r"tiny\.ipynb may be a\.ipynb, b\.ipynb: ask which"):
        take(tmp_path, renamed("a.ipynb", "b.ipynb"))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252"])
def test_a_notebook_in_another_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    """It is taken in as UTF-8 without a mark, as nbgrader reads it, and a note says so."""
    text = json.dumps(json.loads(notebook("Größe")), ensure_ascii=False)
    one = take(tmp_path, {**GOOD, "tiny.ipynb": text.encode(encoding)})
    found = json.loads((one.folder / "tiny.ipynb").read_text("utf-8"))
    assert found["cells"][0]["source"] == "Größe"
    told = any("is taken in as UTF-8" in note for note in one.notes)
    assert told == (encoding != "utf-8-sig")


CELLS_ONLY = Released(notebook=json.loads(notebook()))


@pytest.mark.parametrize("name", ["tiny.ipynb.txt", "tiny.txt", "tiny.json", "tiny.ipynb.bak"])
def test_a_notebook_alone_under_another_ending_is_a_hand_in(tmp_path: Path, name: str) -> None:
    """Where all is in cells nothing else says that it is one; it is taken, and the note says so."""
    one = take(tmp_path, {name: NOTEBOOK}, CELLS_ONLY)
    assert (one.folder / "tiny.ipynb").read_text() == NOTEBOOK
    assert f"{name} is taken as tiny.ipynb" in one.notes


@pytest.mark.parametrize("text", ["my notes", "{}", "[1, 2]"])
def test_a_text_with_the_notebooks_name_is_no_hand_in(tmp_path: Path, text: str) -> None:
    """It is refused by its name, and nothing stands for it in the class's folder."""
    with pytest.raises(SubmissionError, match=r"no notebook .* of tiny\.txt"):
        take(tmp_path, {"tiny.txt": text}, CELLS_ONLY)

"""Taking in: hand-ins become folders of submitted/, or one line that says why not."""

import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from taking_in import take_in

from gradekit.errors import StorageError, SubmissionError
from gradekit.findings.notes import noticed
from gradekit.findings.released import Released
from gradekit.intake import limits as archive
from gradekit.intake.take_in import inspect
from gradekit.submission.names import no_pdf

NOTEBOOK = json.dumps({"cells": [{"cell_type": "code"}], "metadata": {}, "nbformat": 4})
GOOD = {"tiny.ipynb": NOTEBOOK, "lib/thing.py": "x = 1\n", "tiny_solution.pdf": "%PDF"}
RELEASED = Released(("lib/thing.py",))


def zipped(files: dict[str, str], change: Callable[[zipfile.ZipInfo], None] | None = None) -> bytes:
    """Return a zip of some files; `change` may spoil each entry."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            info = zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6))
            info.compress_type = zipfile.ZIP_DEFLATED
            if change:
                change(info)
            made.writestr(info, text)
    return buffer.getvalue()


def take(tmp_path: Path, data: bytes, name: str = "tiny_ada.zip", replace: bool = False) -> Path:
    """Take a zip in and return the hand-in's folder."""
    path = tmp_path / name
    path.write_bytes(data)
    return take_in(path, "tiny", tmp_path / "submitted", replace=replace, released=RELEASED).folder


@pytest.mark.parametrize("prefix", ["", "tiny/", "Ada's tiny/"])
def test_a_zip_is_taken_in(tmp_path: Path, prefix: str) -> None:
    """The files lie in submitted/STUDENT/ASSIGNMENT, also from a folder inside of the zip."""
    folder = take(tmp_path, zipped({prefix + name: text for name, text in GOOD.items()}))
    assert folder == tmp_path / "submitted" / "ada" / "tiny"
    assert (folder / "lib" / "thing.py").read_text() == "x = 1\n"


def test_a_folder_is_taken_in_without_what_does_not_belong(tmp_path: Path) -> None:
    """Caches, environments and version control stay outside."""
    sent = tmp_path / "bob"
    for name, text in {**GOOD, "__pycache__/x.pyc": "", ".git/config": "", "lib/a.pyc": ""}.items():
        (sent / name).parent.mkdir(parents=True, exist_ok=True)
        (sent / name).write_text(text)
    taken = take_in(sent, "tiny", tmp_path / "submitted")
    names = {p.relative_to(taken.folder).as_posix() for p in taken.folder.rglob("*") if p.is_file()}
    assert taken.student == "bob"
    assert names == set(GOOD)


def spoil_type(kind: int) -> Callable[[zipfile.ZipInfo], None]:
    """Return what makes entries of another kind than files."""
    return lambda info: setattr(info, "external_attr", (kind | 0o777) << 16)


REFUSED = {
    "absolute": (zipped({**GOOD, "/etc/cron.d/x": ""}), "absolute"),
    "drive": (zipped({**GOOD, "C:/x": ""}), "absolute"),
    "up": (zipped({**GOOD, "lib/../../x": ""}), "leads out"),
    "backslash": (zipped({**GOOD, "..\\x": ""}), "leads out"),
    "link": (zipped(GOOD, spoil_type(stat.S_IFLNK)), "link or a device"),
    "device": (zipped(GOOD, spoil_type(stat.S_IFCHR)), "link or a device"),
    "case": (zipped({**GOOD, "LIB/thing.py": ""}), "one name"),
    "file as folder": (zipped({**GOOD, "lib/thing.py/x.py": ""}), "is a file and holds"),
    "control": (zipped({**GOOD, "lib/a\nb.py": ""}), "not text"),
    "many": (zipped({f"lib/f{n}.py": "" for n in range(archive.MAX_FILES + 1)}), "more than"),
    "nothing": (zipped({"notes.txt": "hello"}), ""),
    "empty": (b"", ""),
    "no zip": (b"hello", "no zip"),
    "damaged": (zipped(GOOD)[:-30], ""),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_zip_is_refused_in_one_line(tmp_path: Path, case: str) -> None:
    """Each is refused with one line, and nothing of it is left in submitted/."""
    data, message = REFUSED[case]
    with pytest.raises(SubmissionError) as caught:
        take(tmp_path, data)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    left = tmp_path / "submitted"
    assert not left.exists() or not [path for path in left.rglob("*") if path.is_file()]


def test_a_bomb_is_refused_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What unpacks to more than allowed is refused, whether its header says so or lies."""
    monkeypatch.setattr(archive, "MAX_BYTES", 10_000)
    bomb = zipped({**GOOD, "lib/zeros.py": "0" * 20_000})
    with pytest.raises(SubmissionError, match="more than"):
        take(tmp_path, bomb)
    lying = bomb.replace((20_000).to_bytes(4, "little"), (20).to_bytes(4, "little"))
    with pytest.raises(SubmissionError):
        take(tmp_path, lying)


def test_a_second_hand_in_replaces_the_first_only_on_request(tmp_path: Path) -> None:
    """Without `replace` the first one stays; with it the second one stands there, whole."""
    folder = take(tmp_path, zipped(GOOD))
    second = zipped({**GOOD, "lib/thing.py": "x = 2\n"})
    with pytest.raises(SubmissionError, match="already"):
        take(tmp_path, second)
    assert (folder / "lib" / "thing.py").read_text() == "x = 1\n"
    take(tmp_path, second, replace=True)
    assert (folder / "lib" / "thing.py").read_text() == "x = 2\n"


def test_what_is_missing_is_noted(tmp_path: Path) -> None:
    """A hand-in with gaps is taken in, and each gap is one line."""
    path = tmp_path / "tiny_ada.zip"
    path.write_bytes(zipped({"lib/thing.py": "x = 1\n"}))
    taken = take_in(path, "tiny", tmp_path / "submitted", released=Released(("lib/other.py",)))
    expected = {"no tiny.ipynb", "lib/other.py is missing", no_pdf("tiny")}
    assert expected <= set(taken.notes)
    assert expected <= set(inspect(taken.folder, "tiny", Released(("lib/other.py",))))


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_any_bytes_are_taken_in_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A zip with changed bytes is a hand-in or a SubmissionError, and never anything else."""
    payload = bytearray(zipped(GOOD))
    for _ in range(data.draw(st.integers(1, 6))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.mktemp("any")
    try:
        take(folder, bytes(payload))
    except SubmissionError as error:
        told = str(error)
    else:
        told = ""
    assert "\n" not in told
    outside = {p for p in folder.rglob("*") if p.is_file()} - set((folder / "submitted").rglob("*"))
    assert {path.name for path in outside} == {"tiny_ada.zip"}


def manifest(**facts: object) -> str:
    """Return a manifest as `gradekit submit` writes it, with some facts changed."""
    return json.dumps({"assignment": "tiny", "student": "ada", "files": {}, **facts})


def notes_on(tmp_path: Path, files: dict[str, str], name: str = "tiny_ada.zip") -> tuple[str, ...]:
    """Take a zip in and return what was noticed."""
    path = tmp_path / name
    path.write_bytes(zipped(files))
    return take_in(path, "tiny", tmp_path / "submitted").notes


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("tiny_ada.zip", "ada"),
        ("tiny_ada@x.org.zip", "ada@x.org"),
        ("tiny_ada (1).zip", "ada"),
        ("ada-2.zip", "ada-2"),
    ],
)
def test_the_id_is_in_the_files_name(tmp_path: Path, name: str, student: str) -> None:
    """Without a manifest the name says whose hand-in it is, also after a browser's renaming."""
    assert take(tmp_path, zipped(GOOD), name).parent.name == student


@pytest.mark.parametrize("name", ["tiny.zip", "tiny_.zip", "tiny_a b.zip", ".zip", "-x.zip"])
def test_a_hand_in_of_nobodys_is_refused(tmp_path: Path, name: str) -> None:
    """Where neither manifest nor name gives an id, the line says how to give one."""
    with pytest.raises(SubmissionError, match=r"whose is it\? Rename it to tiny_ID.zip"):
        take(tmp_path, zipped(GOOD), name)


def test_the_manifest_knows_best_whose_it_is(tmp_path: Path) -> None:
    """The manifest's id counts before the name's, and their difference is noted."""
    notes = notes_on(tmp_path, {**GOOD, "manifest.json": manifest()}, "tiny_eve.zip")
    assert notes == ("taken in as ada, though tiny_eve.zip is named for eve",)
    assert (tmp_path / "submitted" / "ada" / "tiny").is_dir()


@pytest.mark.parametrize("stated", ["../../etc", "", "a/b", 7, None, {"a": 1}, "x" * 200])
def test_no_manifest_leads_out_of_the_folder(tmp_path: Path, stated: object) -> None:
    """An id in a manifest that cannot be one is not used for anything."""
    notes_on(tmp_path, {**GOOD, "manifest.json": manifest(student=stated)}, "tiny_bob.zip")
    assert {path.name for path in (tmp_path / "submitted").iterdir()} <= {"bob"}


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"files": 3}', "[" * 100_000, '"\\ud800"'])
def test_a_damaged_manifest_is_noted(tmp_path: Path, text: str) -> None:
    """Whatever stands in a manifest, the hand-in is taken in."""
    assert notes_on(tmp_path, {**GOOD, "manifest.json": text}) == ("manifest.json is damaged",)


def test_what_differs_from_the_manifest_is_noted(tmp_path: Path) -> None:
    """A file changed after packing, one that has gone, and what was missing then are lines."""
    facts = {"files": {"lib/thing.py": "0" * 64, "lib/gone.py": ""}, "missing": ["Sample: none."]}
    notes = notes_on(tmp_path, {**GOOD, "manifest.json": manifest(**facts, assignment="other")})
    assert notes == (
        "the manifest is of another assignment: 'other'",
        "lib/thing.py was changed after `gradekit submit`",
        "'lib/gone.py' is in the manifest and not in the hand-in",
        "handed in with --anyway; missing then: 1 (Sample: none.)",
    )


def test_a_note_is_cut_between_words(tmp_path: Path) -> None:
    """What was missing as somebody handed in all the same ends in a whole word."""
    stated = manifest(files={}, missing=["words " * 60], assignment="tiny")
    (note,) = notes_on(tmp_path, {**GOOD, "manifest.json": stated})
    assert note.endswith("words …)")


def test_a_renamed_notebook_is_found(tmp_path: Path) -> None:
    """The single other notebook, or PDF, stands for the one that should be there."""
    files = {"Final (2).ipynb": NOTEBOOK, "lib/thing.py": "", "me.PDF": "%PDF"}
    assert set(notes_on(tmp_path, files)) == {
        "Final (2).ipynb is taken as tiny.ipynb",
        "me.PDF is taken as tiny_solution.pdf",
    }
    folder = tmp_path / "submitted" / "ada" / "tiny"
    assert (folder / "tiny.ipynb").read_text() == NOTEBOOK
    assert sorted(path.name for path in folder.iterdir()) == [
        "lib",
        "tiny.ipynb",
        "tiny_solution.pdf",
    ]


def test_of_several_notebooks_none_is_guessed(tmp_path: Path) -> None:
    """Two notebooks of other names are left out, and named."""
    notes = notes_on(tmp_path, {"a.ipynb": NOTEBOOK, "b.ipynb": NOTEBOOK, "lib/thing.py": ""})
    assert "left out: a.ipynb, b.ipynb" in notes
    assert "no tiny.ipynb" in notes


@pytest.mark.parametrize(
    ("notebook", "line"),
    [
        ("{", "tiny.ipynb is damaged: it ends in the middle, in line 1; it was cut off"),
        ("[]", "tiny.ipynb is damaged: it has no list of cells"),
        ('{"cells": []}', "tiny.ipynb is damaged: it has no cells"),
    ],
)
def test_a_damaged_notebook_is_taken_in_and_noted(tmp_path: Path, notebook: str, line: str) -> None:
    """The modules can be graded without the notebook, so it is no reason to refuse a hand-in."""
    assert line in notes_on(tmp_path, {**GOOD, "tiny.ipynb": notebook})


@pytest.mark.parametrize("folder", ["lib", "nets"])
def test_what_the_notebook_imports_should_be_there(tmp_path: Path, folder: str) -> None:
    """A module that the notebook asks for, and that is neither a file nor a package, is missing."""
    source = ["from lib.thing import *\n", "  import lib.layers.deep as d, os\n", "import lib.pack"]
    source = [line.replace("lib", folder) for line in source]
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": source}]})
    files = {"tiny.ipynb": notebook, "tiny_solution.pdf": "%PDF", f"{folder}/thing.py": ""}
    files[f"{folder}/pack/sub/x.py"] = ""
    assert notes_on(tmp_path, files) == (f"{folder}/layers/deep.py is missing",)


@pytest.mark.parametrize("folder", ["lib", "nets"])
def test_a_folder_of_modules_that_is_wholly_missing_is_noted(folder: str) -> None:
    """The release says what lies in it; a package that it does not have is nobody's to hand in."""
    source = f"from {folder}.other import f\nimport torch.nn"
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": source}]})
    released = Released((), {f"{folder}/given.py": b""})
    found = noticed({"tiny.ipynb": notebook.encode()}, "tiny", released)
    assert [line for line in found if "missing" in line] == [f"{folder}/other.py is missing"]


def test_only_surprising_things_are_named_when_left_out(tmp_path: Path) -> None:
    """The release's own files go without a word; others are named, but not by the hundred."""
    expected = ["README.md", "requirements.txt", "data/alice.txt", "kit-1-py3-none-any.whl"]
    junk = ["__MACOSX/._x", ".DS_Store", ".ipynb_checkpoints/x.ipynb", "lib/__pycache__/x.pyc"]
    assert notes_on(tmp_path, {**GOOD, **dict.fromkeys(expected + junk, "")}) == ()
    odd = {f"odd{n}.bin": "" for n in range(7)}
    (line,) = notes_on(tmp_path, {**GOOD, **odd}, "tiny_bob.zip")
    assert line == "left out: odd0.bin, odd1.bin, odd2.bin, odd3.bin, odd4.bin and 2 more"


def test_encrypted_and_oddly_packed_entries_are_refused(tmp_path: Path) -> None:
    """No password is guessed, and no packing is read that can need gigabytes of memory."""
    encrypted = bytearray(zipped(GOOD))
    at = encrypted.index(b"PK\x01\x02")
    encrypted[at + 8] |= 1
    with pytest.raises(SubmissionError, match="it is encrypted"):
        take(tmp_path, bytes(encrypted))
    odd = bytearray(zipped(GOOD))
    odd[odd.index(b"PK\x01\x02") + 10] = zipfile.ZIP_LZMA
    with pytest.raises(SubmissionError, match=r"packed in an unusual way \(method 14\)"):
        take(tmp_path, bytes(odd))


def test_a_folder_with_a_link_is_refused(tmp_path: Path) -> None:
    """A link could show the grader any file; in an environment, left out anyway, it may be."""
    sent = tmp_path / "bob"
    (sent / "lib").mkdir(parents=True)
    (sent / "lib" / "thing.py").write_text("x = 1\n")
    (sent / "myenv").mkdir()
    (sent / "myenv" / "pyvenv.cfg").write_text("")
    (sent / "myenv" / "python").symlink_to("/usr/bin/python3")
    assert take_in(sent, "tiny", tmp_path / "submitted", released=RELEASED).student == "bob"
    (sent / "lib" / "passwd.py").symlink_to("/etc/passwd")
    with pytest.raises(
        SubmissionError, match=r"'lib/passwd.py' is refused: it is a link or a device"
    ):
        take_in(sent, "tiny", tmp_path / "submitted", replace=True, released=RELEASED)
    (sent / "lib" / "passwd.py").unlink()
    (sent / "lib" / "more").symlink_to("/etc")
    with pytest.raises(SubmissionError, match="it is a link"):
        take_in(sent, "tiny", tmp_path / "submitted", replace=True)


def test_a_folder_named_for_the_assignment_is_its_parents(tmp_path: Path) -> None:
    """STUDENT/ASSIGNMENT, as nbgrader lays folders out, is the student's."""
    sent = tmp_path / "carol" / "tiny"
    (sent / "lib").mkdir(parents=True)
    (sent / "lib" / "thing.py").write_text("x = 1\n")
    assert take_in(sent, "tiny", tmp_path / "submitted", released=RELEASED).student == "carol"


@pytest.mark.parametrize("folder", ["lib", "nets", "Models"])
def test_modules_alone_lie_where_the_release_has_its_own(tmp_path: Path, folder: str) -> None:
    """Of a hand-in of modules that the student added, the release's folders say where it begins."""
    path = tmp_path / "tiny_ada.zip"
    path.write_bytes(zipped({f"Ada's work/{folder}/deep/own.py": "x = 1\n"}))
    released = Released((f"{folder}/thing.py",))
    taken = take_in(path, "tiny", tmp_path / "submitted", released=released)
    assert (taken.folder / folder / "deep" / "own.py").is_file()


def test_nothing_and_no_path_are_one_line(tmp_path: Path) -> None:
    """A path that is not there, and a file that is no zip, are refused by name."""
    with pytest.raises(SubmissionError, match=r"nowhere.zip is not there"):
        take_in(tmp_path / "nowhere.zip", "tiny", tmp_path / "submitted")
    two = zipped({"a/tiny.ipynb": NOTEBOOK, "b/tiny.ipynb": NOTEBOOK})
    with pytest.raises(SubmissionError, match=r"several hand-ins in it \(a/, b/\)"):
        take(tmp_path, two)


def test_a_replacement_that_fails_leaves_the_old_hand_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the new folder cannot be moved into place, the old one is put back, whole."""
    folder = take(tmp_path, zipped(GOOD))
    move = Path.rename

    def fail_for_new(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(28, "No space left on device")
        return move(self, target)

    monkeypatch.setattr(Path, "rename", fail_for_new)
    with pytest.raises(StorageError, match="No space left"):
        take(tmp_path, zipped({**GOOD, "lib/thing.py": "x = 2\n"}), replace=True)
    assert (folder / "lib" / "thing.py").read_text() == "x = 1\n"
    assert [path.name for path in (tmp_path / "submitted").iterdir()] == ["ada"]


def test_looking_at_a_hand_in_changes_nothing(tmp_path: Path) -> None:
    """A folder in submitted/ may lack anything; what is no plain file is refused."""
    folder = tmp_path / "submitted" / "ada" / "tiny"
    (folder / "lib").mkdir(parents=True)
    (folder / "tiny.ipynb").mkdir()
    before = sorted(folder.rglob("*"))
    assert inspect(folder, "tiny") == ["no tiny.ipynb", no_pdf("tiny")]
    assert sorted(folder.rglob("*")) == before
    (folder / "lib" / "link.py").symlink_to("/nowhere")
    with pytest.raises(SubmissionError, match=r"lib/link\.py: is a link"):
        inspect(folder, "tiny")
    with pytest.raises(SubmissionError, match="nowhere: cannot be read"):
        inspect(tmp_path / "nowhere", "tiny")

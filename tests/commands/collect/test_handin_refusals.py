"""Refusals: what could do harm is refused in one line, in zips and in folders."""

import io
import os
import shutil
import socket
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from taking_in import take_in
from zips import zipped

from gradekit.assignment.modules import MAX_MODULE_BYTES, MAX_MODULES
from gradekit.errors import SubmissionError
from gradekit.findings.released import Released
from gradekit.intake import limits as archive
from gradekit.intake.filenames import check_names
from gradekit.text import listed, one_line, printable

GOOD: dict[str, str | bytes] = {"tiny.ipynb": '{"cells": [{}]}', "lib/thing.py": "x = 1\n"}
RELEASED = Released(("lib/thing.py",))


def refusal(tmp_path: Path, data: bytes) -> str:
    """Return the line that a zip is refused with; hold that nothing of it is left."""
    path = tmp_path / "tiny_ada.zip"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    with pytest.raises(SubmissionError) as caught:
        take_in(path, "tiny", tmp_path / "submitted", released=RELEASED)
    line = str(caught.value)
    assert line.isprintable()
    assert [p for p in (tmp_path / "submitted").rglob("*") if p.is_file()] == []
    return line


NAMES = {
    "an absolute path": ("//server/share/x.py", "absolute"),
    "dots": ("lib/../x.py", "leads out"),
    "dots of Windows": ("lib\\..\\x.py", "leads out"),
    "a device of Windows": ("\\\\.\\COM1", "absolute"),
    "a drive": ("C:\\x.py", "absolute"),
    "an escape": ("lib/\x1b[31mred.py", "not text"),
    "a turn of direction": ("lib/\u202ea.py", "not text"),
    "nothing wide": ("lib/a\u200bb.py", "not text"),
    "a line's end": ("lib/a\u2028b.py", "not text"),
    "a tab": ("lib/a\tb.py", "not text"),
    "a long part": (f"lib/{'x' * 256}.py", "too long"),
    "a long part in bytes": (f"lib/{'ü' * 128}.py", "too long"),
    "a long path": ("lib/" + "x/" * 600 + "y.py", "too long"),
    "another case": ("lib/THING.py", "one name to some computers"),
    "another case of a folder": ("Lib/thing.py", "one name to some computers"),
    "a final dot": ("lib/thing.py.", "one name to some computers"),
    "a final space": ("lib /thing.py", "one name to some computers"),
}


@pytest.mark.parametrize("case", NAMES)
def test_a_name_that_could_do_harm_is_refused(tmp_path: Path, case: str) -> None:
    """One line says which name it is, why, and what to ask the student for."""
    name, message = NAMES[case]
    line = refusal(tmp_path, zipped({**GOOD, name: ""}))
    assert message in line
    assert "ask " in line


ODD_NAMES = [
    "notes\x1b[31m.txt",
    "lib/\u202eyp.exe",
    "x" * 300 + ".csv",
    "plots/" * 200 + "a.png",
    "C:notes.txt",
    "a: b.txt",
    "tiny/./data//x.csv",
]


def test_odd_names_of_what_is_not_taken_refuse_nothing(tmp_path: Path) -> None:
    """They are never written, so they are left out and told, spelled out."""
    path = tmp_path / "tiny_ada.zip"
    path.write_bytes(zipped({**GOOD, **dict.fromkeys(ODD_NAMES, "")}))
    taken = take_in(path, "tiny", tmp_path / "submitted")
    (left,) = [note for note in taken.notes if note.startswith("left out: ")]
    assert "and 2 more" in left
    assert left.isprintable()


@pytest.mark.parametrize(
    "name", ["./lib//thing.py", "lib/./thing.py", "lib\\thing.py", ".\\lib/thing.py"]
)
def test_other_ways_to_write_a_path_are_put_right(tmp_path: Path, name: str) -> None:
    """Some programs write ./ in front of each name, or backslashes in between."""
    path = tmp_path / "tiny_ada.zip"
    path.write_bytes(zipped({"tiny.ipynb": GOOD["tiny.ipynb"], name: "x = 1\n"}))
    taken = take_in(path, "tiny", tmp_path / "submitted")
    assert (taken.folder / "lib" / "thing.py").read_text() == "x = 1\n"
    told = "names in it have backslashes, which count as slashes" in taken.notes
    assert told == ("\\" in name)


def test_entries_for_folders_are_no_files(tmp_path: Path) -> None:
    """`zip -r` and most programs write an entry for each folder."""
    folders = dict.fromkeys(["tiny/", "tiny/lib/", "tiny/data/", "tiny/.git/"], "")
    files = {f"tiny/{name}": text for name, text in GOOD.items()}
    path = tmp_path / "tiny_ada.zip"
    path.write_bytes(zipped({**folders, **files, "tiny/.git/config": ""}))
    taken = take_in(path, "tiny", tmp_path / "submitted")
    assert (taken.folder / "lib" / "thing.py").is_file()
    made = shutil.make_archive(str(tmp_path / "tiny_bob"), "zip", taken.folder.parent, "tiny")
    again = take_in(Path(made), "tiny", tmp_path / "submitted")
    assert (again.folder / "lib" / "thing.py").read_text() == "x = 1\n"


def test_junk_in_a_zip_is_passed_over_as_in_a_folder(tmp_path: Path) -> None:
    """Links, odd names and large files of environments and version control refuse nothing."""
    link = zipfile.ZipInfo("tiny/myenv/bin/python")
    link.external_attr = 0o120777 << 16
    path = tmp_path / "tiny_ada.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in GOOD.items():
            made.writestr(f"tiny/{name}", text)
        made.writestr("tiny/myenv/pyvenv.cfg", "")
        made.writestr(link, "/usr/bin/python3")
        made.writestr("tiny/.git/objects/large", b"0" * (archive.MAX_BYTES + 1))
        for number in range(archive.MAX_FILES + 1):
            made.writestr(f"tiny/myenv/lib/{number}.py", "")
    taken = take_in(path, "tiny", tmp_path / "submitted")
    assert not any("left out" in note for note in taken.notes)
    assert (taken.folder / "lib" / "thing.py").is_file()


def test_what_is_left_out_may_be_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is taken counts; a limit that is met names the file."""
    monkeypatch.setattr(archive, "MAX_BYTES", 100_000)
    path = tmp_path / "tiny_ada.zip"
    path.write_bytes(zipped({**GOOD, "model.npz": b"0" * 200_000}))
    assert "left out: model.npz" in take_in(path, "tiny", tmp_path / "submitted").notes
    assert "the largest is 'tiny.ipynb'" in refusal(
        tmp_path / "other", zipped({**GOOD, "tiny.ipynb": b"0" * 200_000})
    )
    large = b"#" * (MAX_MODULE_BYTES + 1)
    monkeypatch.setattr(archive, "MAX_BYTES", 10_000_000)
    line = refusal(tmp_path / "other", zipped({**GOOD, "lib/more.py": large}))
    assert "'lib/more.py' has 1048577 bytes, more than" in line
    many = {f"lib/f{number}.py": "" for number in range(MAX_MODULES)}
    line = refusal(tmp_path / "other", zipped({**GOOD, **many}))
    assert "201 Python files, more than the 200 that are graded" in line


def test_one_name_composed_in_two_ways_is_refused(tmp_path: Path) -> None:
    """Some computers write é in one piece, others in two; both are one file to them."""
    files: dict[str, str | bytes] = {**GOOD, "lib/é.py": "", "lib/e\u0301.py": ""}
    assert "one name to some computers" in refusal(tmp_path, zipped(files))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    """Which of two files of one name counts is not guessed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for text in ("x = 1\n", "x = 2\n"):
            made.writestr("lib/thing.py", text)
    assert "'lib/thing.py' is there twice" in refusal(tmp_path, buffer.getvalue())


def test_names_that_only_windows_reserves_are_taken_in(tmp_path: Path) -> None:
    """A module may be named aux.py; here that is a file like any other."""
    path = tmp_path / "tiny_ada.zip"
    path.write_bytes(zipped({**GOOD, "lib/aux.py": "", "lib/con.py": "", "lib/b. c.py": ""}))
    folder = take_in(path, "tiny", tmp_path / "submitted").folder
    assert {p.name for p in (folder / "lib").iterdir()} == {
        "thing.py",
        "aux.py",
        "con.py",
        "b. c.py",
    }


def test_a_name_that_is_no_utf_8_is_refused(tmp_path: Path) -> None:
    """Bytes that say they are UTF-8 and are none, and a name with an end in its middle."""
    data = zipped({**GOOD, "lib/ü.py": ""})
    assert "a name in it is not text" in refusal(tmp_path, data.replace("ü".encode(), b"\xff\xff"))
    data = zipped({**GOOD, "lib/aXb.py": ""})
    assert "its name is not text" in refusal(tmp_path, data.replace(b"aXb", b"a\0b"))


@pytest.mark.parametrize(
    "kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK]
)
def test_a_special_file_in_a_zip_is_refused(tmp_path: Path, kind: int) -> None:
    """A zip can say that a file is a link, a device, a pipe or a socket."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        info = zipfile.ZipInfo("lib/thing.py")
        info.external_attr = (kind | 0o777) << 16
        made.writestr(info, "/etc/passwd")
    assert "'lib/thing.py' is refused: it is a link or a device" in refusal(
        tmp_path, buffer.getvalue()
    )


@pytest.mark.parametrize("kind", ["pipe", "socket", "link", "broken link", "folder link"])
def test_a_special_file_in_a_folder_is_refused(tmp_path: Path, kind: str) -> None:
    """Reading a pipe would never end, and a link could show any file."""
    sent = tmp_path / "bob"
    (sent / "lib").mkdir(parents=True)
    (sent / "lib" / "thing.py").write_text("x = 1\n")
    special = sent / "lib" / "x.py"
    with socket.socket(socket.AF_UNIX) as opened:
        if kind == "pipe":
            os.mkfifo(special)
        elif kind == "socket":
            here = Path.cwd()
            os.chdir(special.parent)
            opened.bind(special.name)
            os.chdir(here)
        else:
            target = {"link": "/etc/passwd", "folder link": "/etc"}.get(kind, "/nowhere")
            special.symlink_to(target)
        with pytest.raises(SubmissionError, match=r"'lib/x.py' is refused: it is a link"):
            take_in(sent, "tiny", tmp_path / "submitted")


def test_a_path_that_is_a_link_is_refused(tmp_path: Path) -> None:
    """A link among unpacked hand-ins could lead to another's, or to any folder."""
    sent = tmp_path / "bob"
    (sent / "lib").mkdir(parents=True)
    (sent / "lib" / "thing.py").write_text("x = 1\n")
    (tmp_path / "eve").symlink_to(sent)
    (tmp_path / "tiny_eve.zip").symlink_to(tmp_path / "tiny_ada.zip")
    (tmp_path / "tiny_ada.zip").write_bytes(zipped(dict(GOOD)))
    for name in ("eve", "tiny_eve.zip"):
        with pytest.raises(SubmissionError, match="is a link: give what it leads to"):
            take_in(tmp_path / name, "tiny", tmp_path / "submitted")


def test_a_folder_with_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits are the same as for a zip."""
    sent = tmp_path / "bob"
    (sent / "lib").mkdir(parents=True)
    for number in range(4):
        (sent / "lib" / f"f{number}.py").write_text("x = 1\n" * 20)
    monkeypatch.setattr(archive, "MAX_FILES", 3)
    with pytest.raises(SubmissionError, match="bob: more than 3 files"):
        take_in(sent, "tiny", tmp_path / "submitted", released=RELEASED)
    monkeypatch.setattr(archive, "MAX_FILES", 10)
    monkeypatch.setattr(archive, "MAX_BYTES", 400)
    with pytest.raises(SubmissionError, match="bob: more than 0 MB"):
        take_in(sent, "tiny", tmp_path / "submitted", released=RELEASED)


def test_sizes_that_are_not_so_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A zip that says it holds little, and unpacks to much, is refused while it is read."""
    monkeypatch.setattr(archive, "MAX_BYTES", 100_000)
    data = zipped({**GOOD, "lib/zeros.py": b"0" * 500_000})
    for said in (0, 1, 50_000):
        lying = data.replace(struct.pack("<L", 500_000), struct.pack("<L", said))
        assert "tiny_ada.zip" in refusal(tmp_path, lying)
    assert "more than 0 MB" in refusal(tmp_path, data)


def overlapping(count: int, size: int) -> bytes:
    """Return a zip whose entries all have the same packed bytes, which unpack to `size` each."""
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed, crc = raw.compress(b"0" * size) + raw.flush(), zlib.crc32(b"0" * size)
    names = [f"lib/f{n:04}.py".encode() for n in range(count)]
    facts = struct.pack("<HHHHHLLLHH", 20, 0, 8, 0, 33, crc, len(packed), size, len(names[0]), 0)
    body = b"PK\3\4" + facts + names[0] + packed
    directory = b"".join(
        b"PK\1\2" + struct.pack("<H", 20) + facts + struct.pack("<HHHLL", 0, 0, 0, 0, 0) + name
        for name in names
    )
    ends = struct.pack("<HHHHLLH", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + b"PK\5\6" + ends


def test_entries_that_overlap_unpack_to_no_more_than_allowed(tmp_path: Path) -> None:
    """A bomb of some kilobytes that states gigabytes is refused before anything is unpacked."""
    bomb = overlapping(150, 10_000_000)
    assert len(bomb) < 200_000
    assert "more than 50 MB" in refusal(tmp_path, bomb)
    small = refusal(tmp_path, overlapping(10, 1_000))
    assert "cannot be read" in small


def test_a_zip_full_of_zips_is_not_unpacked(tmp_path: Path) -> None:
    """Zips within zips are looked into nowhere but in a download, and there once."""
    inner = zipped({f"{n}.zip": zipped({"lib/a.py": b"0" * 10**6}) for n in range(16)})
    line = refusal(tmp_path, zipped({f"{n}.zip": inner for n in range(16)}))
    assert "several zips and nothing else: ask which counts" in line


def test_what_a_zip_tells_of_itself_is_bounded(tmp_path: Path) -> None:
    """Headers of the large form, a long comment and many names do no harm."""
    path = tmp_path / "tiny_ada.zip"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, text in GOOD.items():
            with made.open(name, "w", force_zip64=True) as member:
                member.write(text.encode() if isinstance(text, str) else text)
        made.comment = b"\x1b[31m" * 13_000
    path.write_bytes(buffer.getvalue())
    assert take_in(path, "tiny", tmp_path / "elsewhere").student == "ada"
    count = 500_000
    entry = b"PK\1\2" + bytes(42)
    directory = entry * count
    ends = struct.pack("<HHHHLLH", 0, 0, 0xFFFF, 0xFFFF, len(directory), 0, 0)
    assert "more files than" in refusal(tmp_path, directory + b"PK\5\6" + ends)


ODD = "\x1b]0;title\x07\x1b[31mred\u202e\u2066\r\n\udc80\x9b2J"


def test_nothing_of_a_hand_in_reaches_a_terminal_as_a_command(tmp_path: Path) -> None:
    """Names, manifest and notebook may hold escapes; no note does."""
    odd = ODD.encode("unicode_escape").decode().replace("\\x", "\\u00")
    manifest = (
        f'{{"student": "{odd}", "assignment": "{odd}", "files": {{"{odd}": "{odd}"}}, '
        f'"missing": ["{odd}"]}}'
    )
    notebook = (
        f'{{"cells": [{{"cell_type": "{odd}", "source": "import lib.{odd}", "metadata": '
        f'{{"nbgrader": {{"grade_id": "{odd}"}}}}}}], "metadata": {{"kernelspec": '
        f'{{"name": "{odd}"}}}}}}'
    )
    path = tmp_path / "tiny_ada.zip"
    path.write_bytes(zipped({"tiny.ipynb": notebook, "lib/a.py": "", "manifest.json": manifest}))
    notes = take_in(path, "tiny", tmp_path / "submitted").notes
    assert len(notes) >= 5
    for note in notes:
        assert note.isprintable()
    with pytest.raises(SubmissionError) as caught:
        take_in(tmp_path / "none\x1b[31m\n.zip", "tiny", tmp_path / "submitted")
    assert str(caught.value).isprintable()


@given(st.text(max_size=300), st.integers(1, 50))
def test_any_text_becomes_one_plain_line(text: str, most: int) -> None:
    """A line can be printed on any terminal, and is no longer than it may be."""
    line = one_line(text, most)
    assert line.isprintable()
    assert len(line) <= most + 1
    assert all(part.isprintable() for part in printable(text).split("\n"))


@given(st.lists(st.text(max_size=20), max_size=6))
def test_any_names_are_checked(names: list[str]) -> None:
    """Checking names either passes or raises a SubmissionError."""
    try:
        check_names("x", names)
    except SubmissionError:
        return
    assert all(name.isprintable() and not name.startswith("/") for name in names)


def test_names_are_listed_and_counted() -> None:
    """A few names are spelled out, the others counted."""
    assert listed(["a", "b"], 2) == "a, b"
    assert listed(["a", "b", "c"], 2) == "a, b and 1 more"

"""Taking in: hand-ins become folders of submitted/, or one line that says why not."""

import io
import json
import stat
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradekit.handin import archive
from gradekit.handin.intake import inspect, take_in
from gradekit.report import HandinError

NOTEBOOK = json.dumps({"cells": [{"cell_type": "code"}], "metadata": {}, "nbformat": 4})
GOOD = {"tiny.ipynb": NOTEBOOK, "lib/thing.py": "x = 1\n", "tiny_solution.pdf": "%PDF"}


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


def take(tmp_path: Path, data: bytes, name: str = "tiny_ada.zip", **options: bool) -> Path:
    """Take a zip in and return the hand-in's folder."""
    path = tmp_path / name
    path.write_bytes(data)
    return take_in(path, "tiny", tmp_path / "submitted", **options).folder


@pytest.mark.parametrize("prefix", ["", "tiny/", "Ada's tiny/"])
def test_a_zip_is_taken_in(tmp_path: Path, prefix: str) -> None:
    """The files lie in submitted/STUDENT/ASSIGNMENT, also from a folder inside of the zip."""
    folder = take(tmp_path, zipped({prefix + name: text for name, text in GOOD.items()}))
    assert folder == tmp_path / "submitted" / "ada" / "tiny"
    assert (folder / "lib" / "thing.py").read_text() == "x = 1\n"
    taken = (folder / "timestamp.txt").read_text().strip()
    assert datetime.fromisoformat(taken.removesuffix(" UTC")).year >= 2025


def test_a_folder_is_taken_in_without_what_does_not_belong(tmp_path: Path) -> None:
    """Caches, environments and version control stay outside."""
    sent = tmp_path / "bob"
    for name, text in {**GOOD, "__pycache__/x.pyc": "", ".git/config": "", "lib/a.pyc": ""}.items():
        (sent / name).parent.mkdir(parents=True, exist_ok=True)
        (sent / name).write_text(text)
    taken = take_in(sent, "tiny", tmp_path / "submitted")
    names = {p.relative_to(taken.folder).as_posix() for p in taken.folder.rglob("*") if p.is_file()}
    assert taken.student == "bob"
    assert names == {*GOOD, "timestamp.txt"}


def spoil_type(kind: int) -> Callable[[zipfile.ZipInfo], None]:
    """Return what makes entries of another kind than files."""
    return lambda info: setattr(info, "external_attr", (kind | 0o777) << 16)


REFUSED = {
    "absolute": (zipped({**GOOD, "/etc/cron.d/x": ""}), "absolute"),
    "drive": (zipped({**GOOD, "C:/x": ""}), "absolute"),
    "up": (zipped({**GOOD, "lib/../../x": ""}), "leads out"),
    "backslash": (zipped({**GOOD, "..\\x": ""}), "backslash"),
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
    with pytest.raises(HandinError) as caught:
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
    with pytest.raises(HandinError, match="more than"):
        take(tmp_path, bomb)
    lying = bomb.replace((20_000).to_bytes(4, "little"), (20).to_bytes(4, "little"))
    with pytest.raises(HandinError):
        take(tmp_path, lying)


def test_a_second_hand_in_replaces_the_first_only_on_request(tmp_path: Path) -> None:
    """Without `replace` the first one stays; with it the second one stands there, whole."""
    folder = take(tmp_path, zipped(GOOD))
    second = zipped({**GOOD, "lib/thing.py": "x = 2\n"})
    with pytest.raises(HandinError, match="already"):
        take(tmp_path, second)
    assert (folder / "lib" / "thing.py").read_text() == "x = 1\n"
    take(tmp_path, second, replace=True)
    assert (folder / "lib" / "thing.py").read_text() == "x = 2\n"


def test_what_is_missing_is_noted(tmp_path: Path) -> None:
    """A hand-in with gaps is taken in, and each gap is one line."""
    path = tmp_path / "tiny_ada.zip"
    path.write_bytes(zipped({"lib/thing.py": "x = 1\n"}))
    taken = take_in(path, "tiny", tmp_path / "submitted", modules=["lib/other.py"])
    expected = {"no tiny.ipynb", "lib/other.py is missing", "no tiny_solution.pdf"}
    assert expected <= set(taken.notes)
    assert expected <= set(inspect(taken.folder, "tiny", ["lib/other.py"]))


def test_a_time_of_the_hand_ins_own_is_kept(tmp_path: Path) -> None:
    """timestamp.txt is as nbgrader reads it: the hand-in's own, or the time of taking in."""
    own = take(tmp_path, zipped({**GOOD, "timestamp.txt": "2026-01-02 03:04:05 UTC"}))
    assert (own / "timestamp.txt").read_text().strip() == "2026-01-02 03:04:05 UTC"
    path = tmp_path / "tiny_bob.zip"
    path.write_bytes(zipped(GOOD))
    now = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)
    taken = take_in(path, "tiny", tmp_path / "submitted", now=now)
    assert (taken.folder / "timestamp.txt").read_text().startswith("2026-05-06 07:08:09")


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_any_bytes_are_taken_in_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A zip with changed bytes is a hand-in or a HandinError, and never anything else."""
    payload = bytearray(zipped(GOOD))
    for _ in range(data.draw(st.integers(1, 6))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.mktemp("any")
    try:
        take(folder, bytes(payload))
    except HandinError as error:
        told = str(error)
    else:
        told = ""
    assert "\n" not in told
    outside = {p for p in folder.rglob("*") if p.is_file()} - set((folder / "submitted").rglob("*"))
    assert {path.name for path in outside} == {"tiny_ada.zip"}

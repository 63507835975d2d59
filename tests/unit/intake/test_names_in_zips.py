"""Names in zips that do not say which encoding they are in."""

import io
import unicodedata
import zipfile
from contextlib import ExitStack

import pytest
from zips import zipped

from gradekit.intake.archive import zip_box
from gradekit.intake.filenames import name_in_zip


def entry(name: bytes, flag: int = 0) -> zipfile.ZipInfo:
    """Return an entry as `zipfile` reads one whose name has these bytes, and a flag."""
    info = zipfile.ZipInfo(name.decode("cp437"))
    info.flag_bits = flag
    return info


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("Übung/Größe.txt", "utf-8"),
        ("Übung/Größe.txt", "cp437"),
        ("Übung/résumé.txt", "cp1252"),
        ("作业/第二.txt", "utf-8"),
        ("作业/第二.txt", "gb18030"),
        ("かだい/答え.txt", "cp932"),
        ("Домашка/Ответ.txt", "cp866"),
    ],
)
def test_letters_tell_the_encoding(name: str, encoding: str) -> None:
    """Macs write UTF-8 without saying so, Windows what is usual in its country."""
    assert name_in_zip(entry(name.encode(encoding))) == name


def test_what_no_encoding_explains_stays_as_the_format_says() -> None:
    """Nothing is guessed where no letters come of it."""
    odd = b"\xb0\xb1\xff.txt"
    assert name_in_zip(entry(odd)) == odd.decode("cp437")


def names_of(data: bytes) -> list[str]:
    """Return the names that a zip's files have here."""
    with ExitStack() as stack:
        return [one.name for one in zip_box("x.zip", io.BytesIO(data), stack).entries]


def test_accents_of_macs_are_those_of_others() -> None:
    """A letter and its accent apart are the letter with the accent, unless both names are there."""
    one, two = "data/größe.csv", unicodedata.normalize("NFD", "data/größe.csv")
    assert names_of(zipped({two: b""})) == [one]
    assert names_of(zipped({one: b"", two: b""})) == [one, two]


def test_what_is_named_otherwise_is_still_read() -> None:
    """The bytes of a file are found under the name that the zip has."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("Gr__.py", b"x = 1\n")
    data = buffer.getvalue().replace(b"Gr__.py", "Größ.py".encode("cp1252"))
    with ExitStack() as stack:
        (one,) = zip_box("x.zip", io.BytesIO(data), stack).entries
        assert (one.name, one.read(100)) == ("Größ.py", b"x = 1\n")

"""Which names of files that somebody sent can be written here, and which mean the same."""

import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from gradekit import bounds
from gradekit.errors import SubmissionError

# What file systems take: one name in bytes, and a whole path with room for the folder it lies in.
MAX_PART, MAX_PATH = bounds.NAME_PART_BYTES, bounds.PATH_CHARACTERS
ASK_ONE = "ask which of them counts, and for a hand-in without the other"
ASK_NAME = "ask for a hand-in with a short name of plain letters in its place"
_IS_UTF_8 = 0x800  # a flag of a zip's entry
_LATIN = re.compile(r"[\x20-\x7e\xa0\xbf-\xd6\xd8-\xf6\xf8-\u017f]*")
_CYRILLIC = re.compile("[\x20-\x7e\u0400-\u045f\u2116]*")
_JAPANESE = re.compile("[\x20-\x7e\u3000-\u30ff\u4e00-\u9fff\uff01-\uff9f]*")
_KANA = re.compile("[\u3041-\u30ff]")
_CHINESE = re.compile("[\x20-\x7e\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]*")
# Whether a name's letters are those of the languages that an encoding is for.
_ENCODINGS: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("utf-8", str.isprintable),
    ("cp437", lambda text: _LATIN.fullmatch(text)),
    ("cp1252", lambda text: _LATIN.fullmatch(text)),
    ("cp866", lambda text: _CYRILLIC.fullmatch(text)),
    ("cp932", lambda text: _JAPANESE.fullmatch(text) and _KANA.search(text)),
    ("gb18030", lambda text: _CHINESE.fullmatch(text)),
)
_DRIVE = re.compile(r"[A-Za-z]:/")


def name_in_zip(info: zipfile.ZipInfo) -> str:
    """Return a name as whoever packed it saw it.

    A zip says of a name only whether it is in UTF-8. Macs write UTF-8 and do not say so, Windows
    writes what is usual in its country; which that was, the letters tell that come of it. `zipfile`
    takes all of these for cp437, as the format says.
    """
    name = info.filename
    if name.isascii() or info.flag_bits & _IS_UTF_8:
        return name
    try:
        data = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding, has_its_letters in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if has_its_letters(text):
            return text
    return name


def tidied(name: str) -> str:
    """Return a name with slashes between its parts and without parts that mean nothing."""
    slashed = name.replace("\\", "/")
    lead = "/" if slashed.startswith("/") else ""
    return lead + "/".join(part for part in slashed.split("/") if part not in ("", "."))


def leads_out(name: str) -> str:
    """Return why a tidied name leads out of the folder that it is to lie in, or ""."""
    if name.startswith("/") or _DRIVE.match(name):
        return "it is an absolute path"
    return "it leads out of the folder" if ".." in name.split("/") else ""


def check_names(where: str, chosen: Iterable[str], others: Iterable[str] = ()) -> None:
    """Raise SubmissionError for a name that cannot be written, or means the same as another.

    `others` are not written, but what means the same as one that is leaves open which is meant.
    """
    seen: dict[str, str] = {}
    for name in chosen:
        problem = name_problem(name)
        if problem:
            raise SubmissionError(f"{where}: {name[:100]!r} is refused: {problem}")
        _check_alone(where, name, seen)
        seen[_folded(name)] = name
    chosen = dict(seen)
    for name in others:
        if _folded(name) in chosen:
            _check_alone(where, name, chosen)
    for key, name in seen.items():
        for parent in PurePosixPath(key).parents:
            if str(parent) in seen:
                both = f"{seen[str(parent)][:100]!r} is a file and holds {name[:100]!r}"
                raise SubmissionError(f"{where}: {both}")


def _check_alone(where: str, name: str, seen: dict[str, str]) -> None:
    known = seen.get(_folded(name), "")
    if known == name:
        raise SubmissionError(f"{where}: {name[:100]!r} is there twice")
    if known:
        both = f"{name[:100]!r} and {known[:100]!r}"
        raise SubmissionError(f"{where}: {both} are one name to some computers: {ASK_ONE}")


def name_problem(name: str) -> str:
    """Return why a name is refused, or "" where it is not."""
    if not name.isprintable() or not name.strip():
        return f"it is not text: {ASK_NAME}"
    if tidied(name) != name:
        return "it is no plain path"
    if leads_out(name):
        return leads_out(name)
    parts = name.split("/")
    too_long = len(name) > MAX_PATH or any(len(part.encode()) > MAX_PART for part in parts)
    return f"it is too long: {ASK_NAME}" if too_long else ""


def _folded(name: str) -> str:
    """Return what a name is to a computer without case, composed accents and final dots."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return "/".join(part.rstrip(". ") or part for part in text.split("/"))

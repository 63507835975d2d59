"""Which names of files that somebody sent can be written here, and which mean the same."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from gradekit.report import HandinError

# What file systems take: one name in bytes, and a whole path with room for the folder it lies in.
MAX_PART, MAX_PATH = 255, 1000


def check_names(where: str, names: Iterable[str]) -> None:
    """Raise HandinError for a name that is no plain relative path, or means the same as another."""
    seen: dict[str, str] = {}
    for name in names:
        problem = name_problem(name)
        if problem:
            raise HandinError(f"{where}: {name[:100]!r} is refused: {problem}")
        key = _folded(name)
        if seen.get(key) == name:
            raise HandinError(f"{where}: {name[:100]!r} is there twice")
        if key in seen:
            both = f"{name[:100]!r} and {seen[key][:100]!r}"
            raise HandinError(f"{where}: {both} are one name to some computers")
        seen[key] = name
    for key, name in seen.items():
        for parent in PurePosixPath(key).parents:
            if str(parent) in seen:
                both = f"{seen[str(parent)][:100]!r} is a file and holds {name[:100]!r}"
                raise HandinError(f"{where}: {both}")


def name_problem(name: str) -> str:
    """Return why a name is refused, or "" where it is not."""
    parts = name.split("/")
    if not name.isprintable() or not name.strip():
        return "it is not text"
    if "\\" in name:
        return "it has a backslash"
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "it is an absolute path"
    if {"..", ".", ""} & set(parts):
        return "it leads out of the folder"
    too_long = len(name) > MAX_PATH or any(len(part.encode()) > MAX_PART for part in parts)
    return "it is too long" if too_long else ""


def _folded(name: str) -> str:
    """Return what a name is to a computer without case, composed accents and final dots."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return "/".join(part.rstrip(". ") or part for part in text.split("/"))

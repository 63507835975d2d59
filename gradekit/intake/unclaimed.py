"""Tells of what no hand-in has taken of a class's download."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from gradekit.errors import SubmissionError
from gradekit.formats import ASK, FORMAT_BYTES, other_format
from gradekit.intake.archive import Box, Entry, refusing_damage
from gradekit.names import is_junk
from gradekit.text import listed, one_line, short_name

MAX_NAMED, MAX_NAME = 5, 100
# More are told together: a download may hold very many files that are nobody's.
MAX_LINES = 500
# What is packed so may be a hand-in, whatever its name.
PACKED = (".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst", ".zipx")


def unclaimed(where: str, entries: Sequence[Entry], assignment: str) -> Iterator[str]:
    """Yield why entries that no hand-in has taken are refused.

    An archive of another format, and a file named for the assignment, may be a hand-in: each has a
    line of its own, which says what to ask for.
    """
    others = []
    for number, entry in enumerate(entries):
        base = PurePosixPath(entry.name).name
        own = base.startswith(f"{assignment}_") or base.lower().endswith(PACKED)
        kind = _kind(where, entry) if own else ""
        if kind and number < MAX_LINES:
            yield f"{where}: {short_name(entry.name)} is {kind}, and no zip: {ASK}"
        else:
            others.append(entry.name)
    if others:
        yield f"{where}: no name says whose these are: {listed(others, MAX_NAMED)}"


def other_than_zip(where: str, entries: Sequence[Entry]) -> str:
    """Return what the first of somebody's files is that is no zip; "" where nobody knows."""
    for entry in entries[:MAX_NAMED]:
        kind = _kind(where, entry)
        if kind:
            return f"{where}: {short_name(entry.name)} is {kind}, and no zip: {ASK}"
    return ""


def _kind(where: str, entry: Entry) -> str:
    """Return what an entry is by its first bytes; "" where nobody knows, or it is damaged."""
    try:
        with refusing_damage(where):
            return "" if entry.problem else other_format(entry.read(FORMAT_BYTES))
    except SubmissionError:
        return ""


def empty_folders(box: Box) -> Iterator[str]:
    """Yield a line for each folder of a class's that holds nothing at all."""
    names = [entry.name for entry in box.entries]
    tops = {name.partition("/")[0] for name in (*names, *box.folders)}
    wrapper = f"{tops.pop()}/" if len(tops) == 1 else ""
    inside = [name.removeprefix(wrapper) for name in box.folders if name.startswith(wrapper)]
    held = {name.removeprefix(wrapper).partition("/")[0] for name in names}
    for folder in sorted({name.partition("/")[0] for name in inside} - held - {""}):
        if not is_junk([folder]):
            yield f"{box.where}: {one_line(folder, MAX_NAME)} is an empty folder"

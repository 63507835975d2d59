"""Tells of what no hand-in has taken of a class's download."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from gradekit.formats import ASK, FORMAT_BYTES, other_format
from gradekit.intake.archive import Entry
from gradekit.text import listed

MAX_NAMED = 5
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
        kind = other_format(entry.read(FORMAT_BYTES)) if own and not entry.problem else ""
        if kind and number < MAX_LINES:
            yield f"{where}: {entry.name} is {kind}, and no zip: {ASK}"
        else:
            others.append(entry.name)
    if others:
        yield f"{where}: no name says whose these are: {listed(others, MAX_NAMED)}"

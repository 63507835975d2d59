"""Checks the files of a hand-in that somebody sent, and refuses what could do harm."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO

from gradekit.handin.box import Box, Entry, readable, zip_box
from gradekit.handin.filenames import check_names
from gradekit.report import HandinError

# Of one hand-in, as its zip states it and as it is.
MAX_FILES = 2000
MAX_BYTES = 50_000_000


@dataclass(frozen=True)
class Sent:
    """The names of the files that were sent, each checked, and a way to read one of them."""

    names: tuple[str, ...]
    read: Callable[[str], bytes]


def checked(box: Box) -> Sent:
    """Return what a box holds for a hand-in; raise HandinError in one line for what is wrong."""
    sizes = sum(entry.size for entry in box.entries)
    _check_amount(box.where, len(box.entries) + len(box.folders), max(sizes, box.packed))
    for entry in box.entries:
        if entry.problem:
            raise HandinError(f"{box.where}: {entry.name[:100]!r} is refused: {entry.problem}")
    check_names(box.where, box.folders)
    check_names(box.where, (entry.name for entry in box.entries))
    files = {entry.name: entry for entry in box.entries}
    return Sent(tuple(files), _reader(box.where, files))


@contextmanager
def open_nested(where: str, entry: Entry) -> Iterator[Sent]:
    """Open a zip that is a file of a download; raise HandinError for whatever is wrong with it."""
    if entry.problem:
        raise HandinError(f"{where} is refused: {entry.problem}")
    _check_amount(where, 0, entry.size)
    with ExitStack() as stack:
        with readable(where):
            data = entry.read(MAX_BYTES + 1)
            _check_amount(where, 0, len(data))
            sent = checked(zip_box(where, BytesIO(data), stack))
        yield sent


def _check_amount(where: str, files: int, size: int) -> None:
    if files > MAX_FILES:
        raise HandinError(f"{where}: more than {MAX_FILES} files")
    if size > MAX_BYTES:
        raise HandinError(f"{where}: more than {MAX_BYTES // 1_000_000} MB")


def _reader(where: str, files: Mapping[str, Entry]) -> Callable[[str], bytes]:
    left = MAX_BYTES

    def read(name: str) -> bytes:
        nonlocal left
        data = files[name].read(left + 1)
        left -= len(data)
        # What a zip says about its sizes need not be true.
        _check_amount(where, 0, MAX_BYTES - left)
        return data

    return read

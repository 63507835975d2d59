"""Reads a hand-in that lies in a folder as carefully as one in a zip.

Whoever unpacks or copies hand-ins by hand brings along what a zip is refused for: links, pipes,
devices. Nothing is opened here but plain files within the folder, and nothing waits or grows
without bounds.
"""

import contextlib
import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gradekit import bounds
from gradekit.errors import SubmissionError
from gradekit.files import unreadable
from gradekit.names import is_junk
from gradekit.text import one_line

MAX_FILES = bounds.FILES
MAX_BYTES = bounds.SUBMISSION_BYTES
MAX_DEPTH = bounds.FOLDERS_DEEP
# Also caches and version control, which are passed over, are looked through for links.
MAX_ENTRIES = bounds.ENTRIES

# What Windows does not have is not needed there: hand-ins are graded on Linux.
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _NO_FOLLOW
# Without waiting for somebody who writes into a pipe.
_FILE = os.O_RDONLY | _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
}
REMEDY = "take it away, or take the hand-in in with `gradekit collect`"


@dataclass(frozen=True)
class PlainFiles:
    """The plain files of a hand-in's folder, by their paths with slashes, without junk."""

    folder: Path
    names: tuple[str, ...]

    def read(self, name: str, most: int) -> bytes:
        """Return a file's bytes.

        Raises SubmissionError where it is larger, or no plain file by now.
        """
        with _opened(self.folder, name) as file:
            data = _read_at_most(file, most + 1, self.folder / name)
        if len(data) > most:
            raise SubmissionError(f"{_shown(self.folder, name)}: larger than {most} bytes")
        return data


@contextlib.contextmanager
def open_plain(folder: Path, name: str) -> Iterator[IO[bytes]]:
    """Open a plain file below a folder to be read.

    Raises SubmissionError where it is none by now.
    """
    with _opened(folder, name) as file, os.fdopen(os.dup(file), "rb") as opened:
        yield opened


def require_no_link(folder: Path) -> None:
    """Raise SubmissionError where STUDENT or STUDENT/ASSIGNMENT leads to another's folder."""
    for place in (folder.parent, folder):
        if place.is_symlink():
            raise SubmissionError(f"{_shown(place)}: is a link; put a copy in its place")


def plain_files(folder: Path) -> PlainFiles:
    """Return the files that a hand-in's folder holds.

    Raises SubmissionError in one line, which names the file, where there is anything else than
    folders and plain files of the hand-in's own, or too much; and StorageError where the machine
    is at fault.
    """
    names: list[str] = []
    links: Counter[tuple[int, int]] = Counter()
    most: dict[tuple[int, int], tuple[int, str]] = {}
    size = 0
    for number, (name, found) in enumerate(_entries(folder)):
        if number >= MAX_ENTRIES:
            raise SubmissionError(f"{_shown(folder)}: more than {MAX_ENTRIES} files; {REMEDY}")
        place = (found.st_dev, found.st_ino)
        links[place] += 1
        most[place] = (found.st_nlink, name)
        if not is_junk(name.split("/")):
            names.append(name)
            size += found.st_size
    for place, (count, name) in most.items():
        if count > links[place]:
            raise SubmissionError(
                f"{_shown(folder, name)}: is one file with another elsewhere (a hard link); "
                "put a copy in its place"
            )
    _check_amount(folder, len(names), size)
    return PlainFiles(folder, tuple(sorted(names)))


def _check_amount(folder: Path, files: int, size: int) -> None:
    if files > MAX_FILES:
        raise SubmissionError(f"{_shown(folder)}: {files} files, more than {MAX_FILES}; {REMEDY}")
    if size > MAX_BYTES:
        most = f"{MAX_BYTES // 1_000_000} MB"
        raise SubmissionError(
            f"{_shown(folder)}: {size // 1_000_000} MB, more than {most}; {REMEDY}"
        )


def _entries(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the files at any depth with their status; raise SubmissionError for what is none."""
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        for entry, found in _listed(folder, prefix):
            name = f"{prefix}{entry}"
            kind = stat.S_IFMT(found.st_mode)
            if kind == stat.S_IFDIR:
                if name.count("/") >= MAX_DEPTH:
                    raise SubmissionError(
                        f"{_shown(folder, name)}: more than {MAX_DEPTH} folders deep"
                    )
                waiting.append(f"{name}/")
            elif kind != stat.S_IFREG:
                what = _KINDS.get(kind, "no plain file")
                raise SubmissionError(f"{_shown(folder, name)}: is {what}; {REMEDY}")
            else:
                yield name, found


def _listed(folder: Path, prefix: str) -> list[tuple[str, os.stat_result]]:
    with _told(folder, prefix), _folder(folder, prefix.rstrip("/")) as opened:
        found = []
        with os.scandir(opened) as entries:
            for entry in entries:
                found.append((entry.name, entry.stat(follow_symlinks=False)))
                if len(found) > MAX_ENTRIES:
                    break
        return found


@contextlib.contextmanager
def _folder(root: Path, below: str) -> Iterator[int]:
    """Open a folder below another, step by step, so that none of the steps is a link."""
    opened = os.open(root, _FOLDER)
    try:
        for part in filter(None, below.split("/")):
            inner = os.open(part, _FOLDER, dir_fd=opened)
            os.close(opened)
            opened = inner
        yield opened
    finally:
        os.close(opened)


@contextlib.contextmanager
def _opened(root: Path, name: str) -> Iterator[int]:
    below, _, last = name.rpartition("/")
    with _told(root, name), _folder(root, below) as folder:
        file = os.open(last, _FILE, dir_fd=folder)
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise SubmissionError(f"{_shown(root, name)}: is no plain file; {REMEDY}")
        yield file
    finally:
        os.close(file)


def _read_at_most(file: int, most: int, path: Path) -> bytes:
    parts = []
    while most > 0:
        try:
            part = os.read(file, min(most, 2**20))
        except OSError as error:
            raise unreadable(error, one_line(path)) from error
        if not part:
            break
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


@contextlib.contextmanager
def _told(folder: Path, name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unreadable(error, one_line(folder / name)) from error


def _shown(folder: Path, name: str = "") -> str:
    return one_line(folder / name if name else folder)

"""Files in memory that open as files on a disk do, and folders of them that list as those do."""

import errno
import io
import os
import stat
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from gradekit.workers.remote.protocol import MOST_FILE_BYTES


@dataclass
class FileContent:
    """A file's content; `stamp` counts up with each change of any file."""

    content: bytearray = field(default_factory=bytearray)
    stamp: int = 0
    written_at: float = 0.0


class Store:
    """All files, by their paths; `stamp` is the last one's."""

    def __init__(self) -> None:
        self.files: dict[str, FileContent] = {}
        self.stamp = 0

    def write(self, kept: FileContent, place: int, data: bytes) -> None:
        """Write into a file; raise OSError where there is no room."""
        grown = max(0, place + len(data) - len(kept.content))
        if sum(len(one.content) for one in self.files.values()) + grown > MOST_FILE_BYTES:
            raise OSError(errno.ENOSPC, "the scratch folder is full")
        if place > len(kept.content):
            kept.content.extend(bytes(place - len(kept.content)))
        kept.content[place : place + len(data)] = data
        self.touch(kept)

    def cut(self, kept: FileContent, size: int) -> None:
        """Make a file as long as this."""
        if size > len(kept.content):
            self.write(kept, size, b"")
        del kept.content[size:]
        self.touch(kept)

    def touch(self, kept: FileContent) -> None:
        """Note that a file has changed."""
        self.stamp += 1
        kept.stamp, kept.written_at = self.stamp, time.time()


class Opened(io.RawIOBase):
    """A file of the scratch folder that is open."""

    def __init__(self, store: Store, kept: FileContent, name: Any, mode: str) -> None:
        super().__init__()
        self._store, self._kept, self.name = store, kept, name
        self._place, self._appends = 0, "a" in mode
        self._reads = "r" in mode or "+" in mode
        self._writes = mode.strip("bt") != "r"
        if self._appends:
            self._place = len(kept.content)

    @property
    def mode(self) -> str:
        """How it is open."""
        return "rb+" if self._reads and self._writes else "rb" if self._reads else "wb"

    def readable(self) -> bool:
        """Whether it can be read."""
        return self._reads

    def writable(self) -> bool:
        """Whether it can be written."""
        return self._writes

    def seekable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read as much as there is, and as the buffer takes."""
        if not self._reads:
            raise io.UnsupportedOperation("not readable")
        view = memoryview(buffer).cast("B")
        found = self._kept.content[self._place : self._place + len(view)]
        view[: len(found)] = found
        self._place += len(found)
        return len(found)

    def write(self, data: Any) -> int:
        """Write all of it; raise OSError where there is no room."""
        if not self._writes:
            raise io.UnsupportedOperation("not writable")
        if self._appends:
            self._place = len(self._kept.content)
        given = bytes(data)
        self._store.write(self._kept, self._place, given)
        self._place += len(given)
        return len(given)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place."""
        base = (0, self._place, len(self._kept.content))[whence]
        if base + offset < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._place = base + offset
        return self._place

    def tell(self) -> int:
        """Return the place."""
        return self._place

    def truncate(self, size: int | None = None) -> int:
        """Make it as long as this, or as the place says."""
        length = self._place if size is None else size
        self._store.cut(self._kept, length)
        return length


class Listed:
    """The entries of a folder, as `os.scandir` gives them."""

    def __init__(self, folder: str, names: Iterable[str]) -> None:
        self._entries = iter([FolderEntry(folder, name) for name in names])

    def __iter__(self) -> "Listed":
        return self

    def __next__(self) -> "FolderEntry":
        return next(self._entries)

    def __enter__(self) -> "Listed":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Have no more entries."""
        self._entries = iter(())


class FolderEntry:
    """One entry of a folder."""

    def __init__(self, folder: str, name: str) -> None:
        self.name, self.path = name, os.path.join(folder, name)

    def __fspath__(self) -> str:
        return self.path

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a folder."""
        return stat.S_ISDIR(self.stat(follow_symlinks=follow_symlinks).st_mode)

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a file."""
        return stat.S_ISREG(self.stat(follow_symlinks=follow_symlinks).st_mode)

    def is_symlink(self) -> bool:
        """Whether it is a link."""
        return stat.S_ISLNK(os.lstat(self.path).st_mode)

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """Return what is known of it."""
        return os.stat(self.path, follow_symlinks=follow_symlinks)


def status(mode: int, size: int, written_at: float) -> os.stat_result:
    """Return what `os.stat` says of a file or folder of this process's."""
    at = int(written_at)
    return os.stat_result((mode, 0, 0, 1, os.getuid(), os.getgid(), size, at, at, at))


def layered(
    raw: Opened,
    mode: str,
    buffering: int,
    encoding: str | None,
    errors: str | None,
    newline: str | None,
) -> Any:
    """Return an open file with the layers that `open` gives it."""
    if buffering == 0:
        if "b" not in mode:
            raise ValueError("can't have unbuffered text I/O")
        return raw
    size = buffering if buffering > 1 else io.DEFAULT_BUFFER_SIZE
    layer: Any = io.BufferedReader if not raw.writable() else io.BufferedWriter
    if raw.readable() and raw.writable():
        layer = io.BufferedRandom
    layered = layer(raw, size)
    if "b" in mode:
        return layered
    text: Any = io.TextIOWrapper(layered, encoding, errors, newline, buffering == 1)
    text.mode = mode
    return text

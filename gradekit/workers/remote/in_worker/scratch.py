"""A worker's scratch folder: files that a hand-in's code writes, in the worker's own memory.

A worker may write no file. What its code opens for writing below the working folder is kept here,
where Python's own functions find it again: `open`, `os` and `pathlib`, and what is built on them.
Nothing of it reaches a disk, and it counts as the worker's memory.
"""

import builtins
import errno
import io
import os
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gradekit.workers.remote.in_worker.databases import Databases
from gradekit.workers.remote.in_worker.memory_files import (
    FileContent,
    Listed,
    Opened,
    Store,
    layered,
    status,
)
from gradekit.workers.remote.protocol import MOST_FILE_BYTES, MOST_FILES

MOST_FOLDERS = 64
_KINDS = frozenset("rwxa")


class Scratch(Store):
    """The scratch folder, which lies over the folder that is `root`.

    What a test calls by a whole path is below `other_place`, the working folder of the test.
    """

    def __init__(self, root: str) -> None:
        super().__init__()
        self._root = root
        self.other_place = ""
        self._folders: set[str] = set()
        self._before_sharing: set[str] = set()
        self._real = {name: getattr(builtins if name == "open" else os, name) for name in _REPLACED}
        self._places: list[tuple[dict[Any, Any], str | None, Any, Any]] = [
            (vars(os), name, self._real[name], getattr(self, f"_{name}"))
            for name in _REPLACED
            if name != "open"
        ]
        self._places += [(*place, self._real["open"], self._open) for place in _opening()]
        self._databases = Databases(self)
        for module in (sqlite3, sqlite3.dbapi2):
            place = vars(module), "connect", sqlite3.connect, self._databases.connect
            self._places.append(place)

    def share(self, place: str) -> None:
        """Lie under the working folder of a test; what is of another test's is gone."""
        if self.other_place:
            self.files = {k: one for k, one in self.files.items() if k in self._before_sharing}
            self._folders.clear()
            self.stamp += 1
        self._before_sharing, self.other_place = set(self.files), place

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Have Python's functions see it."""
        for names, name, _, mine in self._places:
            names[name] = mine
        try:
            yield
        finally:
            for names, name, real, _ in self._places:
                names[name] = real

    def settle(self) -> None:
        """Have files hold what was written to databases."""
        self._databases.keep()

    def content_of(self, path: Any) -> tuple[str, bytes] | None:
        """Return the whole path and content of a file that is here, or may be; None else."""
        whole = self._path(path)
        if not whole or not self._is_folder(os.path.dirname(whole)):
            return None
        if whole in self.files:
            return whole, bytes(self.files[whole].content)
        if not self._is_real(whole):
            return whole, b""
        with self._real["open"](whole, "rb") as real:
            content = real.read(MOST_FILE_BYTES + 1)
        return None if len(content) > MOST_FILE_BYTES else (whole, content)

    def keep(self, path: str, content: bytes) -> None:
        """Have a file hold something else."""
        known = self.files.get(path) or self._new(path)
        self.cut(known, 0)
        self.write(known, 0, content)

    def names(self) -> list[str]:
        """Return the names of all files, below the working folder."""
        return [os.path.relpath(path, self._root) for path in self.files]

    def changed(self, since: int) -> dict[str, bytes]:
        """Return the files that were written after a stamp."""
        return {
            os.path.relpath(path, self._root): bytes(kept.content)
            for path, kept in self.files.items()
            if kept.stamp > since
        }

    def put(self, name: str, content: bytes | None) -> None:
        """Have a file hold something, or be gone."""
        path = os.path.join(self._root, name.rstrip(os.sep))
        if name.endswith(os.sep):
            self._share_folder(path, content is not None)
            return
        self.files.pop(path, None)
        if content is None:
            self.stamp += 1
            return
        folder = os.path.dirname(path)
        while folder != self._root and not self._is_folder(folder):
            self._folders.add(folder)
            folder = os.path.dirname(folder)
        self.write(self._new(path), 0, content)

    def _share_folder(self, path: str, is_there: bool) -> None:
        if not is_there:
            self._folders.discard(path)
        elif not self._is_folder(path) and len(self._folders) < MOST_FOLDERS:
            self._folders.add(path)

    def _path(self, path: Any) -> str:
        """Return the whole path of what lies below the working folder, "" for all else."""
        if isinstance(path, int) or not isinstance(path, (str, bytes, os.PathLike)):
            return ""
        whole = os.path.abspath(os.fsdecode(path))
        other = self.other_place
        if other and (whole == other or whole.startswith(other + os.sep)):
            whole = self._root + whole[len(other) :]
        return whole if whole == self._root or whole.startswith(self._root + os.sep) else ""

    def _is_folder(self, path: str) -> bool:
        if path in self._folders:
            return True
        try:
            return stat.S_ISDIR(self._real["stat"](path).st_mode)
        except OSError:
            return False

    def _is_real(self, path: str) -> bool:
        try:
            self._real["lstat"](path)
        except OSError:
            return False
        return True

    def _new(self, path: str) -> FileContent:
        if len(self.files) >= MOST_FILES:
            raise OSError(errno.ENOSPC, "the scratch folder has no room for more files", path)
        self.files[path] = FileContent()
        return self.files[path]

    def _open(
        self,
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        path = "" if opener else self._path(file)
        writes = isinstance(mode, str) and bool(set(mode) & set("wxa+"))
        if not path or not (writes or path in self.files):
            return self._real["open"](
                path or file, mode, buffering, encoding, errors, newline, closefd, opener
            )
        kinds = set(mode) - set("bt+")
        if len(kinds) != 1 or not kinds <= _KINDS:
            raise ValueError(f"invalid mode: {mode!r}")
        raw = Opened(self, self._opened(path, kinds.pop()), file, mode)
        return layered(raw, mode, buffering, encoding, errors, newline)

    def _opened(self, path: str, kind: str) -> FileContent:
        """Return the file that is opened, as a mode has it."""
        if self._is_folder(path):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        known = self.files.get(path)
        is_there = known is not None or self._is_real(path)
        if kind == "x" and is_there:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
        if not self._is_folder(os.path.dirname(path)) or (kind == "r" and not is_there):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        if known is None:
            before = b""
            if is_there and kind in "ra":  # a copy of what was released
                with self._real["open"](path, "rb") as real:
                    before = real.read(MOST_FILE_BYTES + 1)
            known = self._new(path)
            self.write(known, 0, before)
        if kind == "w":
            self.cut(known, 0)
        return known

    def _stat(self, path: Any, *arguments: Any, **named: Any) -> Any:
        return self._status("stat", path, arguments, named)

    def _lstat(self, path: Any, *arguments: Any, **named: Any) -> Any:
        return self._status("lstat", path, arguments, named)

    def _status(self, name: str, path: Any, arguments: Any, named: Any) -> Any:
        whole = self._path(path)
        if whole in self.files:
            kept = self.files[whole]
            return status(stat.S_IFREG | 0o644, len(kept.content), kept.written_at)
        if whole in self._folders:
            return status(stat.S_IFDIR | 0o755, 0, 0.0)
        return self._real[name](whole or path, *arguments, **named)

    def _access(self, path: Any, mode: int, **named: Any) -> bool:
        whole = self._path(path)
        known = whole and (whole in self.files or self._is_folder(whole))
        return True if known else bool(self._real["access"](whole or path, mode, **named))

    def _below(self, folder: str) -> set[str]:
        every = (*self.files, *self._folders)
        return {os.path.basename(one) for one in every if os.path.dirname(one) == folder}

    def _listdir(self, path: Any = ".") -> list[Any]:
        whole = self._path(path if path is not None else ".")
        if not whole or isinstance(path, bytes):
            return list(self._real["listdir"](path))
        real = [] if whole in self._folders else self._real["listdir"](whole)
        return list(dict.fromkeys([*real, *sorted(self._below(whole))]))

    def _scandir(self, path: Any = ".") -> Any:
        whole = self._path(path if path is not None else ".")
        if not whole or not self._below(whole) or isinstance(path, bytes):
            return self._real["scandir"](path if isinstance(path, bytes) else whole or path)
        folder = os.fspath(path) if path is not None else "."
        return Listed(folder, self._listdir(folder))

    def _remove(self, path: Any, **named: Any) -> None:
        whole = self._path(path)
        if whole not in self.files:
            self._real["remove"](whole or path, **named)
            return
        del self.files[whole]
        self.stamp += 1

    def _unlink(self, path: Any, **named: Any) -> None:
        self._remove(path, **named)

    def _rename(self, src: Any, dst: Any, **named: Any) -> None:
        old, new = self._path(src), self._path(dst)
        if old not in self.files or not new:
            self._real["rename"](src, dst, **named)
            return
        if not self._is_folder(os.path.dirname(new)) or self._is_folder(new):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), os.fspath(dst))
        self.files[new] = self.files.pop(old)
        self.touch(self.files[new])

    def _replace(self, src: Any, dst: Any, **named: Any) -> None:
        self._rename(src, dst, **named)

    def _mkdir(self, path: Any, mode: int = 0o777, **named: Any) -> None:
        whole = self._path(path)
        if not whole:
            self._real["mkdir"](path, mode, **named)
            return
        if whole in self.files or self._is_real(whole) or whole in self._folders:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), os.fspath(path))
        if not self._is_folder(os.path.dirname(whole)):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), os.fspath(path))
        if len(self._folders) >= MOST_FOLDERS:
            raise OSError(errno.ENOSPC, "the scratch folder has no room for more folders")
        self._folders.add(whole)

    def _rmdir(self, path: Any, **named: Any) -> None:
        whole = self._path(path)
        if whole not in self._folders:
            self._real["rmdir"](path, **named)
            return
        if self._below(whole):
            raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), os.fspath(path))
        self._folders.discard(whole)

    def _chmod(self, path: Any, mode: int, **named: Any) -> None:
        if self._path(path) not in self.files:
            self._real["chmod"](path, mode, **named)

    def _utime(self, path: Any, *arguments: Any, **named: Any) -> None:
        if self._path(path) not in self.files:
            self._real["utime"](path, *arguments, **named)


# What is replaced while a hand-in's code runs: `open`, and these of `os`.
_REPLACED = (
    *("open", "stat", "lstat", "access", "listdir", "scandir", "remove", "unlink", "rename"),
    *("replace", "mkdir", "rmdir", "chmod", "utime"),
)
# Modules that have `open` under a name of their own.
_OWN_OPEN = {"bz2": "_builtin_open", "tarfile": "bltn_open"}


def _opening() -> list[tuple[dict[Any, Any], str | None]]:
    """Return where `open` is looked up, as dicts and keys."""
    found: list[tuple[dict[Any, Any], str | None]] = [(vars(builtins), "open"), (vars(io), "open")]
    for module, name in _OWN_OPEN.items():
        if name in vars(sys.modules.get(module, io)):
            found.append((vars(sys.modules[module]), name))
    numpys = sys.modules.get("numpy.lib._datasource")
    openers = getattr(numpys, "_file_openers", None)
    if openers is not None:
        found.append((openers._file_openers, None))
    return found

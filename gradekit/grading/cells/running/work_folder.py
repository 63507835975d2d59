"""The working folder of test cells: what was released, what tests write, what students' code wrote.

Files of a student's come over the wire as bytes. A test reads them as any file; nothing of them is
imported, and nothing is unpickled from when a test has opened one.
"""

import contextlib
import importlib.machinery
import os
import re
import shutil
import stat
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from gradekit.workers.remote.protocol import MOST_FILE_BYTES, MOST_FILES

NOT_UNPICKLED = (
    "what a student has written is not unpickled here: let this cell run inside (docs/checks.md)"
)
MOST_PARTS = 6  # of a path
_PART = re.compile(r"\w[\w .()+=@,-]{0,99}")
_RUNS = (*importlib.machinery.all_suffixes(), ".pth", ".pyd", ".dll", ".so", ".py", ".ipynb")
_READ_BY_LIBRARIES = frozenset(["matplotlibrc"])
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Events of Python's own by which a folder changes, other than by opening a file.
_CHANGES = frozenset(
    ["os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate", "sqlite3.connect"]
)

Mark = tuple[int, int, int]  # by which a file's change is seen: size, time, number


class NotUnpickled(RuntimeError):
    """A test unpickles after it has opened a file that a student's code has written."""


class WorkFolder:
    """The working folder `root` of this process, over the released files in `release`.

    Released files stay as they are. So does what staff's code wrote in earlier cells.
    """

    def __init__(self, root: Path, release: Path) -> None:
        self._root, self._release = root.resolve(), release
        self.place = str(self._root)
        self._released: set[str] = set()
        self._begin_empty()

    def _begin_empty(self) -> None:
        self._theirs: dict[str, Mark] = {}  # files that the student's code has written
        self._ours: dict[str, Mark] = {}  # those that staff's code has written
        self._fresh: set[str] = set()  # of these, what the test that runs now has written
        self._sent: set[str] = set()
        self._opened: set[str] = set()  # for writing, since the last look
        self._folders: set[str] = set()  # that staff's code has made, as the worker knows them
        self._is_changed = self._is_busy = self._has_read_theirs = self._in_test = False

    def begin(self) -> None:
        """Hold what was released, and nothing else: another run begins."""
        self._is_busy = True
        self._released = set()
        for path in self._root.iterdir():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        for folder, _, names in os.walk(self._release):
            below = Path(folder).relative_to(self._release)
            (self._root / below).mkdir(exist_ok=True)
            self._released.add(str(below))
            for name in names:
                (self._root / below / name).symlink_to(Path(folder) / name)
                self._released.add(str(below / name))
        self._begin_empty()

    def begin_test(self) -> None:
        """Note that a test begins: what staff's code wrote so far stays as it is."""
        self._look()
        self._fresh.clear()
        self._in_test = True

    def end_test(self) -> None:
        """Note that a test has ended, and what it wrote stays, too."""
        self._look()
        self._fresh.clear()
        self._in_test = False

    def connect(self) -> None:
        """Note that another process is asked from now on, which has none of the files."""
        self._look()
        for name in self._theirs:
            self._remove(name)
        self._theirs.clear()
        self._sent.clear()
        self._folders.clear()
        self._is_changed = True

    def watch(self) -> None:
        """Hear from Python of each file that this process opens, until it ends."""
        sys.addaudithook(self.heard)

    def written(self) -> Mapping[str, bytes | None]:
        """Return what staff's code has written since the last time; None for what is gone."""
        if not (self._is_changed or self._opened):
            return {}
        gone = self._look()
        found: dict[str, bytes | None] = dict.fromkeys(gone)
        found.update(self._changed_folders())
        room = MOST_FILE_BYTES
        for name in list(self._ours)[:MOST_FILES]:
            room -= self._ours[name][0]
            if name not in self._sent and room >= 0:
                with self._busy(), contextlib.suppress(OSError):
                    found[name] = (self._root / name).read_bytes()
                    self._sent.add(name)
        return found

    def _changed_folders(self) -> dict[str, bytes | None]:
        there = {
            str(path.relative_to(self._root))
            for path in self._root.rglob("*")
            if path.is_dir() and not path.is_symlink()
        }
        made = there - self._released
        gone, new = self._folders - made, made - self._folders
        self._folders = made
        return {f"{name}/": None if name in gone else b"" for name in sorted(gone | new)}

    def take(self, names: Collection[str], changed: Mapping[str, bytes], stay: bool) -> bool:
        """Have the files that the student's code has now, of which some have changed.

        What the test that runs now has written stays if `stay` says so. Returns whether any did.
        """
        self._look()
        for name in self._theirs.keys() - set(names):
            self._remove(name)
            del self._theirs[name]
        fresh = self._fresh & self._sent & self._ours.keys()
        touched = (fresh - set(names)) | (fresh & changed.keys())
        if not stay:
            for name in touched:
                self._remove(name)
                del self._ours[name]
        for name, content in changed.items():
            if name not in self._ours and name not in self._released and is_plain(name):
                self._place(name, content)
        return stay and bool(touched)

    def _place(self, name: str, content: bytes) -> None:
        with self._busy(), contextlib.suppress(OSError):
            self._write(self._root / name, content)
            self._theirs[name] = _mark((self._root / name).lstat())

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
        with os.fdopen(opened, "wb") as file:
            file.write(content)

    def _remove(self, name: str) -> None:
        with self._busy(), contextlib.suppress(OSError):
            (self._root / name).unlink()

    def _look(self) -> list[str]:
        """Note what staff's code has written; return the names of what it has removed."""
        if not (self._is_changed or self._opened):
            return []
        found = dict(self._files())
        for name, mark in found.items():
            known = self._theirs.get(name) or self._ours.get(name)
            if known != mark or name in self._opened:
                self._theirs.pop(name, None)
                self._ours[name] = mark
                self._fresh |= {name} if self._in_test else set()
                self._sent.discard(name)
        gone = (self._theirs.keys() | self._ours.keys()) - found.keys()
        for name in gone:
            self._theirs.pop(name, None)
            self._ours.pop(name, None)
        self._opened, self._is_changed = set(), False
        return sorted(gone)

    def _files(self) -> Iterator[tuple[str, Mark]]:
        for folder, _, names in os.walk(self._root):
            for name in names:
                path = Path(folder) / name
                found = path.lstat()
                if stat.S_ISREG(found.st_mode):
                    yield str(path.relative_to(self._root)), _mark(found)

    @contextlib.contextmanager
    def _busy(self) -> Iterator[None]:
        before, self._is_busy = self._is_busy, True
        try:
            yield
        finally:
            self._is_busy = before

    def heard(self, event: str, given: tuple[Any, ...]) -> None:
        """Hear of something that this process does, as Python tells audit hooks."""
        if event == "open":
            if not self._is_busy:
                self._note_opened(*given)
        elif event in _CHANGES:
            self._is_changed |= not self._is_busy
        elif event == "pickle.find_class" and self._has_read_theirs:
            raise NotUnpickled(NOT_UNPICKLED)

    def _note_opened(self, path: object, _mode: object, flags: object) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return
        try:
            name = str(Path(os.fsdecode(path)).resolve().relative_to(self._root))
        except (OSError, RuntimeError, ValueError):  # it is elsewhere
            return
        if isinstance(flags, int) and flags & _WRITING:
            self._opened.add(name)
        self._has_read_theirs |= name in self._theirs


def is_plain(name: str) -> bool:
    """Whether a student's file may have this name here: below the folder, and nothing runs it."""
    parts = name.split("/")
    return (
        0 < len(parts) <= MOST_PARTS
        and all(_PART.fullmatch(part) for part in parts)
        and not name.lower().endswith(_RUNS)
        and parts[-1] not in _READ_BY_LIBRARIES
    )


def _mark(found: os.stat_result) -> Mark:
    return found.st_size, found.st_mtime_ns, found.st_ino

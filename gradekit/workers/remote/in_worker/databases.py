"""SQLite's databases in a worker's scratch folder: SQLite keeps them in memory, and files of them.

SQLite opens files by itself, and a worker may write none. So what `sqlite3.connect` opens below the
working folder is a database in memory that all connections to this path share; what was committed
becomes the content of a file of the scratch folder, and a file's content such a database.
"""

import itertools
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

_NUMBERS = itertools.count(1)
_IN_MEMORY = ":memory:"


class DatabaseFiles(Protocol):
    """Where the files of databases are."""

    def content_of(self, path: Any) -> tuple[str, bytes] | None:
        """Return the whole path and content of a database's file, None for what is elsewhere."""

    def keep(self, path: str, content: bytes) -> None:
        """Have a file hold something else."""


@dataclass
class _Database:
    """A database in memory; `anchor` keeps it there, and `content` is what its file holds."""

    anchor: sqlite3.Connection
    name: str
    content: bytes
    version: int


class Databases:
    """The databases of a scratch folder."""

    def __init__(self, files: DatabaseFiles) -> None:
        self._files = files
        self._connect: Callable[..., sqlite3.Connection] = sqlite3.connect
        self._databases: dict[str, _Database] = {}

    def connect(self, database: Any, *given: Any, **named: Any) -> sqlite3.Connection:
        """Return a connection as `sqlite3.connect` does."""
        found = None
        if database != _IN_MEMORY and not named.get("uri"):
            self.keep()
            found = self._files.content_of(database)
        if found is None:
            return self._connect(database, *given, **named)
        path, content = found
        known = self._databases.get(path)
        if known is None or known.content != content:
            known = self._databases[path] = self._opened(content)
        return self._connect(known.name, *given[:6], **named, uri=True)

    def keep(self) -> None:
        """Have files hold what was committed to the databases that they are of."""
        for path, one in self._databases.items():
            version = _version(one.anchor)
            if version == one.version:
                continue
            one.version = version
            try:
                copy = self._connect(_IN_MEMORY)
                one.anchor.backup(copy)
                one.content = copy.serialize()
            except sqlite3.Error:  # something is being written
                one.version = -1
                continue
            self._files.keep(path, one.content)

    def _opened(self, content: bytes) -> _Database:
        name = f"file:database{next(_NUMBERS)}?mode=memory&cache=shared"
        anchor = self._connect(name, uri=True, check_same_thread=False)
        if content:
            copy = self._connect(_IN_MEMORY)
            copy.deserialize(content)
            copy.backup(anchor)
        return _Database(anchor, name, content, _version(anchor))


def _version(anchor: sqlite3.Connection) -> int:
    try:
        ((version,),) = anchor.execute("PRAGMA data_version").fetchall()
    except sqlite3.Error:
        return -1
    return int(version)

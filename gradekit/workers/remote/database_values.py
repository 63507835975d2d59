"""A SQLite database as plain values: what defines its tables and views, and the rows of these.

So a file of SQLite's own form, which whoever has made it may have damaged, is never read where a
test runs: there a database is made anew, by the statements that defined it and rows of values.
"""

import sqlite3
from typing import Any

import msgspec

_VALUES = frozenset([int, float, str, bytes, type(None)])
_NUMBERS = "user_version", "application_id"
_ROW_NAMES = "rowid", "_rowid_", "oid"  # by which a table's own numbers of rows are asked for
_GENERATED = (2, 3)  # columns, as `table_xinfo` has them
# What a statement may do that defines something: no more than that.
_DEFINES = frozenset(
    [
        *(sqlite3.SQLITE_CREATE_TABLE, sqlite3.SQLITE_CREATE_INDEX, sqlite3.SQLITE_CREATE_VIEW),
        *(sqlite3.SQLITE_CREATE_TRIGGER, sqlite3.SQLITE_REINDEX, sqlite3.SQLITE_FUNCTION),
        sqlite3.SQLITE_READ,  # the columns that a check or an index is about; it selects nothing
    ]
)
_NOTES = (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE)
_LAST_NUMBERS = "sqlite_sequence"  # of tables that count on
_OWN_TABLES = ("sqlite_master", _LAST_NUMBERS)


class _Table(msgspec.Struct, array_like=True, frozen=True):
    name: str
    columns: list[str]
    rows: list[list[Any]]


class _Database(msgspec.Struct, array_like=True, frozen=True):
    """What defines tables, their rows, what defines all else, and two numbers of the user's."""

    tables: list[str]
    rows: list[_Table]
    others: list[str]
    numbers: list[int]


def serialized(connection: sqlite3.Connection) -> bytes:
    """Return a database in SQLite's own form, b"" for an empty one; sqlite3.Error if it is closed.

    It is the same as long as nothing has changed.
    """
    is_empty = not connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    return b"" if is_empty else connection.serialize()


def database_as_values(content: bytes) -> bytes:
    """Return all that a database holds, given in SQLite's own form, for `database_of`.

    Raises sqlite3.Error where it has tables of modules such as FTS5.
    """
    copy = sqlite3.Connection(":memory:")  # with no functions and factories of anybody's
    try:
        if content:
            copy.deserialize(content)
        return msgspec.msgpack.encode(_values_of(copy))
    finally:
        copy.close()


def _values_of(copy: sqlite3.Connection) -> _Database:
    listed = copy.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
    ).fetchall()
    kinds = {name: (kind, bare) for _, name, kind, _, bare, _ in copy.execute("PRAGMA table_list")}
    tables = [(name, sql) for kind, name, sql in listed if kind == "table"]
    if any(kinds[name][0] != "table" for name, _ in tables):
        raise sqlite3.NotSupportedError("a table of a module")
    others = [sql for kind, _, sql in listed if kind != "table"]
    own = [sql for name, sql in tables if not name.startswith("sqlite_")]
    kept = [name for name, sql in tables if sql in own or name == _LAST_NUMBERS]
    rows = [_rows_of(copy, name, bool(kinds[name][1])) for name in kept]
    numbers = [copy.execute(f"PRAGMA {name}").fetchone()[0] for name in _NUMBERS]
    return _Database(own, rows, others, numbers)


def _rows_of(copy: sqlite3.Connection, name: str, is_bare: bool) -> _Table:
    """Return a table's rows; each begins with its own number, except in one that `is_bare`."""
    found = copy.execute(f"PRAGMA table_xinfo({_quoted(name)})").fetchall()
    columns = [one[1] for one in found if one[6] not in _GENERATED]
    taken = {one.lower() for one in columns}
    numbers = [] if is_bare else [one for one in _ROW_NAMES if one not in taken][:1]
    columns = [*numbers, *columns]
    rows = copy.execute(f"SELECT {_listed(columns)} FROM {_quoted(name)}")
    return _Table(name, columns, [list(row) for row in rows])


def database_of(values: bytes) -> sqlite3.Connection:
    """Return a database in memory that holds what `values` say.

    Raises what SQLite or msgspec raises for what is none.
    """
    told = msgspec.msgpack.decode(values, type=_Database)
    made = sqlite3.Connection(":memory:", isolation_level=None)
    try:
        made.execute("PRAGMA trusted_schema = OFF")
        made.execute("PRAGMA ignore_check_constraints = ON")
        _define(made, told.tables)
        made.execute("BEGIN")
        for table in told.rows:
            _fill(made, table)
        made.execute("COMMIT")
        _define(made, told.others)
        for name, number in zip(_NUMBERS, told.numbers, strict=True):
            made.execute(f"PRAGMA {name} = {number:d}")
    except BaseException:
        made.close()
        raise
    return made


def _define(made: sqlite3.Connection, statements: list[str]) -> None:
    made.set_authorizer(_allowed)
    for one in statements:
        made.execute(one)
    made.set_authorizer(None)


def _allowed(action: int, first: Any, _second: Any, _base: Any, _inside: Any) -> int:
    """Say whether a statement that defines something may do a step."""
    is_note = action in _NOTES and first in _OWN_TABLES
    return sqlite3.SQLITE_OK if is_note or action in _DEFINES else sqlite3.SQLITE_DENY


def _fill(made: sqlite3.Connection, table: _Table) -> None:
    if table.name == _LAST_NUMBERS:  # it has some already
        made.execute(f"DELETE FROM {_LAST_NUMBERS}")
    if any(type(value) not in _VALUES for row in table.rows for value in row):
        raise sqlite3.DataError("a value that no database has")
    places = ", ".join("?" * len(table.columns))
    insert = f"INSERT INTO {_quoted(table.name)} ({_listed(table.columns)}) VALUES ({places})"
    made.executemany(insert, table.rows)


def _listed(columns: list[str]) -> str:
    return ", ".join(map(_quoted, columns))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

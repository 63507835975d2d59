"""The gradebook as a database of SQLAlchemy's, and what it refuses in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbgrader.api import Student
from sqlalchemy import URL, Engine, create_engine, false, inspect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from gradekit.errors import GradekitError, StorageError
from gradekit.files import AGAIN
from gradekit.text import one_line


def open_database(url: str) -> Engine:
    """Return the engine of a database, which is not connected to yet.

    Raises GradekitError where the address is none, or its driver is not installed.
    """
    try:
        # A server that was restarted since is connected to anew.
        return create_engine(url, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise GradekitError(
            f"the gradebook's address asks for {error.name}, which is not installed; PostgreSQL "
            "needs `pip install 'gradekit[postgresql]'` and postgresql+psycopg://…"
        ) from error
    except (ArgumentError, ValueError) as error:
        raise GradekitError(
            "the gradebook's address, CourseDirectory.db_url in nbgrader_config.py, is none that "
            "SQLAlchemy knows"
        ) from error


def require_existing(url: str) -> None:
    """Raise GradekitError where there is no gradebook, or nothing in it yet.

    Raises StorageError where it cannot be read.
    """
    with _opened(url) as engine:
        if not _is_there(engine):
            path = engine.url.database
            raise GradekitError(f"no gradebook: {path} is not there; `gradekit release` makes it")
        if not _has_tables(engine):
            raise GradekitError(
                f"gradebook {shown_url(url)}: it is empty; run `gradekit release` first"
            )


def require_writable(url: str) -> None:
    """Raise StorageError where a gradebook that is there cannot be written; nothing in it changes.

    Raises GradekitError where its address is none.
    """
    students = Student.__table__
    with _opened(url) as engine:
        if _is_there(engine) and _has_tables(engine):
            with one_line_faults(url), engine.begin() as connection:
                connection.execute(students.update().where(false()).values(id=students.c.id))


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _is_there(engine: Engine) -> bool:
    # To connect to a file of SQLite's would make it.
    path = engine.url.database or ""
    return engine.dialect.name != "sqlite" or path.startswith("file:") or Path(path).is_file()


def _has_tables(engine: Engine) -> bool:
    with one_line_faults(engine.url), engine.connect() as connection:
        return bool(inspect(connection).has_table(Student.__tablename__))


@contextmanager
def one_line_faults(url: str | URL) -> Iterator[None]:
    """Tell in one line what a database refuses; never with a password."""
    try:
        yield
    except DBAPIError as error:
        raise refused(error, url) from error


def refused(error: DBAPIError, url: str | URL) -> StorageError:
    """Return what a database said when it refused something, in one line with where it is."""
    return StorageError(
        f"gradebook {shown_url(url)}: {one_line(error.orig)}: put that right, {AGAIN}"
    )


def shown_url(url: str | URL) -> str:
    """Return a gradebook's address as it may be read: a file's path, or without any password."""
    found = make_url(url)
    return f"{found.database if found.get_backend_name() == 'sqlite' else found.set(query={})}"

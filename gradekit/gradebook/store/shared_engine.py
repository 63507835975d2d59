"""Lets nbgrader work with one engine for each database, instead of a new one each time.

It opens its gradebook a dozen times for each hand-in, and SQLAlchemy compiles every statement anew
for each engine, which takes longer than to run it. nbgrader looks for its tables and for its course
each time, too.
"""

from functools import cache
from types import SimpleNamespace
from typing import Any

import nbgrader.api
from nbgrader.api import Base, Course, Gradebook
from sqlalchemy import Engine, create_engine, event


def share_engines(aside: str) -> None:
    """Give all gradebooks that nbgrader opens in this process from now on the same engines.

    `aside` is the address of an SQLite database that nobody needs after this process: it is not
    worth waiting for the disk.
    """

    @cache
    def shared(url: str, **settings: bool) -> Engine:
        engine = create_engine(url, **settings)
        if url == aside:
            event.listen(engine, "connect", _do_not_wait)
        return engine

    @cache
    def make_tables(bind: Engine) -> None:
        Base.metadata.create_all(bind)

    def has_course(
        self: Gradebook, course_id: str = "default_course", **facts: Any
    ) -> Course | None:
        if course_id in known and str(self.engine.url) == aside:
            return None  # which nobody asks for
        known.update([course_id] if str(self.engine.url) == aside else [])
        return check_course(self, course_id, **facts)

    known: set[str] = set()
    check_course = Gradebook.check_course
    Gradebook.check_course = has_course
    nbgrader.api.create_engine = shared
    nbgrader.api.Base = SimpleNamespace(metadata=SimpleNamespace(create_all=make_tables))


def _do_not_wait(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = MEMORY")

"""Everything that the kit changes in nbgrader, or uses of it and of nbconvert that is not public.

No other module changes anything there. `RESTS_ON` names each function that a change replaces or
leans on, with what that is for and the digest of its source, which is the same in all versions of
`CHECKED_WITH`. A test says which of them has another source in the version that is installed. Look
then whether the change still does what it is for, and note the new digest and version.
"""

import hashlib
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbgrader.api
from alembic.script import ScriptDirectory
from nbgrader.api import Assignment, Base, Course, Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import Connection, Engine, create_engine, event, select

SCRIPTS = Path(nbgrader.api.__file__).with_name("alembic")
FORMGRADER = "nbgrader.server_extensions.formgrader.base"

# When a hand-in in a folder came in, and a line where that cannot be read.
ReadTime = Callable[[Path], tuple[datetime | None, str]]


@dataclass(frozen=True)
class Used:
    """A function of another package, as MODULE:NAME, that a change of the kit's rests on."""

    function: str
    why: str
    digest: str

    def installed_digest(self) -> str:
        """Return the digest of its source as it is installed; raise where it is gone."""
        module, _, name = self.function.partition(":")
        found: Any = import_module(module)
        for part in name.split("."):
            found = inspect.getattr_static(found, part)
        source = inspect.getsource(getattr(found, "fget", found))
        lines = [line.strip() for line in source.splitlines()]
        return hashlib.sha256("\n".join(filter(None, lines)).encode()).hexdigest()[:16]


def share_engines(aside: str) -> None:
    """Give all gradebooks that nbgrader opens in this process from now on the same engines.

    It opens its gradebook a dozen times for each hand-in, and SQLAlchemy compiles every statement
    anew for each engine, which takes longer than to run it. nbgrader looks for its tables and for
    its course each time, too. `aside` is the address of an SQLite database that nobody needs after
    this process: it is not worth waiting for the disk.
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


def read_schema_version_here() -> None:
    """Have nbgrader look up the version of its tables in this process.

    It runs the program `alembic` for that, which takes seconds and is not found in an environment
    that is not activated. Alembic's own library reads the same files here.
    """
    nbgrader.api.get_alembic_version = schema_version


@cache
def schema_version() -> str:
    """Return the newest version of nbgrader's tables."""
    head = ScriptDirectory(str(SCRIPTS)).get_current_head()
    if head is None:
        raise LookupError(f"{SCRIPTS}: nbgrader's tables have no version")
    return head


def keep_foreign_keys() -> None:
    """Have an assignment's course added before it where it has no name, as it has by default.

    SQLite lets the row be missing; PostgreSQL does not.
    """
    if not event.contains(Assignment, "before_insert", _add_course):
        event.listen(Assignment, "before_insert", _add_course)


def _add_course(mapper: object, connection: Connection, assignment: Assignment) -> None:  # noqa: ARG001
    courses = Course.__table__
    known = select(courses.c.id).where(courses.c.id == "")
    if assignment.course_id == "" and connection.execute(known).first() is None:
        connection.execute(courses.insert().values(id=""))


def replace_time_reading(read: ReadTime) -> None:
    """Have nbgrader go on without a time where timestamp.txt is none; by itself it fails there."""

    def existing(courses: CourseDirectory, dest_path: str) -> datetime | None:
        time, problem = read(Path(dest_path))
        if problem:
            courses.log.warning("%s: %s", dest_path, problem)
        return time

    def submitted(api: NbGraderAPI, assignment_id: str, student_id: str) -> datetime | None:
        directory = api.coursedir.submitted_directory
        return read(Path(api.coursedir.format_path(directory, student_id, assignment_id)))[0]

    CourseDirectory.get_existing_timestamp = existing
    NbGraderAPI.get_submitted_timestamp = submitted


def replace_conversion(kind: type[BaseConverter], convert: Callable[[BaseConverter], None]) -> None:
    """Have a kind of converter do its work as the kit says, wherever nbgrader starts one."""
    kind.convert_notebooks = convert


@contextmanager
def converting(converter: BaseConverter, convert: Callable[[str], None]) -> Iterator[None]:
    """Have one converter convert each notebook, which is given as its path, as the kit says."""
    converter.convert_single_notebook = convert
    try:
        yield
    finally:
        del converter.convert_single_notebook


@contextmanager
def with_resources(converter: BaseConverter, **given: object) -> Iterator[None]:
    """Give something to a converter's steps, which nbconvert tells all by its resources."""
    make = converter.init_single_notebook_resources
    converter.init_single_notebook_resources = lambda path: make(path) | given
    try:
        yield
    finally:
        del converter.init_single_notebook_resources


def replace_page_exporter(exporter: object) -> None:
    """Have formgrader, where it runs in this process, make a hand-in's page as the kit says."""
    module = sys.modules.get(FORMGRADER)
    if module is not None and not isinstance(module.BaseHandler.exporter, type(exporter)):
        module.BaseHandler.exporter = exporter


CHECKED_WITH = {
    "nbgrader": ("0.9.5", "0.9.6"),
    "nbconvert": ("7.17.2",),
    "nbformat": ("5.11.1",),
}

_ENGINES = "share_engines: one engine for each database, whose tables are made once"
_VERSION = "read_schema_version_here: no program is run to ask for the version of the tables"
_TIMES = "replace_time_reading: a timestamp.txt that is no time stops nothing"
_KITS = "replace_conversion: nothing is converted without the kit's steps, nor without limits"
_ONE = "converting: each notebook is read in a child that has limits"
_GIVEN = "with_resources: steps get the report of the hand-in"
_SAVED = "SaveReport: points come from the report, and manual items are kept as nbgrader keeps them"
_PAGE = "replace_page_exporter: formgrader makes a hand-in's page in a child that has limits"
_COPY = "OneCopy: the steps run on one copy of a notebook, which is validated once"
_FILE = "NotebookFile: a notebook is written to the byte as nbformat writes it, but faster"

_CONVERTER = "nbgrader.converters.base:BaseConverter"
_EXPORTER = "nbconvert.exporters.exporter:Exporter"
_FORM = "nbgrader.server_extensions.formgrader"

RESTS_ON = (
    Used("nbgrader.api:Gradebook.__init__", _ENGINES, "a10dd892c40e5e3b"),
    Used("nbgrader.api:get_alembic_version", _VERSION, "a2ebfdf159eab25c"),
    Used("nbgrader.api:Gradebook.check_course", _ENGINES, "6c99400b9ede1094"),
    Used("nbgrader.coursedir:CourseDirectory.get_existing_timestamp", _TIMES, "f2fe59540d41d325"),
    Used("nbgrader.apps.api:NbGraderAPI.get_submitted_timestamp", _TIMES, "465055bdeeb23f15"),
    Used(f"{_CONVERTER}.start", _KITS, "8caedb81fe27c77f"),
    Used(f"{_CONVERTER}.convert_notebooks", _KITS, "ec75d05d2ab3c80e"),
    Used(f"{_CONVERTER}.convert_single_notebook", _ONE, "1a1d44d220c7d695"),
    Used(
        "nbgrader.converters.autograde:Autograde.convert_single_notebook", _ONE, "dc9f2c04e4a73f02"
    ),
    Used(f"{_CONVERTER}.init_single_notebook_resources", _GIVEN, "9f05e8a612cfad87"),
    Used(
        "nbgrader.preprocessors.saveautogrades:SaveAutoGrades.preprocess",
        _SAVED,
        "30851492e166340c",
    ),
    Used(f"{_FORM}.base:BaseHandler.exporter", _PAGE, "bfd153565bb7fc8c"),
    Used(f"{_FORM}.handlers:SubmissionHandler.get", _PAGE, "4f53eec48f93bda0"),
    Used(f"{_EXPORTER}._preprocess", _COPY, "08fbeb228e543fd7"),
    Used(f"{_EXPORTER}._init_resources", _COPY, "7bf7dbe7c06aa5a6"),
    Used(f"{_EXPORTER}.from_file", _COPY, "5eb8f4fe63c6894b"),
    Used(
        "nbconvert.exporters.notebook:NotebookExporter.from_notebook_node",
        _FILE,
        "8bf44f62a93c937f",
    ),
    Used("nbformat.v4.rwbase:split_lines", _FILE, "1688de0dd551bcfe"),
    Used("nbformat.v4.rwbase:strip_transient", _FILE, "f93025d5674f2003"),
)

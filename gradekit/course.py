"""Where things are in a course, and which items an assignment has."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from gradekit.assignment.spec import FILE as SPEC
from gradekit.errors import AuthoringError, GradekitError, UsageError
from gradekit.model import Item
from gradekit.names import ALLOWED, MAX_NAME, is_junk, is_module, is_name
from gradekit.notebook.headings import Heading, headings, titles_of

# More is a slip, or no number.
MOST_POINTS = 1e6
CODE = (".py", ".pyc", ".ipynb")


def check_name(kind: str, name: str) -> str:
    """Return `name` where it can be a folder's name; raise UsageError otherwise."""
    if not is_name(name):
        raise UsageError(f"{kind} {name[:MAX_NAME]!r} cannot be a name: {ALLOWED}")
    return name


@dataclass(frozen=True)
class Assignment:
    """The folders and files of one assignment in a course."""

    root: Path
    name: str

    @property
    def source(self) -> Path:
        """The folder that staff author in, solved."""
        return self.root / "source" / self.name

    @property
    def notebook(self) -> Path:
        """The solved notebook."""
        return self.source / f"{self.name}.ipynb"

    @property
    def release(self) -> Path:
        """The folder that goes out to students."""
        return self.root / "release" / self.name

    @property
    def solution(self) -> Path:
        """The reference library without markers."""
        return self.root / "lib_solution" / self.name

    @property
    def graders(self) -> Path:
        """The hidden checks and their probes."""
        return self.root / "tests" / "graders" / self.name

    @property
    def modules(self) -> list[Path]:
        """The Python modules of the source, in order."""
        return [path for path in self._files() if is_module(self._below(path))]

    @property
    def data(self) -> list[Path]:
        """The files of the source that code may read, in order: neither notebooks nor modules."""
        return [
            path
            for path in self._files()
            if not is_junk(self._below(path).split("/"))
            and path.suffix not in CODE
            and path.name != SPEC
        ]

    def _files(self) -> list[Path]:
        return sorted(path for path in self.source.rglob("*") if path.is_file())

    def _below(self, path: Path) -> str:
        return path.relative_to(self.source).as_posix()

    def handin(self, student: str) -> Path:
        """Return the folder of one student's hand-in."""
        return self.root / "submitted" / student / self.name

    def autograded(self, student: str) -> Path:
        """Return the folder of one student's graded hand-in."""
        return self.root / "autograded" / student / self.name

    def feedback(self, student: str) -> Path:
        """Return the folder of one student's feedback."""
        return self.root / "feedback" / student / self.name

    def report_file(self, student: str) -> Path:
        """Return the file that one student's report is kept in."""
        return self.root / ".gradekit" / "reports" / self.name / f"{student}.json"

    def items(self) -> tuple[Item, ...]:
        """Return the items of the source notebook."""
        return read_items(self.notebook)

    def strays(self) -> list[Path]:
        """Return the Python files of the source that lie where no module can, such as in env/.

        What editors and Python put there, hidden or cached, is not meant.
        """
        return [
            path
            for path in self._files()
            if path.suffix == ".py"
            and is_junk(parts := self._below(path).split("/"))
            and not any(part.startswith((".", "__")) for part in parts[:-1])
        ]

    def students(self) -> list[str]:
        """Return the students who handed something in, sorted."""
        return [name for name in self._submitted() if is_name(name)]

    def misnamed(self) -> list[str]:
        """Return the names of folders in submitted/ that hold a hand-in and are no student's id."""
        return [name for name in self._submitted() if not is_name(name)]

    def _submitted(self) -> list[str]:
        folders = (self.root / "submitted").glob(f"*/{self.name}")
        return sorted(folder.parent.name for folder in folders if folder.is_dir())


@dataclass(frozen=True)
class Course:
    """A course: the folder that holds source, release, tests and the gradebook."""

    root: Path

    @property
    def gradebook(self) -> Path:
        """nbgrader's database."""
        return self.root / "gradebook.db"

    def assignment(self, name: str) -> Assignment:
        """Return an assignment of the course; raise UsageError where there is no such source."""
        assignment = Assignment(self.root, check_name("assignment", name))
        if not assignment.notebook.is_file():
            known = ", ".join(self.assignment_names()) or "none"
            raise UsageError(
                f"no assignment {name!r}: {assignment.notebook} is not there (known here: {known})"
            )
        return assignment

    def assignment_names(self) -> list[str]:
        """Return the names of all assignments, sorted."""
        return sorted(
            p.stem for p in (self.root / "source").glob("*/*.ipynb") if p.stem == p.parent.name
        )


def read_text(path: Path) -> str:
    """Return a source file's text; raise AuthoringError where it is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise AuthoringError(f"{path}: not UTF-8 (byte {error.start})") from error


def read_notebook(path: Path) -> dict[str, Any]:
    """Return a notebook as JSON; raise GradekitError in one line where it is none."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = notebook["cells"]
    except OSError as error:
        raise GradekitError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise GradekitError(f"{path}: not a notebook ({type(error).__name__}: {error})") from error
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise GradekitError(f"{path}: not a notebook (its cells are no list of cells)")
    return dict(notebook)


def read_items(path: Path) -> tuple[Item, ...]:
    """Return a notebook's items: names and points from nbgrader's metadata, titles from headings.

    Raises AuthoringError where a heading states other points than its items have, a cell's metadata
    are not as they should be, or names repeat.
    """
    found = list(_graded(path, read_notebook(path)["cells"]))
    names = [item.name for item, _, _ in found]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise AuthoringError(f"{path}: more than one item is named {', '.join(repeated)}")
    _check_stated(path, found)
    titles = titles_of((item.name, heading.title) for item, heading, _ in found)
    return tuple(replace(item, title=titles[item.name]) for item, _, _ in found)


_Graded = tuple[Item, Heading, int]  # an item, the heading above it, and that heading's place


def _graded(path: Path, cells: list[dict[str, Any]]) -> Iterator[_Graded]:
    heading, place = Heading(""), 0
    for number, cell in enumerate(cells, start=1):
        if cell.get("cell_type") == "markdown":
            for one in headings(_text(cell.get("source"))):
                heading, place = one, place + 1
        meta = _mapping(_mapping(cell.get("metadata")).get("nbgrader"))
        if meta.get("grade"):
            yield _item(f"{path}: cell {number}", meta), heading, place


def _item(where: str, meta: Mapping[str, Any]) -> Item:
    missing = sorted({"grade_id", "points", "solution"} - set(meta))
    if missing:
        raise AuthoringError(f"{where} is graded and lacks {missing[0]}")
    name, points = meta["grade_id"], meta["points"]
    if not isinstance(name, str) or not name.strip():
        raise AuthoringError(f"{where} is graded, and its grade_id is {name!r}: give it a name")
    is_number = isinstance(points, int | float) and not isinstance(points, bool)
    if not is_number or not 0 <= points <= MOST_POINTS:
        raise AuthoringError(
            f"{where}: item {name} has {points!r} points: give it a number, 0 or more"
        )
    return Item(name, float(points), "", manual=bool(meta["solution"]))


def _check_stated(path: Path, found: Sequence[_Graded]) -> None:
    """Hold the points that headings state against those of the items below them, together."""
    for _, items in groupby(found, key=lambda one: one[2]):
        below = list(items)
        stated, title = below[0][1].number, below[0][1].title
        points = math.fsum(item.points for item, _, _ in below)
        if stated is not None and not math.isclose(stated, points, abs_tol=1e-9):
            names = ", ".join(item.name for item, _, _ in below)
            have = f"item {names} has" if len(below) == 1 else f"items {names} together have"
            raise AuthoringError(
                f"{path}: {have} {points:g} points, the heading {title!r} says {stated:g}"
            )


def _text(source: object) -> str:
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}

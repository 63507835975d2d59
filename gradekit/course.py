"""Where things are in a course, and which items an assignment has."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradekit.headings import headings
from gradekit.report import AuthoringError, GradekitError, Item, UsageError

CODE = (".py", ".pyc", ".ipynb")
SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]*")


def is_folder_name(name: str) -> bool:
    """Whether a name that somebody gave to a student's folder can be used: plain, short text."""
    return name.isprintable() and name.strip() == name and len(name) <= 100 and name[0] not in ".-"


def check_name(kind: str, name: str) -> str:
    """Return `name` where it can be a folder's name; raise UsageError otherwise."""
    if not SAFE_NAME.fullmatch(name):
        raise UsageError(
            f"{kind} {name!r} cannot be a name: use letters, digits and _ . @ - (first no . or -)"
        )
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
        return sorted(
            path for path in self.source.rglob("*.py") if ".ipynb_checkpoints" not in path.parts
        )

    @property
    def data(self) -> list[Path]:
        """The files of the source that code may read, in order: neither notebooks nor modules."""
        return sorted(path for path in self.source.rglob("*") if _is_data(path, self.source))

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

    def students(self) -> list[str]:
        """Return the students who handed something in, sorted."""
        return [name for name in self._submitted() if is_folder_name(name)]

    def misnamed(self) -> list[str]:
        """Return the names of folders in submitted/ that hold a hand-in and are no student's id."""
        return [name for name in self._submitted() if not is_folder_name(name)]

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


def _is_data(path: Path, source: Path) -> bool:
    parts = path.relative_to(source).parts
    hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
    return path.is_file() and not hidden and path.suffix not in CODE


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

    Raises AuthoringError where a heading names other points than the cell, or names repeat.
    """
    items = tuple(_items(path, read_notebook(path)["cells"]))
    names = [item.name for item in items]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise AuthoringError(f"{path}: more than one item is named {', '.join(repeated)}")
    return items


def _items(path: Path, cells: list[dict[str, Any]]) -> Iterator[Item]:
    title, stated = "", None
    for number, cell in enumerate(cells, start=1):
        source = "".join(cell.get("source", ""))
        found = headings(source) if cell.get("cell_type") == "markdown" else []
        if found:
            title, stated = found[-1].title, found[-1].points
        meta = cell.get("metadata", {}).get("nbgrader", {})
        if meta.get("grade"):
            missing = sorted({"grade_id", "points", "solution"} - set(meta))
            if missing:
                raise AuthoringError(f"{path}: cell {number} is graded and lacks {missing[0]}")
            item = Item(meta["grade_id"], float(meta["points"]), title, manual=meta["solution"])
            if stated is None or float(stated) != item.points:
                raise AuthoringError(
                    f"{path}: item {item.name} has {item.points:g} points, its heading {title!r} "
                    f"says {stated or 'none'}"
                )
            yield item

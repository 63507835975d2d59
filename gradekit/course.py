"""Where things are in a course."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from gradekit.assignment.code_cells.cells import CellKind, source_cells
from gradekit.assignment.code_cells.source_readers import checks_that_read, reads_source
from gradekit.assignment.items import (
    MisstatedPoints,
    SourceNotebook,
    is_worked_in,
    joined,
    read_items,
)
from gradekit.assignment.spec import FILE as SPEC
from gradekit.assignment.spec import read_spec
from gradekit.errors import AuthoringError, GradekitError, UsageError, raise_first
from gradekit.model import Item
from gradekit.names import (
    ALLOWED_OF_FOLDERS,
    MAX_NAME,
    is_folders_name,
    is_junk,
    is_module,
)
from gradekit.notebook.cells import read_notebook as read_submitted
from gradekit.notebook.reading import of_today
from gradekit.python_tree import python_tree

NOTEBOOK = ".ipynb"
MOST_PARENTS = 6  # folders above one within which a command is typed by mistake
CODE = (".py", ".pyc", NOTEBOOK)


def check_assignments_name(name: str) -> str:
    """Return `name` where it can be an assignment's; raise UsageError otherwise."""
    if not is_folders_name(name):
        told = f"assignment {name[:MAX_NAME]!r} cannot be a name: {ALLOWED_OF_FOLDERS}"
        raise UsageError(told)
    return name


@dataclass(frozen=True)
class Folders:
    """What a course calls its folders, below its own: nbgrader's names unless it sets others."""

    source: str = "source"
    release: str = "release"
    submitted: str = "submitted"
    autograded: str = "autograded"
    feedback: str = "feedback"


NBGRADERS = Folders()


@dataclass(frozen=True)
class Assignment:
    """The folders and files of one assignment in a course."""

    root: Path
    name: str
    folders: Folders = NBGRADERS

    @property
    def source(self) -> Path:
        """The folder that staff author in, solved."""
        return self.root / self.folders.source / self.name

    @property
    def notebooks(self) -> list[Path]:
        """The solved notebooks, in nbgrader's order, which is that of their names."""
        return [path for path in sorted(self.source.glob(f"*{NOTEBOOK}")) if path.is_file()]

    @property
    def notebook_names(self) -> tuple[str, ...]:
        """What nbgrader calls the notebooks, in order."""
        return tuple(path.stem for path in self.notebooks)

    @property
    def worked_in(self) -> tuple[str, ...]:
        """The names of the notebooks that students write in; the others are given to be read."""
        found = ((path.stem, notebook_json(path)) for path in self.notebooks)
        return tuple(name for name, notebook in found if is_worked_in(notebook))

    @property
    def notebook(self) -> Path:
        """The solved notebook; of several the first."""
        return next(iter(self.notebooks), self.source / f"{self.name}{NOTEBOOK}")

    @property
    def release(self) -> Path:
        """The folder that goes out to students."""
        return self.root / self.folders.release / self.name

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
        return [path for path in self._files() if self._is_module(path)]

    @property
    def no_python(self) -> list[Path]:
        """The files of the source named as modules that are no Python of today, in order."""
        named = (path for path in self._files() if is_module(self._below(path)))
        return [path for path in named if not self._is_module(path)]

    @property
    def data(self) -> list[Path]:
        """The files of the source that code may read, in order: neither notebooks nor modules."""
        texts = {*self.no_python, *self._run_notebooks()}
        return [
            path
            for path in self._files()
            if not is_junk(self._below(path).split("/"))
            and (path.suffix not in CODE or path in texts)
            and path.name != SPEC
        ]

    def _run_notebooks(self) -> list[Path]:
        """Return the notebooks that cells of others run, by `%run NAME.ipynb`."""
        every = [path for path in self._files() if path.suffix == NOTEBOOK]
        if len(every) < 2:
            return []
        read = {path: path.read_bytes() for path in every}
        ran = b"\n".join(text for text in read.values() if b"%run " in text)
        graded = {self.source / f"{name}{NOTEBOOK}" for name in self.worked_in} if ran else set()
        return [path for path in every if path.name.encode() in ran and path not in graded]

    def _is_module(self, path: Path) -> bool:
        """Whether a file is a module; one that is no Python, such as a template, is a text."""
        if not is_module(self._below(path)):
            return False
        found = path.stat()
        return _is_read_as_module(path, found.st_size, found.st_mtime_ns)

    def _files(self) -> list[Path]:
        return sorted(path for path in self.source.rglob("*") if path.is_file())

    def _below(self, path: Path) -> str:
        return path.relative_to(self.source).as_posix()

    def as_one_notebook(self, folder: Path) -> Mapping[str, Any]:
        """Return a release's or a hand-in's notebooks as one, those that are there.

        Raises SubmissionError where none is there, or one cannot be read.
        """
        names = self.notebook_names or (self.name,)
        there = [name for name in names if (folder / f"{name}{NOTEBOOK}").exists()]
        read = {name: read_submitted(folder / f"{name}{NOTEBOOK}") for name in there or names[:1]}
        return joined(read)

    @property
    def submitted(self) -> Path:
        """The folder that has all students' hand-ins."""
        return self.root / self.folders.submitted

    def submission(self, student: str) -> Path:
        """Return the folder of one student's hand-in."""
        return self.submitted / student / self.name

    def autograded(self, student: str) -> Path:
        """Return the folder of one student's graded hand-in."""
        return self.root / self.folders.autograded / student / self.name

    def feedback(self, student: str) -> Path:
        """Return the folder of one student's feedback."""
        return self.root / self.folders.feedback / student / self.name

    def report_file(self, student: str) -> Path:
        """Return the file that one student's report is kept in."""
        return self.root / ".gradekit" / "reports" / self.name / f"{student}.json"

    def items(self) -> tuple[Item, ...]:
        """Return the items of the source's notebooks, in order.

        Raises AuthoringError where they are not as they should be, as `read_items` says.
        """
        items, faults = self._read_items()
        raise_first(fault for fault in faults if self._stops(fault))
        return items

    def found_items(self) -> tuple[Item, ...]:
        """Return the items of the source's notebooks that can be read, whatever is wrong."""
        return self._read_items()[0]

    def item_faults(self) -> list[AuthoringError]:
        """Return all that is wrong with the items of the source's notebooks."""
        return [fault for fault in self._read_items()[1] if self._stops(fault)]

    def item_remarks(self) -> list[AuthoringError]:
        """Return what of the items would be better otherwise, and stops no release."""
        return [fault for fault in self._read_items()[1] if not self._stops(fault)]

    def _stops(self, fault: AuthoringError) -> bool:
        # nbgrader reads no headings: who wrote an assignment for it alone may state what they like.
        return not isinstance(fault, MisstatedPoints) or any(self.graders.glob("test_*.py"))

    def _read_items(self) -> tuple[tuple[Item, ...], list[AuthoringError]]:
        sources = [
            SourceNotebook(path.stem, str(path), notebook_json(path)) for path in self.notebooks
        ]
        items, faults = read_items(sources, read_spec(self.source).bonus)
        return items, [
            AuthoringError(f"{self.source / SPEC}: {error}")
            if str(error).startswith("bonus: ")
            else error
            for error in faults
        ]

    def forgeable(self) -> tuple[str, ...]:
        """Return the names of the items whose tests run beside the student's code, in order."""
        inside = read_spec(self.source).inside
        return tuple(item.name for item in self.items() if item.cell in inside) if inside else ()

    def source_reading_checks(self) -> dict[Path, dict[str, tuple[str, int]]]:
        """Return the checks that read a student's source: by file and name, their items and lines.

        A file that is no Python, or no text, has none here; others tell that.
        """
        found = {}
        for path in sorted(self.graders.rglob("*.py")):
            with contextlib.suppress(GradekitError, SyntaxError):
                found[path] = checks_that_read(read_text(path))
        return found

    def items_by_source(self) -> tuple[str, ...]:
        """Return the names of the items whose tests read a student's source, in order."""
        checked = {item for of in self.source_reading_checks().values() for item, _ in of.values()}
        cells = {
            (path.stem, cell.name)
            for path in self.notebooks
            for cell in source_cells(notebook_json(path))
            if cell.kind is CellKind.TEST and reads_source(cell.python)
        }
        return tuple(
            item.name
            for item in self.items()
            if item.name in checked or (item.notebook, item.cell) in cells
        )

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
        return [name for name in self._submitted() if is_folders_name(name)]

    def misnamed(self) -> list[str]:
        """Return the names of folders that hold a hand-in and are no student's id."""
        return [name for name in self._submitted() if not is_folders_name(name)]

    def _submitted(self) -> list[str]:
        folders = self.submitted.glob(f"*/{self.name}")
        return sorted(folder.parent.name for folder in folders if folder.is_dir())


# An assignment that has been graded keeps its name: points by hand stand under it.
BACK = "where the source was renamed, give it its name {} back"


@dataclass(frozen=True)
class Course:
    """A course: the folder that holds source, release, tests and the gradebook."""

    root: Path
    folders: Folders = NBGRADERS

    @property
    def gradebook(self) -> Path:
        """nbgrader's database."""
        return self.root / "gradebook.db"

    def assignment(self, name: str) -> Assignment:
        """Return an assignment of the course; raise UsageError where there is no such source."""
        assignment = Assignment(self.root, check_assignments_name(name), self.folders)
        if not assignment.notebooks:
            known = ", ".join(self.assignment_names())
            count = len(assignment.students())
            kept = f"; its hand-ins of {count} lie here: {BACK.format(name)}" if count else ""
            raise UsageError(
                f"no assignment {name!r}: {assignment.notebook} is not there "
                f"({f'known here: {known}' if known else self._elsewhere()}){kept}"
            )
        return assignment

    def without_source(self) -> list[str]:
        """Return the names of assignments of which there are hand-ins and no source, sorted."""
        folders = (self.root / self.folders.submitted).glob("*/*/")
        found = {path.name for path in folders if is_folders_name(path.name)}
        return sorted(found - set(self.assignment_names()))

    def _elsewhere(self) -> str:
        """Return where a course is, for whoever types a command in one of its folders."""
        for folder in islice(self.root.resolve().parents, MOST_PARENTS):
            if Course(folder, self.folders).assignment_names():
                return f"the course is {folder}: go there, or give it with --course"
        return "no course is here: go to a course's root, or give it with --course"

    def assignment_names(self) -> list[str]:
        """Return the names of all assignments, sorted."""
        source = self.root / self.folders.source
        found = {path.parent.name for path in source.glob(f"*/*{NOTEBOOK}")}
        return sorted(filter(is_folders_name, found))


@lru_cache(maxsize=4096)
def _is_read_as_module(path: Path, _size: int, _changed_at: int) -> bool:
    """Whether a file is Python in UTF-8, or may have a solution's regions: these are told."""
    data = path.read_bytes()
    if b"SOLUTION" in data.upper():
        return True
    try:
        python_tree(data.decode("utf-8-sig"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def read_text(path: Path) -> str:
    """Return a source file's text; raise AuthoringError where it is not UTF-8.

    The mark that some editors on Windows put first is none of it.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AuthoringError(f"{path}: not UTF-8 (byte {error.start})") from error


def notebook_json(path: Path) -> dict[str, Any]:
    """Return a notebook as JSON; raise GradekitError in one line where it is none."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(notebook, dict) and "worksheets" in notebook:
            notebook = of_today(notebook, path.name)
        cells = notebook["cells"]
    except OSError as error:
        raise GradekitError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise GradekitError(f"{path}: not a notebook ({type(error).__name__}: {error})") from error
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise GradekitError(f"{path}: not a notebook (its cells are no list of cells)")
    return dict(notebook)

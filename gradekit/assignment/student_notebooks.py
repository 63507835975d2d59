"""Which of a student's files are the assignment's notebooks.

Where the release has several they are found by their names; one that was renamed says itself which
it is, as `gradekit release` noted in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradekit.assignment.facts import Facts, read_facts
from gradekit.assignment.items import joined
from gradekit.errors import SubmissionError
from gradekit.notebook.cells import find_notebook, read_notebook, title_of


@dataclass(frozen=True)
class StudentNotebook:
    """One of the assignment's notebooks: what it is called, its file, and what is in that."""

    name: str
    path: Path
    content: Mapping[str, Any]

    @property
    def facts(self) -> Facts:
        """What it says about its release."""
        return read_facts(self.content)


@dataclass(frozen=True)
class StudentNotebooks:
    """The assignment's notebooks in a student's folder, in order, and the names of missing ones."""

    assignment: str
    found: tuple[StudentNotebook, ...]
    missing: tuple[str, ...] = ()

    @property
    def content(self) -> Mapping[str, Any]:
        """All that is in them, as in one notebook."""
        return joined({one.name: one.content for one in self.found})

    @property
    def title(self) -> str:
        """What the assignment is called for people: of one notebook its own first heading."""
        if len(self.found) + len(self.missing) == 1:
            return title_of(self.content, self.assignment)
        return next((t for one in self.found if (t := one.facts.title)), self.assignment)

    def problems(self) -> list[str]:
        """Return one line for each notebook that is missing, or has another name."""
        lines = [
            f"The notebook has not the name that it was given. Rename {one.path.name} to "
            f"{one.name}.ipynb."
            for one in self.found
            if one.path.name != f"{one.name}.ipynb"
        ]
        lines += [
            f"{name}.ipynb is not there. Put it back, from the files that you were given if need "
            "be."
            for name in self.missing
        ]
        return lines


def find_notebooks(folder: Path) -> StudentNotebooks:
    """Return the assignment's notebooks in a folder.

    Raises SubmissionError where there is none, where it is not known which one counts, or where
    one cannot be read.
    """
    read = _readable(folder)
    facts = [read_facts(content) for content in read.values()]
    wanted = max((one.notebooks for one in facts), key=len, default=())
    if len(wanted) < 2:
        return _only(find_notebook(folder))
    found, missing = list[StudentNotebook](), list[str]()
    for name in wanted:
        path = _path_of(name, folder, read, wanted)
        if path is None:
            missing.append(name)
        else:
            found.append(StudentNotebook(name, path, read_notebook(path)))
    assignment = next(one.assignment for one in facts if one.notebooks == wanted)
    return StudentNotebooks(assignment, tuple(found), tuple(missing))


def _only(path: Path) -> StudentNotebooks:
    content = read_notebook(path)
    facts = read_facts(content)
    assignment = facts.assignment or path.stem
    name = facts.notebook or assignment
    return StudentNotebooks(assignment, (StudentNotebook(name, path, content),))


def _readable(folder: Path) -> dict[Path, Mapping[str, Any]]:
    found = dict[Path, Mapping[str, Any]]()
    for path in sorted(path for path in folder.glob("*.ipynb") if path.is_file()):
        try:
            found[path] = read_notebook(path)
        except SubmissionError:
            continue
    return found


def _path_of(
    name: str, folder: Path, read: Mapping[Path, Mapping[str, Any]], wanted: tuple[str, ...]
) -> Path | None:
    """Return the file that is a notebook: the one of its name, else one that says that it is.

    Raises SubmissionError where several say so.
    """
    path = folder / f"{name}.ipynb"
    if path.is_file():
        return path
    say_so = [
        path
        for path, content in read.items()
        if path.stem not in wanted and read_facts(content).notebook == name
    ]
    if len(say_so) > 1:
        names = ", ".join(one.name for one in say_so)
        raise SubmissionError(
            f"which notebook is {name}.ipynb? {names}: move the others out of {folder.resolve()}"
        )
    return say_so[0] if say_so else None

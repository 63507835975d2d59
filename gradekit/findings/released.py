"""What a hand-in is compared with: the files that its student was given."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gradekit.assignment.items import is_worked_in, joined
from gradekit.assignment.modules import module_paths
from gradekit.assignment.parts import PartSpec, parts_asked_for
from gradekit.assignment.spec import read_spec
from gradekit.course import Assignment
from gradekit.errors import SubmissionError
from gradekit.notebook.cells import read_notebook


@dataclass(frozen=True)
class Released:
    """The paths of the modules to complete, the provided modules, and the notebook if known.

    `stubs` are the modules to complete as they were given. `notebooks` are all that students work
    in, by name, in order: where there are none, there is the one that is called as the assignment.
    """

    modules: tuple[str, ...] = ()
    provided: Mapping[str, bytes] = field(default_factory=dict)
    notebook: Mapping[str, Any] | None = None
    stubs: Mapping[str, bytes] = field(default_factory=dict)
    notebooks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    pdf_is_optional: bool = False

    def of(self, assignment: str) -> Mapping[str, Mapping[str, Any] | None]:
        """Return the notebooks that a hand-in must hold, by name; None for one that is unknown."""
        return dict(self.notebooks) or {assignment: self.notebook}

    def only(self, notebook: str) -> "Released":
        """Return the same with one of the notebooks."""
        return replace(self, notebook=self.notebooks.get(notebook, self.notebook), notebooks={})

    @property
    def parts(self) -> tuple[PartSpec, ...]:
        """The parts that the release asks for besides code; none where it is not known."""
        notebook = joined(self.notebooks) if self.notebooks else self.notebook
        return parts_asked_for(notebook) if notebook else ()

    @property
    def asks_for_pdf(self) -> bool:
        """Whether a PDF is to be handed in, as where nothing is known: it shows the parts."""
        if self.pdf_is_optional:
            return False
        return bool(self.parts) or not (self.notebook or self.notebooks)

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of the files that are parts."""
        return tuple(part.path for part in self.parts if part.kind == "file")


NOTHING = Released()


def released_of(assignment: Assignment, modules: Sequence[str]) -> Released:
    """Return what hand-ins of a course's assignment are compared with.

    Where it declares no parts, as nbgrader's assignments do not, nobody misses a PDF.
    `modules` are the paths of those that students complete.
    """
    found = read_released(assignment.release, assignment.name, modules)
    return replace(found, pdf_is_optional=not read_spec(assignment.source).parts)


def read_released(folder: Path, assignment: str, modules: Sequence[str]) -> Released:
    """Return what a release's folder holds; what is not there is not compared with.

    `modules` are the paths of those that students complete.
    """
    files = {name: (folder / name).read_bytes() for name in module_paths(folder)}
    provided = {name: data for name, data in files.items() if name not in modules}
    stubs = {name: data for name, data in files.items() if name in modules}
    notebooks = read_notebooks(folder, assignment)
    if set(notebooks) <= {assignment}:
        return Released(tuple(modules), provided, notebooks.get(assignment), stubs)
    return Released(tuple(modules), provided, None, stubs, notebooks)


def read_notebooks(folder: Path, assignment: str) -> dict[str, Mapping[str, Any]]:
    """Return a release's notebooks that students work in, by name, in order.

    Of a release of older versions there is the one that is called as the assignment.
    """
    found = dict[str, Mapping[str, Any]]()
    for path in sorted(folder.glob("*.ipynb")):
        with contextlib.suppress(SubmissionError):
            notebook = read_notebook(path)
            if path.stem == assignment or is_worked_in(notebook):
                found[path.stem] = notebook
    return found

"""What a hand-in is compared with: the files that its student was given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gradekit.assignment.modules import module_paths
from gradekit.errors import SubmissionError
from gradekit.notebook.cells import read_notebook


@dataclass(frozen=True)
class Released:
    """The paths of the modules to complete, the provided modules, and the notebook if known.

    `stubs` are the modules to complete as they were given.
    """

    modules: tuple[str, ...] = ()
    provided: Mapping[str, bytes] = field(default_factory=dict)
    notebook: Mapping[str, Any] | None = None
    stubs: Mapping[str, bytes] = field(default_factory=dict)


NOTHING = Released()


def read_released(folder: Path, assignment: str, modules: Sequence[str]) -> Released:
    """Return what a release's folder holds; what is not there is not compared with.

    `modules` are the paths of those that students complete.
    """
    files = {name: (folder / name).read_bytes() for name in module_paths(folder)}
    provided = {name: data for name, data in files.items() if name not in modules}
    stubs = {name: data for name, data in files.items() if name in modules}
    try:
        notebook = read_notebook(folder / f"{assignment}.ipynb")
    except SubmissionError:
        notebook = None
    return Released(tuple(modules), provided, notebook, stubs)

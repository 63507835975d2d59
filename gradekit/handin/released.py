"""What a hand-in is compared with: the files that its student was given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gradekit.handin.modules import module_paths
from gradekit.handin.notebook import read_notebook
from gradekit.report import HandinError


@dataclass(frozen=True)
class Released:
    """The paths of the modules to complete, the provided modules, and the notebook if known."""

    modules: tuple[str, ...] = ()
    provided: Mapping[str, bytes] = field(default_factory=dict)
    notebook: Mapping[str, Any] | None = None


def read_released(folder: Path, assignment: str, modules: Sequence[str]) -> Released:
    """Return what a release's folder holds; what is not there is not compared with.

    `modules` are the paths of those that students complete.
    """
    names = [name for name in module_paths(folder) if name not in modules]
    provided = {name: (folder / name).read_bytes() for name in names}
    try:
        notebook = read_notebook(folder / f"{assignment}.ipynb")
    except HandinError:
        notebook = None
    return Released(tuple(modules), provided, notebook)

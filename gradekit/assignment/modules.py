"""Which modules a student's folder holds, and which a notebook asks for, by `names.is_module`."""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from gradekit import bounds
from gradekit.assignment.facts import read_facts
from gradekit.names import is_junk, is_module
from gradekit.notebook.cells import cells_of

# What lies in each environment of Python, and of conda.
ENVIRONMENT = ("pyvenv.cfg", "conda-meta/history")
MAX_MODULES = bounds.MODULES
MAX_MODULE_BYTES = bounds.MODULE_BYTES

_IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+([A-Za-z_][\w.]*)", re.M)


def is_environment(folder: Path) -> bool:
    """Whether a folder is an environment of Python or of conda."""
    return any((folder / name).is_file() for name in ENVIRONMENT)


def module_paths(folder: Path) -> list[str]:
    """Return a student's modules below a folder, as sorted paths with slashes."""
    found: list[str] = []
    for place, below, names in os.walk(folder):
        here = Path(place)
        if here != folder and is_environment(here):
            below.clear()
            continue
        below[:] = [name for name in below if not is_junk([name])]
        paths = ((here / name).relative_to(folder).as_posix() for name in names)
        found += [path for path in paths if is_module(path) and (folder / path).is_file()]
    return sorted(found)


def too_many(modules: Iterable[str]) -> str:
    """Return a line where there are more modules than are graded, with where most of them lie."""
    folders = [name.rpartition("/")[0] or "." for name in modules]
    if len(folders) <= MAX_MODULES:
        return ""
    most = Counter(folders).most_common(1)[0][0]
    return (
        f"{len(folders)} Python files, more than the {MAX_MODULES} that are graded: move those "
        f"that are no part of the answer out of the folder; most are in {most[:100]}/"
    )


def asked_for(notebook: Mapping[str, Any], present: Iterable[str] = ()) -> list[str]:
    """Return the paths of the modules that a notebook needs, sorted.

    They are those that its release says to complete, and those that its code imports from a package
    that such a module stands in, or one that came with it, or one that is `present`.
    """
    facts = read_facts(notebook)
    given = facts.modules
    near = [*given, *facts.provided, *present]
    packages = {name.partition("/")[0] for name in near if "/" in name}
    sources = (cell.source for cell in cells_of(notebook) if cell.kind == "code")
    names = {name.strip(".") for source in sources for name in _IMPORT.findall(source)}
    imported = {name for name in names if name.partition(".")[0] in packages and "." in name}
    return sorted({*given, *(f"{name.replace('.', '/')}.py" for name in imported)})


def absent(paths: Iterable[str], present: Iterable[str]) -> list[str]:
    """Return those modules that are not present, neither as a file nor as a package."""
    there = set(present)
    packages = {str(parent) for name in there for parent in PurePosixPath(name).parents}
    return [
        path for path in paths if path not in there and path.removesuffix(".py") not in packages
    ]


def missing_modules(folder: Path, notebook: Mapping[str, Any]) -> list[str]:
    """Return one line for each module that the notebook asks for and the folder lacks.

    What is too much to be graded is a line, too.
    """
    present = module_paths(folder)
    return list(_missing(folder, present, asked_for(notebook, present)))


def _missing(folder: Path, present: list[str], wanted: list[str]) -> Iterator[str]:
    for path in absent(wanted, present):
        yield f"{path} is not there. Put it back, from the files that you were given if need be."
    if too_many(present):
        yield f"{too_many(present)}."
    for path in present:
        if (folder / path).stat().st_size > MAX_MODULE_BYTES:
            yield f"{path} is larger than {MAX_MODULE_BYTES} bytes. Make it smaller: it is code."

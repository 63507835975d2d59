"""Finds the modules of a hand-in: those that are there, and those that its notebook asks for."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from gradekit.handin.notebook import cells_of

PACKAGE = "lib"
JUNK = frozenset(["__pycache__", "__MACOSX", "node_modules", "site-packages", "venv", "env"])

_IMPORT = re.compile(rf"^[ \t]*(?:from|import)[ \t]+({PACKAGE}(?:\.\w+)+)", re.M)


def is_junk(parts: Iterable[str]) -> bool:
    """Whether a path lies in a cache, a hidden folder or an environment, or is a hidden file."""
    return any(part in JUNK or part.startswith(".") for part in parts)


def module_paths(folder: Path) -> list[str]:
    """Return the modules below a folder's lib/, as sorted paths with slashes."""
    found = (
        path.relative_to(folder) for path in (folder / PACKAGE).rglob("*.py") if path.is_file()
    )
    return sorted(path.as_posix() for path in found if not is_junk(path.parts))


def asked_for(notebook: Mapping[str, Any]) -> list[str]:
    """Return the paths of the modules in lib/ that a notebook's code imports, sorted."""
    sources = (cell.source for cell in cells_of(notebook) if cell.kind == "code")
    names = {name for source in sources for name in _IMPORT.findall(source)}
    return sorted(f"{name.replace('.', '/')}.py" for name in names)


def absent(paths: Iterable[str], present: Iterable[str]) -> list[str]:
    """Return those modules that are not present, neither as a file nor as a package."""
    there = set(present)
    packages = {str(parent) for name in there for parent in PurePosixPath(name).parents}
    return [
        path for path in paths if path not in there and path.removesuffix(".py") not in packages
    ]


def missing_modules(folder: Path, notebook: Mapping[str, Any]) -> list[str]:
    """Return one line for each module that the notebook asks for and the folder lacks."""
    present = module_paths(folder)
    lines = [
        f"{path} is not there. Put it back, from the files that you were given if need be."
        for path in absent(asked_for(notebook), present)
    ]
    if not present and not lines:
        return [f"There are no modules in {PACKAGE}/. Put the folder back next to the notebook."]
    return lines

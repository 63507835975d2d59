"""Names the modules of a hand-in that have no effect: provided ones, and those in their places."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from gradekit.findings.released import Released
from gradekit.names import is_module
from gradekit.text import listed

MOST_NAMED = 3
# What the course and Python itself have; a hand-in's module of that name never stands for it.
TAKEN = sys.stdlib_module_names | {"numpy", "pytest", "gradekit"}


def without_effect(files: Mapping[str, bytes], released: Released) -> list[str]:
    """Return one line for the modules that differ from provided ones, and for each that would hide
    another.
    """
    provided = released.provided.items()
    other = [n for n, data in provided if n in files and _text(files[n]) != _text(data)]
    differ = (
        "differs from the release and has"
        if len(other) == 1
        else "differ from the release and have"
    )
    lines = [f"{listed(other, MOST_NAMED)} {differ} no effect"] if other else []
    return [*lines, *_in_the_way(files, released), *_shadowing(files, released)]


def _in_the_way(names: Iterable[str], released: Released) -> Iterator[str]:
    """What Python would take before a provided module, or before a package of the release."""
    known = [*released.provided, *released.modules]
    for name, place in misplaced(names, released.provided, known).items():
        yield f"{name} is in the place of {place} and has no effect"


def misplaced(
    names: Iterable[str], provided: Iterable[str], known: Iterable[str]
) -> dict[str, str]:
    """Return what stands in the place of the release's own, by its path, with that.

    That is a folder in the place of a provided module, and a module in the place of a package.
    """
    names = list(names)
    folders = sorted({str(parent) for name in names for parent in PurePosixPath(name).parents})
    modules = {name.removesuffix(".py"): name for name in sorted(provided)}
    packages = {str(parent) for name in known for parent in PurePosixPath(name).parents}
    found = {
        f"{folder}/": modules.get(folder) or folder
        for folder in folders
        if folder in modules or folder in modules.values()
    }
    given = {*modules.values(), *known}
    return found | {
        name: f"{name.removesuffix('.py')}/"
        for name in sorted(names)
        if name.removesuffix(".py") in packages and name not in given and name.endswith(".py")
    }


def _shadowing(names: Iterable[str], released: Released) -> Iterator[str]:
    known = {*released.modules, *released.provided}
    for name in sorted(set(names) - known):
        path = PurePosixPath(name)
        module = path.parent.name if path.name == "__init__.py" else path.stem
        if is_module(name) and module in TAKEN:
            yield f"{name} does not stand for Python's own {module}"


def _text(data: bytes) -> bytes:
    return data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").rstrip()

"""Names the modules of a hand-in that have no effect: provided ones, and those in their places."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from gradekit.handin.modules import PACKAGE
from gradekit.handin.released import Released

# What the course and Python itself have; a hand-in's module of that name never stands for it.
TAKEN = sys.stdlib_module_names | {"numpy", "pytest", "gradekit"}


def without_effect(files: Mapping[str, bytes], released: Released) -> list[str]:
    """Return one line for each module that differs from the provided one, or would hide another."""
    lines = [
        f"{name} differs from the release and has no effect"
        for name, data in released.provided.items()
        if name in files and _text(files[name]) != _text(data)
    ]
    return [*lines, *_in_the_way(files, released), *_shadowing(files, released)]


def _in_the_way(names: Iterable[str], released: Released) -> Iterator[str]:
    """A package that Python would take before the provided module of the same name."""
    folders = sorted({str(parent) for name in names for parent in PurePosixPath(name).parents})
    for name in released.provided:
        if name.removesuffix(".py") in folders:
            yield f"{name.removesuffix('.py')}/ is in the place of {name} and has no effect"


def _shadowing(names: Iterable[str], released: Released) -> Iterator[str]:
    known = {*released.modules, *released.provided}
    for name in sorted(set(names) - known):
        path = PurePosixPath(name)
        if path.suffix != ".py" or path.parts[0] != PACKAGE:
            continue
        module = path.parent.name if path.name == "__init__.py" else path.stem
        if module in TAKEN and module != PACKAGE:
            yield f"{name} does not stand for Python's own {module}"


def _text(data: bytes) -> bytes:
    return data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").rstrip()

"""Reads the modules of a hand-in that lies in a folder."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from gradekit.grading.grade import Handin
from gradekit.grading.kit import GradingKit
from gradekit.report import HandinError

MAX_MODULES = 200
MAX_MODULE_BYTES = 2**20


def read_handin(folder: Path, student: str, kit: GradingKit, notes: tuple[str, ...] = ()) -> Handin:
    """Return a hand-in's modules, from the packages that the student's files stand in.

    Raises HandinError where there is no such folder, it cannot be read, or it holds too much.
    """
    if not folder.is_dir():
        raise HandinError(f"no hand-in of {student}: {folder} is not there")
    packages = sorted({PurePosixPath(name).parts[0] for name in kit.student_files})
    try:
        paths = [path for package in packages for path in _modules(folder, folder / package)]
    except OSError as error:
        raise _unreadable(Path(error.filename or folder), error) from error
    if len(paths) > MAX_MODULES:
        raise HandinError(f"{folder}: more than {MAX_MODULES} modules")
    return Handin(student, {str(p.relative_to(folder)): _read(p) for p in paths}, notes)


def _modules(folder: Path, package: Path) -> list[Path]:
    single = package.is_file() and package.suffix == ".py"
    found = [package] if single else sorted(path for path in _below(package) if path.is_file())
    return [path for path in found if path.resolve().is_relative_to(folder.resolve())]


def _below(folder: Path) -> Iterator[Path]:
    """Yield the Python files below a folder; `Path.rglob` passes over what it may not read."""
    if folder.is_dir():
        for place, _, names in os.walk(folder, onerror=_fail):
            yield from (Path(place, name) for name in names if name.endswith(".py"))


def _fail(error: OSError) -> None:
    raise error


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_MODULE_BYTES:
            raise HandinError(f"{path}: larger than {MAX_MODULE_BYTES} bytes")
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> HandinError:
    return HandinError(f"{path}: cannot be read ({error.strerror})")

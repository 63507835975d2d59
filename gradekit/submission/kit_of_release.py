"""Tells whether the kit that a student has installed is the one that came with the assignment."""

import importlib.util
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import gradekit
from gradekit import __version__

MAX_FILE_BYTES = 5_000_000
_WHEEL = re.compile(r"gradekit_student-(\d[\w.]{0,40})-py3-none-any\.whl")
_NUMBER = re.compile(r"\d+")


def other_kit(folder: Path, package: Path | None = None) -> Iterator[str]:
    """Yield a line where the wheel beside a notebook is not what is installed, and no older one.

    pip leaves a wheel alone whose version is installed already, whatever is in it. Staff have the
    whole kit, which a release is made with. `package` is where the kit is installed.
    """
    if package is None and importlib.util.find_spec("gradekit.cli.staff"):
        return
    wheels = [path for path in folder.glob("gradekit_student-*.whl") if path.is_file()]
    match = _WHEEL.fullmatch(wheels[0].name) if len(wheels) == 1 else None
    if not match or _numbers(match[1]) < _numbers(__version__):
        return
    if not _is_installed(wheels[0], package or Path(gradekit.__file__).parent):
        yield (
            f"The gradekit that is installed here is not the one that came with this assignment. "
            f"Install that one: pip install --force-reinstall --no-deps {wheels[0].name}"
        )


def _is_installed(wheel: Path, package: Path) -> bool:
    """Whether each file of a wheel is installed as it is; so, too, where it cannot be read."""
    try:
        with zipfile.ZipFile(wheel) as opened:
            return all(
                _bytes_of(package.parent / info.filename) == opened.read(info)
                for info in opened.infolist()
                if info.filename.startswith("gradekit/") and info.file_size <= MAX_FILE_BYTES
            )
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError):
        return True


def _bytes_of(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _numbers(version: str) -> list[int]:
    return [int(number) for number in _NUMBER.findall(version)]

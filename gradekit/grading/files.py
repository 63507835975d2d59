"""Files by their relative paths, as data: their hashes, and how they get onto a disk."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import gradekit

Files = Mapping[str, bytes]

# What decides how a hand-in is graded; the rest of the kit only carries it.
DECIDING = ("report.py", "grading", "sandbox", "handin/standins.py")


def hash_files(files: Files) -> str:
    """Return the SHA-256 of some files' names and contents, in hexadecimal."""
    digest = hashlib.sha256()
    for name in sorted(files):
        # Names of files need not be UTF-8.
        head = f"{name}\0{len(files[name])}\0".encode(errors="surrogateescape")
        digest.update(head + files[name])
    return digest.hexdigest()


def hash_texts(*texts: str) -> str:
    """Return the SHA-256 of some texts one after another, in hexadecimal."""
    return hash_files({str(number): text.encode() for number, text in enumerate(texts)})


def write_files(folder: Path, files: Files) -> None:
    """Write files below a folder, which need not be there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@cache
def code_key(names: tuple[str, ...] = DECIDING) -> str:
    """Return the hash of the code of some folders or files of the package: of what grades.

    Of a folder all files count, in whatever folder below it: a template decides as code does.
    """
    package = Path(gradekit.__file__).parent
    places = [package / name for name in names]
    paths = [p for place in places for p in ([place] if place.is_file() else place.rglob("*"))]
    files = [path for path in paths if path.is_file() and path.parent.name != "__pycache__"]
    return hash_files({str(path.relative_to(package)): path.read_bytes() for path in files})

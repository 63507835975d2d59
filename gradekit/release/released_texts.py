"""Every text that stands in a release's files, hidden and packed ones as well."""

import bz2
import gzip
import io
import json
import lzma
import re
import tarfile
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from gradekit.errors import AuthoringError
from gradekit.files import is_machines, storage_error
from gradekit.release.student_wheel import WHEEL

# What is packed is opened as deep, and as far, as that; what is long is looked through in pieces.
MAX_DEPTH, MAX_BYTES, CHUNK = 3, 2**31, 2**24
_HEAD, _OVERLAP = 8192, 8192
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_COMPILED = (".pyc", ".pyo")
_PICTURE = re.compile(r"[A-Za-z0-9+/=\s]{64,}")


def texts_of_release(release: Path, made: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
    """Yield the texts of a release, each with its file's name.

    `made` has those of files that are not written yet. Raises AuthoringError for what cannot be
    looked through.
    """
    for name, parts in made.items():
        yield name, "\n".join(parts)
    for path in sorted(release.rglob("*")):
        name = path.relative_to(release).as_posix()
        if path.is_symlink():
            raise AuthoringError(f"{path}: a link stands in the release: copy what it leads to")
        # The student's kit is the kit's own and holds no source of an assignment.
        if path.is_file() and name not in made and not WHEEL.fullmatch(name):
            yield from texts_of_file(str(path), path.read_bytes())


def texts_of_file(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the texts of a file, each with the name of what it stands in."""
    return _texts_of(name, data, [MAX_BYTES], 0)


def _texts_of(name: str, data: bytes, left: list[int], depth: int) -> Iterator[tuple[str, str]]:
    """Yield a file's texts: its own, of a notebook the cells' and outputs', of an archive all."""
    if name.endswith(_COMPILED):
        raise AuthoringError(f"{name}: compiled Python stands in the release: it can be read back")
    for inner, read in _unpacked(name, data):
        unpacked = read(left[0])
        left[0] -= len(unpacked)
        if left[0] < 0 or depth == MAX_DEPTH:
            raise AuthoringError(f"{name}: too much, or packed too deeply, to be looked through")
        yield from _texts_of(f"{name}/{inner}", unpacked, left, depth + 1)
    if len(data) > CHUNK and b"\0" in data[:_HEAD] and not data.startswith(_UTF16):
        return  # large, and no text
    for start in range(0, len(data), CHUNK):
        yield name, _decoded(data[start : start + CHUNK + _OVERLAP])
    if name.endswith(".ipynb") or data.lstrip()[:1] in (b"{", b"["):
        try:
            tree = json.loads(data)
        except (ValueError, RecursionError):
            return
        yield name, "\n".join(texts_in(tree))


def _decoded(data: bytes) -> str:
    return data.decode("utf-16" if data.startswith(_UTF16) else "utf-8", "replace")


def texts_in(tree: Any) -> Iterator[str]:
    """Yield every text in a notebook; lines that are kept as a list are one, pictures are bytes."""
    waiting = [tree]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            value = "".join(value)
        if isinstance(value, str):
            yield value
            yield from _pictured(value)
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value


def _pictured(text: str) -> Iterator[str]:
    if _PICTURE.fullmatch(text):
        try:
            yield _decoded(b64decode(text))
        except ValueError:
            return


Reader = Callable[[int], bytes]


def _unpacked(name: str, data: bytes) -> list[tuple[str, Reader]]:
    """Return what an archive holds, as names and what reads at most so many bytes of each."""
    for magic, opened in _PACKERS.items():
        if data.startswith(magic):
            packed = opened(io.BytesIO(data))
            return [(Path(name).stem, partial(_read, name, packed))]
    try:
        if data.startswith(b"PK") or zipfile.is_zipfile(io.BytesIO(data)):
            archive = zipfile.ZipFile(io.BytesIO(data))
            members = [one for one in archive.infolist() if not one.is_dir()]
            return [(one.filename, partial(_read_member, archive, one)) for one in members]
        if data[257:262] == b"ustar":
            tar = tarfile.open(fileobj=io.BytesIO(data))  # noqa: SIM115  (it is in memory)
            files = ((one.name, tar.extractfile(one)) for one in tar)
            return [(inner, partial(_read, inner, file)) for inner, file in files if file]
    except (zipfile.BadZipFile, tarfile.TarError):
        pass  # it only begins like one
    return []


_PACKERS: dict[bytes, Callable[[BinaryIO], Any]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ": lzma.LZMAFile,
}


_DAMAGE = (
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
)


def _read(name: str, file: Any, most: int) -> bytes:
    try:
        return bytes(file.read(most + 1))
    except _DAMAGE as error:
        _require_machine(error)
        raise AuthoringError(
            f"{name}: packed so that it cannot be looked through ({error})"
        ) from error


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    try:
        with archive.open(member) as file:
            return _read(member.filename, file, most)
    except _DAMAGE as error:
        _require_machine(error)
        raise AuthoringError(
            f"{member.filename}: packed so that it cannot be looked through ({error})"
        ) from error


def _require_machine(error: BaseException) -> None:
    """Raise StorageError where it was the machine that kept a file from being looked through."""
    if is_machines(error):
        raise storage_error(error) from error

"""Reads the files of a zip or a folder that somebody sent, and refuses what could do harm."""

import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gradekit.handin.modules import is_junk
from gradekit.report import HandinError

MAX_FILES = 2000
MAX_BYTES = 50_000_000
# Other packings can need gigabytes of memory before the first byte comes out.
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True)
class Sent:
    """The names of the files that were sent, each checked, and a way to read one of them."""

    names: tuple[str, ...]
    read: Callable[[str], bytes]


@contextmanager
def open_sent(path: Path) -> Iterator[Sent]:
    """Open a zip or a folder; raise HandinError in one line for whatever is wrong with it."""
    try:
        if path.is_dir():
            yield _folder(path)
        elif path.is_file():
            with _zip(path) as archive:
                yield _members(path.name, archive)
        else:
            raise HandinError(f"{path} is not there, or is neither a zip nor a folder")
    except HandinError:
        raise
    except Exception as error:  # what a damaged zip makes zipfile and zlib raise has no end
        raise HandinError(f"{path.name} cannot be read ({_short(error)})") from error


def check_names(where: str, names: Iterable[str]) -> None:
    """Raise HandinError for a name that is no plain relative path, or means the same as another."""
    seen: dict[str, str] = {}
    for name in names:
        problem = _name_problem(name)
        if problem:
            raise HandinError(f"{where}: {name[:100]!r} is refused: {problem}")
        key = _folded(name)
        if key in seen:
            raise HandinError(f"{where}: {name!r} and {seen[key]!r} are one name to some computers")
        seen[key] = name
    for key, name in seen.items():
        for parent in PurePosixPath(key).parents:
            if str(parent) in seen:
                raise HandinError(f"{where}: {seen[str(parent)]!r} is a file and holds {name!r}")


def _name_problem(name: str) -> str:
    parts = name.split("/")
    if not name.isprintable() or not name.strip():
        return "it is not text"
    if "\\" in name:
        return "it has a backslash"
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "it is an absolute path"
    return "it leads out of the folder" if {"..", ".", ""} & set(parts) else ""


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _check_amount(where: str, files: int, size: int) -> None:
    if files > MAX_FILES:
        raise HandinError(f"{where}: more than {MAX_FILES} files")
    if size > MAX_BYTES:
        raise HandinError(f"{where}: more than {MAX_BYTES // 1_000_000} MB")


def _zip(path: Path) -> zipfile.ZipFile:
    _check_amount(path.name, 0, path.stat().st_size)
    try:
        return zipfile.ZipFile(path)
    except UnicodeDecodeError as error:
        raise HandinError(f"{path.name}: a name in it is not text") from error
    except zipfile.BadZipFile as error:
        raise HandinError(f"{path.name} is no zip, or a damaged one ({_short(error)})") from error


def _members(where: str, archive: zipfile.ZipFile) -> Sent:
    infos = archive.infolist()
    _check_amount(where, len(infos), sum(info.file_size for info in infos))
    for info in infos:
        _check_member(where, info)
    check_names(where, (info.filename.removesuffix("/") for info in infos if info.is_dir()))
    files = {info.filename: info for info in infos if not info.is_dir()}
    check_names(where, (info.filename for info in infos if not info.is_dir()))
    return Sent(tuple(files), _reader(where, archive, files))


def _check_member(where: str, info: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    problem = ""
    if "\0" in info.orig_filename:
        problem = "its name is not text"
    elif kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        problem = "it is a link or a device"
    elif info.flag_bits & 1:
        problem = "it is encrypted"
    elif info.compress_type not in PACKINGS:
        problem = f"it is packed in an unusual way (method {info.compress_type})"
    if problem:
        raise HandinError(f"{where}: {info.filename[:100]!r} is refused: {problem}")


def _reader(
    where: str, archive: zipfile.ZipFile, files: Mapping[str, zipfile.ZipInfo]
) -> Callable[[str], bytes]:
    left = MAX_BYTES

    def read(name: str) -> bytes:
        nonlocal left
        with archive.open(files[name]) as member:
            data = member.read(left + 1)
        left -= len(data)
        # What a zip says about its sizes need not be true.
        _check_amount(where, 0, MAX_BYTES - left)
        return data

    return read


def _folder(path: Path) -> Sent:
    sizes: dict[str, int] = {}
    for file in _walk(path):
        status = file.lstat()
        name = file.relative_to(path).as_posix()
        if not stat.S_ISREG(status.st_mode):
            raise HandinError(f"{path.name}: {name!r} is refused: it is a link or a device")
        sizes[name] = status.st_size
        _check_amount(path.name, len(sizes), sum(sizes.values()))
    check_names(path.name, sizes)
    return Sent(tuple(sizes), lambda name: (path / name).read_bytes())


def _walk(path: Path) -> Iterator[Path]:
    # Caches and environments are not even counted: they are left out anyway.
    for folder, below, files in os.walk(path):
        here = Path(folder)
        below[:] = sorted(n for n in below if not is_junk([n]) and not _is_environment(here / n))
        yield from (here / name for name in sorted(files) if not is_junk([name]))
        yield from (here / name for name in below if (here / name).is_symlink())


def _is_environment(folder: Path) -> bool:
    return (folder / "pyvenv.cfg").is_file()


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:120].splitlines()[0]

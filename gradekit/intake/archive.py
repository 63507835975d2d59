"""Opens a zip or a folder that somebody sent: its files as they came, none of them checked yet."""

import io
import os
import stat
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from gradekit import bounds
from gradekit.assignment.modules import ENVIRONMENT, is_environment
from gradekit.errors import StorageError, SubmissionError
from gradekit.files import unreadable
from gradekit.formats import ASK, FORMAT_BYTES, NOTEBOOK, other_format
from gradekit.intake.filenames import leads_out, name_in_zip, tidied
from gradekit.intake.folder import open_plain
from gradekit.intake.identity.stated_ids import stem
from gradekit.names import is_junk
from gradekit.text import one_line

# Of whatever is opened, also of a whole class's download.
MAX_ENTRIES = bounds.ENTRIES
MAX_DOWNLOAD = bounds.DOWNLOAD_BYTES
# What a zip tells about its files stands in one piece, which is read at once.
MAX_DIRECTORY = bounds.DIRECTORY_BYTES
# Other packings can need gigabytes of memory before the first byte comes out.
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ZIP_START = b"PK\x03\x04"
MAX_ENVIRONMENTS = 100
LINK = "it is a link or a device"
HARD_LINK = "it is one file with another elsewhere (a hard link)"
DEEP = "it lies too many folders deep"
NO_TEXT = "its name is not text"
HOSTILE = (LINK, HARD_LINK, DEEP, NO_TEXT)  # the whole hand-in is refused
# Above a hand-in, a download has folders of its own.
MOST_DEEP = 2 * bounds.FOLDERS_DEEP


@dataclass(frozen=True)
class Entry:
    """A file that was sent: its name and size as stated, why it is refused or "", and its bytes."""

    name: str
    size: int
    problem: str
    open: Callable[[], AbstractContextManager[IO[bytes]]]

    def read(self, most: int) -> bytes:
        """Return the first bytes, at most so many."""
        with self.open() as opened:
            return opened.read(most)

    def chunks(self, size: int) -> Iterator[bytes]:
        """Yield the bytes in pieces of a size."""
        with self.open() as opened:
            while chunk := opened.read(size):
                yield chunk


@dataclass(frozen=True)
class Box:
    """What a zip or a folder holds, without caches, version control and environments.

    `notes` are lines on what was put right in it; `bare` is whether it is a notebook that came
    alone, in no zip. `folders` are those that it names beside its files: a zip's own entries of
    such, or what stands at the top of a folder.
    """

    where: str
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()
    bare: bool = False
    folders: tuple[str, ...] = ()


def is_zip(name: str) -> bool:
    """Whether a file is a zip, by its name."""
    return name.lower().endswith(".zip")


@contextmanager
def refusing_damage(where: str) -> Iterator[None]:
    """Turn whatever a damaged zip or a lost disk raises into a SubmissionError of one line."""
    try:
        yield
    except (SubmissionError, StorageError):
        raise
    except UnicodeDecodeError as error:
        raise SubmissionError(f"{where}: a name in it is not text") from error
    except OSError as error:
        raise unreadable(error, where) from error
    except Exception as error:  # what a damaged zip makes zipfile and zlib raise has no end
        short = one_line(f"{type(error).__name__}: {error}", 120)
        raise SubmissionError(f"{where} cannot be read ({short})") from error


@contextmanager
def open_box(path: Path) -> Iterator[Box]:
    """Open a zip or a folder.

    Raises SubmissionError in one line where it is neither, or too much.
    """
    with ExitStack() as stack:
        with refusing_damage(path.name):
            if path.is_symlink():
                raise SubmissionError(f"{path} is a link: give what it leads to")
            if path.is_dir():
                box = _folder_box(path)
            elif path.is_file():
                # Without a buffer: also processes that are forked read it, one after another.
                file = stack.enter_context(path.open("rb", buffering=0))
                box = _bare_box(path, file) or zip_box(path.name, file, stack)
            else:
                raise SubmissionError(f"{path} is not there, or is neither a zip nor a folder")
        yield box


def _bare_box(path: Path, file: IO[bytes]) -> Box | None:
    """Return the box of a notebook that came alone, whatever its ending; None where it is none."""
    if other_format(file.read(FORMAT_BYTES)) != NOTEBOOK:
        return None
    name = f"{stem(path.name)}.ipynb"
    size = path.stat().st_size
    return Box(path.name, (Entry(name, size, "", lambda: path.open("rb")),), bare=True)


def zip_box(where: str, file: IO[bytes], stack: ExitStack) -> Box:
    """Return what an open zip holds; it is closed with the stack.

    Raises SubmissionError where it is no zip, or more than can be a download.
    """
    size = file.seek(0, os.SEEK_END)
    if size > MAX_DOWNLOAD:
        raise SubmissionError(f"{where}: more than {MAX_DOWNLOAD // 1_000_000} MB")
    file.seek(0)
    other = other_format(file.read(FORMAT_BYTES))
    if other:
        raise SubmissionError(f"{where} is {other}, and no zip: {ASK}")
    try:
        guarded = _Guarded(file)
        archive = stack.enter_context(zipfile.ZipFile(guarded))
    except zipfile.BadZipFile as error:
        raise SubmissionError(f"{where} {_no_zip(file, error)}: {ASK}") from error
    guarded.most = -1
    members = archive.infolist()
    files = [_member(archive, info) for info in members if not _is_folder(info)]
    folders = _names(tidied(name_in_zip(info)) for info in members if _is_folder(info))
    slashes = any("\\" in info.filename for info in members)
    return Box(where, tuple(_kept(_composed(files))), _slashes(slashes), folders=folders)


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({unicodedata.normalize("NFC", name) for name in names}))


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.filename[-1:] in ("/", "\\")


def _no_zip(file: IO[bytes], error: Exception) -> str:
    """Return what is wrong with a file that cannot be opened as a zip."""
    file.seek(0)
    reason = one_line(f"{type(error).__name__}: {error}", 120)
    if file.read(len(ZIP_START)) == ZIP_START:
        reason = "its end is missing, as after an upload that was broken off"
    return f"is no zip, or a damaged one ({reason})"


def _slashes(found: bool) -> tuple[str, ...]:
    return ("names in it have backslashes, which count as slashes",) if found else ()


def _composed(entries: Sequence[Entry]) -> list[Entry]:
    """Return entries whose accents are parts of their letters, as Macs do not write them.

    Two names that would be one stay as they are.
    """
    names = [unicodedata.normalize("NFC", entry.name) for entry in entries]
    counts = Counter(names)
    pairs = zip(entries, names, strict=True)
    return [replace(one, name=name) if counts[name] == 1 else one for one, name in pairs]


def _kept(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Yield the entries that lie in no cache, hidden folder or environment."""
    ends = [(e.name, end) for e in entries for end in ENVIRONMENT if e.name.endswith(f"/{end}")]
    environments = sorted({name.removesuffix(end) for name, end in ends})[:MAX_ENVIRONMENTS]
    for entry in entries:
        parts = entry.name.split("/")
        junk = is_junk(parts) or any(entry.name.startswith(one) for one in environments)
        if not junk or leads_out(entry.name):
            yield entry


class _Guarded(io.BufferedIOBase):
    """A file that gives no more than some bytes at once, until `most` is set to -1."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.most = file, MAX_DIRECTORY

    def read(self, size: int | None = -1) -> bytes:
        if 0 <= self.most < (size or 0):
            raise SubmissionError("it tells of more files than a download can have")
        return self._file.read(-1 if size is None else size)

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(place, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry:
    return Entry(
        tidied(name_in_zip(info)), info.file_size, _member_problem(info), lambda: archive.open(info)
    )


def _member_problem(info: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if "\0" in info.orig_filename:
        return NO_TEXT
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return LINK
    if info.flag_bits & 1:
        return "it is encrypted"
    if info.compress_type not in PACKINGS:
        return f"it is packed in an unusual way (method {info.compress_type})"
    return ""


def _folder_box(path: Path) -> Box:
    found: list[tuple[Path, os.stat_result]] = []
    slashes = False
    for file in _walk(path):
        slashes |= "\\" in file.name
        found.append((file, file.lstat()))
        if len(found) > MAX_ENTRIES:
            raise SubmissionError(f"{path.name}: more than {MAX_ENTRIES} files")
    # Files with two names below this folder are as they were sent; one with a name elsewhere may be
    # anybody's.
    names = Counter((status.st_dev, status.st_ino) for _, status in found)
    entries = [
        _file(path, file, status, names[status.st_dev, status.st_ino]) for file, status in found
    ]
    folders = _names(one.name for one in path.iterdir() if one.is_dir())
    where = path.resolve().name
    return Box(where, tuple(_composed(entries)), _slashes(slashes), folders=folders)


def _file(root: Path, file: Path, status: os.stat_result, names: int) -> Entry:
    problem = "" if stat.S_ISREG(status.st_mode) else LINK
    if stat.S_ISDIR(status.st_mode):
        problem = DEEP
    elif not problem and status.st_nlink > names:
        problem = HARD_LINK
    name = file.relative_to(root).as_posix()
    return Entry(tidied(name), status.st_size, problem, lambda: open_plain(root, name))


def _walk(path: Path) -> Iterator[Path]:
    # Caches and environments are not even counted: they are left out anyway.
    for folder, below, files in os.walk(path, onerror=_unreadable):
        here = Path(folder)
        below[:] = sorted(n for n in below if not is_junk([n]) and not is_environment(here / n))
        yield from (here / name for name in sorted(files) if not is_junk([name]))
        yield from (here / name for name in below if (here / name).is_symlink())
        if len(here.relative_to(path).parts) >= MOST_DEEP:
            yield from (here / name for name in below if not (here / name).is_symlink())
            below.clear()


def _unreadable(error: OSError) -> None:
    raise error

"""Takes hand-ins in: zips and folders become submitted/STUDENT/ASSIGNMENT, checked and repaired."""

import shutil
import tempfile
from collections.abc import Container, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gradekit.handin.archive import MAX_BYTES, Sent
from gradekit.handin.box import open_box, readable
from gradekit.handin.contents import choose, read_manifest
from gradekit.handin.modules import module_paths
from gradekit.handin.names import MANIFEST, TIMESTAMP, is_student_id, pdf_name
from gradekit.handin.notebook import text_of
from gradekit.handin.notes import noticed
from gradekit.handin.oneline import one_line
from gradekit.handin.released import Released
from gradekit.handin.times import timestamp
from gradekit.handin.uploads import Upload, single
from gradekit.report import GradekitError, HandinError
from gradekit.storage import is_machines, storage_error, unreadable

NOTHING = Released()


@dataclass(frozen=True)
class Arrived:
    """A hand-in as it was sent, before it is taken in: whose it is, its files, what was noticed."""

    where: str
    owner: str
    files: dict[str, bytes]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Taken:
    """A hand-in that was taken in: whose it is, where it lies, and what was repaired or noticed."""

    student: str
    folder: Path
    notes: tuple[str, ...] = ()


def take_in(
    source: Path | Upload,
    assignment: str,
    destination_root: Path,
    *,
    replace: bool = False,
    released: Released = NOTHING,
    settled: Container[str] = (),
    received: datetime | None = None,
) -> Taken:
    """Read a hand-in and take it in, as `read_sent` and `put` do."""
    arrived = read_sent(source, assignment, released, received)
    return put(arrived, assignment, destination_root, replace=replace, settled=settled)


def read_sent(
    source: Path | Upload,
    assignment: str,
    released: Released = NOTHING,
    received: datetime | None = None,
) -> Arrived:
    """Return what is in a hand-in; nothing is changed.

    Whose it is says the manifest, else the student's name for the file, else the name that a
    download gave it. `received` is when it came in, where staff say so. Raises HandinError in one
    line where something in it is refused, or nobody's id is found.
    """
    try:
        with _opened(source, assignment) as (upload, sent):
            files, notes = choose(upload.where, sent, assignment, released.modules)
            stamp, when = timestamp(upload, sent, received)
        files |= {TIMESTAMP: stamp} if stamp else {}
        owner, whose = _owner(upload, assignment, files)
        found = noticed(files, assignment, released)
    except HandinError as error:
        raise HandinError(one_line(error)) from error
    lines = (*whose, *upload.notes, *notes, *when, *found)
    return Arrived(upload.where, owner, files, tuple(map(one_line, lines)))


def put(
    arrived: Arrived,
    assignment: str,
    destination_root: Path,
    *,
    replace: bool = False,
    settled: Container[str] = (),
) -> Taken:
    """Put a hand-in in its place, `destination_root`/STUDENT/`assignment`, whole or not at all.

    `replace` does not go for the students in `settled`. Raises HandinError in one line where the
    student has handed in already, or where nothing can be written.
    """
    owner = arrived.owner
    folder = destination_root / owner / assignment
    try:
        if folder.exists() and (owner in settled or not replace):
            raise HandinError(_already(arrived.where, owner, assignment, owner in settled))
        _place(arrived.files, destination_root, folder)
    except HandinError as error:
        raise HandinError(one_line(error)) from error
    return Taken(owner, folder, arrived.notes)


def owner_of(upload: Upload, assignment: str) -> str:
    """Return whose an upload says that it is; nothing where it cannot be taken in anyway."""
    try:
        with _opened(upload, assignment) as (_, sent):
            files, _ = choose(upload.where, sent, assignment)
        return _owner(upload, assignment, files)[0]
    except HandinError:
        return ""


def inspect(folder: Path, assignment: str, released: Released = NOTHING) -> list[str]:
    """Return what is to be noticed about a hand-in that lies in a folder; nothing is changed."""
    names = [f"{assignment}.ipynb", pdf_name(assignment), MANIFEST, *module_paths(folder)]
    files = {name: _content(folder / name) for name in names if (folder / name).is_file()}
    return [one_line(line) for line in noticed(files, assignment, released)]


@contextmanager
def _opened(source: Path | Upload, assignment: str) -> Iterator[tuple[Upload, Sent]]:
    with ExitStack() as stack:
        upload = source
        if isinstance(upload, Path):
            upload = single(upload, stack.enter_context(open_box(upload)), assignment)
        with readable(upload.where):
            yield upload, stack.enter_context(upload.open())


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
    except OSError as error:
        raise unreadable(error, path) from error


def _owner(upload: Upload, assignment: str, files: Mapping[str, bytes]) -> tuple[str, list[str]]:
    stated = text_of(read_manifest(files.get(MANIFEST, b"")).get("student"))
    named = [name for name in upload.named if is_student_id(name)]
    owner = next(filter(is_student_id, [stated, *named, upload.made]), "")
    if not owner:
        raise HandinError(
            f"{upload.where}: whose is it? Rename it to {assignment}_ID.zip, or to the id"
        )
    notes = []
    if stated and not is_student_id(stated):
        notes.append(f"the student's id in the manifest cannot be one: {stated[:60]!r}")
    if named and owner not in named:
        notes.append(f"taken in as {owner}, though {upload.where} is named for {named[0]}")
    if owner != stated and owner not in named:
        notes.append(f"taken in as {owner}: the id is made from the download's name for the file")
    return owner, notes


def _already(where: str, student: str, assignment: str, now: bool) -> str:
    remedy = "with the same download" if now else "--replace takes the new one"
    return f"{where}: {student} has handed in {assignment} already: {remedy}"


def _place(files: Mapping[str, bytes], root: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".taking-", dir=root))
    except OSError as error:
        raise _unwritten(error, target) from error
    try:
        _write(files, aside / "new")
        _swap(aside, target)
    except OSError as error:
        raise _unwritten(error, target) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _unwritten(error: OSError, target: Path) -> GradekitError:
    if is_machines(error):
        return storage_error(error, target)
    return HandinError(f"{target} cannot be written: {error.strerror}")


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _swap(aside: Path, target: Path) -> None:
    """Put the new folder in the old one's place; where that fails, the old one stays."""
    old = aside / "old"
    if target.exists():
        target.rename(old)
    try:
        (aside / "new").rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise

"""Takes hand-ins in: zips and folders become submitted/STUDENT/ASSIGNMENT, checked and repaired."""

import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gradekit.handin.archive import MAX_BYTES, open_sent
from gradekit.handin.contents import choose, read_manifest
from gradekit.handin.modules import module_paths
from gradekit.handin.names import MANIFEST, TIMESTAMP, is_student_id, pdf_name
from gradekit.handin.notebook import text_of
from gradekit.handin.notes import noticed
from gradekit.report import HandinError

_COPY = re.compile(r"(?: \(\d+\)| copy)+$", re.I)
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?"
    r"(?: (?:[+-]\d{4}|[A-Z][A-Za-z_]*(?:/[A-Z][A-Za-z_-]*)*))?"
)


@dataclass(frozen=True)
class Taken:
    """A hand-in that was taken in: whose it is, where it lies, and what was repaired or noticed."""

    student: str
    folder: Path
    notes: tuple[str, ...] = ()


def take_in(
    path: Path,
    assignment: str,
    destination_root: Path,
    *,
    replace: bool = False,
    modules: Sequence[str] = (),
    student: str = "",
    now: datetime | None = None,
) -> Taken:
    """Take a zip or a folder in, as `destination_root`/STUDENT/`assignment`, whole or not at all.

    Whose it is says `student`, else the manifest, else the file's or folder's name. `modules` are
    paths that there should be besides those that the notebook imports. Raises HandinError in one
    line where something in it is refused, nobody's id is found, or the student has handed in
    already and `replace` is false.
    """
    with open_sent(path) as sent:
        files, notes = choose(path.name, sent, assignment)
    owner, whose = _owner(path, assignment, files, student)
    files[TIMESTAMP], when = _timestamp(files.get(TIMESTAMP, b""), now or datetime.now(UTC))
    found = noticed(files, assignment, modules)
    folder = _place(files, destination_root, owner, assignment, replace)
    return Taken(owner, folder, (*whose, *notes, *when, *found))


def inspect(folder: Path, assignment: str, modules: Sequence[str] = ()) -> list[str]:
    """Return what is to be noticed about a hand-in that lies in a folder; nothing is changed."""
    names = [f"{assignment}.ipynb", pdf_name(assignment), MANIFEST, *module_paths(folder)]
    files = {name: _content(folder / name) for name in names if (folder / name).is_file()}
    return noticed(files, assignment, modules)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
    except OSError:
        return b""


def _owner(
    path: Path, assignment: str, files: Mapping[str, bytes], given: str
) -> tuple[str, list[str]]:
    stated = text_of(read_manifest(files.get(MANIFEST, b"")).get("student"))
    named = _id_in_name(path, assignment)
    owner = given or (stated if is_student_id(stated) else named)
    if not is_student_id(owner):
        raise HandinError(
            f"{path.name}: whose is it? Rename it to {assignment}_ID.zip, or to the id"
        )
    notes = []
    if stated and not is_student_id(stated):
        notes.append(f"the student's id in the manifest cannot be one: {stated[:60]!r}")
    if is_student_id(named) and named != owner:
        notes.append(f"taken in as {owner}, though {path.name} is named for {named}")
    return owner, notes


def _id_in_name(path: Path, assignment: str) -> str:
    path = path.resolve()
    name = path.name if path.is_dir() else path.stem
    if path.is_dir() and name == assignment:
        name = path.parent.name
    name = _COPY.sub("", name).removeprefix(f"{assignment}_")
    return "" if name == assignment else name


def _timestamp(own: bytes, now: datetime) -> tuple[bytes, list[str]]:
    """Return timestamp.txt as nbgrader reads it: the hand-in's own where there is one, else now."""
    text = own[:200].decode("utf-8", "replace").strip()
    fresh = f"{now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n".encode()
    if not own:
        return fresh, []
    if _is_time(text):
        return f"{text}\n".encode(), [f"handed in {text}, as its own {TIMESTAMP} says"]
    return fresh, [f"its own {TIMESTAMP} is no time: the time of taking in stands for it"]


def _is_time(text: str) -> bool:
    try:
        return bool(_TIME.fullmatch(text) and datetime.strptime(text[:19], "%Y-%m-%d %H:%M:%S"))
    except ValueError:
        return False


def _place(
    files: Mapping[str, bytes], root: Path, student: str, assignment: str, replace: bool
) -> Path:
    target = root / student / assignment
    if target.exists() and not replace:
        raise HandinError(
            f"{student} has handed in {assignment} already: --replace takes the new one"
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".taking-", dir=root))
    except OSError as error:
        raise HandinError(f"{target} cannot be written: {error.strerror}") from error
    try:
        _write(files, aside / "new")
        _swap(aside, target)
    except OSError as error:
        raise HandinError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return target


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

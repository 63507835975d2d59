"""Takes hand-ins in: zips and folders become submitted/STUDENT/ASSIGNMENT, checked and repaired."""

import json
import shutil
import tempfile
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from datetime import datetime
from pathlib import Path
from typing import Any

from gradekit.errors import GradekitError, SubmissionError
from gradekit.files import is_machines, storage_error
from gradekit.findings.notes import noticed, stray_in
from gradekit.findings.released import NOTHING, Released
from gradekit.intake.archive import open_box, refusing_damage
from gradekit.intake.contents import Chosen, choose_files
from gradekit.intake.folder import plain_files
from gradekit.intake.identity.owners import (
    NOBODY,
    Roster,
    decide,
    group_of,
    id_of_uploader,
    same_id,
)
from gradekit.intake.limits import MAX_BYTES, Sent
from gradekit.intake.received import timestamp
from gradekit.intake.uploads import Upload, single
from gradekit.model import Item
from gradekit.names import ALLOWED, is_module
from gradekit.notebook.cells import text_of
from gradekit.notebook.lost_names import with_names
from gradekit.notebook.reading import parse_notebook, utf_8
from gradekit.submission.names import (
    MANIFEST,
    TIMESTAMP,
    is_student_id,
    may_be_answer,
    may_be_notebook,
    pdf_name,
    read_manifest,
)
from gradekit.text import listed, one_line

MAX_NAMED = 5
NEW = "new"  # what the folder aside holds a hand-in's files in


@dataclass(frozen=True)
class Arrived:
    """A hand-in as it was sent, before it is taken in: whose it is, its files, what was noticed.

    `uploader` is who uploaded it to a platform, as `Decorated.key` says it, or ""; `older` are the
    names of the person's older attempts, which are left out. `partners` are the students that it
    is as much, because its name has their ids.
    """

    where: str
    owner: str
    files: dict[str, bytes]
    notes: tuple[str, ...]
    uploader: str = ""
    older: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()

    def of_each(self) -> Iterator["Arrived"]:
        """Yield it once for each student whose it is; only the owner has uploaded it."""
        everybody = (self.owner, *self.partners)
        for student in everybody:
            others = [one for one in everybody if one != student]
            together = f"handed in together with {listed(others, MAX_NAMED)}"
            yield replace_fields(
                self,
                owner=student,
                notes=(together, *self.notes) if others else self.notes,
                uploader=self.uploader if student == self.owner else "",
                partners=(),
            )


@dataclass(frozen=True)
class Staged:
    """A hand-in that was read, without its files: these lie in a folder aside."""

    arrived: Arrived
    folder: Path


@dataclass(frozen=True)
class Taken:
    """A hand-in that was taken in: whose it is, where it lies, and what was repaired or noticed.

    `uploader` and `older` are as in `Arrived`; `unchanged` is whether the same files lay there.
    """

    student: str
    folder: Path
    notes: tuple[str, ...] = ()
    uploader: str = ""
    older: tuple[str, ...] = ()
    unchanged: bool = False


def read_sent(
    source: Path | Upload,
    assignment: str,
    released: Released = NOTHING,
    received: datetime | None = None,
    known: Roster = NOBODY,
) -> Arrived:
    """Return what is in a hand-in; nothing is changed.

    Whose it is says a platform's name for it, else the manifest, else the student's name for the
    file. `received` is when it came in, where staff say so. Raises SubmissionError in one line
    where something in it is refused, or it may be two people's or nobody's.
    """
    try:
        with _opened(source, assignment) as (upload, sent):
            chosen = choose_files(upload.where, sent, assignment, released)
            stamp, when = timestamp(upload, sent, received, assignment)
        (owner, *partners), whose = _owners(upload, assignment, chosen, known)
        files, read = dict(chosen.files), list[str]()
        for name, given in released.of(assignment).items():
            files, said = _as_utf_8(files, f"{name}.ipynb")
            files = _named_again(files, f"{name}.ipynb", given)
            read += said
        files |= {TIMESTAMP: stamp} if stamp else {}
        found = noticed(files, assignment, released)
    except SubmissionError as error:
        raise SubmissionError(one_line(error)) from error
    lines = (*whose, *upload.notes, *chosen.notes, *read, *when, *found)
    key = upload.told.key if upload.told else ""
    told = tuple(map(one_line, lines))
    return Arrived(upload.where, owner, files, told, key, upload.older, tuple(partners))


@contextmanager
def staged(arrived: Arrived, destination_root: Path) -> Iterator[Staged]:
    """Write a hand-in's files aside, from where `put` moves them; what it does not move is removed.

    Raises SubmissionError in one line where they cannot be written, and StorageError where that is
    the machine's doing.
    """
    folder = destination_root / arrived.owner
    try:
        destination_root.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".taking-", dir=destination_root))
    except OSError as error:
        raise _unwritten(error, folder) from error
    try:
        try:
            _write(arrived.files, aside / NEW)
        except OSError as error:
            raise _unwritten(error, folder) from error
        yield Staged(replace_fields(arrived, files={}), aside)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@dataclass(frozen=True)
class Destination:
    """Where hand-ins of an assignment go: `root`/STUDENT/`assignment`; and what lies there by now.

    `replace` takes a hand-in in the place of an earlier one, but for the students in `settled`.
    """

    root: Path
    assignment: str
    replace: bool = False
    settled: Container[str] = ()
    known: Roster = NOBODY

    def replaces(self, student: str) -> bool:
        """Whether a student's earlier hand-in may give way."""
        return self.replace and student not in self.settled

    def has_same_uploader(self, arrived: Arrived) -> bool:
        """Whether what lies there came from the same uploader, if anything does."""
        return self.known.origins.get(arrived.owner, arrived.uploader) == arrived.uploader


def put(one: Staged, to: Destination) -> Taken:
    """Move a hand-in to its place, whole or not at all.

    What another uploader handed in is not replaced. Where nothing is to be replaced, what the same
    uploader handed in before, to the byte, stays as it is: classes are downloaded again with every
    late hand-in. Raises SubmissionError in one line where the student
    has handed in already, or where nothing can be written.
    """
    arrived, owner = one.arrived, one.arrived.owner
    folder = to.root / owner / to.assignment
    again = not to.replace and owner not in to.settled and to.has_same_uploader(arrived)
    if again and _same_files(one.folder / NEW, folder):
        return Taken(owner, folder, arrived.notes, arrived.uploader, arrived.older, unchanged=True)
    try:
        _require_free(arrived, folder, to)
        _place(one.folder, folder)
    except SubmissionError as error:
        raise SubmissionError(one_line(error)) from error
    return Taken(owner, folder, arrived.notes, arrived.uploader, arrived.older)


def owners_of(
    upload: Upload, assignment: str, released: Released = NOTHING, known: Roster = NOBODY
) -> tuple[str, ...]:
    """Return whose an upload is; nobody's where it cannot be taken in anyway."""
    try:
        with _opened(upload, assignment) as (_, sent):
            chosen = choose_files(upload.where, sent, assignment, released)
        return _owners(upload, assignment, chosen, known)[0]
    except SubmissionError:
        return ()


def inspect(folder: Path, assignment: str, released: Released = NOTHING) -> list[str]:
    """Return what is to be noticed about a hand-in that lies in a folder; nothing is changed.

    Raises SubmissionError where something in it is no plain file.
    """
    notebooks = map("{}.ipynb".format, released.of(assignment))
    wanted = (*notebooks, pdf_name(assignment), MANIFEST, *released.files)
    found = plain_files(folder)
    names = [n for n in found.names if n in wanted or is_module(n) or _may_hold_answer(n)]
    files = {name: found.read(name, MAX_BYTES) for name in names}
    return [one_line(line) for line in noticed(files, assignment, released)]


def stray_items(
    folder: Path, given: Mapping[str, Mapping[str, Any]], items: Sequence[Item]
) -> set[str]:
    """Return the items whose answers may stand elsewhere than in their cells, of a hand-in.

    `given` are the release's notebooks by name. Raises SubmissionError where something in the
    hand-in's folder is no plain file.
    """
    found = plain_files(folder)
    files = {name: found.read(name, MAX_BYTES) for name in found.names if _may_hold_answer(name)}
    stray = {name: stray_in(files, name, given) for name in given}
    return {
        item.name
        for item in items
        if item.notebook in stray and {item.cell, ""} & stray[item.notebook].keys()
    }


def _may_hold_answer(name: str) -> bool:
    return may_be_notebook(name) or may_be_answer(name)


@contextmanager
def _opened(source: Path | Upload, assignment: str) -> Iterator[tuple[Upload, Sent]]:
    with ExitStack() as stack:
        upload = source
        if isinstance(upload, Path):
            upload = single(upload, stack.enter_context(open_box(upload)), assignment)
        with refusing_damage(upload.where):
            yield upload, stack.enter_context(upload.open())


def _as_utf_8(files: Mapping[str, bytes], name: str) -> tuple[dict[str, bytes], list[str]]:
    """Return files with the notebook in UTF-8, and a line where it was in another encoding."""
    if name not in files:
        return dict(files), []
    data, encoding = utf_8(files[name], name)
    said = [f"{name} was in {encoding} and is taken in as UTF-8"] if encoding else []
    return {**files, name: data}, said


def _named_again(
    files: Mapping[str, bytes], name: str, released: Mapping[str, Any] | None
) -> dict[str, bytes]:
    """Return files with the notebook's cells named as released, where it has lost all names."""
    try:
        notebook = parse_notebook(files.get(name, b""), name)
    except SubmissionError:
        return dict(files)
    again = with_names(notebook, released or {})
    if again == notebook:
        return dict(files)
    return {**files, name: json.dumps(again, indent=1).encode()}


def _owners(
    upload: Upload, assignment: str, chosen: Chosen, known: Roster
) -> tuple[tuple[str, ...], list[str]]:
    """Return whose a hand-in is, who uploaded it first, and lines on that."""
    stated = text_of(read_manifest(chosen.files.get(MANIFEST, b"")).get("student"))
    prefix = f"{assignment}_"
    inside = chosen.folder.removeprefix(prefix) if chosen.folder.startswith(prefix) else ""
    said = [stated, *upload.named, inside]
    weakly = known.knows(upload.weak) or known.group(upload.weak).whole
    if not any(map(is_student_id, said)) or weakly:
        said.append(upload.weak)
    made = id_of_uploader(upload.told, known, upload.shared) if upload.told else ""
    partners = [id_of_uploader(one, known) for one in (upload.told.group if upload.told else ())]
    together = {made, *partners}
    said = [
        one
        for one in said
        if same_id(one) not in map(same_id, partners)
        and not (partners and set(known.group(one).students or [""]) <= together)
    ]
    group = () if partners else group_of(upload.where, made, upload.told, said, known)
    if group:
        return group, []
    owner, notes = decide(upload.where, made, upload.told, said, known)
    if partners:
        notes.append(f"handed in together with {listed(partners, MAX_NAMED)}")
    if not owner:
        raise SubmissionError(f"{upload.where}: {_nobodys(said, assignment)}")
    if stated and not is_student_id(stated):
        notes.append(f"the student's id in the manifest cannot be one: {stated[:60]!r}")
    return (owner,), notes


def _nobodys(said: Sequence[str], assignment: str) -> str:
    """Return why nobody knows whose a hand-in is, and what to do."""
    odd = next(filter(None, said), "")
    why = f": {odd[:60]!r} cannot be one ({ALLOWED})" if odd else ""
    return f"whose is it? Rename it to {assignment}_ID.zip, or to the id{why}"


def _require_free(arrived: Arrived, folder: Path, to: Destination) -> None:
    """Raise SubmissionError where a hand-in lies there that this one must not take the place of."""
    where, owner, beside = arrived.where, arrived.owner, folder.parent.parent
    others = [path.name for path in beside.iterdir()] if beside.is_dir() else []
    alike = sorted(name for name in others if same_id(name) == same_id(owner))
    if alike and owner not in alike:
        raise SubmissionError(
            f"{where}: it is {owner}'s, and there is {alike[0]}, which is one name to some "
            "computers: ask whose it is"
        )
    if not folder.exists():
        return
    if not to.replaces(owner):
        raise SubmissionError(
            f"{where}: {owner} has handed in {folder.name} already: --replace takes this one in "
            "its place, unless both came in one download"
        )
    if not to.has_same_uploader(arrived):
        raise SubmissionError(
            f"{where}: what {owner} has handed in came from another uploader "
            f"({to.known.origins[owner] or 'by itself'}), and is not replaced: where this one is "
            f"right, move {folder} away first"
        )


def _same_files(new: Path, old: Path) -> bool:
    """Whether two folders hold the same files, to the byte; one of them may not be there."""
    if not old.is_dir():
        return False
    try:
        found, there = plain_files(new), plain_files(old)
        return found.names == there.names and all(
            found.read(name, MAX_BYTES) == there.read(name, MAX_BYTES) for name in found.names
        )
    except SubmissionError:
        return False


def _place(aside: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _swap(aside, target)
    except OSError as error:
        raise _unwritten(error, target) from error
    shutil.rmtree(aside, ignore_errors=True)


def _unwritten(error: OSError, target: Path) -> GradekitError:
    if is_machines(error):
        return storage_error(error, target)
    return SubmissionError(f"{target} cannot be written: {error.strerror}")


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
        (aside / NEW).rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise

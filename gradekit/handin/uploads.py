"""Tells how many hand-ins something is: one, or a class's that Canvas or Moodle put together."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

from gradekit.handin.archive import Sent, checked, open_nested
from gradekit.handin.box import Box, Entry
from gradekit.handin.contents import MAX_NAMED, holds_handin
from gradekit.handin.decoration import Decorated, read_decorated, split_version
from gradekit.handin.modules import is_junk
from gradekit.handin.oneline import listed
from gradekit.report import HandinError

MAX_HANDINS = 5000

_COPY = re.compile(r"(?: \(\d+\)| copy)+$", re.I)


@dataclass(frozen=True)
class Upload:
    """One hand-in as it came, and what its names say about whose it is.

    `where` names it in messages; `named` are the ids that the student's own name for the file may
    mean, the likeliest first; `made` is an id made of the name that a download gave it. `dated` is
    whether its timestamp.txt is nbgrader's, `late` whether Canvas marks it as late.
    """

    where: str
    open: Callable[[], AbstractContextManager[Sent]]
    named: tuple[str, ...] = ()
    made: str = ""
    notes: tuple[str, ...] = ()
    dated: bool = False
    late: bool = False


@dataclass(frozen=True)
class _File:
    """A file of a download: the entry, and what its name tells."""

    entry: Entry
    told: Decorated


def single(path: Path, box: Box, assignment: str) -> Upload:
    """Return what a path holds as one hand-in, whatever is in it."""
    path = path.resolve()
    told = None if path.is_dir() else read_decorated(path.name, assignment)
    named = _ids(told, assignment) if told else _id_of_path(path, assignment)
    made = told.made_id if told else ""
    opened = lambda: nullcontext(checked(box))  # noqa: E731
    return Upload(box.where, opened, named, made, dated=_is_collected(path, assignment))


def uploads(path: Path, box: Box, assignment: str) -> Iterator[Upload]:
    """Yield the hand-ins of a path, one after another: its only one, or a class's.

    Raises HandinError where a download holds more hand-ins than a class has.
    """
    files, others = _download(path, box, assignment)
    groups: dict[tuple[str, str, str], list[_File]] = {}
    for file in files:
        groups.setdefault((file.told.system, file.told.who, file.told.number), []).append(file)
    if len(groups) > MAX_HANDINS:
        raise HandinError(f"{box.where}: more than {MAX_HANDINS} hand-ins")
    only = single(path, box, assignment)
    if not groups:
        yield only
        return
    names = Counter(group[0].told.made_id for group in groups.values())
    for group in groups.values():
        told = group[0].told
        for upload in _of_student(box.where, group, assignment):
            if told.system:
                made = told.made_id if names[told.made_id] == 1 else told.longer_id
                yield replace(upload, made=made)
            elif len(groups) == 1:
                yield replace(upload, named=upload.named or only.named, made=only.made)
            else:
                yield upload
    if others:
        yield Upload(box.where, lambda: _nobodys(box.where, others))


def _id_of_path(path: Path, assignment: str) -> tuple[str, ...]:
    name = path.name if path.is_dir() else path.stem
    if path.is_dir() and name == assignment:
        name = path.parent.name
    name = _COPY.sub("", name).removeprefix(f"{assignment}_")
    return () if name == assignment else (name,)


def _is_collected(path: Path, assignment: str) -> bool:
    """Whether a folder is one that nbgrader collected: submitted/STUDENT/ASSIGNMENT."""
    return path.is_dir() and path.name == assignment and path.parent.parent.name == "submitted"


def _nobodys(where: str, names: list[str]) -> AbstractContextManager[Sent]:
    raise HandinError(f"{where}: no name says whose these are: {listed(names, MAX_NAMED)}")


def _download(path: Path, box: Box, assignment: str) -> tuple[list[_File], list[str]]:
    """Return the files of a class's download, and the names of those that are nobody's.

    There are none where it is a hand-in, or neither.
    """
    entries = [e for e in box.entries if not is_junk(PurePosixPath(e.name).parts[:1])]
    inside = f"{path.resolve().name}/" if path.is_dir() else ""
    if read_decorated(f"{inside}x", assignment):
        return _files([replace(e, name=inside + e.name) for e in entries], assignment)
    files, others = _files(entries, assignment)
    tops = {name.partition("/")[0] for name in others if "/" in name}
    if not files and len(tops) == 1:
        below = [replace(e, name=e.name.removeprefix(f"{min(tops)}/")) for e in entries]
        files, others = _files(below, assignment)
    return ([], []) if holds_handin(others) else (files, others)


def _files(entries: Sequence[Entry], assignment: str) -> tuple[list[_File], list[str]]:
    """Return the files whose names tell whose they are, and the names of the others."""
    read = [(entry, _told(entry.name, assignment)) for entry in entries]
    files = [_File(entry, told) for entry, told in read if told]
    return files, [entry.name for entry, told in read if not told]


def _told(name: str, assignment: str) -> Decorated | None:
    told = read_decorated(name, assignment)
    if not told and _is_zip(name):
        return Decorated("", name, "", name)
    return told


def _is_zip(name: str) -> bool:
    return "/" not in name and name.lower().endswith(".zip")


def _of_student(where: str, group: list[_File], assignment: str) -> Iterator[Upload]:
    """Yield the zips that a student uploaded, or else the loose files as one hand-in."""
    files, older = _newest(group)
    loose = holds_handin([name for name, _ in files])
    own = f"{assignment}_"
    zips = [one for one in files if _is_zip(one[0]) and (not loose or one[0].startswith(own))]
    rest = [name for name, file in files if (name, file) not in zips and (zips or _is_zip(name))]
    notes = [f"left out as older: {listed(older, MAX_NAMED)}"] if older else []
    notes += [f"left out: {listed(rest, MAX_NAMED)}"] if rest else []
    if not zips:
        yield _loose(where, files, notes)
    for _, file in zips:
        inner = f"{where}: {file.entry.name}"
        opened, named = partial(open_nested, inner, file.entry), _ids(file.told, assignment)
        yield Upload(inner, opened, named, notes=tuple(notes), late=file.told.late)


def _loose(where: str, files: list[tuple[str, _File]], notes: list[str]) -> Upload:
    _, first = files[0]
    whose = first.entry.name
    if len(files) > 1:
        whose = whose.removesuffix(first.told.original).rstrip("_/")
    entries = tuple(replace(file.entry, name=name) for name, file in files)
    box = Box(f"{where}: {whose}", entries)
    late = any(file.told.late for _, file in files)
    return Upload(box.where, lambda: nullcontext(checked(box)), notes=tuple(notes), late=late)


def _newest(group: list[_File]) -> tuple[list[tuple[str, _File]], list[str]]:
    """Return a student's files with their own names, of later uploads the last, and the older."""
    versions: dict[str, list[tuple[int, _File]]] = {}
    for file in group:
        canvas = file.told.system == "Canvas"
        name, version = split_version(file.told.original) if canvas else (file.told.original, 0)
        versions.setdefault(name, []).append((version, file))
    newest, older = [], []
    for name, found in versions.items():
        last = max(version for version, _ in found)
        newest += [(name, file) for version, file in found if version == last]
        older += [file.told.original for version, file in found if version < last]
    return newest, older


def _ids(told: Decorated, assignment: str) -> tuple[str, ...]:
    """Return the ids that the name of a student's zip may mean, such as problem_2_ada.zip."""
    original, prefix = PurePosixPath(told.original).name, f"{assignment}_"
    canvas = told.system == "Canvas"
    spellings = [split_version(original)[0], original] if canvas else [original]
    stems = (_COPY.sub("", PurePosixPath(name).stem) for name in spellings)
    return tuple(dict.fromkeys(s.removeprefix(prefix) for s in stems if s.startswith(prefix)))

"""Tells how many hand-ins something is: one, or a class's that a learning platform put together.

Whatever lies in what is given ends as a hand-in that is taken or refused, or is named as left out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

from gradekit import bounds
from gradekit.errors import SubmissionError
from gradekit.findings.released import NOTHING, Released
from gradekit.intake.archive import Box, Entry, is_zip
from gradekit.intake.attempts import UploadedFile, are_ordered, newest
from gradekit.intake.contents import MAX_NAMED, MAX_WRAPPERS, class_folder, holds_submission
from gradekit.intake.identity.lms_names import (
    LmsName,
    login_of,
    read_gradescope,
    read_lms_name,
)
from gradekit.intake.identity.stated_ids import stated_ids, weak_id
from gradekit.intake.limits import Sent, checked, open_checked, open_nested
from gradekit.intake.unclaimed import empty_folders, other_than_zip, unclaimed
from gradekit.text import listed, short_name

MAX_SUBMISSIONS = bounds.SUBMISSIONS
MAX_METADATA_BYTES = 20_000_000
GRADESCOPE = "submission_metadata.yml"


@dataclass(frozen=True)
class Upload:
    """One hand-in as it came, and what its names say about whose it is.

    `where` names it in messages; `named` are the ids that the student's own name for the file
    says, the likeliest first, and `weak` one that another name may mean; `told` is what a
    platform's name for it tells, `shared` whether another person has the same name there. `dated`
    is whether its timestamp.txt is nbgrader's; `older` are the names of older attempts beside it.
    """

    where: str
    open: Callable[[], AbstractContextManager[Sent]]
    named: tuple[str, ...] = ()
    weak: str = ""
    told: LmsName | None = None
    shared: bool = False
    notes: tuple[str, ...] = ()
    dated: bool = False
    older: tuple[str, ...] = ()

    @property
    def late(self) -> bool:
        """Whether Canvas marks it as late."""
        return bool(self.told and self.told.late)


@dataclass(frozen=True)
class _Class:
    """What a download holds: files whose names tell whose they are, and the others."""

    files: list[UploadedFile]
    others: list[Entry]


def single(path: Path, box: Box, assignment: str) -> Upload:
    """Return what a path holds as one hand-in, whatever is in it."""
    path = path.resolve()
    told = None if path.is_dir() else read_lms_name(path.name, assignment)
    named = stated_ids(told.original if told else path.name, assignment, told)
    weak = "" if told or named else weak_id(path.name, assignment, path)
    opened = partial(open_checked, box)
    return Upload(box.where, opened, named, weak, told, dated=_is_collected(path, assignment))


def uploads(
    path: Path, box: Box, assignment: str, released: Released = NOTHING
) -> Iterator[Upload]:
    """Yield the hand-ins of a path, one after another: its only one, or a class's.

    Raises SubmissionError where a download holds more hand-ins than a class has, or a hand-in
    beside others'.
    """
    found = _download(path, box, assignment, released)
    if found.files and _is_students(path, assignment):
        raise SubmissionError(
            f"{box.where}: it has the name of one student's hand-in, and holds several people's: "
            "rename it where it is a platform's download"
        )
    people: dict[str, list[UploadedFile]] = {}
    for file in found.files:
        people.setdefault(file.told.key, []).append(file)
    folders, zips, loose = _plain(path, found.others, assignment, released)
    total = len(people) + len(folders) + len(zips) + len(loose)
    if total > MAX_SUBMISSIONS:
        raise SubmissionError(f"{box.where}: more than {MAX_SUBMISSIONS} hand-ins")
    alone = total < 2 and (len(zips) != 1 or folders or loose)
    if alone and not (people or (folders and _is_submitted(path))):
        yield single(path, box, assignment)
        return
    yield from _of_platform(box.where, people, assignment, released)
    only = single(path, box, assignment) if total == 1 and not _is_submitted(path) else None
    used: set[str] = set()
    for upload, names in _of_names(path, box, folders, zips, loose, assignment):
        used |= names
        yield (
            upload
            if not only
            else replace(upload, named=(*only.named, *upload.named), weak=only.weak, told=only.told)
        )
    rest = [entry for entry in found.others if entry.name not in used]
    lines = [*unclaimed(box.where, rest, assignment), *empty_folders(box)]
    for line in lines:
        yield Upload(line, partial(_refused, line))


def _is_collected(path: Path, assignment: str) -> bool:
    """Whether a folder is one that nbgrader collected: submitted/STUDENT/ASSIGNMENT."""
    return path.is_dir() and path.name == assignment and path.parent.parent.name == "submitted"


def _is_submitted(path: Path) -> bool:
    """Whether a folder is nbgrader's submitted/, with STUDENT/ASSIGNMENT below it."""
    return path.is_dir() and path.resolve().name == "submitted"


def _download(path: Path, box: Box, assignment: str, released: Released) -> _Class:
    """Return the files of a class's download that tell whose they are, and all others.

    None tell it where it is one student's hand-in, whatever the names in it are.
    """
    inside = f"{path.resolve().name}/" if path.is_dir() else ""
    if inside and read_lms_name(f"{inside}x", assignment):
        files = [replace(entry, name=inside + entry.name) for entry in box.entries]
        return _class(files, assignment)
    found = _class(box.entries, assignment)
    entries = list(box.entries)
    for _ in range(MAX_WRAPPERS):
        if found.files or len({e.name.partition("/")[0] for e in entries}) != 1:
            break
        top = entries[0].name.partition("/")[0]
        entries = [replace(e, name=e.name.removeprefix(f"{top}/")) for e in entries]
        if any(not entry.name or entry.name == top for entry in entries):
            break
        found = _class(entries, assignment)
    names = [entry.name for entry in found.others]
    if found.files and _is_one(path, names, assignment, released):
        return _Class([], list(box.entries))
    return found if found.files else _Class([], list(box.entries))


def _class(entries: Sequence[Entry], assignment: str) -> _Class:
    read = [(entry, read_lms_name(entry.name, assignment)) for entry in entries]
    # In a folder of somebody else's a platform's name may be made up: who has it is also outside.
    direct = {told.key for entry, told in read if told and _is_direct(entry.name, told)}
    read = [(entry, told if told and told.key in direct else None) for entry, told in read]
    files = [UploadedFile(entry, told) for entry, told in read if told]
    others = [entry for entry, told in read if not told]
    metadata = next((e for e in others if PurePosixPath(e.name).name == GRADESCOPE), None)
    if metadata and any(file.told.system == "Gradescope" for file in files):
        text = metadata.read(MAX_METADATA_BYTES).decode("utf-8", "replace")
        files = _of_submitters(files, read_gradescope(text))
        others.remove(metadata)
    return _Class(files, others)


def _is_direct(name: str, told: LmsName) -> bool:
    """Whether the platform's own part of a name stands in its first part."""
    return "/" not in name or told.original == name.partition("/")[2]


def _of_submitters(
    files: Sequence[UploadedFile], people: Mapping[str, Sequence[Mapping[str, str]]]
) -> list[UploadedFile]:
    """Return the files of Gradescope's submissions, each once for everybody who handed it in."""
    everybody: dict[str, list[LmsName]] = {}
    found = []
    for file in files:
        told = file.told
        if told.number not in everybody:
            everybody[told.number] = _submitters(told, people)
        for one in everybody[told.number]:
            found.append(replace(file, told=replace(one, original=told.original)))
    return found


def _submitters(told: LmsName, people: Mapping[str, Sequence[Mapping[str, str]]]) -> list[LmsName]:
    each: dict[str, LmsName] = {}
    for person in people.get(f"submission_{told.number}", ()) or [{}]:
        login = person.get("sid") or person.get("email", "").partition("@")[0]
        one = replace(told, who=person.get("name") or told.who, login=login)
        each.setdefault(one.key, one)
    return [
        replace(one, group=tuple(other for key, other in each.items() if key != one.key))
        for one in each.values()
    ]


def _is_one(path: Path, names: Sequence[str], assignment: str, released: Released) -> bool:
    """Whether files beside others' make the path itself one student's hand-in."""
    if not holds_submission(names, assignment, released):
        return False
    return _is_students(path, assignment) or any(name.endswith(".py") for name in names)


def _is_students(path: Path, assignment: str) -> bool:
    """Whether a path has the name of one student's hand-in, as given by the student or a platform.

    What is in it says nothing about other people.
    """
    own = path.name.startswith((f"{assignment}_", f"{assignment}."))
    return own or (not path.is_dir() and bool(read_lms_name(path.name, assignment)))


def _plain(
    path: Path, others: Sequence[Entry], assignment: str, released: Released
) -> tuple[dict[str, list[Entry]], list[Entry], list[Entry]]:
    """Return the folders, zips and notebooks that are hand-ins of their own, by their names.

    Within what is one student's there are none.
    """
    submitted = _is_submitted(path)
    top = "" if submitted else class_folder([entry.name for entry in others])
    folders = _folders(path, others, top, assignment)
    direct = [entry for entry in others if "/" not in entry.name.removeprefix(top)]
    zips = [entry for entry in direct if is_zip(entry.name)]
    names = [entry.name.removeprefix(top) for entry in direct]
    loose = [e for e in direct if e.name.lower().endswith(".ipynb")]
    own = f"{assignment}_"
    theirs = [e for e in [*zips, *loose] if PurePosixPath(e.name).name.startswith(own)]
    whole = any(f"{one}.ipynb" in names for one in (assignment, *released.of(assignment))) or any(
        f"{top}{module}" in {entry.name for entry in others} for module in released.modules
    )
    if whole or _is_students(path, assignment):
        if len([one for one in theirs if is_zip(one.name)]) > 1:
            shown = listed([PurePosixPath(one.name).name for one in theirs], MAX_NAMED)
            raise SubmissionError(
                f"{path.name}: a hand-in, and zips that are hand-ins as well ({shown}): "
                "give these apart from each other"
            )
        return {}, zips if len(others) == 1 else [], []
    folders = {
        name: entries
        for name, entries in folders.items()
        if holds_submission([e.name.removeprefix(name) for e in entries], assignment, released)
        or all(is_zip(e.name) for e in entries)
    }
    if not zips and len(folders) + len(loose) < (1 if submitted else 2):
        return {}, [], []
    return folders, zips, loose


def _folders(
    path: Path, entries: Sequence[Entry], top: str, assignment: str
) -> dict[str, list[Entry]]:
    """Return the entries of each folder below `top`; of a submitted/ those of the assignment."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        name, slash, inside = entry.name.removeprefix(top).partition("/")
        if slash and (inside.startswith(f"{assignment}/") or not _is_submitted(path)):
            found.setdefault(f"{top}{name}/", []).append(entry)
    return found


def _of_names(
    path: Path,
    box: Box,
    folders: Mapping[str, list[Entry]],
    zips: Sequence[Entry],
    loose: Sequence[Entry],
    assignment: str,
) -> Iterator[tuple[Upload, set[str]]]:
    """Yield the hand-ins that a folder's, a zip's or a notebook's own name tells of."""
    collected = _is_submitted(path)
    for folder, entries in folders.items():
        name = PurePosixPath(folder).name
        inner = tuple(replace(e, name=e.name.removeprefix(folder)) for e in entries)
        part = Box(f"{box.where}: {short_name(folder.rstrip('/'))}", inner, box.notes)
        named = stated_ids(name, assignment, None)
        yield (
            Upload(
                part.where, partial(open_checked, part), named or (login_of(name),), dated=collected
            ),
            {entry.name for entry in entries},
        )
    for entry in zips:
        where, base = f"{box.where}: {short_name(entry.name)}", PurePosixPath(entry.name).name
        named = stated_ids(base, assignment, None)
        weak = "" if named else weak_id(base, assignment)
        yield Upload(where, partial(open_nested, where, entry), named, weak), {entry.name}
    for entry in loose:
        base = PurePosixPath(entry.name).name
        one = Box(f"{box.where}: {short_name(entry.name)}", (replace(entry, name=base),), bare=True)
        named = stated_ids(base, assignment, None)
        yield (
            Upload(one.where, partial(open_checked, one), named, weak_id(base, assignment)),
            {entry.name},
        )


def _of_platform(
    where: str, people: Mapping[str, list[UploadedFile]], assignment: str, released: Released
) -> Iterator[Upload]:
    """Yield one hand-in for each person who uploaded something to a learning platform."""
    names = [group[0].told.made_id for group in people.values()]
    for group in people.values():
        shared = names.count(group[0].told.made_id) > 1
        yield replace(_of_person(where, group, assignment, released), shared=shared)


def _of_person(
    where: str, group: list[UploadedFile], assignment: str, released: Released
) -> Upload:
    """Return the newest zip that a student uploaded, or else the loose files as one hand-in."""
    last = newest(group)
    if last.unclear:
        line = f"{where}: {short_name(group[0].entry.name)}: {last.unclear}"
        return Upload(line, partial(_refused, line), told=group[0].told)
    files, older = last.files, list(last.older)
    loose = holds_submission([name for name, _ in files], assignment, released)
    own = f"{assignment}_"
    zips = [
        one
        for one in files
        if is_zip(one[0]) and (not loose or PurePosixPath(one[0]).name.startswith(own))
    ]
    zips.sort(key=lambda one: one[1].told.order)
    ordered = are_ordered([file for _, file in zips])
    older += [file.told.original for _, file in zips[:-1] if ordered]
    rest = [name for name, file in files if (name, file) not in zips and (zips or is_zip(name))]
    notes = [f"left out as older: {listed(older, MAX_NAMED)}"] if older else []
    notes += last.notes
    notes += [f"left out: {listed(rest, MAX_NAMED)}"] if rest else []
    if not zips:
        line = "" if loose else other_than_zip(where, [file.entry for _, file in files])
        if line:
            return Upload(line, partial(_refused, line), told=files[0][1].told)
        return replace(_loose(where, files, notes), older=tuple(older))
    if len(zips) > 1 and not ordered:
        shown = listed([name for name, _ in zips], MAX_NAMED)
        first = short_name(zips[0][1].entry.name)
        line = f"{where}: {first}: several zips ({shown}): ask which one counts"
        return Upload(line, partial(_refused, line), told=zips[0][1].told)
    name, file = zips[-1]
    inner = f"{where}: {short_name(file.entry.name)}"
    named = stated_ids(name, assignment, file.told)
    opened = partial(open_nested, inner, file.entry)
    return Upload(inner, opened, named, told=file.told, notes=tuple(notes), older=tuple(older))


def _refused(line: str) -> AbstractContextManager[Sent]:
    raise SubmissionError(line)


def _loose(where: str, files: list[tuple[str, UploadedFile]], notes: list[str]) -> Upload:
    _, first = files[0]
    whose = first.entry.name
    if len(files) > 1:
        whose = whose.removesuffix(first.told.original).rstrip("_/")
    entries = tuple(replace(file.entry, name=name) for name, file in files)
    box = Box(f"{where}: {short_name(whose)}", entries)
    told = replace(first.told, late=any(file.told.late for _, file in files))
    return Upload(box.where, lambda: nullcontext(checked(box)), told=told, notes=tuple(notes))

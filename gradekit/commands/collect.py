"""Zips and folders → submitted/, one hand-in at a time."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from gradekit.course import Assignment
from gradekit.errors import GradekitError, StorageError, SubmissionError
from gradekit.files import write_whole
from gradekit.findings.released import Released, read_released
from gradekit.gradebook.store.roster import read_people
from gradekit.grading.bundle import load_bundle
from gradekit.intake.archive import open_box
from gradekit.intake.owners import Known, Person
from gradekit.intake.take_in import Arrived, Taken, owner_of, put, read_sent
from gradekit.intake.uploads import Upload, uploads
from gradekit.names import is_name
from gradekit.release.leaks import require_no_leak
from gradekit.sandbox.guard import guarded
from gradekit.text import one_line

# Who uploaded what was taken in: kept where no hand-in can write.
ORIGINS = ".gradekit/uploads"


@dataclass
class Collected:
    """What was taken in, and a line for each hand-in that was not."""

    taken: list[Taken] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def collect_all(
    assignment: Assignment, paths: Sequence[Path], replace: bool, received: datetime | None = None
) -> Collected:
    """Take the hand-ins in that some paths hold, each of them one or a class's download.

    `received` is when all of them came in, where staff say so. What is wrong with one hand-in stops
    no other.
    """
    require_no_leak(assignment)
    result, released = Collected(), released_of(assignment)
    people = read_people(assignment)
    for path in paths:
        try:
            _collect(path, assignment, released, people, replace, received, result)
        except SubmissionError as error:
            result.refused.append(one_line(error))
    return result


def released_of(assignment: Assignment) -> Released:
    """Return what hand-ins of an assignment are compared with."""
    modules = load_bundle(assignment).student_files
    return read_released(assignment.release, assignment.name, modules)


def known_of(assignment: Assignment, people: tuple[Person, ...]) -> Known:
    """Return what is known of a course's students, of earlier uploads and of what lies there."""
    submitted = assignment.submitted
    folders = [path.name for path in submitted.iterdir()] if submitted.is_dir() else []
    uploaders, origins = dict[str, str](), dict[str, str]()
    for path in sorted((assignment.root / ORIGINS).glob("*/*.json")):
        uploader = _uploader(path)
        if uploader:
            uploaders[uploader] = path.stem
        if path.parent.name == assignment.name:
            origins[path.stem] = uploader
    students = frozenset(name for name in folders if is_name(name))
    return Known(people, students, uploaders, origins)


def _uploader(path: Path) -> str:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(facts.get("uploader", "")) if isinstance(facts, dict) else ""


def _collect(
    path: Path,
    assignment: Assignment,
    released: Released,
    people: tuple[Person, ...],
    replace: bool,
    received: datetime | None,
    result: Collected,
) -> None:
    name, settled = assignment.name, set[str]()
    with open_box(path) as box:
        found = list(uploads(path, box, name, released))
        known = known_of(assignment, people)
        disputed = _disputed(found, name, released, known)
        for number, why in disputed.items():
            result.refused.append(one_line(f"{found[number].where}: {why}"))
        undisputed = [one for number, one in enumerate(found) if number not in disputed]
        read = partial(
            read_sent, assignment=name, released=released, received=received, known=known
        )
        for outcome in guarded(undisputed, read, Arrived):
            try:
                arrived = outcome.result()
                root = assignment.submitted
                one = put(arrived, name, root, replace=replace, settled=settled, known=known)
            except StorageError:
                raise
            except (GradekitError, OSError) as error:
                result.refused.append(_told(outcome.item, error))
                continue
            result.taken.append(one)
            settled.add(one.student)
            _remember(assignment, one)


def _told(upload: Upload, error: Exception) -> str:
    """Return why a hand-in is not taken in, which names it."""
    text = one_line(error)
    return text if one_line(upload.where) in text else one_line(f"{upload.where}: {text}")


def _remember(assignment: Assignment, taken: Taken) -> None:
    path = assignment.root / ORIGINS / assignment.name / f"{taken.student}.json"
    write_whole(path, json.dumps({"uploader": taken.uploader}).encode())


def _disputed(
    found: Sequence[Upload], assignment: str, released: Released, known: Known
) -> dict[int, str]:
    """Return why some hand-ins of a download are taken from nobody, by their place in it.

    Where several say that they are one student's, and no platform says whose they are, all but one
    of them would put their work, or their mistakes, under another's name; which is not for the kit
    to guess.
    """
    claims: defaultdict[str, list[int]] = defaultdict(list)
    numbers = [number for number, upload in enumerate(found) if not upload.told]
    whose = partial(owner_of, assignment=assignment, released=released, known=known)
    if len(found) > 1:
        several = [found[number] for number in numbers]
        for number, outcome in zip(numbers, guarded(several, whose, str), strict=True):
            # One that cannot be read is refused when it is its turn.
            claims["" if outcome.error else outcome.result()].append(number)
    return {
        number: f"it says that it is {owner}'s, and so does another hand-in here; take the right "
        "one in by itself"
        for owner, several in claims.items()
        if owner and len(several) > 1
        for number in several
    }

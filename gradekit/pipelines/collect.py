"""Zips and folders → submitted/, one hand-in at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from gradekit.authoring.leaks import require_no_leak
from gradekit.course import Assignment
from gradekit.grading.kit import load_kit
from gradekit.handin.box import open_box
from gradekit.handin.intake import Arrived, Taken, owner_of, put, read_sent
from gradekit.handin.oneline import one_line
from gradekit.handin.released import Released, read_released
from gradekit.handin.uploads import Upload, uploads
from gradekit.report import GradekitError, HandinError, StorageError
from gradekit.sandbox.guard import guarded


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
    result = Collected()
    name = assignment.name
    read = partial(read_sent, assignment=name, released=released_of(assignment), received=received)
    take = partial(
        put, assignment=name, destination_root=assignment.root / "submitted", replace=replace
    )
    for path in paths:
        try:
            _collect(path, name, read, take, result)
        except HandinError as error:
            result.refused.append(one_line(error))
    return result


def released_of(assignment: Assignment) -> Released:
    """Return what hand-ins of an assignment are compared with."""
    modules = load_kit(assignment).student_files
    return read_released(assignment.release, assignment.name, modules)


def _collect(
    path: Path,
    assignment: str,
    read: Callable[[Upload], Arrived],
    take: Callable[..., Taken],
    result: Collected,
) -> None:
    settled: set[str] = set()
    with open_box(path) as box:
        found = list(uploads(path, box, assignment))
        disputed = _disputed(found, assignment)
        for where, why in disputed.items():
            result.refused.append(one_line(f"{where}: {why}"))
        undisputed = [upload for upload in found if upload.where not in disputed]
        for outcome in guarded(undisputed, read, Arrived):
            try:
                one = take(outcome.result(), settled=settled)
                result.taken.append(one)
                settled.add(one.student)
            except StorageError:
                raise
            except (GradekitError, OSError) as error:
                result.refused.append(_told(outcome.item, error))


def _told(upload: Upload, error: Exception) -> str:
    """Return why a hand-in is not taken in, which names it."""
    text = one_line(error)
    return text if upload.where in text else one_line(f"{upload.where}: {text}")


def _disputed(found: Sequence[Upload], assignment: str) -> dict[str, str]:
    """Return why some hand-ins of a download are taken from nobody, by where they are.

    Where several people's say that they are one student's, all but one of them would put their
    work, or their mistakes, under another's name; which is not for the kit to guess.
    """
    claims: dict[str, list[Upload]] = {}
    several = found if len(found) > 1 else []
    for outcome in guarded(several, partial(owner_of, assignment=assignment), str):
        # One that cannot be read is refused when it is its turn.
        owner = "" if outcome.error else outcome.result()
        claims.setdefault(owner, []).append(outcome.item)
    return {
        upload.where: f"it says that it is {owner}'s, and so does another person's in this "
        "download; take the right one in by itself"
        for owner, several in claims.items()
        if owner and len({upload.made for upload in several} - {""}) > 1
        for upload in several
    }

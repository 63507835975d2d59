"""Zips and folders → submitted/, one hand-in at a time."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from gradekit.course import Assignment, Course
from gradekit.errors import GradekitError, StorageError, SubmissionError
from gradekit.files import write_whole
from gradekit.findings.released import Released, released_of
from gradekit.gradebook.store.roster import read_people
from gradekit.grading.bundle import load_bundle
from gradekit.intake.archive import open_box
from gradekit.intake.identity.owners import Person, Roster, same_id
from gradekit.intake.identity.stated_ids import stated_ids
from gradekit.intake.take_in import (
    Arrived,
    Destination,
    Staged,
    Taken,
    owners_of,
    put,
    read_sent,
    staged,
)
from gradekit.intake.uploads import Upload, uploads
from gradekit.names import is_name
from gradekit.release.leaks import require_no_leak
from gradekit.sandbox.guard import guarded
from gradekit.text import one_line

# Who uploaded what was taken in: kept where no hand-in can write.
ORIGINS = ".gradekit/uploads"
DISPUTED = (
    "it says that it is {}'s, and so does another hand-in here; take the right one in by itself"
)


@dataclass
class Collected:
    """What was taken in, who handed in the same before, and a line for each that was refused.

    `groups` are the ids that may be several students', where no list of students says so.
    """

    taken: list[Taken] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)


def collect_all(
    assignment: Assignment, paths: Sequence[Path], replace: bool, received: datetime | None = None
) -> Collected:
    """Take the hand-ins in that some paths hold, each of them one or a class's download.

    `received` is when all of them came in, where staff say so. What is wrong with one hand-in stops
    no other.
    """
    require_no_leak(assignment)
    result, released = Collected(), released_of(assignment, load_bundle(assignment).student_files)
    people = read_people(assignment)
    for path in paths:
        try:
            with open_box(path) as box:
                found = list(uploads(path, box, assignment.name, released))
                known = known_of(assignment, people)
                _Download(assignment, released, known, replace, result).take(found, received)
        except SubmissionError as error:
            result.refused.append(one_line(error))
    return result


def known_of(assignment: Assignment, people: tuple[Person, ...]) -> Roster:
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
    return Roster(people, students, uploaders, origins)


def _uploader(path: Path) -> str:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(facts.get("uploader", "")) if isinstance(facts, dict) else ""


class _Download:
    """Takes in what one path holds: a hand-in, or a class's download of many."""

    def __init__(
        self,
        assignment: Assignment,
        released: Released,
        known: Roster,
        replace: bool,
        result: Collected,
    ) -> None:
        self._assignment, self._released, self._known = assignment, released, known
        self._result, self._settled = result, set[str]()
        self._destination = Destination(
            assignment.submitted, assignment.name, replace, self._settled, known
        )

    def take(self, found: Sequence[Upload], received: datetime | None) -> None:
        """Unpack each hand-in once, and take it in.

        Where several say that they are one student's, and no platform says whose they are, all but
        one of them would put their work, or their mistakes, under another's name; which is not for
        the kit to guess. So those wait aside until all have said whose they are.
        """
        name, released, known = self._assignment.name, self._released, self._known
        read = partial(
            read_sent, assignment=name, released=released, received=received, known=known
        )
        waiting, claims = list[tuple[Upload, Staged]](), Counter[str]()
        with ExitStack() as stack:
            for outcome in guarded(found, read, Arrived):
                upload, may_be_disputed = outcome.item, len(found) > 1 and not outcome.item.told
                with self._refusing(upload):
                    if outcome.error and may_be_disputed:
                        claims.update(self._owners(upload))
                    for number, arrived in enumerate(outcome.result().of_each()):
                        one = staged(arrived, self._assignment.submitted)
                        # Who hands in with others is one of them: who hands in alone comes first.
                        if may_be_disputed or number:
                            waiting.append((upload, stack.enter_context(one)))
                            claims[arrived.owner] += 1
                            continue
                        with one as aside, self._refusing(upload):
                            self._put(aside)
            for upload, aside in waiting:
                with self._refusing(upload):
                    if claims[aside.arrived.owner] > 1:
                        raise SubmissionError(DISPUTED.format(aside.arrived.owner))
                    self._put(aside)

    def _put(self, one: Staged) -> None:
        _require_of(self._assignment, one.arrived, self._known)
        taken = put(one, self._destination)
        self._settled.add(taken.student)
        if taken.unchanged:
            self._result.unchanged.append(taken.student)
            return
        self._result.taken.append(taken)
        if not taken.uploader and self._known.may_be_group(taken.student):
            self._result.groups.append(taken.student)
        _remember(self._assignment, taken)

    def _owners(self, upload: Upload) -> tuple[str, ...]:
        """Return whose a hand-in says to be that cannot be taken in."""
        name, released, known = self._assignment.name, self._released, self._known
        (outcome,) = guarded([upload], lambda one: owners_of(one, name, released, known), tuple)
        return () if outcome.error else outcome.result()

    @contextmanager
    def _refusing(self, upload: Upload) -> Iterator[None]:
        """Keep why a hand-in is not taken in: it stops no other, but what the machine refuses."""
        try:
            yield
        except StorageError:
            raise
        except (GradekitError, OSError) as error:
            self._result.refused.append(_told(upload, error))


def _require_of(assignment: Assignment, arrived: Arrived, known: Roster) -> None:
    """Raise SubmissionError where an id that nobody has begins as another assignment is called."""
    owner, name = arrived.owner, assignment.name
    if arrived.uploader or known.knows(owner):
        return
    for other in Course(assignment.root, assignment.folders).assignment_names():
        spellings = (owner, f"{name}_{owner}") if other.startswith(name) else (owner,)
        named = any(
            same_id(one) == same_id(other) or stated_ids(one, other, None) for one in spellings
        )
        if other != name and named:
            raise SubmissionError(
                f"{arrived.where}: it seems to be of {other}, not of {name}; "
                f"where {owner} is a student's id, `nbgrader db student add {owner}` says so"
            )


def _told(upload: Upload, error: Exception) -> str:
    """Return why a hand-in is not taken in, which names it."""
    text = one_line(error)
    return text if one_line(upload.where) in text else one_line(f"{upload.where}: {text}")


def _remember(assignment: Assignment, taken: Taken) -> None:
    path = assignment.root / ORIGINS / assignment.name / f"{taken.student}.json"
    write_whole(path, json.dumps({"uploader": taken.uploader}).encode())

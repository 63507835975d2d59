"""Decides whose a hand-in is: a platform's own name for it counts before what it says of itself."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from gradekit.errors import SubmissionError
from gradekit.intake.identity.groups import ALONE, ReadGroup, may_be_group, read_group
from gradekit.intake.identity.lms_names import LmsName
from gradekit.submission.names import is_student_id
from gradekit.text import listed

MAX_NAMED, MAX_SHOWN = 5, 100


@dataclass(frozen=True)
class Person:
    """One student on the roster; `number` is the learning platform's own for the person."""

    student: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    number: str = ""


@dataclass(frozen=True)
class Roster:
    """What is known of a course's students before a hand-in is taken in.

    `people` are those in the gradebook, a roster where it was made from one; `students` all ids
    that are in use; `uploaders` the id that somebody's earlier uploads were taken in for, by
    `Decorated.key`; `origins` who uploaded what was taken in, by student.
    """

    people: tuple[Person, ...] = ()
    students: frozenset[str] = frozenset()
    uploaders: Mapping[str, str] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_roster(self) -> bool:
        """Whether somebody put the students in: nbgrader by itself adds ids, and no names."""
        return any(p.first_name or p.last_name or p.email or p.number for p in self.people)

    def spelled(self, student: str) -> str:
        """Return an id as it is known, where it is known in other letters, such as Ada for ada."""
        same = self._ids.get(same_id(student), ())
        return student if student in same or len(same) != 1 else same[0]

    def knows(self, student: str) -> bool:
        """Whether an id, in whatever letters, is a student's."""
        return same_id(student) in self._ids

    def group(self, name: str) -> ReadGroup:
        """Return the students on the list whose ids a name has, where it is none's id itself."""
        return ALONE if same_id(name) in self._listed else read_group(name, self._listed)

    def may_be_group(self, student: str) -> bool:
        """Whether an id may be several students', and no list says whether it is."""
        return not (self.has_roster or same_id(student) in self._listed) and may_be_group(student)

    @cached_property
    def _listed(self) -> dict[str, str]:
        return {same_id(person.student): person.student for person in self.people}

    @cached_property
    def _ids(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for student in sorted(self.students | {person.student for person in self.people}):
            found.setdefault(same_id(student), []).append(student)
        return found


NOBODY = Roster()


def same_id(text: str) -> str:
    """Return what an id is to a computer without case, look-alike forms and final dots."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).rstrip(
        ". "
    )


def same_name(text: str) -> str:
    """Return what a person's name is without case, accents, and all but letters and digits."""
    spelled = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in spelled if letter.isalnum())


def id_of_uploader(told: LmsName, known: Roster, shared: bool = False) -> str:
    """Return the id of whoever uploaded something to a platform, "" where none can be made.

    It is what earlier uploads of the person were taken in for, else whom on the roster the name
    means, else made of the name; of several who share a name with its number.
    """
    if told.key in known.uploaders:
        return known.uploaders[told.key]
    person = _on_roster(told, known.people)
    if person:
        return person
    made = told.made_id
    others = {student for key, student in known.uploaders.items() if key != told.key}
    return known.spelled(told.longer_id if shared or made in others else made)


def decide(
    where: str, owner: str, told: LmsName | None, said: Iterable[str], known: Roster
) -> tuple[str, list[str]]:
    """Return whose an upload is, and lines for what is to be noticed about that.

    `owner` is the id that the platform gives (see `id_of_uploader`), "" where there is none; `said`
    are the ids that the hand-in says of itself, the one that counts most first. Raises
    SubmissionError, which names both, where it names another known student.
    """
    said = [known.spelled(one) for one in dict.fromkeys(said) if is_student_id(one)]
    whose = owner or next(iter(said), "")
    others = [one for one in dict.fromkeys(said) if same_id(one) != same_id(whose)]
    other = next((one for one in others if known.knows(one)), "")
    if not owner and others and known.knows(whose):
        other = others[0]
    if other:
        raise SubmissionError(f"{where}: {_both(whose, other, told if owner else None)}")
    return whose, _lines(where, whose, bool(owner), told, others, known)


def group_of(
    where: str, owner: str, told: LmsName | None, said: Iterable[str], known: Roster
) -> tuple[str, ...]:
    """Return the students on the list whose ids together are a name that a hand-in has, or none.

    The arguments are those of `decide`; `owner` is the first. Raises SubmissionError where the
    name may be read in several ways, where it has only some ids of the list, or where the platform
    or the hand-in itself names somebody else.
    """
    said = list(dict.fromkeys(filter(None, said)))
    found = {one: known.group(one) for one in said}
    name = next((one for one, group in found.items() if group.students), "")
    group = found.get(name, ALONE)
    if group.whole:
        students = {same_id(one): one for one in group.students}
        others = [*([owner] if owner else []), *filter(is_student_id, said)]
        other = next((o for o in others if o != name and same_id(o) not in students), "")
        if other:
            by = f"{told.system} names {other}" if told and other == owner else f"{other}'s as well"
            raise SubmissionError(
                f"{where}: its name says that it is {listed(list(group.students), MAX_NAMED)}'s, "
                f"and {by}: ask whose it is"
            )
        first = [one for one in group.students if same_id(one) == same_id(owner)]
        return tuple(dict.fromkeys([*first, *group.students]))
    if group.unclear:
        raise SubmissionError(
            f"{where}: {name[:MAX_SHOWN]} may be several students' ids in more than one way: ask "
            "whose it is, and take it in under a name with one id"
        )
    if group.students and known.has_roster and name == said[0] and not owner:
        there = listed(list(group.students), MAX_NAMED)
        raise SubmissionError(
            f"{where}: whose is it? The gradebook's list of students has {there}, and not "
            f"{name[:MAX_SHOWN]}: rename it, or add who is missing there "
            "(`nbgrader db student add ID`)"
        )
    return ()


def _both(whose: str, other: str, told: LmsName | None) -> str:
    if not told:
        return (
            f"it says that it is {whose}'s, and {other}'s: ask whose it is, and take it in under a "
            "name that says so, without a manifest that does not"
        )
    by = (
        f"--lms-user-id {told.number}"
        if told.system == "Canvas"
        else "--first-name … --last-name …"
    )
    return (
        f"{told.system} names {whose} for it, and it says that it is {other}'s: where these are "
        f"one person, `nbgrader db student add {other} {by}` says so for good"
    )


def _lines(
    where: str, whose: str, named: bool, told: LmsName | None, others: list[str], known: Roster
) -> list[str]:
    notes = []
    if others and named and told:
        notes.append(
            f"taken in as {whose}, whom {told.system} names; it says that it is {others[0]}'s"
        )
    elif others:
        notes.append(f"taken in as {whose}, though {where} is named for {others[0]}")
    elif _is_made(whose, told if named else None, known):
        notes.append(f"taken in as {whose}: the id is made from the download's name for the file")
    if whose and known.has_roster and whose not in {person.student for person in known.people}:
        notes.append(f"{whose} is not on the gradebook's list of students")
    return notes


def _is_made(whose: str, told: LmsName | None, known: Roster) -> bool:
    """Whether an id was made of a platform's name for somebody, now for the first time."""
    if not told or told.key in known.uploaders:
        return False
    return whose in (told.made_id, told.longer_id)


def _on_roster(told: LmsName, people: Iterable[Person]) -> str:
    """Return the one student on the roster whom a platform's name means, or nothing."""
    people = list(people)
    if told.who == "anon":
        return ""
    logins = {told.login, told.number} - {""}
    by_number = {p.student for p in people if p.number and p.number in logins}
    by_login = {
        p.student
        for p in people
        if told.login and told.login in (p.student, p.email, p.email.partition("@")[0])
    }
    by_name = {p.student for p in people if same_name(told.who) in _names(p)}
    # Moodle puts a group's name before a member's: Group 3-Jane Doe.
    behind = told.who.split("-")[1:] if told.system == "Moodle" else []
    endings = {same_name("-".join(behind[n:])) for n in range(len(behind))}
    by_name = by_name or {p.student for p in people if endings & _names(p)}
    for found in (by_number, by_login, by_name):
        if len(found) == 1:
            return found.pop()
    return ""


def _names(person: Person) -> set[str]:
    first, last = same_name(person.first_name), same_name(person.last_name)
    return {f"{last}{first}", f"{first}{last}"} - {""}

"""Tells whose a hand-in is that has several students' ids in one name: homework_1_ada_bob.zip."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

# What people put between ids, and around them.
_WORD = re.compile(r"[^_\-+&,;\s]+")
_AROUND = frozenset(["and", "und", "et", "with", "mit", "group", "team", "gruppe", "groupe"])
MAX_NAME, MAX_WORDS, MAX_GROUP = 400, 100, 50


@dataclass(frozen=True)
class ReadGroup:
    """What a name is read as: the listed `students` in it, and the words that are nobody's.

    `unclear` is whether it may be read in several ways.
    """

    students: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    unclear: bool = False

    @property
    def whole(self) -> bool:
        """Whether all of the name is ids of several students on the list."""
        return len(self.students) > 1 and not self.others and not self.unclear


ALONE = ReadGroup()


def may_be_group(student: str) -> bool:
    """Whether an id has several words, each of which may be an id of its own."""
    return len(_WORD.findall(student)) > 1


def read_group(name: str, ids: Mapping[str, str]) -> ReadGroup:
    """Return the students of whose ids a name is made, as few others' words left as can be.

    `ids` are those on the list, by their form for comparison (`same_id`); an id may itself have
    what stands between ids.
    """
    words = list(_WORD.finditer(name[:MAX_NAME].casefold()))
    if not 1 < len(words) <= MAX_WORDS:
        return ALONE
    text = name[:MAX_NAME].casefold()

    @cache
    def best(at: int) -> tuple[int, int, tuple[str, ...], tuple[str, ...]]:
        """Return from a word on: how many are nobody's, ways to read it so, students, others."""
        if at == len(words):
            return 0, 1, (), ()
        word = words[at].group()
        lost, ways, students, others = best(at + 1)
        if _is_around(words, at):
            return lost, ways, students, others
        lost, others = lost + 1, (word, *others)
        for end in range(at, len(words)):
            student = ids.get(text[words[at].start() : words[end].end()])
            if student is None:
                continue
            rest = best(end + 1)
            if rest[0] < lost:
                lost, ways, students, others = rest[0], rest[1], (student, *rest[2]), rest[3]
            elif rest[0] == lost and {student, *rest[2]} != set(students):
                ways += rest[1]
        return lost, ways, students, others

    _, ways, students, others = best(0)
    return ReadGroup(
        tuple(dict.fromkeys(students))[:MAX_GROUP], others, bool(students) and ways > 1
    )


def _is_around(words: Sequence[re.Match[str]], at: int) -> bool:
    """Whether a word is none of an id: "and", or "group" and its number."""
    before = words[at - 1].group() if at else ""
    return words[at].group() in _AROUND or (words[at].group().isdigit() and before in _AROUND)

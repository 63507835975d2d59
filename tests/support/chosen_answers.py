"""Some of the answers whose grade is known: `gradekit verify` takes all of them."""

from collections import Counter
from collections.abc import Mapping, Sequence

from gradekit.verification.answers import Answer, Kind


def some_of_each_kind(answers: Sequence[Answer], one_of: Mapping[Kind, int]) -> list[Answer]:
    """Return one of so many answers of the kinds of which all would take long, and all others.

    With them are those that their points are held against.
    """
    counted = Counter[Kind]()
    chosen, beside = set[str](), set[str]()
    for answer in answers:
        if counted[answer.kind] % one_of.get(answer.kind, 1) == 0:
            chosen.add(answer.name)
            beside.update(answer.beside)
        counted[answer.kind] += 1
    return [answer for answer in answers if answer.name in chosen | beside]

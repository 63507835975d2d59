"""Some of the answers whose grade is known: `gradekit verify` takes all of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec

from gradekit.commands.verify import Prepared
from gradekit.verification.answers import Answer, Kind

# What answers without an end use up, each of them; right ones need a part of a second.
CALL_SECONDS, TOTAL_SECONDS = 1.5, 6.0


def quickly(prepared: Prepared, one_of: Mapping[Kind, int]) -> Prepared:
    """Return what takes a part of the time: some of the answers, each with less of it."""
    bundle = prepared.bundle
    grading = msgspec.structs.replace(
        bundle.spec.grading, call_seconds=CALL_SECONDS, total_seconds=TOTAL_SECONDS
    )
    bundle = replace(bundle, spec=msgspec.structs.replace(bundle.spec, grading=grading))
    answers = some_of_each_kind(prepared.answers, one_of)
    return replace(prepared, bundle=bundle, answers=answers)


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

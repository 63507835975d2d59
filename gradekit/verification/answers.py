"""The answers that checks are verified with: right ones, unfinished ones, and wrong ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from gradekit.checks.carry_forward import Rules
from gradekit.course import Assignment, read_text
from gradekit.files import Files
from gradekit.grading.bundle import VERIFYING, GradingBundle
from gradekit.solution.definitions import owners
from gradekit.solution.mistakes import KnownMistake, merged
from gradekit.solution.mutants import mutants
from gradekit.solution.regions import cut, region_owners
from gradekit.solution.splice import left_out, splice
from gradekit.verification.forged import ENDLESS, forged_modules, forgeries, wholes_of

EQUIVALENTS = "equivalents"
BROKEN = b"def not_python(:\n"


class Kind(StrEnum):
    """What an answer is there to show."""

    REFERENCE = "reference"
    BLANK = "blank"
    BROKEN = "broken"
    UNSOLVED = "unsolved"
    ENDLESS = "endless"
    EQUIVALENT = "equivalent"
    MISTAKE = "mistake"
    TWO_MISTAKES = "two_mistakes"
    FORGED = "forged"
    MUTANT = "mutant"


@dataclass(frozen=True)
class Answer:
    """An answer's modules by path, and what is known of it.

    `owner` is the function or class that is wrong or not solved, `about` says in words what is,
    `left_out` are all the functions and classes that are not solved, `difference` is from the
    reference; `beside` names the answers that its points are held against.
    """

    kind: Kind
    name: str
    modules: Files
    owner: str = ""
    about: str = ""
    place: str = ""
    difference: str = ""
    left_out: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


def quick_answers(assignment: Assignment, bundle: GradingBundle) -> list[Answer]:
    """Return the reference, the blank release, and modules that are no Python."""
    sources = _sources(assignment, bundle)
    blank = _encoded({name: cut(text, name) for name, text in sources.items()})
    broken = {name: BROKEN + data for name, data in _solved(bundle).items()}
    everything = tuple(_owners(sources))
    return [
        Answer(Kind.REFERENCE, "reference", _solved(bundle), about="solved"),
        Answer(Kind.BLANK, "blank", blank, about="as released", left_out=everything),
        Answer(Kind.BROKEN, "broken", broken, about="no Python", left_out=everything),
    ]


def all_answers(
    assignment: Assignment, bundle: GradingBundle, rules: Mapping[str, Rules]
) -> list[Answer]:
    """Return every answer, each with a name of its own, in the order that they are told in.

    `rules` say which checks follow from which parts. Raises AuthoringError where an equivalent or a
    known mistake cannot be made.
    """
    return [
        *quick_answers(assignment, bundle),
        *_unsolved(assignment, bundle),
        *_endless(bundle),
        *_equivalents(assignment, bundle),
        *_mistakes(bundle),
        *_two_mistakes(bundle),
        *_forged(bundle, rules),
        *_mutants(assignment, bundle),
    ]


def _unsolved(assignment: Assignment, bundle: GradingBundle) -> Iterator[Answer]:
    sources = _sources(assignment, bundle)
    for owner in _owners(sources):
        modules = _without(sources, [owner])
        yield Answer(
            Kind.UNSOLVED, f"unsolved_{owner}", modules, owner, "not solved", left_out=(owner,)
        )


def _endless(bundle: GradingBundle) -> Iterator[Answer]:
    """Yield answers in which one function never ends: each in its turn."""
    solved, sources, homes = _forgeable(bundle)
    for owner in wholes_of(sources):
        modules = forged_modules(solved, homes, {owner: ENDLESS})
        beside = (f"unsolved_{owner}",)
        yield Answer(Kind.ENDLESS, f"endless_{owner}", modules, owner, "never ends", beside=beside)


def _forgeable(bundle: GradingBundle) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Return the solved modules, those with markers, and the module of each function."""
    solved = {name: data.decode() for name, data in _solved(bundle).items()}
    sources = {name: data.decode() for name, data in bundle.sources.items()}
    homes = {owner: name for name, text in sources.items() for owner in set(owners(text).values())}
    return solved, sources, homes


def _equivalents(assignment: Assignment, bundle: GradingBundle) -> Iterator[Answer]:
    for path in sorted((assignment.graders / VERIFYING / EQUIVALENTS).glob("*.py")):
        text = read_text(path)
        skipped = left_out(text, str(path))
        begun = {k: v.decode() for k, v in _without(_sources(assignment, bundle), skipped).items()}
        modules = _encoded(splice(begun, text, str(path)))
        about = text.lstrip("\ufeff\"'").partition("\n")[0].strip("\"'")
        name = f"equivalent_{path.stem}"
        yield Answer(Kind.EQUIVALENT, name, modules, about=about, left_out=skipped)


def _mistakes(bundle: GradingBundle) -> Iterator[Answer]:
    for number, known in enumerate(bundle.mistakes):
        modules = {**_solved(bundle), known.file: known.text.encode()}
        name = f"mistake_{number}"
        yield Answer(Kind.MISTAKE, name, modules, known.owner, known.hint, known.file)


def _two_mistakes(bundle: GradingBundle) -> Iterator[Answer]:
    """Yield answers with two known mistakes, in two functions: one for each two functions."""
    numbered: dict[str, list[tuple[int, KnownMistake]]] = {}
    for number, known in enumerate(bundle.mistakes):
        numbered.setdefault(known.owner, []).append((number, known))
    # Each mistake of a function is taken in its turn.
    for turn, (first, second) in enumerate(combinations(numbered.values(), 2)):
        (one, a), (other, b) = first[turn % len(first)], second[turn % len(second)]
        changed = merged(a, b, {n: data.decode() for n, data in _solved(bundle).items()})
        yield Answer(
            Kind.TWO_MISTAKES,
            f"mistakes_{one}_{other}",
            {**_solved(bundle), **_encoded(changed)},
            f"{a.owner} and {b.owner}",
            f"{a.hint} And: {b.hint}",
            beside=(f"mistake_{one}", f"mistake_{other}"),
        )


def _forged(bundle: GradingBundle, rules: Mapping[str, Rules]) -> Iterator[Answer]:
    solved, sources, homes = _forgeable(bundle)
    for number, one in enumerate(forgeries(rules, wholes_of(sources))):
        modules = forged_modules(solved, homes, one.functions)
        if not one.part:
            alone = f"forged_{number}"
            yield Answer(Kind.FORGED, alone, modules, one.whole, "not written, with right parts")
            continue
        about = f"not written; {one.part} is {one.manner}"
        yield Answer(Kind.FORGED, f"forged_{number}", modules, one.whole, about, beside=(alone,))


def _mutants(assignment: Assignment, bundle: GradingBundle) -> Iterator[Answer]:
    sources = _sources(assignment, bundle)
    made = [
        mutant
        for name, text in sources.items()
        for mutant in mutants(text, name, declared=bundle.spec.mutants)
    ]
    for number, one in enumerate(made):
        modules = {**_solved(bundle), one.file: one.text.encode()}
        difference = one.difference(bundle.reference[one.file].decode())
        place = f"{one.file}, line {one.line}"
        name = f"mutant_{number}"
        yield Answer(Kind.MUTANT, name, modules, one.owner, one.mistake, place, difference)


def _sources(assignment: Assignment, bundle: GradingBundle) -> dict[str, str]:
    return {name: read_text(assignment.source / name) for name in bundle.student_files}


def _solved(bundle: GradingBundle) -> dict[str, bytes]:
    return {name: bundle.reference[name] for name in bundle.student_files}


def _owners(sources: dict[str, str]) -> list[str]:
    return [owner for name, text in sources.items() for owner in region_owners(text, name)]


def _without(sources: dict[str, str], skipped: list[str] | tuple[str, ...]) -> dict[str, bytes]:
    keep = [owner for owner in _owners(sources) if owner not in skipped]
    return _encoded({name: cut(text, name, keep) for name, text in sources.items()})


def _encoded(modules: dict[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in modules.items()}

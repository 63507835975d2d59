"""The answers that checks are verified with: right ones, unfinished ones, and wrong ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import combinations

from gradekit.checks.carry_forward import Rules
from gradekit.course import Assignment, read_text
from gradekit.files import Files
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.check_files import VERIFYING
from gradekit.grading.grader import Submission
from gradekit.solution.cell_solutions import answer_cells, unanswered
from gradekit.solution.definitions import owners
from gradekit.solution.mistakes import KnownMistake, merged
from gradekit.solution.mutants import mutants
from gradekit.solution.regions import cut, region_owners
from gradekit.solution.splice import names_left_out, splice
from gradekit.verification import cell_answers
from gradekit.verification.cell_answers import NotebookCells
from gradekit.verification.forged import ENDLESS, forged_modules, forgeries, wholes_of

EQUIVALENTS = "equivalents"
BROKEN = cell_answers.NOT_PYTHON.encode()


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
    reference; `beside` names the answers that its points are held against. `cells` are the code
    cells of each notebook whose tests decide on points.
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
    cells: NotebookCells = field(default_factory=dict)

    @property
    def submission(self) -> Submission:
        """The answer as somebody's hand-in."""
        return Submission(self.name, self.modules, cells=self.cells)


def quick_answers(assignment: Assignment, bundle: GradingBundle) -> list[Answer]:
    """Return the reference, the blank release, and code that is no Python."""
    sources = _sources(assignment, bundle)
    blank = _encoded({name: cut(text, name) for name, text in sources.items()})
    broken = {name: BROKEN + data for name, data in _solved(bundle).items()}
    everything = (*_owners(sources), *(one.owner for one in answer_cells(bundle.notebooks)))
    unsolved = Answer(Kind.BLANK, "blank", blank, about="as released", left_out=everything)
    no_python = Answer(Kind.BROKEN, "broken", broken, about="no Python", left_out=everything)
    return [
        _complete(Answer(Kind.REFERENCE, "reference", _solved(bundle), about="solved"), bundle),
        replace(unsolved, cells=cell_answers.blank(bundle)),
        replace(no_python, cells=cell_answers.broken(bundle)),
    ]


def _complete(answer: Answer, bundle: GradingBundle) -> Answer:
    """Return an answer with the reference's cells where it says nothing of cells."""
    return answer if answer.cells else replace(answer, cells=cell_answers.solved(bundle))


def all_answers(
    assignment: Assignment, bundle: GradingBundle, rules: Mapping[str, Rules]
) -> list[Answer]:
    """Return every answer, each with a name of its own, in the order that they are told in.

    `rules` say which checks follow from which parts. Raises AuthoringError where an equivalent or a
    known mistake cannot be made.
    """
    answers = [
        *quick_answers(assignment, bundle),
        *_unsolved(assignment, bundle),
        *_unsolved_cells(bundle),
        *_endless(bundle),
        *_endless_cells(bundle),
        *equivalents(assignment, bundle),
        *_mistakes(bundle),
        *_two_mistakes(bundle),
        *_forged(bundle, rules),
        *_forged_cells(bundle),
        *_mutants(assignment, bundle),
        *_mutants_in_cells(bundle),
    ]
    return [_complete(one, bundle) for one in answers]


def _unsolved(assignment: Assignment, bundle: GradingBundle) -> Iterator[Answer]:
    sources = _sources(assignment, bundle)
    for owner in _owners(sources):
        modules = _without(sources, [owner])
        yield Answer(
            Kind.UNSOLVED, f"unsolved_{owner}", modules, owner, "not solved", left_out=(owner,)
        )


def _unsolved_cells(bundle: GradingBundle) -> Iterator[Answer]:
    for one in answer_cells(bundle.notebooks):
        cells = cell_answers.with_texts(bundle, {one: unanswered(one.cell.python)})
        yield Answer(
            Kind.UNSOLVED,
            f"unsolved_{one.owner}",
            _solved(bundle),
            one.owner,
            "not solved",
            left_out=(one.owner,),
            cells=cells,
        )


def _mutants_in_cells(bundle: GradingBundle) -> Iterator[Answer]:
    # What a person grades, or no test cell can see, no test needs to tell.
    by_hand = {(item.notebook, item.cell) for item in bundle.items if item.manual}
    made = (
        (one, mutant)
        for one in cell_answers.cells_with_tests(bundle)
        if (one.notebook, one.cell.name) not in by_hand
        for mutant in cell_answers.mutants_of(one, bundle.spec.mutants)
    )
    for number, (one, mutant) in enumerate(made):
        yield Answer(
            Kind.MUTANT,
            f"cell_mutant_{number}",
            _solved(bundle),
            one.owner,
            mutant.mistake,
            f"{one.owner}, line {mutant.line}",
            mutant.difference(one.right),
            cells=cell_answers.with_texts(bundle, {one: mutant.text}),
        )


def _endless(bundle: GradingBundle) -> Iterator[Answer]:
    """Yield answers in which one function never ends: each in its turn."""
    solved, sources, homes = _forgeable(bundle)
    for owner in wholes_of(sources):
        modules = forged_modules(solved, homes, {owner: ENDLESS})
        beside = (f"unsolved_{owner}",)
        yield Answer(Kind.ENDLESS, f"endless_{owner}", modules, owner, "never ends", beside=beside)


def _endless_cells(bundle: GradingBundle) -> Iterator[Answer]:
    """Yield answers in which one cell never ends, of those that another cell's test needs, too."""
    for one in cell_answers.needed_elsewhere(bundle):
        cells = cell_answers.with_texts(bundle, {one: cell_answers.endless(one.right)})
        name, beside = f"endless_{one.owner}", (f"unsolved_{one.owner}",)
        yield Answer(
            Kind.ENDLESS, name, _solved(bundle), one.owner, "never ends", beside=beside, cells=cells
        )


def _forged_cells(bundle: GradingBundle) -> Iterator[Answer]:
    """Yield answers of which what follows is not written: with right parts, and with wrong ones."""
    for whole, parts in cell_answers.wholes_and_parts(bundle):
        names = [one.owner for one in whole]
        blank = {one: unanswered(one.cell.python) for one in whole}
        given = _solved(bundle), " and ".join(names)
        alone = f"forged_{names[-1]}"
        cells = cell_answers.with_texts(bundle, blank)
        yield Answer(Kind.FORGED, alone, *given, "not written, with right parts", cells=cells)
        for manner, change in (("not solved", unanswered), ("endless", cell_answers.endless)):
            wrong = {one: change(one.right) for one in parts}
            cells = cell_answers.with_texts(bundle, {**blank, **wrong})
            about = f"not written; what it follows is {manner}"
            name = f"{alone}_{manner.replace(' ', '_')}"
            yield Answer(Kind.FORGED, name, *given, about, beside=(alone,), cells=cells)


def _forgeable(bundle: GradingBundle) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Return the solved modules, those with markers, and the module of each function."""
    solved = {name: data.decode() for name, data in _solved(bundle).items()}
    sources = {name: data.decode() for name, data in bundle.sources.items()}
    homes = {owner: name for name, text in sources.items() for owner in set(owners(text).values())}
    return solved, sources, homes


def equivalents(assignment: Assignment, bundle: GradingBundle) -> list[Answer]:
    """Return the right answers that are written differently.

    Raises AuthoringError, with the file, for one that cannot be made.
    """
    return list(_equivalents(assignment, bundle))


def _equivalents(assignment: Assignment, bundle: GradingBundle) -> Iterator[Answer]:
    for path in sorted((assignment.graders / VERIFYING / EQUIVALENTS).glob("*.py")):
        text = read_text(path)
        skipped = names_left_out(text, str(path))
        begun = {k: v.decode() for k, v in _without(_sources(assignment, bundle), skipped).items()}
        cells = {one.owner: one for one in cell_answers.readable_cells(bundle)}
        unsolved = {owner for owner, one in cells.items() if one.defines(skipped)}
        begun |= {
            owner: unanswered(one.cell.python) if owner in unsolved else one.right
            for owner, one in cells.items()
        }
        modules, answered = _with_texts(bundle, splice(begun, text, str(path)))
        about = text.lstrip("\ufeff\"'").partition("\n")[0].strip("\"'")
        name, left = f"equivalent_{path.stem}", (*skipped, *sorted(unsolved))
        yield Answer(Kind.EQUIVALENT, name, modules, about=about, left_out=left, cells=answered)


def _mistakes(bundle: GradingBundle) -> Iterator[Answer]:
    for number, known in enumerate(_known(bundle)):
        modules, cells = _with_texts(bundle, {known.file: known.text})
        name, owner = f"mistake_{number}", known.owner
        yield Answer(Kind.MISTAKE, name, modules, owner, known.hint, known.file, cells=cells)


def _two_mistakes(bundle: GradingBundle) -> Iterator[Answer]:
    """Yield answers with two known mistakes, in two functions: one for each two functions."""
    numbered: dict[str, list[tuple[int, KnownMistake]]] = {}
    for number, known in enumerate(_known(bundle)):
        numbered.setdefault(known.owner, []).append((number, known))
    # Each mistake of a function is taken in its turn.
    for turn, (first, second) in enumerate(combinations(numbered.values(), 2)):
        (one, a), (other, b) = first[turn % len(first)], second[turn % len(second)]
        changed = merged(a, b, {n: data.decode() for n, data in _solved(bundle).items()})
        modules, cells = _with_texts(bundle, changed)
        yield Answer(
            Kind.TWO_MISTAKES,
            f"mistakes_{one}_{other}",
            modules,
            f"{a.owner} and {b.owner}",
            f"{a.hint} And: {b.hint}",
            beside=(f"mistake_{one}", f"mistake_{other}"),
            cells=cells,
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


def _known(bundle: GradingBundle) -> tuple[KnownMistake, ...]:
    return (*bundle.mistakes, *bundle.cell_mistakes)


def _with_texts(
    bundle: GradingBundle, texts: Mapping[str, str]
) -> tuple[dict[str, bytes], NotebookCells]:
    """Return the solved modules and cells with other texts in some, by the names of these."""
    cells = {one.owner: one for one in answer_cells(bundle.notebooks)}
    modules = {name: text for name, text in texts.items() if name not in cells}
    changed = {cells[name]: text for name, text in texts.items() if name in cells}
    return {**_solved(bundle), **_encoded(modules)}, cell_answers.with_texts(bundle, changed)


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

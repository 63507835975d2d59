"""Writes the modules of hand-ins of every kind, each with a line of its own."""

import ast
import random
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from gradekit.course import Assignment, read_text
from gradekit.grading.bundle import load_bundle
from gradekit.solution.definitions import owners
from gradekit.solution.regions import cut, find_regions, region_owners, solve
from gradekit.verification.answers import Answer, Kind, all_answers

Files = Mapping[str, bytes]
# It prints and logs at every step, which costs nbgrader much time, and the student all points.
LEFT_OUT = "equivalent_noisy"


class Handed(StrEnum):
    """What a hand-in is like."""

    RIGHT = "right"
    DIFFERENT = "right, written differently"
    ONE = "one mistake"
    TWO = "two mistakes"
    PARTLY = "partly done"
    BLANK = "blank"
    SYNTAX = "syntax error"
    MISSING = "a module is missing"
    LOOP = "endless loop"
    HOG = "too much memory"
    ODD = "answers that are no numbers"
    CRASH = "ends its process"
    DAMAGED = "damaged notebook"
    NO_NOTEBOOK = "no notebook"


# What one of the functions begins with, in hand-ins of some kinds.
FIRST = {
    Handed.LOOP: ("while True: pass", "import time; time.sleep(10_000)"),
    Handed.HOG: ("h = [np.ones(2**23) for _ in range(10_000)]", "h = np.ones(10**11)"),
    Handed.ODD: ('return "words"', "return np.array([None, {}])"),
    Handed.CRASH: ("import os; os._exit(0)", "raise SystemExit", "(f := lambda: f())()"),
}


class Writer:
    """Writes modules for an assignment; the same student always gets the same ones."""

    def __init__(self, assignment: Assignment) -> None:
        self.bundle = load_bundle(assignment)
        names = self.bundle.student_files
        self._right = {name: self.bundle.reference[name] for name in names}
        self._sources = {name: read_text(assignment.source / name) for name in names}
        self._answers: dict[Kind, list[Answer]] = {kind: [] for kind in Kind}
        for answer in all_answers(assignment, self.bundle, {}):
            begun = answer.kind is Kind.EQUIVALENT and answer.left_out
            if not begun and answer.name != LEFT_OUT:
                self._answers[answer.kind].append(answer)

    def modules(self, kind: Handed, student: str) -> Files:
        """Return the modules that a student completes, by path, as they are handed in."""
        files = self._files(kind, random.Random(f"{student} {kind}"))
        signature = f"\n# Handed in by {student}.\n".encode()
        return {name: data + signature for name, data in files.items()}

    def _files(self, kind: Handed, chance: random.Random) -> Files:
        match kind:
            case Handed.DIFFERENT:
                return chance.choice(self._answers[Kind.EQUIVALENT]).modules
            case Handed.ONE:
                return self._wrong(chance).modules
            case Handed.TWO:
                return self._two_mistakes(chance)
            case Handed.PARTLY | Handed.BLANK:
                return self._begun(chance, nothing=kind is Handed.BLANK)
            case Handed.SYNTAX:
                return self._with_syntax_error(chance)
            case Handed.MISSING:
                lost = chance.choice(list(self._right))
                return {name: data for name, data in self._right.items() if name != lost}
            case Handed.LOOP | Handed.HOG | Handed.ODD | Handed.CRASH:
                suffix = ".forward" if kind is Handed.ODD else ""
                return self._with_first(chance.choice(FIRST[kind]), chance, suffix)
        return self._right

    def _wrong(self, chance: random.Random) -> Answer:
        return chance.choice(self._answers[chance.choice([Kind.MISTAKE, Kind.MUTANT])])

    def _two_mistakes(self, chance: random.Random) -> Files:
        """Return two modules with a mistake each."""
        first = self._wrong(chance)
        second = self._wrong(chance)
        while _file(second) == _file(first):
            second = self._wrong(chance)
        return {**first.modules, _file(second): second.modules[_file(second)]}

    def _begun(self, chance: random.Random, nothing: bool) -> Files:
        """Return modules that are solved up to some function."""
        order = [
            owner for name, text in self._sources.items() for owner in region_owners(text, name)
        ]
        solved = order[: 0 if nothing else chance.randrange(1, len(order))]
        return {name: cut(text, name, solved).encode() for name, text in self._sources.items()}

    def _with_syntax_error(self, chance: random.Random) -> Files:
        name = chance.choice(list(self._right))
        broken = re.sub(r"(?m)^( +return) ", r"\1 (", self._right[name].decode(), count=1)
        try:
            ast.parse(broken)
        except SyntaxError:
            return {**self._right, name: broken.encode()}
        raise ValueError(f"{name}: no syntax error could be made in it")

    def _with_first(self, statement: str, chance: random.Random, suffix: str) -> Files:
        """Return the right modules; a function, of a name that ends so, begins with a statement."""
        name, line = chance.choice(self._places(suffix))
        lines = self._sources[name].split("\n")
        indent = lines[line][: len(lines[line]) - len(lines[line].lstrip())]
        lines.insert(line + 1, indent + statement)
        return {**self._right, name: solve("\n".join(lines), name).encode()}

    def _places(self, suffix: str) -> Sequence[tuple[str, int]]:
        """Return the files and 0-based lines in which regions begin."""
        return [
            (name, region.begin)
            for name, text in self._sources.items()
            for region in find_regions(text, name)
            if owners(text)[region.begin + 1].endswith(suffix)
        ]


def _file(answer: Answer) -> str:
    """Return the module in which a mistake or a mutant is."""
    return answer.place.partition(",")[0]

"""What running a source's cells needs to know of them: worked out once, and not in each process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from gradekit.assignment.code_cells.answers import (
    attributes_of_classes,
    draw_numbers,
    globals_read,
    imported_names,
)
from gradekit.assignment.code_cells.cells import CellKind, SourceCell
from gradekit.assignment.code_cells.module_parts import ModulePart, parts_by_cell
from gradekit.assignment.code_cells.remote_names import Ownership, ownership
from gradekit.assignment.code_cells.steps import hidden_lines, without_hidden
from gradekit.assignment.code_cells.text import CellText
from gradekit.assignment.code_cells.unmarked_answers import unmarked_answers
from gradekit.assignment.code_cells.written_modules import staffs_modules, students_modules
from gradekit.grading.cells.running.code import words_of
from gradekit.grading.cells.running.given_data import data_read_by_tests


@dataclass(frozen=True)
class SourceFacts:
    """Whose names are before each cell and behind the last, and what answers have, do and read."""

    owners: tuple[Ownership, ...]
    attributes: frozenset[str]  # of objects of the answers' own classes
    draws: bool  # whether answers draw random numbers
    read: frozenset[str]  # names of the module that student code reads
    imported: Mapping[str, tuple[str, str]]
    parts: Mapping[str, tuple[ModulePart, ...]]  # of modules, that tests replace, by cells' names
    given: Mapping[int, frozenset[str]]  # names of staff's data that tests read, by cells' places
    reads_closures: bool  # whether a test looks at what a function reads of those around it
    staffs_modules: Mapping[str, str]  # that staff's cells write: their text by name
    students_modules: frozenset[str]  # that answers write
    unmarked: Mapping[str, frozenset[str]]  # names that are the student's, by tests' names


@lru_cache(maxsize=64)
def facts_of(source: tuple[SourceCell, ...]) -> SourceFacts:
    """Return the facts of a source's code cells; kept, so that processes forked later have them."""
    inside = {word for cell in source if cell.inside for word in words_of(cell.python)}
    return SourceFacts(
        tuple(ownership(source)),
        attributes_of_classes(source),
        draw_numbers(source),
        globals_read(source) | inside,
        imported_names(source),
        parts_by_cell(source),
        data_read_by_tests(source),
        any("__closure__" in cell.python or "co_freevars" in cell.python for cell in source),
        staffs_modules(source),
        students_modules(source),
        unmarked_answers(source),
    )


def without_hidden_tests(source: Sequence[SourceCell]) -> tuple[SourceCell, ...]:
    """Return a source's cells with tests that have no hidden lines."""
    return tuple(
        replace(cell, text=CellText(without_hidden(cell.python)))
        if cell.kind is CellKind.TEST and hidden_lines(cell.python)
        else cell
        for cell in source
    )

"""Answers that stand in unmarked cells, though the notebook has cells for answers elsewhere.

A test that reads nothing of a student's would test nothing. So what it reads of unmarked cells is
what it tests: there it sees the student's own, as in a notebook.
"""

import ast
from collections.abc import Collection, Mapping, Sequence

from gradekit.assignment.code_cells.cells import CellKind, SourceCell
from gradekit.assignment.code_cells.remote_names import names_in, ownership, parsed, statements


def unmarked_answers(cells: Sequence[SourceCell]) -> Mapping[str, frozenset[str]]:
    """Return by tests' names which names of unmarked cells are the student's for them alone.

    A helper of staff's in an unmarked cell, which looks at a student's names itself, is staff's.
    """
    asking, free = tests_of_students(cells), set[str]()
    of_students = _of_students(cells)
    found = dict[str, frozenset[str]]()
    for cell in cells:
        if cell.kind is CellKind.TEST and not cell.inside and cell.name not in asking:
            own = names_in(cell.python).loaded & free
            found |= {cell.name: frozenset(own)} if own else {}
        for statement in statements(cell.python) if _is_staffs(cell) else ():
            bound = names_in(statement).bound
            if cell.kind is CellKind.FREE and not _is_import(statement):
                free |= bound - of_students
            else:
                free -= bound
    return found


def tests_of_students(cells: Sequence[SourceCell]) -> set[str]:
    """Return the tests that read a student's names, themselves or by a helper of staff's."""
    of_students, reads = _of_students(cells), dict[str, set[str]]()
    found = set[str]()
    for cell in cells:
        if cell.kind is CellKind.TEST:
            read = _all_read(names_in(cell.python).loaded, reads)
            found |= {cell.name} if read & of_students else set()
        for statement in statements(cell.python) if _is_staffs(cell) else ():
            names = names_in(statement)
            for name in names.bound:
                reads.setdefault(name, set()).update(names.loaded)
    return found


def _of_students(cells: Sequence[SourceCell]) -> set[str]:
    return set[str]().union(*(owner.remote for owner in ownership(cells)))


def _is_staffs(cell: SourceCell) -> bool:
    return cell.runs and cell.kind is not CellKind.SOLUTION


def _all_read(names: Collection[str], reads: Mapping[str, set[str]]) -> set[str]:
    """Return names with all that was read to make what they stand for."""
    found, new = set[str](), set(names)
    while new:
        found |= new
        new = {read for name in new for read in reads.get(name, ())} - found
    return found


def _is_import(statement: str) -> bool:
    nodes = getattr(parsed(statement), "body", ())
    return any(isinstance(node, ast.Import | ast.ImportFrom) for node in nodes)

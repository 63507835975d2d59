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
    of_students = set[str]().union(*(owner.remote for owner in ownership(cells)))
    free, reads = set[str](), dict[str, set[str]]()
    found = dict[str, frozenset[str]]()
    for cell in cells:
        names = names_in(cell.python)
        if cell.kind is CellKind.TEST and not cell.inside:
            own = names.loaded & free
            if own and not _all_read(names.loaded, reads) & of_students:
                found[cell.name] = frozenset(own)
        if not cell.runs or cell.kind is CellKind.SOLUTION:
            continue
        for statement in statements(cell.python):
            of_statement = names_in(statement)
            for name in of_statement.bound:
                reads.setdefault(name, set()).update(of_statement.loaded)
            if cell.kind is CellKind.FREE and not _is_import(statement):
                free |= of_statement.bound - of_students
            else:
                free -= of_statement.bound
    return found


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

"""What the answers of a source notebook import, read and draw: what a test shares with them.

Only the source's own answers count. What a student's code says of itself would be the student's
choice.
"""

import ast
import symtable
from collections.abc import Collection, Iterator, Sequence

from gradekit.assignment.code_cells.cells import CellKind, SourceCell
from gradekit.assignment.code_cells.remote_names import is_placeholder, names_in, parsed, table_of
from gradekit.assignment.import_stubs import DRAWING


def imported_names(cells: Sequence[SourceCell]) -> dict[str, tuple[str, str]]:
    """Return the names that answers import, with a module each and what is taken of it, or "".

    None that an answer gives another value to, and none of what draws: a plot is where it was made.
    """
    found: dict[str, tuple[str, str]] = {}
    others = set[str]()
    for cell in cells:
        if cell.kind in (CellKind.SOLUTION, CellKind.FREE):
            imported = dict(_imported(parsed(cell.python)))
            others |= names_in(_without_imports(cell.python)).bound
            others |= {name for name, one in imported.items() if found.get(name, one) != one}
            found |= imported
    return {
        name: (module, part)
        for name, (module, part) in found.items()
        if name not in others and module.partition(".")[0] not in DRAWING
    }


def _imported(tree: ast.Module | None) -> Iterator[tuple[str, tuple[str, str]]]:
    for node in tree.body if tree else ():
        if isinstance(node, ast.Import):
            for one in node.names:
                first = one.name.partition(".")[0]
                yield (one.asname, (one.name, "")) if one.asname else (first, (first, ""))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for one in node.names:
                yield one.asname or one.name, (node.module, one.name)


def _without_imports(python: str) -> str:
    tree = parsed(python)
    kept = (one for one in (tree.body if tree else ()))
    kept = (one for one in kept if not isinstance(one, ast.Import | ast.ImportFrom))
    return ast.unparse(ast.Module(list(kept), []))


def globals_read(cells: Sequence[SourceCell]) -> frozenset[str]:
    """Return the names of their module that answers read, or functions of staff's that they read.

    What tests read that run inside of the sandbox is read there, too.
    A test that gives such a name a value gives it to the answers: no other one.
    """
    found, of_staff = set[str](), dict[str, set[str]]()
    for cell in cells:
        table = table_of(cell.python)
        if table is None or (cell.kind is CellKind.TEST and not cell.inside):
            continue
        for child in table.get_children():
            of_staff.setdefault(child.get_name(), set()).update(_read(child))
        if cell.kind is not CellKind.STAFF:
            found |= set(_read(table))
    waiting = list(found)
    while waiting:
        new = of_staff.pop(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return frozenset(found)


def _read(table: symtable.SymbolTable) -> Iterator[str]:
    is_module = table.get_type() == "module"
    for one in table.get_symbols():
        if one.is_referenced() and (one.is_global() or is_module):
            yield one.get_name()
    for child in table.get_children():
        yield from _read(child)


def attributes_of_classes(cells: Sequence[SourceCell]) -> frozenset[str]:
    """Return the names of what objects of the answers' own classes have: methods, attributes."""
    found = set[str]()
    for cell in cells:
        if cell.kind in (CellKind.SOLUTION, CellKind.FREE):
            found |= class_attributes(cell.python)
    return frozenset(found)


def class_attributes(python: str) -> set[str]:
    """Return the names of what objects of some code's classes have; none of what is no Python."""
    tree = parsed(python)
    kinds = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)) if tree else ()
    return {name for kind in kinds for name in _attributes(kind)}


def placeholders(cells: Sequence[SourceCell]) -> frozenset[str]:
    """Return the names of which answers have the places and nothing else: to be filled in."""
    found, others = set[str](), set[str]()
    for cell in cells:
        if cell.kind in (CellKind.SOLUTION, CellKind.FREE):
            tree = parsed(cell.python) or ast.Module([], [])
            empty = [node for node in tree.body if is_placeholder(node)]
            rest = ast.Module([node for node in tree.body if node not in empty], [])
            found |= names_in(ast.unparse(ast.Module(empty, []))).bound
            others |= names_in(ast.unparse(rest)).bound
    return frozenset(found - others)


def draw_numbers(cells: Sequence[SourceCell]) -> bool:
    """Whether answers draw random numbers from Python's or NumPy's own generators.

    They may also where a test gives them such a generator: `player.roll(random)`.
    """
    drawing = {"random"}
    for cell in cells:
        for name, (module, part) in _imported(parsed(cell.python)):
            if "random" in (*module.split("."), part):
                drawing.add(name)
    for cell in cells:
        nodes = [*ast.walk(parsed(cell.python) or ast.Module([], []))]
        if cell.kind is CellKind.TEST:
            calls = [node for node in nodes if isinstance(node, ast.Call)]
            nodes = [given for call in calls for given in call.args]
        elif cell.kind is CellKind.STAFF:
            continue
        if any(_is_generator(node, drawing) for node in nodes):
            return True
    return False


def _is_generator(node: ast.AST, drawing: Collection[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in drawing
    return isinstance(node, ast.Attribute) and node.attr == "random"


def _attributes(owner: ast.ClassDef) -> Iterator[str]:
    for node in ast.walk(owner):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
    for one in owner.body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            yield one.name
        elif isinstance(one, ast.Assign):
            yield from (target.id for target in one.targets if isinstance(target, ast.Name))
        elif isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            yield one.target.id

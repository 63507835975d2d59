"""Which names of a notebook are the student's, cell by cell, as its source says.

A name is remote from where a student's cell gives it a value, or only changes what it stands for
(`answers["q1"] = 3`), and local again from where staff give it one. Modules, functions and classes
of staff's that are only changed stay staff's.
"""

import ast
import contextlib
import symtable
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from gradekit.assignment.code_cells.cells import CellKind, SourceCell
from gradekit.assignment.code_cells.written_modules import imported_from, students_modules
from gradekit.python_tree import python_tree

# Methods, and functions by their first argument, that change what they are given.
CHANGING_METHODS = frozenset(
    [
        "append",
        "appendleft",
        "extend",
        "extendleft",
        "insert",
        "remove",
        "pop",
        "popleft",
        "popitem",
        "clear",
        "sort",
        "reverse",
        "update",
        "add",
        "discard",
        "setdefault",
        "fill",
        "put",
        "itemset",
        "resize",
        "write",
        "writelines",
        "intersection_update",
        "difference_update",
        "symmetric_difference_update",
        "rotate",
        *("commit", "executescript"),  # of a database
    ]
)
_QUERIES = frozenset(["execute", "executemany"])
_WRITING_SQL = ("insert", "update", "delete", "create", "drop", "alter", "replace")
CHANGING_FUNCTIONS = frozenset(
    [
        "shuffle",
        "heappush",
        "heappop",
        "heapify",
        "heapreplace",
        "heappushpop",
        "insort",
        "insort_left",
        "insort_right",
        "put",
        "copyto",
        "fill_diagonal",
        "place",
        "putmask",
        "setattr",
        "delattr",
    ]
)
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Names:
    """What a piece of code does to the names of its module."""

    bound: frozenset[str] = frozenset()
    defined: frozenset[str] = frozenset()  # of these, functions, classes and modules
    changed: frozenset[str] = frozenset()  # what they stand for, without a new value
    loaded: frozenset[str] = frozenset()  # anywhere in it
    stars: tuple[str, ...] = ()  # modules whose names are all imported


@dataclass
class Ownership:
    """Whose each name is at one place of a notebook: `remote` ones are the student's."""

    remote: set[str] = field(default_factory=set)
    defined: set[str] = field(default_factory=set)  # staff's functions, classes and modules
    has_answers: bool = True
    staffs: set[str] = field(default_factory=set)  # what staff give values to, if they get there
    modules: frozenset[str] = frozenset()  # those that answers write

    def after(self, cell: SourceCell) -> "Ownership":
        """Return whose names are behind a cell."""
        if not cell.runs:
            return self
        if cell.kind is CellKind.SOLUTION:
            return self.after_students(names_in(cell.python))
        if cell.kind is CellKind.FREE:
            return self._free(cell)
        after = self.after_staffs(names_in(cell.python))
        if cell.kind is CellKind.STAFF:
            taken = imported_from(cell.python, self.modules)
            after.remote |= taken
            after.staffs -= taken
        return after

    def after_students(self, names: Names) -> "Ownership":
        """Return whose names are behind code of the student's."""
        remote = self.remote | names.bound | (names.changed - self.defined)
        defined = self.defined - names.bound
        return replace(self, remote=remote, defined=defined, staffs=self.staffs - remote)

    def after_staffs(self, names: Names) -> "Ownership":
        """Return whose names are behind code of staff's."""
        defined = (self.defined - names.bound) | names.defined
        staffs = self.staffs | names.bound
        return replace(self, remote=self.remote - names.bound, defined=defined, staffs=staffs)

    def _free(self, cell: SourceCell) -> "Ownership":
        found = self
        for statement in statements(cell.python):
            names = names_in(statement)
            found = (
                found.after_staffs(names)
                if found.is_staffs(statement)
                else found.after_students(names)
            )
        return found

    def is_staffs(self, statement: str) -> bool:
        """Whether a statement of an unmarked cell is staff's own: it needs nothing of a student's.

        Without any answer cell, unmarked cells are where students answer; imports are staff's. So
        are placeholders, such as `x = None`, wherever they stand.
        """
        tree = parsed(statement)
        node = tree.body[0] if tree and tree.body else None
        if isinstance(node, ast.Import | ast.ImportFrom):
            return not imported_from(statement, self.modules)
        if not self.has_answers or node is None or is_placeholder(node):
            return False
        return isinstance(node, _Definition) or not names_in(statement).loaded & self.remote


def is_placeholder(node: ast.stmt) -> bool:
    """Whether a statement only holds the place of something that is to be written."""
    if isinstance(node, ast.Assign):
        return isinstance(node.value, ast.Constant) and node.value.value in (None, ..., "")
    if not isinstance(node, _Definition):
        return False
    return all(
        isinstance(one, ast.Pass | ast.Raise)
        or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        or (isinstance(one, ast.Return) and one.value is None)
        for one in node.body
    )


def ownership(cells: Sequence[SourceCell]) -> list[Ownership]:
    """Return whose each name is before each cell of a source, and behind the last one."""
    answers = any(cell.kind is CellKind.SOLUTION for cell in cells)
    found = [Ownership(has_answers=answers, modules=students_modules(cells))]
    for cell in cells:
        found.append(found[-1].after(cell))
    return found


def cells_needed(cells: Sequence[SourceCell], test: str) -> tuple[SourceCell, ...]:
    """Return a test's cell after those above it that give values to the names which it needs.

    What such a cell needs counts, too, and what staff's cells do.
    """
    place = next(number for number, cell in enumerate(cells) if cell.name == test)
    needed, wanted = [cells[place]], set(names_in(cells[place].python).loaded)
    for cell in reversed(cells[:place]):
        names = names_in(cell.python)
        if cell.kind is CellKind.TEST:
            continue
        if cell.kind is CellKind.STAFF or (names.bound | names.changed) & wanted:
            wanted |= names.loaded
            needed.insert(0, cell)
    return tuple(needed)


def statements(python: str) -> list[str]:
    """Return the statements of a module, each as text on its own lines; none of what is no Python.

    Lines before each are empty, so that numbers stay.
    """
    tree = parsed(python)
    lines = python.split("\n")
    found = []
    for node in tree.body if tree else []:
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
        text = ast.get_source_segment(python, node) or ""
        if first < node.lineno:
            text = "\n".join([*lines[first - 1 : node.lineno - 1], text])
        found.append("\n" * (first - 1) + text)
    return found


def parsed(python: str) -> ast.Module | None:
    """Return a text's tree, or None where it is no Python."""
    try:
        return python_tree(python)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def table_of(python: str) -> symtable.SymbolTable | None:
    """Return whose each name of a text is, or None where it is no Python."""
    if parsed(python) is None:
        return None
    with contextlib.suppress(SyntaxError, ValueError, RecursionError):
        return symtable.symtable(python, "cell", "exec")
    try:  # a cell may await, and its names are those of the like that does not
        return symtable.symtable(
            ast.unparse(_AwaitsNothing().visit(python_tree(python))), "", "exec"
        )
    except (SyntaxError, ValueError, RecursionError):
        return None


class _AwaitsNothing(ast.NodeTransformer):
    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        node.is_async = 0
        return self.generic_visit(node)

    def visit_Await(self, node: ast.Await) -> ast.AST:
        return self.generic_visit(node.value)


@lru_cache(maxsize=1024)
def names_in(python: str) -> Names:
    """Return what staff's code does to the names of its module; nothing where it is no Python.

    It is kept, as the same cells count for each submission.
    """
    return find_names(python)


def find_names(python: str) -> Names:
    """Return what any code does to the names of its module; nothing where it is no Python."""
    tree, table = parsed(python), table_of(python)
    if tree is None or table is None:
        return Names()
    bound = {one.get_name() for one in table.get_symbols() if _is_bound(one)} | _globals(table)
    stars = tuple(
        node.module or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and any(one.name == "*" for one in node.names)
    )
    loaded = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return Names(
        frozenset(bound),
        frozenset(_defined(tree) & bound),
        frozenset(set(_changed(tree, frozenset())) - bound),
        frozenset(loaded),
        stars,
    )


def packages_in(python: str) -> set[str]:
    """Return the first names of modules that code imports; none of what is no Python."""
    return {name.partition(".")[0] for name in modules_in(python)}


def modules_in(python: str) -> set[str]:
    """Return the full names of modules that code imports; none of what is no Python."""
    tree = parsed(python)
    found = set[str]()
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("" if node.level else node.module or "")
    return found


def names_imported(python: str, package: str) -> set[str]:
    """Return the names that code binds to a package, or to what is in it."""
    tree = parsed(python)
    nodes = ast.walk(tree) if tree else ()
    return {
        (one.asname or one.name).partition(".")[0]
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for one in node.names
        if (getattr(node, "module", "") or one.name).partition(".")[0] == package
    }


def _is_bound(symbol: symtable.Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported()


def _globals(table: symtable.SymbolTable) -> set[str]:
    """Return the names of the module that functions give values to."""
    found = set[str]()
    for inner in table.get_children():
        for one in inner.get_symbols():
            if one.is_declared_global() and _is_bound(one):
                found.add(one.get_name())
        found |= _globals(inner)
    return found


def _defined(tree: ast.AST) -> set[str]:
    found = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, _Definition):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(one.asname or one.name).partition(".")[0] for one in node.names}
    return found


def _changed(node: ast.AST, own: frozenset[str]) -> Iterator[str]:
    """Yield the names of the module whose objects a piece of code changes.

    `own` are names of the function that it stands in.
    """
    if isinstance(node, _Function):
        own |= _own_names(node)
    for target in _targets(node):
        name = _base(target)
        if name and name not in own:
            yield name
    for child in ast.iter_child_nodes(node):
        yield from _changed(child, own)


def _targets(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
        yield node.value
    if not isinstance(node, ast.Call):
        return
    called = node.func
    if isinstance(called, ast.Attribute) and called.attr in CHANGING_METHODS:
        yield called.value
    if isinstance(called, ast.Attribute) and called.attr in _QUERIES and _writes_sql(node):
        yield called.value
    if isinstance(called, ast.Attribute) and any(
        one.arg == "inplace" and isinstance(one.value, ast.Constant) and one.value.value is True
        for one in node.keywords
    ):
        yield called.value
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    if name in CHANGING_FUNCTIONS and node.args:
        yield node.args[0]


def _writes_sql(node: ast.Call) -> bool:
    """Whether a call's first argument is a text that changes a database."""
    first = node.args[0] if node.args else None
    text = first.value if isinstance(first, ast.Constant) else None
    return isinstance(text, str) and text.lstrip().lower().startswith(_WRITING_SQL)


def _base(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _own_names(node: _Function) -> frozenset[str]:
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    named += [one for one in (arguments.vararg, arguments.kwarg) if one]
    found = {one.arg for one in named}
    body = node.body if isinstance(node.body, list) else [node.body]
    shared = set[str]()
    for inner in (one for part in body for one in ast.walk(part)):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            found.add(inner.id)
        elif isinstance(inner, ast.Global):
            shared |= set(inner.names)
    return frozenset(found - shared)

"""Which parts of modules a test replaces: `patch("random.randint")`, `random.random = f`.

They are replaced in the test's process; the student's code gets them as well.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gradekit.assignment.code_cells.cells import SourceCell
from gradekit.assignment.code_cells.remote_names import parsed

SETTERS = frozenset(["setattr", "delattr", "setitem", "delitem"])
# What the student's code writes to and reads from crosses as text, and is no part to be sent.
_STREAMS = ("sys.std", "builtins.input", "__main__.")

ModulePart = tuple[str, str]  # a module's dotted name, and the name of the part


def module_names(trees: Iterable[ast.AST | None]) -> dict[str, str]:
    """Return the dotted names of what cells import, by the names that they give it."""
    found: dict[str, str] = {}
    for node in (one for tree in trees if tree for one in ast.walk(tree)):
        if isinstance(node, ast.Import):
            for one in node.names:
                found[one.asname or one.name.partition(".")[0]] = (
                    one.name if one.asname else one.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    return found


def parts_by_cell(cells: Sequence[SourceCell]) -> dict[str, tuple[ModulePart, ...]]:
    """Return the parts that each test replaces, by its cell's name; of other cells nothing."""
    modules = module_names(parsed(cell.python) for cell in cells)
    found = {cell.name: replaced_parts(parsed(cell.python), modules) for cell in cells if cell.name}
    return {name: parts for name, parts in found.items() if parts}


def replaced_parts(tree: ast.AST | None, modules: Mapping[str, str]) -> tuple[ModulePart, ...]:
    """Return the parts that a tree's nodes replace, as far as the text says which, in order.

    `modules` says what names of the cells are imported.
    """
    nodes = ast.walk(tree) if tree else ()
    return tuple(dict.fromkeys(part for node in nodes for part in parts_replaced_by(node, modules)))


def parts_replaced_by(node: ast.AST, modules: Mapping[str, str]) -> Iterator[ModulePart]:
    """Yield what one node of a tree replaces."""
    found = ""
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
        found = dotted(node, modules)
    elif isinstance(node, ast.Call):
        found = _replaced_by_call(node, modules)
    owner, _, name = found.rpartition(".")
    if owner and not found.startswith(_STREAMS):
        yield owner, name


def _replaced_by_call(node: ast.Call, modules: Mapping[str, str]) -> str:
    """Return the name of what `patch("m.f")`, `patch.object(m, "f")` or a setter replaces."""
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    of_patch = isinstance(function, ast.Attribute) and _last(function.value) == "patch"
    first, second = (_text(node.args, place) for place in (0, 1))
    if name == "patch":
        return first
    if name not in SETTERS and not (of_patch and name == "object"):
        return ""
    owner = dotted(node.args[0], modules) if node.args else ""
    return f"{owner}.{second}" if owner and second else first  # pytest's setattr("m.f", value)


def dotted(node: ast.expr, modules: Mapping[str, str]) -> str:
    """Return the dotted name of what is imported, or is in that; "" for all else."""
    if isinstance(node, ast.Name):
        return modules.get(node.id, "")
    owner = dotted(node.value, modules) if isinstance(node, ast.Attribute) else ""
    return f"{owner}.{node.attr}" if owner and isinstance(node, ast.Attribute) else ""


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _text(given: Sequence[ast.expr], place: int) -> str:
    one = given[place] if place < len(given) else None
    value = one.value if isinstance(one, ast.Constant) else ""
    return value if isinstance(value, str) else ""

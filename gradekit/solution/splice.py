"""Puts an answer's own definitions in the place of a solution's: text in, text out.

An answer file is Python. The first line of its docstring says in what it differs from the
reference; after that stand the functions, classes and methods that it writes in its own way, and
the imports and helpers that they need::

    \"\"\"Doubles by adding.\"\"\"

    LEFT_OUT = ("Doubler.backward",)


    class Doubler:
        def forward(self, x):
            return x + x

LEFT_OUT is for answers that somebody has begun: it names what they have not solved.
"""

import ast
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gradekit.errors import AuthoringError, raise_first
from gradekit.python_tree import python_tree

LEFT_OUT = "LEFT_OUT"
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, order=True)
class _Edit:
    """New lines for those from `start` up to `end`, counted from 0."""

    start: int
    end: int
    lines: list[str] = field(compare=False)


@dataclass(frozen=True)
class _Body:
    """Statements of a module or of a class, the text's lines, and how many there are to its end."""

    statements: Sequence[ast.stmt]
    lines: Sequence[str]
    end: int


def splice(modules: Mapping[str, str], text: str, file: str) -> dict[str, str]:
    """Return the modules with the answer's definitions in the place of those of the same name.

    A method replaces the one of its name, or is added at the end of its class, as is whatever else
    stands in the class. What the modules do not have, imports and helpers, is put after the imports
    of each module that is changed. Raises AuthoringError, with the file and the line, where the
    answer is not Python or has no docstring, where two modules have one of its names, where it
    neither replaces nor leaves out anything, and where a definition of it replaces nothing and
    nobody uses it: its name is misspelt.
    """
    statements = _statements(text, file)
    lines = text.split("\n")
    trees = {name: _parsed(module, name) for name, module in modules.items()}
    homes = {node: _home(node, trees, file) for node in statements}
    if not any(homes.values()) and not names_left_out(text, file):
        raise _error(file, 1, "replaces nothing; name what the modules have, or set LEFT_OUT")
    raise_first(_useless(statements, homes, trees, file))
    helpers = [node for node in statements if not homes[node] and not _is_left_out(node)]
    spliced = dict(modules)
    for name in sorted({*homes.values()} - {""}):
        own = [node for node in statements if homes[node] == name]
        spliced[name] = _joined(modules[name], trees[name], own, helpers, lines)
        _check(spliced[name], name, file)
    return spliced


def _useless(
    statements: Sequence[ast.stmt],
    homes: Mapping[ast.stmt, str],
    trees: Mapping[str, ast.Module],
    file: str,
) -> Iterator[AuthoringError]:
    """Yield what is wrong with definitions that replace nothing and that nothing uses."""
    for name, node in _added(statements, homes, trees):
        inside = set(map(id, ast.walk(node)))
        around = [one for top in (*statements, *trees.values()) for one in ast.walk(top)]
        used = any(_uses(one, node.name) for one in around if id(one) not in inside)
        magic = node.name.startswith("__") and node.name.endswith("__")
        if not used and not magic and not node.decorator_list:
            what = f"{name} replaces nothing, and nothing uses it: name what the modules have"
            yield _error(file, node.lineno, what)
    for top in statements:
        for name in _bound(top) if _lists_names(top) else ():
            if name != LEFT_OUT and not any(
                _uses(one, name)
                for other in (*statements, *trees.values())
                if other is not top
                for one in ast.walk(other)
            ):
                what = f"nothing uses {name}: name what the modules have, or write {LEFT_OUT}"
                yield _error(file, top.lineno, what)


def _lists_names(node: ast.stmt) -> bool:
    """Whether an assignment's value is a list of texts, as that of LEFT_OUT is."""
    value = getattr(node, "value", None)
    listed = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
    return all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in listed)


def _bound(node: ast.stmt) -> list[str]:
    """Return the names that an assignment gives values to."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [one.id for one in targets if isinstance(one, ast.Name)]


def _added(
    statements: Sequence[ast.stmt], homes: Mapping[ast.stmt, str], trees: Mapping[str, ast.Module]
) -> Iterator[tuple[str, Definition]]:
    """Yield what is defined beside what there is, by full name; no methods where there are bases,
    which may call them."""
    for node in statements:
        if not isinstance(node, Definition):
            continue
        known = _definitions(trees[homes[node]].body)[node.name][0] if homes[node] else None
        if known is None:
            yield node.name, node
        elif (
            isinstance(node, ast.ClassDef)
            and isinstance(known, ast.ClassDef)
            and not (node.bases or known.bases)
        ):
            old = _definitions(known.body)
            for name, new in _definitions(node.body).items():
                if name not in old:
                    yield f"{node.name}.{name}", new[0]


def _uses(node: ast.AST, name: str) -> bool:
    """Whether a node reads a name, takes an attribute of that name, or has it as a text."""
    return name in (
        getattr(node, "id", None),
        getattr(node, "attr", None),
        getattr(node, "value", None) if isinstance(node, ast.Constant) else None,
    ) or (isinstance(node, ast.alias) and name in (node.name, node.asname))


def names_left_out(text: str, file: str) -> tuple[str, ...]:
    """Return the functions and methods that an answer names in LEFT_OUT: it has not solved them.

    Raises AuthoringError, with the file and the line, where LEFT_OUT is no literal tuple or list of
    strings, and where the answer is not Python or has no docstring.
    """
    for node in _statements(text, file):
        if _is_left_out(node):
            return _names(node, file)
    return ()


def _joined(
    module: str,
    tree: ast.Module,
    own: Sequence[ast.stmt],
    helpers: Sequence[ast.stmt],
    lines: Sequence[str],
) -> str:
    old = module.split("\n")
    place = _after_imports(tree)
    added = _Edit(place, place, _block(helpers, lines))
    edits = _edits(_Body(tree.body, old, len(old)), _Body(own, lines, len(lines)))
    return _edited(old, [added, *edits])


def _names(node: ast.stmt, file: str) -> tuple[str, ...]:
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    try:
        names = ast.literal_eval(value) if value else None
    except ValueError:
        names = None
    if not isinstance(names, tuple | list) or not all(isinstance(name, str) for name in names):
        what = f'{LEFT_OUT} is not literal; write it like {LEFT_OUT} = ("Layer.forward",)'
        raise _error(file, node.lineno, what)
    return tuple(names)


def _is_left_out(node: ast.stmt) -> bool:
    return LEFT_OUT in _bound(node)


def _parsed(text: str, file: str) -> ast.Module:
    try:
        return python_tree(text)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise _error(file, line, f"not Python ({error.args[0]}); mend it") from error


def _statements(text: str, file: str) -> list[ast.stmt]:
    """Return an answer's statements after its docstring."""
    tree = _parsed(text, file)
    if not (ast.get_docstring(tree) or ""):
        raise _error(file, 1, "no docstring; say in its first line in what the answer differs")
    return tree.body[1:]


def _home(node: ast.stmt, trees: Mapping[str, ast.Module], file: str) -> str:
    """Return the module that has a definition of this name; nothing where none has."""
    if not isinstance(node, Definition):
        return ""
    homes = [name for name, tree in trees.items() if node.name in _definitions(tree.body)]
    if len(homes) > 1:
        what = f"{node.name} is in {' and in '.join(homes)}; leave it out or name it otherwise"
        raise _error(file, node.lineno, what)
    return homes[0] if homes else ""


def _definitions(body: Iterable[ast.stmt]) -> dict[str, list[Definition]]:
    found: dict[str, list[Definition]] = {}
    for node in body:
        if isinstance(node, Definition):
            found.setdefault(node.name, []).append(node)
    return found


def _edits(old: _Body, new: _Body) -> Iterator[_Edit]:
    """Yield what puts new statements in the place of old ones; what is new goes to the end."""
    known = _definitions(old.statements)
    for node in new.statements:
        same = known.get(node.name) if isinstance(node, Definition) else None
        # A getter and its setter share a name: they are replaced one after the other.
        before = same.pop(0) if same else None
        if isinstance(node, ast.ClassDef) and isinstance(before, ast.ClassDef):
            yield from _edits(_inside(before, old.lines), _inside(node, new.lines))
        elif before:
            start = _start(before, old.lines)
            yield _Edit(start, _last_line(before), _source(node, new.lines))
        else:
            yield _Edit(old.end, old.end, _block([node], new.lines))


def _inside(node: ast.ClassDef, lines: Sequence[str]) -> _Body:
    statements = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return _Body(statements, lines, _last_line(node))


def _edited(lines: Sequence[str], edits: Iterable[_Edit]) -> str:
    edited: list[str] = []
    done = 0
    for edit in sorted(edits):  # what comes to the same place keeps its order
        edited += [*lines[done : edit.start], *edit.lines]
        done = edit.end
    return "\n".join([*edited, *lines[done:]])


def _block(nodes: Iterable[ast.stmt], lines: Sequence[str]) -> list[str]:
    return [line for node in nodes for line in ("", *_source(node, lines))]


def _source(node: ast.stmt, lines: Sequence[str]) -> list[str]:
    return list(lines[_start(node, lines) : _last_line(node)])


def _start(node: ast.stmt, lines: Sequence[str]) -> int:
    """Return how many lines stand before a statement, its decorators and the comments above it."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    start = min([node.lineno, *(decorator.lineno for decorator in decorators)]) - 1
    while start and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    return start


def _last_line(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _after_imports(tree: ast.Module) -> int:
    """Return how many lines a module has up to the last of its imports, or to its docstring."""
    first = tree.body[:1] if ast.get_docstring(tree) is not None else []
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    return max((_last_line(node) for node in (*first, *imports)), default=0)


def _check(text: str, name: str, file: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, name, "exec", dont_inherit=True)
    except SyntaxError as error:
        what = f"does not fit into {name} ({error.msg}); lay it out like that module"
        raise _error(file, 1, what) from error


def _error(file: str, line: int, what: str) -> AuthoringError:
    return AuthoringError(f"{file}:{line}: {what}")

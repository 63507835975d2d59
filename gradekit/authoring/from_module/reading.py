"""Reads a solved module: what students write of it, and what they are given."""

import ast
import builtins
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gradekit.authoring.from_module.marking import marked_bodies, marked_whole
from gradekit.errors import UsageError
from gradekit.names import is_name
from gradekit.python_tree import python_tree
from gradekit.solution.definitions import FunctionNode
from gradekit.solution.regions import BEGIN
from gradekit.solution.splice import Definition

_EXCEPTION = re.compile(r"\b[A-Z][A-Za-z]{2,40}(?:Error|Exception)\b")
_READERS = frozenset(
    "open loadtxt genfromtxt fromfile read_csv read_excel read_json read_text".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Written:
    """A function or class that students write: an item."""

    name: str
    docstring: str
    node: ast.FunctionDef | ast.ClassDef

    @property
    def functions(self) -> list[ast.FunctionDef]:
        """The functions that students write, or methods."""
        return [self.node] if isinstance(self.node, ast.FunctionDef) else written_methods(self.node)

    @property
    def written(self) -> list[str]:
        """The full names of the functions that students write."""
        if isinstance(self.node, ast.FunctionDef):
            return [self.name]
        return list(dict.fromkeys(f"{self.name}.{one.name}" for one in written_methods(self.node)))

    @property
    def docstrings(self) -> list[str]:
        """Its docstring, and those of a class's methods."""
        inside = written_methods(self.node) if isinstance(self.node, ast.ClassDef) else []
        return [self.docstring, *filter(None, map(ast.get_docstring, inside))]

    @property
    def raised(self) -> list[str]:
        """Python's own exceptions that its docstrings name."""
        named = _EXCEPTION.findall("\n".join(self.docstrings))
        kinds = {name: getattr(builtins, name, None) for name in named}
        return [n for n, kind in kinds.items() if isinstance(kind, type) and n != "Exception"]

    @property
    def summary(self) -> str:
        """The first paragraph of its docstring."""
        return self.docstring.split("\n\n")[0].partition(">>>")[0].strip()


@dataclass(frozen=True)
class Segment:
    """A statement of the module with what stands above it, marked as it goes into the source."""

    text: str
    asked: Written | None = None
    is_cut: bool = False  # no item, and not given to students either


@dataclass(frozen=True)
class SolvedModule:
    """A module that is an assignment's solution; `notes` say what is to be known of it."""

    path: Path
    docstring: str
    tree: ast.Module
    segments: tuple[Segment, ...]
    notes: tuple[str, ...]

    @property
    def text(self) -> str:
        """The module, marked."""
        return "".join(one.text for one in self.segments).rstrip("\n") + "\n"

    @property
    def asked(self) -> list[Written]:
        """What students write, in order."""
        return [one.asked for one in self.segments if one.asked]

    @cached_property
    def imports(self) -> dict[str, str]:
        """The names that imports bind at its top, with the statement that binds each."""
        found = {}
        for node in self.tree.body:
            if isinstance(node, ast.Import):
                for one in node.names:
                    name = one.asname or one.name.partition(".")[0]
                    found[name] = ast.unparse(ast.Import([one]))
            elif isinstance(node, ast.ImportFrom):
                for one in node.names:
                    text = ast.unparse(ast.ImportFrom(node.module, [one], 0))
                    found[one.asname or one.name] = text
        return found

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        """The classes that it defines at its top."""
        return {one.name: one for one in self.tree.body if isinstance(one, ast.ClassDef)}

    def pythons_own(self, exception: str) -> str:
        """Return the exception of Python's own that one is, or is made of; "" for any at all."""
        seen: set[str] = set()
        while exception in self.classes and exception not in seen:
            seen.add(exception)
            bases = [one.id for one in self.classes[exception].bases if isinstance(one, ast.Name)]
            exception = bases[0] if bases else ""
        kind = getattr(builtins, exception, None)
        is_any = exception in ("Exception", "BaseException")
        return exception if isinstance(kind, type) and not is_any else ""

    @cached_property
    def own_names(self) -> frozenset[str]:
        """The names that it defines at its top."""
        found = {one.name for one in self.tree.body if isinstance(one, Definition)}
        for node in self.tree.body:
            if isinstance(node, ast.Assign | ast.AnnAssign):
                found |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and _binds(n)}
        return frozenset(found)


def _binds(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def read_module(path: Path) -> SolvedModule:
    """Return a solved module; raise UsageError in one line where none can be made of a file."""
    text = _read(path)
    try:
        tree = python_tree(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        raise UsageError(
            f"{path}{f':{line}' if line else ''}: not Python ({getattr(error, 'msg', error)})"
        ) from error
    if BEGIN in text:
        raise UsageError(
            f"{path}: has {BEGIN} already: make an assignment without --from, and put it there"
        )
    asked, notes = _chosen(tree, path)
    cut = _cut_helpers(tree, asked)
    _require_importable(tree, {*asked, *cut}, path)
    notes += _noted(tree, path)
    segments = tuple(_segments(text, tree, asked, cut))
    return SolvedModule(path, ast.get_docstring(tree) or "", tree, segments, tuple(notes))


def _read(path: Path) -> str:
    if path.is_dir() or path.name == "__init__.py":
        raise UsageError(f"{path} is a package: give one of its modules, FILE.py")
    if path.suffix == ".ipynb":
        raise UsageError(f"{path} is a notebook: put it into source/NAME, and see from-nbgrader")
    if path.suffix != ".py":
        raise UsageError(f"{path} is no Python module: its name does not end with .py")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "")


def _chosen(tree: ast.Module, path: Path) -> tuple[dict[str, Written], list[str]]:
    """Return what students write, by name, and why others are given to them as they are."""
    asked: dict[str, Written] = {}
    notes: list[str] = []
    first: dict[str, int] = {}
    for node in tree.body:
        if not isinstance(node, Definition) or _is_overload(node):
            continue
        if node.name in first:
            told = f"{path}:{node.lineno}: {node.name} is defined a second time, first in line"
            raise UsageError(f"{told} {first[node.name]}: keep one of them")
        first[node.name] = node.lineno
        why = _why_given(node)
        if why is None and not isinstance(node, ast.AsyncFunctionDef):
            asked[node.name] = Written(node.name, ast.get_docstring(node) or "", node)
        elif why:
            notes.append(f"line {node.lineno}: {node.name} is given to students as it is: {why}")
    if not asked:
        why = "; ".join(notes) or "it has no function and no class with a docstring"
        raise UsageError(f"{path}: there is nothing to write for students: {why}")
    return asked, notes


def _why_given(node: Definition) -> str | None:
    """Return why students do not write something, "" for what is private; None where they do."""
    if node.name.startswith("_"):
        return ""
    if isinstance(node, ast.AsyncFunctionDef):
        return "checks ask no async function"
    if not ast.get_docstring(node):
        return "it has no docstring"
    if not is_name(node.name):
        return "the name of an item has letters from a to z, digits and _"
    if isinstance(node, ast.FunctionDef):
        return None if body_of(node) else "nothing stands in it"
    return None if written_methods(node) else "it has no method to write"


def _is_overload(node: Definition) -> bool:
    names = [one.attr if isinstance(one, ast.Attribute) else one for one in node.decorator_list]
    return any(getattr(one, "id", one) == "overload" for one in names)


def written_methods(node: ast.ClassDef) -> list[ast.FunctionDef]:
    """Return the methods of a class that have something to write."""
    found = [one for one in node.body if isinstance(one, ast.FunctionDef)]
    return [one for one in found if body_of(one) and not _is_overload(one)]


def body_of(node: FunctionNode) -> list[ast.stmt]:
    """Return what a function does, without its docstring; nothing where that is no code."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return [] if all(map(_is_nothing, body)) else body


def _is_nothing(node: ast.stmt) -> bool:
    if isinstance(node, ast.Raise) and node.exc is not None:
        return "NotImplementedError" in ast.unparse(node.exc)
    is_dots = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Pass) or is_dots


def _cut_helpers(tree: ast.Module, asked: dict[str, Written]) -> set[str]:
    """Return the private functions and classes that only solutions use, or nothing does."""
    private = {
        node.name: node
        for node in tree.body
        if isinstance(node, Definition) and node.name.startswith("_")
    }
    used = {name for node in tree.body for name in _names_given(node, asked, private)}
    left = dict(private)
    while found := used & left.keys():
        for name in found:
            used |= _names_in(left.pop(name))
    return set(left)


def _names_given(
    node: ast.stmt, asked: dict[str, Written], private: dict[str, Definition]
) -> set[str]:
    """Return the names that a statement uses once it is cut."""
    if not isinstance(node, Definition):
        return set() if _is_main(node) else _names_in(node)
    if node.name in private:
        return set()
    if node.name not in asked:
        return _names_in(node)
    cut = [node] if isinstance(node, FunctionNode) else written_methods(node)
    inside = {id(one) for function in cut for one in function.body}
    return set(_names_outside(node, inside))


def _names_outside(node: ast.AST, left_out: set[int]) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    for child in ast.iter_child_nodes(node):
        if id(child) not in left_out:
            yield from _names_outside(child, left_out)


def _names_in(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _is_main(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__name__" in _names_in(node.test)


def _require_importable(tree: ast.Module, cut: set[str], path: Path) -> None:
    """Raise UsageError where what is released could not be imported."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.level:
            raise UsageError(
                f"{path}:{node.lineno}: imports from its own package: put what it needs into it"
            )
        for name, line in () if _is_main(node) else _called(node):
            if name in cut:
                raise UsageError(
                    f"{path}:{line}: calls {name} while it is imported, and students have not "
                    "written that yet: call it in a function, or leave that line out"
                )


def _called(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield what is called while a statement runs: not what stands in functions."""
    inside: list[ast.AST] = list(ast.iter_child_nodes(node))
    if isinstance(node, FunctionNode | ast.Lambda):
        defaults = (*node.args.defaults, *node.args.kw_defaults)
        inside = [one for one in defaults if one]
    if isinstance(node, Definition):
        for one in node.decorator_list:
            name = one.func if isinstance(one, ast.Call) else one
            if isinstance(name, ast.Name):
                yield name.id, one.lineno
    if isinstance(node, ast.Call):
        name = node.func
        while isinstance(name, ast.Attribute):
            name = name.value
        if isinstance(name, ast.Name):
            yield name.id, node.lineno
        elif isinstance(name, ast.Call):
            yield from _called(name)
    for child in inside:
        yield from _called(child)


def _noted(tree: ast.Module, path: Path) -> list[str]:
    """Return what else is to be known: files that it needs, and what is left out."""
    notes = []
    for node in tree.body:
        if _is_main(node):
            notes.append(f"line {node.lineno}: what runs as a program is left out")
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            named = [one.name for one in node.names]
            named = named if isinstance(node, ast.Import) else [node.module or ""]
            for name in dict.fromkeys(one.partition(".")[0] for one in named):
                beside = path.parent / name
                there = beside.with_suffix(".py").is_file() or (beside / "__init__.py").is_file()
                if there and name not in sys.stdlib_module_names and name != path.stem:
                    told = f"imports {name}, which lies beside it: copy that, too"
                    notes.append(f"line {node.lineno}: {told}")
        elif not isinstance(node, Definition):
            calls = (one for one in ast.walk(node) if isinstance(one, ast.Call))
            names = [getattr(one.func, "attr", getattr(one.func, "id", "")) for one in calls]
            if _READERS.intersection(names):
                told = "reads a file while it is imported: copy that, too"
                notes.append(f"line {node.lineno}: {told}")
    return notes


def _segments(
    text: str, tree: ast.Module, asked: dict[str, Written], cut: set[str]
) -> Iterator[Segment]:
    """Yield the statements of a module with what stands above each, marked; and what is left."""
    lines = text.split("\n")
    done = 0
    for node in tree.body:
        end = max(end_line(node, lines), done)
        above, done = done, end
        name = getattr(node, "name", "")
        if _is_main(node) or end == above:
            continue
        if name in cut and isinstance(node, Definition):
            marked = marked_whole(lines[above:end], start_line(node) - above)
            yield Segment("\n".join(marked) + "\n", is_cut=True)
        elif name in asked and isinstance(node, Definition) and not _is_overload(node):
            functions = asked[name].functions
            marked = marked_bodies(
                lines[above:end], [(one, body_of(one)) for one in functions], above
            )
            yield Segment("\n".join(marked) + "\n", asked[name])
        else:
            yield Segment("\n".join(lines[above:end]) + "\n")
    rest = "\n".join(lines[done:]).strip("\n")
    if rest.strip():
        yield Segment(f"\n{rest}\n")


def start_line(node: ast.stmt) -> int:
    """Return the first line of a statement, 1-based, that of its decorators where it has any."""
    decorators = node.decorator_list if isinstance(node, Definition) else []
    return min([node.lineno, *(one.lineno for one in decorators)])


def end_line(node: ast.stmt, lines: list[str]) -> int:
    """Return the last line of a statement, and of comments that are indented as what is in it."""
    end = node.end_lineno or node.lineno
    if not isinstance(node, Definition):
        return end
    depth = len(lines[node.lineno - 1]) - len(lines[node.lineno - 1].lstrip())
    for number in range(end, len(lines)):
        line = lines[number]
        inside = line.lstrip().startswith("#") and len(line) - len(line.lstrip()) > depth
        if inside:
            end = number + 1
        elif line.strip():
            break
    return end

"""Reads from the text of modules what they use that the graders do not have, without running them.

It finds what stands in functions, which an import does not come to.
"""

import ast
import io
import sys
import tokenize
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gradekit.assignment.import_stubs import is_stubbed
from gradekit.python_tree import python_tree
from gradekit.text import one_line

PACKAGES = ("numpy", "tqdm")
OLDEST_PYTHON = (3, 11)  # that the kit runs on
F_STRINGS_HAVE_TOKENS = hasattr(tokenize, "FSTRING_START")  # since Python 3.12
THEY_HAVE = "They have {packages} and Python's own library: do without it."
THEIR_FILES = "They have your Python files and the files that came with the assignment."
# Exceptions that a module can be ready for, where a package or a file is not there.
READY_FOR = (
    *("ImportError", "ModuleNotFoundError", "Exception", "BaseException"),
    *("OSError", "IOError", "PermissionError", "FileNotFoundError"),
)
# What stands below these never runs at the graders.
NEVER = ("TYPE_CHECKING", "__main__")
# Calls whose first argument is a file to read, and those that write or make one.
READING = ("open", "Path", "load", "loadtxt", "genfromtxt", "fromfile", "memmap")
WRITING = (
    *("save", "savez", "savez_compressed", "savetxt", "tofile", "write_text", "write_bytes"),
    *("mkdir", "makedirs"),
)
NUMPY = ("np", "numpy")


@dataclass(frozen=True)
class AtTheGraders:
    """What the graders have beside what is handed in.

    `packages` are those for this assignment, besides NumPy; `stubs` may be imported and do nothing;
    `data` are paths of files, `modules` those of Python files.
    """

    packages: Sequence[str] = ()
    stubs: Sequence[str] = ()
    data: Sequence[str] = ()
    modules: Sequence[str] = ()


NOTHING_MORE = AtTheGraders()


def packages_not_there(
    files: Mapping[str, bytes], first: Iterable[str], there: AtTheGraders = NOTHING_MORE
) -> list[str]:
    """Return a line for each import of a package that the graders have not.

    `files` are the modules that are handed in; only those are read that the ones named `first`
    import, directly or by others. Imports that may fail are passed over.
    """
    others = {*files, *there.modules, *(f"{name}.py" for name in there.stubs)}
    return [
        line
        for name in reached(files, first)
        for line in _packages_not_there(name, others, files[name], there.packages)
    ]


def files_not_there(
    folder: Path,
    files: Mapping[str, bytes],
    first: Iterable[str],
    there: AtTheGraders = NOTHING_MORE,
) -> list[str]:
    """Return a line for each call that opens a file which is here and not at the graders.

    One that writes a file is told, too: theirs cannot be changed. Their modules are passed over.
    """
    return [
        line
        for name in reached(files, first)
        if name not in there.modules
        for call in _calls(files[name])
        for line in _on_call(call, f"{name} line {call.lineno}", folder, {*files, *there.data})
    ]


def newer_than_the_graders(files: Mapping[str, bytes], first: Iterable[str]) -> list[str]:
    """Return a line for each module that needs a newer Python than the oldest that may grade it.

    That is told where this Python is a newer one: an older one does not take the module either.
    """
    version = ".".join(map(str, OLDEST_PYTHON))
    lines = []
    for name in reached(files, first):
        try:
            found = _newer_syntax(files[name])
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # it is no Python for this one
        if found:
            line, why = found
            what = f"{name} line {line} needs a newer Python than {version}"
            lines.append(f"{what} ({why}). The graders may have {version}.")
    return lines


def _newer_syntax(source: bytes) -> tuple[int, str] | None:
    """Return the first line that OLDEST_PYTHON does not take, and why; raise where this one fails.

    The parser reads f-strings as its own version does, whatever version it is asked for. So these
    are read by their tokens.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        python_tree(source)
        try:
            python_tree(source, feature_version=OLDEST_PYTHON)
        except SyntaxError as error:
            return error.lineno or 1, error.msg
    return next(_newer_f_strings(source), None) if F_STRINGS_HAVE_TOKENS else None


def _newer_f_strings(source: bytes) -> Iterator[tuple[int, str]]:
    """Yield the lines in which an f-string's own code has what Python 3.11 does not take there."""
    quotes: list[str] = []  # of the f-strings that are open, the innermost last
    for token in tokenize.tokenize(io.BytesIO(source).readline):
        kind = tokenize.tok_name[token.type]
        if kind == "FSTRING_START":
            if _would_end(quotes, token.string):
                yield token.start[0], "its own quotes inside an f-string"
            quotes.append(_quotes(token.string))
        elif kind == "FSTRING_END":
            quotes.pop()
        elif not quotes or kind == "FSTRING_MIDDLE":
            continue
        elif kind == "STRING" and _would_end(quotes, token.string):
            yield token.start[0], "its own quotes inside an f-string"
        elif kind == "COMMENT" or "\\" in token.string:
            what = "a comment" if kind == "COMMENT" else "a backslash"
            yield token.start[0], f"{what} in the code of an f-string"
        elif kind in ("NL", "NEWLINE") and len(quotes[-1]) == 1:
            yield token.start[0], "a line break in the code of an f-string"


def _would_end(quotes: Iterable[str], string: str) -> bool:
    """Whether Python 3.11 takes a string's first quotes for the end of one that it is inside."""
    return _quotes(string).startswith(tuple(quotes))


def _quotes(string: str) -> str:
    """Return the quotes that a string begins with: one or three."""
    start = string.lstrip("abfrtuABFRTU")
    return start[:3] if start[:3] in ("'''", '"""') else start[:1]


def reached(files: Mapping[str, bytes], first: Iterable[str]) -> Iterator[str]:
    """Yield the modules that are imported, directly or by others, as far as their text tells."""
    waiting, seen = [name for name in first if name in files], set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        yield name
        for imported in _imports(files[name], name):
            waiting += [path for path in _paths(imported.name) if path in files]


def _paths(module: str) -> list[str]:
    parts = module.split(".")
    heads = ["/".join(parts[: count + 1]) for count in range(len(parts))]
    return [path for head in heads for path in (f"{head}.py", f"{head}/__init__.py")]


class _Import:
    """An import in a module's text: what, in which line, and whether it may fail."""

    def __init__(self, name: str, line: int, may_fail: bool) -> None:
        self.name, self.line, self.may_fail = name, line, may_fail


def _imports(source: bytes, path: str) -> Iterator[_Import]:
    tree = _parsed(source)
    if tree is None:
        return
    package = PurePosixPath(path).parent.parts
    for node, may_fail in _walk(tree):
        if isinstance(node, ast.Import):
            yield from (_Import(alias.name, node.lineno, may_fail) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            whole = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            yield _Import(whole, node.lineno, may_fail)
            yield from (_Import(f"{whole}.{alias.name}", node.lineno, True) for alias in node.names)


def _walk(tree: ast.AST) -> Iterator[tuple[ast.AST, bool]]:
    """Yield all nodes of a module, and whether what stands there may fail."""
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    while waiting:
        node, may_fail = waiting.pop()
        yield node, may_fail
        guarded = may_fail or _is_guard(node)
        waiting += [(child, guarded) for child in ast.iter_child_nodes(node)]


def _is_guard(node: ast.AST) -> bool:
    """Whether what is within may fail: there is an `except` for it, or no run comes there."""
    if isinstance(node, ast.Try):
        caught = [name for one in node.handlers for name in ast.walk(one.type or ast.Pass())]
        names = {name.id for name in caught if isinstance(name, ast.Name)}
        return any(one.type is None for one in node.handlers) or not names.isdisjoint(READY_FOR)
    if isinstance(node, ast.With):
        return any("suppress" in ast.unparse(item.context_expr)[:100] for item in node.items)
    return isinstance(node, ast.If) and any(n in ast.unparse(node.test)[:100] for n in NEVER)


def _packages_not_there(
    name: str, files: Iterable[str], source: bytes, given: Collection[str]
) -> Iterator[str]:
    own = {PurePosixPath(path).parts[0].removesuffix(".py") for path in files}
    known = own | sys.stdlib_module_names | {*PACKAGES, *given}
    for one in sorted(_imports(source, name), key=lambda one: one.line):
        top = one.name.partition(".")[0]
        if top and not one.may_fail and top not in known and not is_stubbed(one.name):
            yield no_package(f"{name} line {one.line}", top, given)


def no_package(where: str, package: str, given: Collection[str] = ()) -> str:
    """Return the line that says of a place that it needs a package which the graders have not.

    `given` are those that they have for this assignment besides NumPy.
    """
    they_have = THEY_HAVE.format(packages=", ".join(["NumPy", *given]))
    return f"{where}: the graders have no package {package}. {they_have}"


def _parsed(source: bytes) -> ast.AST | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return python_tree(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _calls(source: bytes) -> list[ast.Call]:
    tree = _parsed(source)
    nodes = [node for node, may_fail in _walk(tree) if not may_fail] if tree else []
    found = [node for node in nodes if isinstance(node, ast.Call)]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _on_call(call: ast.Call, where: str, folder: Path, theirs: set[str]) -> Iterator[str]:
    name, owner = _called(call)
    writes = name == "open" and any(letter in _mode(call) for letter in "wax+")
    if writes or (name in WRITING and (owner in NUMPY or not name.startswith("save"))):
        yield f"{where} writes a file ({name}). At the graders that fails: they allow no changes."
        return
    path = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
    if name in READING and isinstance(path, str) and path and "\0" not in path:
        plain = PurePosixPath(path.replace("\\", "/")).as_posix()
        if plain not in theirs and _is_file(folder / path):
            yield f"{where}: the graders have no file {one_line(path, 120)}. {THEIR_FILES}"


def _called(call: ast.Call) -> tuple[str, str]:
    """Return the name of what is called, and of what it is an attribute of."""
    if isinstance(call.func, ast.Attribute):
        owner = call.func.value
        return call.func.attr, owner.id if isinstance(owner, ast.Name) else ""
    return (call.func.id, "") if isinstance(call.func, ast.Name) else ("", "")


def _mode(call: ast.Call) -> str:
    named = [word.value for word in call.keywords if word.arg == "mode"]
    mode = named or call.args[1:2]
    value = mode[0].value if mode and isinstance(mode[0], ast.Constant) else ""
    return value if isinstance(value, str) else ""


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False

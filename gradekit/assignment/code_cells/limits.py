"""What a test cell does that does not work where the student's code is in another process.

Found in the source by its tree, and told by cell and line, before anything is released.
"""

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradekit.assignment.code_cells.cells import CellKind, SourceCell
from gradekit.assignment.code_cells.module_parts import SETTERS, module_names, parts_replaced_by
from gradekit.assignment.code_cells.remote_names import ownership, parsed
from gradekit.assignment.code_cells.source_readers import READS, reading_lines

HISTORY = frozenset(["In", "Out", "_ih", "_oh", "_i", "_ii", "_iii"])
CLOCKS = frozenset(
    ["time", "perf_counter", "process_time", "timeit", "monotonic", "perf_counter_ns"]
)
TRACING = frozenset(["settrace", "setprofile", "currentframe", "stack", "tracemalloc", "_getframe"])
# What runs, opens or looks up what it is given: it would do so here, with what a student gave.
RUNNING = frozenset(
    """eval exec compile open getattr load loads read_pickle connect __import__ import_module system
    run Popen unlink remove rmtree""".split()  # noqa: SIM905
)
PICKLING = frozenset(["pickle", "cPickle", "dill", "cloudpickle", "joblib"])
DOCTESTS = frozenset(["testmod", "run_docstring_examples", "DocTestFinder"])
SCORING = frozenset(["cross_val_score", "cross_validate", "GridSearchCV", "RandomizedSearchCV"])
INSIDE = "runs beside the student's code (`inside` in assignment.toml): its points can be forged"


@dataclass(frozen=True)
class CellLimit:
    """What a cell does: the cell's place among all, its name, the line in it, and what it is."""

    number: int
    name: str
    line: int
    what: str

    def __str__(self) -> str:
        """Return it in one line, as it is told."""
        name = f" ({self.name})" if self.name else ""
        return f"cell {self.number}{name}, line {self.line}: {self.what}"


def cell_limits(
    cells: Sequence[SourceCell],
    student_modules: Collection[str] = (),
    released: Collection[str] = (),
) -> list[CellLimit]:
    """Return what of a source's cells does not work from outside, in order.

    `student_modules` are the names of modules that students write; `released` are data files.
    """
    found: list[CellLimit] = []
    modules = module_names(parsed(cell.python) for cell in cells)
    for cell, owner in zip(cells, ownership(cells), strict=False):
        if not cell.runs:
            continue
        if cell.inside:
            found.append(CellLimit(cell.number, cell.name, 1, INSIDE))
            continue
        lines = [(one.line, f"{one.text[:60]!r} does nothing here") for one in cell.text.left]
        if cell.kind in (CellKind.TEST, CellKind.STAFF):
            tree = parsed(cell.python)
            if tree is None:
                lines.append((1, "is no Python"))
            else:
                remote = frozenset(owner.remote)
                look = _Look(remote, frozenset(student_modules), modules, cell.kind)
                lines += look.at(tree)
                lines += [(line, READS) for line in reading_lines(tree)]
                if not any(isinstance(name, str) and name in released for name in _literals(tree)):
                    lines += _unpickled(tree)
        found += [CellLimit(cell.number, cell.name, *one) for one in sorted(set(lines))]
    return found


def _literals(tree: ast.Module) -> Iterator[object]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            yield node.value


def _unpickled(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield lines that unpickle what is no data file of the assignment's."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name, base = node.func.attr, _last_name(node.func.value)
            allows = any(
                one.arg == "allow_pickle" and getattr(one.value, "value", False)
                for one in node.keywords
            )
            if name == "read_pickle" or (name == "load" and (allows or base in PICKLING)):
                yield (
                    node.lineno,
                    f"{name} unpickles, which is not done here with a file of a student's: compare "
                    "what is in a file of text, or let the cell run inside",
                )


class _Look:
    """Looks at the tree of one cell, where some names are the student's, and some are modules."""

    def __init__(
        self,
        remote: frozenset[str],
        student_modules: frozenset[str],
        modules: Mapping[str, str],
        kind: CellKind,
    ) -> None:
        self._remote, self._student_modules, self._kind = remote, student_modules, kind
        self._modules = modules

    def at(self, tree: ast.Module) -> Iterator[tuple[int, str]]:
        """Yield lines, and what each does."""
        for node in ast.walk(tree):
            line = getattr(node, "lineno", 0)
            for what in self._of(node):
                yield line, what
        if self._kind is CellKind.TEST:
            yield from self._of_test(tree)

    def _of_test(self, tree: ast.Module) -> Iterator[tuple[int, str]]:
        last = tree.body[-1] if tree.body else None
        if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
            name = getattr(last.value.func, "id", "")
            if name in self._remote:
                yield (
                    last.lineno,
                    f"ends in what {name} gives: a number there is the points that a student gets",
                )
        tests = (ast.Assert, ast.Raise, ast.Call)
        if not any(isinstance(node, tests) for node in ast.walk(tree)) and not isinstance(
            last, ast.Expr
        ):
            yield 1, "tests nothing: it gives its points to everybody"

    def _of(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Name) and node.id in HISTORY and node.id not in self._remote:
            yield f"reads {node.id}, the history of a notebook that nobody has run here"
        elif isinstance(node, ast.ClassDef) and any(map(self._is_students, node.bases)):
            yield "is a class below one of the student's, which is in another process"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from self._of_import(node)
        elif isinstance(node, ast.Call):
            yield from self._of_call(node)

    def _of_import(self, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module]
        for name in filter(None, names):
            if name.partition(".")[0] in self._student_modules or name in self._student_modules:
                yield f"imports {name}, which students write: it is in another process"

    def _of_call(self, node: ast.Call) -> Iterator[str]:
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        base = _last_name(function.value) if isinstance(function, ast.Attribute) else ""
        given = [*node.args, *(one.value for one in node.keywords)]
        if self._replaces_unknown(node, name, base):
            yield "replaces a part of a module here, and the student's code has its own"
        elif name in CLOCKS and base in ("time", "timeit", ""):
            if base or name != "time":
                yield "measures time, which is this process's and the way to the other one, too"
        elif name in DOCTESTS:
            yield (
                f"{name} runs examples of the student's docstring: its points can be forged, so "
                "check values as well"
            )
        elif name in SCORING and not any(one.arg == "scoring" for one in node.keywords):
            if any(map(self._is_students, given)):
                yield f"{name} asks the student's class for its own score: say `scoring=` as well"
        elif name in TRACING:
            yield f"{name} sees this process only, and nothing of the student's code"
        elif name in RUNNING and any(map(self._is_students, given)):
            yield f"{name} takes here what the student's code gave: check it as a value instead"

    def _replaces_unknown(self, node: ast.Call, name: str, base: str) -> bool:
        """Whether a call replaces something of which the text does not say what it is."""
        if self._kind is not CellKind.TEST and name in SETTERS:
            return False  # such a cell runs beside the student's code, too
        is_patch = name == "patch" or (base == "patch" and name in ("object", "dict"))
        first = node.args[0] if node.args else None
        if not is_patch and not (name in SETTERS and getattr(first, "id", "") in self._modules):
            return False
        if name == "dict" and first is not None and _is_environment(first):
            return False
        return not (_is_of_notebook(node.args) or any(parts_replaced_by(node, self._modules)))

    def _is_students(self, node: ast.expr) -> bool:
        return any(isinstance(one, ast.Name) and one.id in self._remote for one in ast.walk(node))


def _is_of_notebook(given: Sequence[ast.expr]) -> bool:
    """Whether a patch is of the notebook's own name, as in `patch("__main__.f")`."""
    first = given[0] if given else None
    text = first.value if isinstance(first, ast.Constant) else ""
    return isinstance(text, str) and text.startswith(("__main__.", "builtins.input", "sys.std"))


def _is_environment(node: ast.expr) -> bool:
    """Whether it is `os.environ`, or the text of that: what a test sets there is sent."""
    return _last_name(node) == "environ" or getattr(node, "value", None) == "os.environ"


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")

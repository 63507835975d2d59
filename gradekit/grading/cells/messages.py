"""What students, and authors, read of how a test cell ended."""

import ast
import re
from collections.abc import Iterable

from gradekit.assignment.spec import DUNDERS
from gradekit.grading.cells.running.cell_end import CellEnd
from gradekit.model import Outcome
from gradekit.python_tree import python_tree
from gradekit.text import one_line
from gradekit.workers.remote.in_test.answers.answer_facts import PROBLEMS

NO_TIME = "does not pass; no time was left to say where"
HIDDEN = {
    Outcome.FAIL: "passes the tests that you see; a hidden test does not hold",
    Outcome.CRASH: "passes the tests that you see; a hidden test ends with an exception",
}
MOST_MESSAGE = 300
_COMPARING = ("eq", "ne", "lt", "le", "gt", "ge")
_COMPARES = re.compile(
    r"NotAsked: __(eq|ne|lt|le|gt|ge)__ of an object of the student's class (\w{1,60}) "
)


def message_of(end: CellEnd, seen: CellEnd | None) -> str:
    """Return what a student may read: from a run that knew nothing hidden."""
    if end.text in PROBLEMS:
        return end.text
    if end.outcome not in HIDDEN:
        return one_line(end.text.partition(": ")[2] or end.text, MOST_MESSAGE)
    if seen is not None and seen.outcome is Outcome.TIMEOUT:
        return NO_TIME
    if seen is None or seen.outcome is Outcome.PASS:
        return HIDDEN[end.outcome]
    where = f"line {seen.line} of the test, `{seen.statement}`: " if seen.line else ""
    return one_line(f"{where}{seen.text}", MOST_MESSAGE)


def how_to_declare(text: str, answers: Iterable[str]) -> str:
    """Return what an author can do about a comparison that is asked of no object.

    With it are all others that its class has in the source's `answers`, so that one line serves
    all tests; nothing for a class that none of them defines.
    """
    found = _COMPARES.match(text)
    classes = [one for text in answers for one in _classes(text)] if found else []
    if found is None or found[2] not in (one.name for one in classes):
        return ""
    defined = {name for one in classes if one.name == found[2] for name in _methods(one)}
    asked = [sign for sign, name in DUNDERS.items() if name == found[1] or name in defined]
    listed = ", ".join(f'"{sign}"' for sign in asked if DUNDERS[sign] in _COMPARING)
    line = f"[operators] {found[2]} = [{listed}] in assignment.toml"
    return f"; {line} has it asked, and can be forged then"


def _classes(code: str) -> list[ast.ClassDef]:
    try:
        tree = python_tree(code)
    except SyntaxError:
        return []
    return [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def _methods(defined: ast.ClassDef) -> set[str]:
    """Return the comparisons that a class has, without underscores."""
    names = {one.name.strip("_") for one in defined.body if isinstance(one, ast.FunctionDef)}
    decorators = (getattr(one, "func", one) for one in defined.decorator_list)
    decorated = {getattr(one, "id", getattr(one, "attr", "")) for one in decorators}
    if "total_ordering" in decorated or any(map(_orders, defined.decorator_list)):
        names |= {"lt", "le", "gt", "ge"}
    return names | ({"eq"} if "dataclass" in decorated else set())


def _orders(decorator: ast.expr) -> bool:
    """Whether a decorator is `dataclass(order=True)`."""
    given = decorator.keywords if isinstance(decorator, ast.Call) else []
    return any(one.arg == "order" for one in given)

"""What a docstring shows: its examples, and lines of a visible check that hold them."""

import ast
import doctest
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from gradekit.errors import UsageError
from gradekit.python_tree import expression_tree, python_tree

_CUT_NUMBER = re.compile(r"(-?\d{1,20}\.(\d{1,20}))\.\.\.")
_ARRAYS = frozenset(["array", "np.array", "numpy.array"])
CLOSE = 1e-6


@dataclass(frozen=True)
class Example:
    """A statement of a docstring, and what it shows: a text, or the exception that is raised."""

    statement: ast.stmt
    shown: str
    raised: str

    @property
    def expression(self) -> ast.expr | None:
        """What is asked for; None of a statement that gives nothing."""
        return self.statement.value if isinstance(self.statement, ast.Expr) else None


def read_examples(docstring: str, where: str) -> list[Example]:
    """Return the examples of a docstring, without those that are to be skipped.

    Raises UsageError where they are not written as doctest takes them, or are no Python.
    """
    found: list[Example] = []
    try:
        for one in doctest.DocTestParser().get_examples(docstring):
            if not one.options.get(doctest.SKIP):
                raised = _exception(one.exc_msg)
                found += _examples(python_tree(one.source).body, one.want.rstrip("\n"), raised)
    except (ValueError, SyntaxError) as error:
        told = " ".join(str(error).split())
        raise UsageError(f"{where}: an example is not as doctest takes it: {told}") from error
    return found


def _exception(message: str | None) -> str:
    return message.partition(":")[0].strip().rpartition(".")[2] if message else ""


def _examples(body: Sequence[ast.stmt], shown: str, raised: str) -> Iterator[Example]:
    for number, statement in enumerate(body, start=1):
        is_last = number == len(body)
        yield Example(statement, shown if is_last else "", raised if is_last else "")


def visible_lines(example: Example, printing: Collection[str]) -> list[str]:
    """Return the lines of a visible check that hold an example; some functions print what it shows.

    A value is held as it is, floats and arrays up to rounding.
    """
    text = ast.unparse(example.statement)
    if example.raised:
        told = f'raise AssertionError("{example.raised} should be raised")'
        return [
            "try:",
            f"    {text}",
            f"except {example.raised}:",
            "    pass",
            "else:",
            f"    {told}",
        ]
    if not example.shown:
        return text.split("\n")
    asked = example.expression
    if asked is None or _called(asked) in {*printing, "print"}:
        return _printed(text, example.shown, asked)
    if isinstance(asked, ast.Compare | ast.BoolOp | ast.BinOp | ast.IfExp | ast.UnaryOp):
        text = f"({text})"
    return [_asserted(text, example.shown)]


def _printed(text: str, shown: str, asked: ast.expr | None) -> list[str]:
    is_text = isinstance(asked, ast.Call) and _called(asked) == "print" and not asked.keywords
    if isinstance(asked, ast.Call) and is_text and len(asked.args) == 1 and "..." not in shown:
        return [f"assert str({ast.unparse(asked.args[0])}) == {shown!r}"]
    if "..." in shown:
        return text.split("\n")
    inside = [f"    {line}" for line in text.split("\n")]
    return [
        "with contextlib.redirect_stdout(io.StringIO()) as printed:",
        *inside,
        f"assert printed.getvalue() == {shown + chr(10)!r}",
    ]


def _asserted(text: str, shown: str) -> str:
    if cut := _CUT_NUMBER.fullmatch(shown.strip()):
        return f"assert abs({text} - {cut[1]}) < 1e-{len(cut[2])}"
    value = _value(shown)
    if value is None:
        return text if "..." in shown else f"assert repr({text}) == {shown!r}"
    kind, literal = value
    if kind == "number":
        return f"assert abs({text} - {literal}) < {CLOSE}".replace("- -", "+ ")
    if kind == "array":
        return f"assert np.allclose({text}, {literal})"
    return f"assert {text} == {literal}"


def _value(shown: str) -> tuple[str, str] | None:
    """Return of what kind a value is that is shown, and its Python; None where it is no literal."""
    try:
        node = expression_tree(" ".join(shown.split()))
    except (SyntaxError, ValueError):
        return None
    is_numpys = isinstance(node, ast.Call) and _name(node.func).startswith("np.")
    if isinstance(node, ast.Call) and is_numpys and len(node.args) == 1:
        node = node if _name(node.func) in _ARRAYS else node.args[0]  # such as np.float64(0.5)
    if _name(node) in ("np.True_", "np.False_"):
        return "plain", _name(node)[3:-1]
    if isinstance(node, ast.Call) and _name(node.func) in _ARRAYS and node.args:
        return ("array", ast.unparse(node.args[0])) if _is_literal(node.args[0]) else None
    if not _is_literal(node):
        return None
    value = ast.literal_eval(node)
    if type(value) is float:
        return "number", ast.unparse(node)
    is_close = isinstance(value, list | tuple) and value and _are_numbers(value)
    return "array" if is_close and _has_floats(value) else "plain", ast.unparse(node)


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _are_numbers(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_are_numbers, value))
    return isinstance(value, int | float) and not isinstance(value, bool)


def _has_floats(value: object) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_has_floats, value))
    return isinstance(value, float)


def _called(node: ast.expr) -> str:
    return _name(node.func) if isinstance(node, ast.Call) else ""


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""

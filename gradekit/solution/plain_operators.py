"""Mistakes in ordinary Python that mutants make: strings, dictionaries, recursion, conditions."""

import ast
from collections.abc import Iterator

from gradekit.solution.operators import Change, Operator, SyntaxNode

_OTHER_TEST: dict[type[ast.cmpop], ast.cmpop] = {
    ast.In: ast.NotIn(),
    ast.NotIn: ast.In(),
    ast.Is: ast.IsNot(),
    ast.IsNot: ast.Is(),
}
_PAIRS = [
    ("upper", "lower"),
    ("startswith", "endswith"),
    ("lstrip", "rstrip"),
    ("keys", "values"),
    ("min", "max"),
    ("any", "all"),
    ("idxmin", "idxmax"),
    ("head", "tail"),
    ("ceil", "floor"),
    ("append", "extend"),
    ("union", "intersection"),
]
_OTHER_NAME = {**dict(_PAIRS), **{other: one for one, other in _PAIRS}}
_LEFT_OUT = frozenset(["sorted", "reversed", "list", "set", "abs", "round", "int", "len"])
_METHODS_LEFT_OUT = frozenset(["strip", "upper", "lower", "sort", "dropna", "reset_index", "copy"])


def _test(node: SyntaxNode) -> Iterator[Change]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _OTHER_TEST:
        other = [_OTHER_TEST[type(node.ops[0])], *node.ops[1:]]
        yield f"({ast.unparse(ast.Compare(node.left, other, node.comparators))})", "the other test"


def _condition(node: SyntaxNode) -> Iterator[Change]:
    if isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield f"({ast.unparse(ast.BoolOp(other, node.values))})", "`and` for `or`, or so"
        yield f"({ast.unparse(node.values[0])})", "the later conditions left out"
    if isinstance(node, ast.IfExp):
        yield f"({ast.unparse(node.body)})", "never the other value"
        yield f"({ast.unparse(node.orelse)})", "always the other value"


def _other_name(node: SyntaxNode) -> Iterator[Change]:
    if not isinstance(node, ast.Call):
        return
    given = ", ".join(ast.unparse(one) for one in (*node.args, *node.keywords))
    called = node.func
    if isinstance(called, ast.Name) and called.id in _OTHER_NAME:
        other = _OTHER_NAME[called.id]
        yield f"{other}({given})", f"{other} for {called.id}"
    elif isinstance(called, ast.Attribute) and called.attr in _OTHER_NAME:
        other = _OTHER_NAME[called.attr]
        yield f"{ast.unparse(called.value)}.{other}({given})", f"{other} for {called.attr}"


def _left_out(node: SyntaxNode) -> Iterator[Change]:
    if not isinstance(node, ast.Call):
        return
    called = node.func
    if isinstance(called, ast.Name) and called.id in _LEFT_OUT and len(node.args) == 1:
        yield f"({ast.unparse(node.args[0])})", f"{called.id} left out"
    elif isinstance(called, ast.Attribute) and called.attr in _METHODS_LEFT_OUT:
        yield f"({ast.unparse(called.value)})", f"{called.attr} left out"


def _ends(node: SyntaxNode) -> Iterator[Change]:
    if isinstance(node, ast.Return) and node.value is not None:
        yield "return None", "nothing is returned"
    elif isinstance(node, ast.Raise):
        yield "pass", "an exception is not raised"
    elif isinstance(node, ast.Break):
        yield "continue", "a loop goes on"
    elif isinstance(node, ast.If) and not node.orelse and _leaves(node.body[-1]):
        yield "pass", "a case left out"


def _leaves(node: ast.stmt) -> bool:
    return isinstance(node, ast.Return | ast.Raise | ast.Continue | ast.Break)


def _bounds(node: SyntaxNode) -> Iterator[Change]:
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        value, part = ast.unparse(node.value), node.slice
        begin, end = _text(part.lower), _text(part.upper)
        step = f":{ast.unparse(part.step)}" if part.step else ""
        if begin:
            yield f"{value}[{begin} + 1:{end}{step}]", "a slice begins too late"
        if end:
            yield f"{value}[{begin}:{end} - 1{step}]", "a slice ends too early"
    elif isinstance(node, ast.Call) and ast.unparse(node.func) == "range" and len(node.args) > 1:
        first, last, *rest = map(ast.unparse, node.args)
        yield f"range({', '.join([first, f'{last} - 1', *rest])})", "the last turn left out"
        yield f"range({', '.join([f'{first} + 1', last, *rest])})", "the first turn left out"


def _text(node: ast.expr | None) -> str:
    return ast.unparse(node) if node else ""


def _truth(node: SyntaxNode) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield str(not node.value), f"{not node.value} for {node.value}"


PLAIN_OPERATORS: tuple[Operator, ...] = (
    _test,
    _condition,
    _other_name,
    _left_out,
    _ends,
    _bounds,
    _truth,
)

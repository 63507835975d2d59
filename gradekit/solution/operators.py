"""The mistakes that mutants make: each operator yields (replacement, what it is) for a node."""

import ast
from collections.abc import Callable, Iterator

from gradekit.assignment.spec import Mutants

SyntaxNode = ast.expr | ast.stmt
Change = tuple[str, str]
Operator = Callable[[SyntaxNode], Iterator[Change]]

OPERATORS: list[Operator] = []

_OTHER_OPERATOR: dict[type[ast.operator], ast.operator] = {
    ast.Add: ast.Sub(),
    ast.Sub: ast.Add(),
    ast.Mult: ast.Div(),
    ast.Div: ast.Mult(),
    ast.Pow: ast.Mult(),
}
_OTHER_COMPARISON: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.Lt: ast.LtE(),
    ast.LtE: ast.Lt(),
    ast.Gt: ast.GtE(),
    ast.GtE: ast.Gt(),
}
_OTHER_FUNCTION = {
    "zeros_like": "ones_like",
    "zeros": "ones",
    "ones": "zeros",
    "tanh": "arctan",
    "sum": "mean",
    "argmax": "argmin",
    "exp": "expm1",
    "sqrt": "abs",
}


def declared_operators(declared: Mutants) -> tuple[Operator, ...]:
    """Return the operators for the mistakes that an assignment declares as its own."""

    def another_function(node: SyntaxNode) -> Iterator[Change]:
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            own = name.rpartition(".")[2]
            if own in declared.functions:
                other = declared.functions[own]
                given = [ast.unparse(one) for one in (*node.args, *node.keywords)]
                yield f"{name.removesuffix(own)}{other}({', '.join(given)})", f"{other} for {own}"

    def another_name(node: SyntaxNode) -> Iterator[Change]:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            for one, other in declared.names:
                for here, there in ((one, other), (other, one)):
                    name = node.id.replace(here, there)
                    if name != node.id:
                        yield name, f"{name} for {node.id}"

    return another_function, another_name


def _operator(function: Operator) -> Operator:
    OPERATORS.append(function)
    return function


@_operator
def _arithmetic(node: SyntaxNode) -> Iterator[Change]:
    if isinstance(node, ast.BinOp):
        left, right = ast.unparse(node.left), ast.unparse(node.right)
        other = _OTHER_OPERATOR.get(type(node.op))
        if other:
            yield f"({_joined(node.left, other, node.right)})", "another operator"
        if isinstance(node.op, ast.MatMult):
            yield f"({_joined(node.right, node.op, node.left)})", "factors of a product swapped"
        yield f"({left})", "the right term left out"
        yield f"({right})", "the left term left out"


def _joined(left: ast.expr, operator: ast.operator, right: ast.expr) -> str:
    return ast.unparse(ast.BinOp(left, operator, right))


@_operator
def _accumulation(node: SyntaxNode) -> Iterator[Change]:
    if isinstance(node, ast.AugAssign):
        target, value = ast.unparse(node.target), ast.unparse(node.value)
        yield f"{target} = {value}", "assigned where it should be added up"
        yield f"{target} -= {value}", "subtracted where it should be added"


@_operator
def _statement(node: SyntaxNode) -> Iterator[Change]:
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr) and not _says_only(node):
        yield "pass", "a statement left out"


def _says_only(node: SyntaxNode) -> bool:
    """Whether a statement is a docstring, or prints: without it code does the same."""
    value = node.value if isinstance(node, ast.Expr) else None
    called = getattr(value.func, "id", "") if isinstance(value, ast.Call) else ""
    return isinstance(value, ast.Constant) or called == "print"


@_operator
def _constant(node: SyntaxNode) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield str(node.value + 1), "a number too large by one"
        yield f"({node.value - 1})", "a number too small by one"
    if isinstance(node, ast.Constant) and type(node.value) is float:
        yield repr(2 * node.value + 1), "another number"


@_operator
def _sign(node: SyntaxNode) -> Iterator[Change]:
    if isinstance(node, ast.UnaryOp):
        yield f"({ast.unparse(node.operand)})", "a sign or a `not` left out"


@_operator
def _transpose(node: SyntaxNode) -> Iterator[Change]:
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield ast.unparse(node.value), "not transposed"


@_operator
def _comparison(node: SyntaxNode) -> Iterator[Change]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _OTHER_COMPARISON:
        changed = ast.Compare(node.left, [_OTHER_COMPARISON[type(node.ops[0])]], node.comparators)
        yield f"({ast.unparse(changed)})", "another comparison"


@_operator
def _call(node: SyntaxNode) -> Iterator[Change]:
    if not isinstance(node, ast.Call):
        return
    name = ast.unparse(node.func)
    own = name.rpartition(".")[2]
    arguments = [ast.unparse(argument) for argument in node.args]
    named = [ast.unparse(keyword) for keyword in node.keywords]
    if own in _OTHER_FUNCTION:
        other = name.removesuffix(own) + _OTHER_FUNCTION[own]
        yield f"{other}({', '.join(arguments + named)})", f"{_OTHER_FUNCTION[own]} for {own}"
    if len(arguments) == 1 and own in ("reversed", "sigmoid", "tanh", "copy", "array"):
        yield f"({arguments[0]})", f"{own} left out"
    for place in range(len(arguments) - 1):
        swapped = [*arguments]
        swapped[place : place + 2] = reversed(swapped[place : place + 2])
        yield f"{name}({', '.join(swapped + named)})", "arguments swapped"
    for place, keyword in enumerate(named):
        if not keyword.startswith("strict"):
            rest = named[:place] + named[place + 1 :]
            yield f"{name}({', '.join(arguments + rest)})", f"without {keyword}"


@_operator
def _beginning(node: SyntaxNode) -> Iterator[Change]:
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "np.zeros_like" and node.args:
        start = ast.unparse(node.args[0])
        yield f"({start})", f"{start} itself where zeros of its shape begin"


@_operator
def _loop_bounds(node: SyntaxNode) -> Iterator[Change]:
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "range" and len(node.args) == 1:
        stop = ast.unparse(node.args[0])
        yield f"range({stop} - 1)", "the last turn of a loop left out"
        yield f"range(1, {stop})", "the first turn of a loop left out"


@_operator
def _scattered_sum(node: SyntaxNode) -> Iterator[Change]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call = node.value
        if ast.unparse(call.func) == "np.add.at":
            table, where, what = map(ast.unparse, call.args)
            yield f"{table}[{where}] += {what}", "repeated indices are added once"
            yield f"{table}[{where}] = {what}", "repeated indices overwrite one another"


@_operator
def _order(node: SyntaxNode) -> Iterator[Change]:
    if not isinstance(node, ast.Tuple | ast.List) or _is_index(node):
        return
    parts = [ast.unparse(part) for part in node.elts]
    for place in range(len(parts) - 1):
        swapped = [*parts]
        swapped[place : place + 2] = reversed(swapped[place : place + 2])
        inside = ", ".join(swapped)
        text = f"[{inside}]" if isinstance(node, ast.List) else f"({inside})"
        yield text, f"{parts[place]} and {parts[place + 1]} swapped"
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(parts) == 2:
        for part, other in (parts, reversed(parts)):
            yield f"({part}, {part})", f"{part} for {other}"


def _is_index(node: ast.Tuple | ast.List) -> bool:
    return any(isinstance(part, ast.Slice) for part in node.elts)


@_operator
def _index(node: SyntaxNode) -> Iterator[Change]:
    if not isinstance(node, ast.Subscript):
        return
    value, places = ast.unparse(node.value), _places(node.slice)
    for number, place in enumerate(places):
        for changed, mistake in _other_places(place):
            inside = ", ".join([*places[:number], changed, *places[number + 1 :]])
            yield f"{value}[{inside}]", mistake


def _places(index: ast.expr) -> list[str]:
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    return [ast.unparse(part) for part in parts]


def _other_places(place: str) -> Iterator[Change]:
    begin, colon, end = place.partition(":")
    if place.isidentifier():
        yield f"{place} - 1", "one index too early"
        yield f"{place} + 1", "one index too late"
    elif colon and bool(begin) != bool(end) and "(" not in place:
        yield f"{end}:{begin}", "the other part of a slice"

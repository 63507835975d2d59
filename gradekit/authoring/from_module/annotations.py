"""Values for a function without examples, by the annotations of its parameters."""

import ast
from collections.abc import Mapping

from gradekit.python_tree import expression_tree

_SCALARS: Mapping[str, str] = {
    "int": "3",
    "float": "1.5",
    "str": "'some words and more'",
    "bool": "True",
    "complex": "1 + 2j",
    "bytes": "b'some'",
}
_LISTS = {
    "int": "[3, 1, 2]",
    "float": "[1.5, 0.5, 2.5]",
    "str": "['one', 'two', 'three', 'two']",
}
_SEQUENCES = frozenset(["list", "List", "Sequence", "Iterable", "Collection"])
_ARRAYS = frozenset(["ndarray", "NDArray", "ArrayLike"])
_RESULTS = frozenset(["int", "float", "str", "bool", "list", "dict", "tuple", "set", "bytes"])


def given_by_annotations(function: ast.FunctionDef) -> list[list[str]]:
    """Return Python texts of values for a function's parameters: some ways of calling it.

    Of arrays there is one way of one axis, and one of two. There is none where a parameter that
    has no default is not annotated with what is known here.
    """
    positional = [*function.args.posonlyargs, *function.args.args]
    needed = positional[: len(positional) - len(function.args.defaults)]
    if None in function.args.kw_defaults or function.args.vararg or not needed:
        return []
    ways = []
    for axes in (1, 2):
        values = [_value(one.annotation, axes) for one in needed]
        known = [one for one in values if one is not None]
        if len(known) == len(values) and known not in ways:
            ways.append(known)
    return ways


def result_kind(function: ast.FunctionDef) -> str:
    """Return the class that a function's result is annotated with, as a visible check names it."""
    if function.returns is None:
        return ""
    name = _name(function.returns)
    return "np.ndarray" if name in _ARRAYS else name if name in _RESULTS else ""


def _value(annotation: ast.expr | None, axes: int) -> str | None:
    if annotation is None:
        return None
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return _value(expression_tree(annotation.value), axes)
        except SyntaxError:
            return None
    if isinstance(annotation, ast.BinOp):  # such as `int | None`
        return _value(annotation.left, axes) or _value(annotation.right, axes)
    name = _name(annotation)
    if name in _ARRAYS:
        row = "[1.5, -0.5, 2.0]"
        return f"np.array({row})" if axes == 1 else f"np.array([{row}, [0.5, 1.0, -2.0], {row}])"
    if isinstance(annotation, ast.Subscript):
        return _of_items(name, annotation.slice, axes)
    return _SCALARS.get(name)


def _of_items(name: str, inside: ast.expr, axes: int) -> str | None:
    """Return a collection of what stands in the brackets of an annotation."""
    parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
    if name == "Optional":
        return _value(inside, axes)
    if name in _SEQUENCES and _name(inside) in _LISTS:
        return _LISTS[_name(inside)]
    values = [_value(one, axes) for one in parts if not _is_dots(one)]
    known = [one for one in values if one is not None]
    if len(known) != len(values):
        return None
    if name in _SEQUENCES:
        return f"[{known[0]}, {known[0]}]"
    if name in ("set", "frozenset") and known[0] in _SCALARS.values():
        return f"{{{_LISTS.get(_name(inside), f'[{known[0]}]')[1:-1]}}}"
    if name in ("tuple", "Tuple"):
        return f"({', '.join(known if len(known) == len(parts) else known * 2)},)"
    if name in ("dict", "Dict", "Mapping") and len(known) == 2:
        keys = {"str": ("'a'", "'b'"), "int": ("1", "2")}.get(_name(parts[0]))
        return f"{{{keys[0]}: {known[1]}, {keys[1]}: {known[1]}}}" if keys else None
    return None


def _is_dots(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        return _name(node.value)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""

"""Makes of a docstring's examples what a hidden check asks: with their values as parameters."""

import ast
import builtins
import copy
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradekit.authoring.from_module.doctests import Example
from gradekit.authoring.from_module.reading import SolvedModule
from gradekit.python_tree import python_tree

MODULE = "module"  # what the parameter is called that stands for the hand-in's, or the reference's
_MAKES_ARRAY = frozenset("array asarray zeros ones full arange linspace eye reshape astype".split())  # noqa: SIM905
_OPERATORS = frozenset(["len", "bool", "abs", "hash", "int", "float", "round"])
_COMPARES = frozenset(["allclose", "isclose", "array_equal", "assert_allclose"])


@dataclass(frozen=True)
class WayToAsk:
    """Statements that ask for something, with the names of parameters, and values for them.

    `inputs` are Python texts, a tuple of the values of each example.
    """

    parameters: tuple[str, ...]
    body: tuple[str, ...]
    inputs: tuple[str, ...]
    imports: tuple[str, ...] = ()


def ways_to_ask(module: SolvedModule, blocks: Sequence[Sequence[Example]]) -> list[WayToAsk]:
    """Return what the examples of some docstrings ask, each way of asking once."""
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for block in blocks:
        for every in _parts(block):
            objects = _objects(module, every)
            part = [one for one in every if not _judges(module, one.statement, objects)]
            if not any(_asks(module, one.statement) for one in part):
                continue
            general = _General(module)
            body = tuple(general.of(part))
            inputs = found.setdefault((tuple(general.values), body), [])
            inputs.append(_tuple(general.values.values()))
    return [
        WayToAsk(parameters, body, tuple(dict.fromkeys(inputs)), _imports(module, body, inputs))
        for (parameters, body), inputs in found.items()
    ]


def _tuple(values: Iterable[str]) -> str:
    texts = list(values)
    return f"({', '.join(texts)}{',' * (len(texts) == 1)})"


def _parts(block: Sequence[Example]) -> Iterator[list[Example]]:
    """Yield the examples that stand alone one by one; together those that build on each other."""
    is_script = any(one.expression is None or not (one.shown or one.raised) for one in block)
    if is_script:
        # What an exception leaves behind is not asked for: it is in the visible check.
        yield [one for one in block if not one.raised]
    else:
        yield from ([one] for one in block)


def _judges(module: SolvedModule, node: ast.AST, objects: Collection[str]) -> bool:
    """Whether an operator decides of objects, which are no judges: their classes are students'."""

    def is_object(one: ast.expr) -> bool:
        name = one.func if isinstance(one, ast.Call) else one
        named = module.classes if isinstance(one, ast.Call) else objects
        return isinstance(name, ast.Name) and name.id in named

    for one in ast.walk(node):
        sides: list[ast.expr] = []
        if isinstance(one, ast.Compare):
            sides = [one.left, *one.comparators]
        elif isinstance(one, ast.BinOp):
            sides = [one.left, one.right]
        elif isinstance(one, ast.UnaryOp):
            sides = [one.operand]
        elif isinstance(one, ast.AugAssign):
            sides = [one.target, one.value]
        elif isinstance(one, ast.Call) and getattr(one.func, "id", "") in _OPERATORS:
            sides = one.args
        if any(map(is_object, sides)):
            return True
    return False


def _objects(module: SolvedModule, part: Sequence[Example]) -> set[str]:
    """Return the names that objects of the module's classes have in some examples."""
    return {
        target.id
        for example in part
        for node in ast.walk(example.statement)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id in module.classes
    }


def _asks(module: SolvedModule, node: ast.AST) -> bool:
    return any(
        isinstance(one, ast.Name) and one.id in module.own_names
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        for one in ast.walk(call)
    )


def _imports(module: SolvedModule, body: Sequence[str], inputs: Sequence[str]) -> tuple[str, ...]:
    """Return the imports of the module that some texts use, NumPy's as np in any case."""
    return imports_for(module, "\n".join([*body, *inputs]))


def imports_for(module: SolvedModule, text: str) -> tuple[str, ...]:
    """Return the imports that a text uses: those of the module's top, and what is known anyway."""
    known = {
        "np": "import numpy as np",
        "contextlib": "import contextlib",
        "io": "import io",
        **module.imports,
    }
    tree = python_tree(text)
    used = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}
    bound = {
        one.asname or one.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for one in node.names
    }
    return tuple(sorted(known[name] for name in used - bound if name in known))


class _General:
    """Statements with parameters in the place of values, and the names of a module as its own."""

    def __init__(self, module: SolvedModule) -> None:
        self._module = module
        self._bound: set[str] = set()
        self.values: dict[str, str] = {}

    def of(self, part: Sequence[Example]) -> Iterator[str]:
        """Yield the lines of a function's body that asks for what the examples ask for."""
        told = [one for one in part if one.expression is not None and (one.shown or one.raised)]
        is_alone = len(part) == len(told) == 1
        if not is_alone and told:
            yield "told = []"
        for one in part:
            self._bound |= {
                n.id for n in ast.walk(one.statement) if isinstance(n, ast.Name) and _is_stored(n)
            }
            if _is_own_import(one.statement, self._module):
                continue
            if one in told and one.expression is not None:
                text = ast.unparse(self._visit(_asked_for(self._module, one.expression)))
                yield f"return {text}" if is_alone else f"told.append({text})"
            else:
                yield from ast.unparse(self._visit(one.statement)).split("\n")
        if not is_alone and told:
            yield "return told"

    def _visit(self, node: ast.AST) -> ast.AST:
        found = _Replaced(self).visit(copy.deepcopy(node))
        assert isinstance(found, ast.AST), "a node stays one"
        return found

    def is_own(self, name: str) -> bool:
        """Whether a name is one that the module defines."""
        return name in self._module.own_names and name not in self._bound

    def asks(self, call: ast.Call) -> bool:
        """Whether a call is one of what students write, or of an object of theirs."""
        node: ast.AST = call.func
        while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
            node = node.func if isinstance(node, ast.Call) else node.value
        return isinstance(node, ast.Name) and (self.is_own(node.id) or node.id in self._bound)

    def parameter(self, wanted: str, value: ast.expr) -> ast.expr:
        """Return the parameter that stands in the place of a value."""
        taken = {*self.values, *self._bound, *self._module.own_names, MODULE, "told"}
        taken |= {*dir(builtins), *self._module.imports}
        name, count = wanted, 1
        while name in taken:
            count += 1
            name = f"{wanted}_{count}"
        self.values[name] = ast.unparse(value)
        return ast.Name(name, ast.Load())

    def parameters_of(self, call: ast.Call) -> Mapping[int, tuple[str, bool]]:
        """Return the names of the parameters that are given in order, and whether one is a word."""
        definition = self._definition(call)
        if definition is None:
            return {}
        is_method = isinstance(call.func, ast.Attribute) or (
            isinstance(call.func, ast.Name) and call.func.id != definition.name
        )
        named = [*definition.args.posonlyargs, *definition.args.args][is_method:]
        words = [False] * len(named) + [_is_text(one) for one in definition.args.defaults]
        words = words[len(definition.args.defaults) :]
        return {n: (one.arg, word) for n, (one, word) in enumerate(zip(named, words, strict=False))}

    def _definition(self, call: ast.Call) -> ast.FunctionDef | None:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        name = call.func.id if isinstance(call.func, ast.Name) else name
        for one in self._module.asked:
            if isinstance(one.node, ast.FunctionDef) and one.name == name:
                return one.node
            if isinstance(one.node, ast.ClassDef):
                wanted = "__init__" if one.name == name else name
                for method in one.node.body:
                    if isinstance(method, ast.FunctionDef) and method.name == wanted:
                        return method
        return None


class _Replaced(ast.NodeTransformer):
    def __init__(self, general: _General) -> None:
        self._general = general

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if self._general.is_own(node.id):
            return ast.Attribute(ast.Name(MODULE, ast.Load()), node.id, node.ctx)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if self._general.asks(node):
            named = self._general.parameters_of(node)
            for number, value in enumerate(node.args):
                name, is_word = named.get(number, ("value", False))
                if is_varied(value) and not is_word:
                    node.args[number] = self._general.parameter(name, value)
            for one in node.keywords:
                if one.arg and is_varied(one.value) and not _is_text(one.value):
                    one.value = self._general.parameter(one.arg, one.value)
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        target = node.targets[0]
        if isinstance(target, ast.Name) and is_varied(node.value):
            node.value = self._general.parameter(f"first_{target.id}", node.value)
        return self.generic_visit(node)


def is_varied(node: ast.expr) -> bool:
    """Whether an expression is a value that other inputs may have otherwise."""
    if not _is_value(node):
        return False
    inside = list(ast.walk(node))
    constants = [one.value for one in inside if isinstance(one, ast.Constant)]
    has_any = any(not isinstance(one, bool) and one is not None for one in constants)
    return has_any or (not constants and isinstance(node, ast.List | ast.Tuple | ast.Dict))


def _is_value(node: ast.AST) -> bool:
    """Whether an expression is made of literals, and of what makes arrays of them."""
    if isinstance(node, ast.Call):
        function = node.func
        if not isinstance(function, ast.Attribute) or function.attr not in _MAKES_ARRAY:
            return False
        parts = [function.value, *node.args, *(one.value for one in node.keywords)]
        return all(map(_is_value, parts))
    if isinstance(node, ast.Attribute):
        return _is_value(node.value)
    if isinstance(node, ast.Name):
        return node.id in ("np", "numpy", "float", "int", "bool")
    kinds = ast.Constant | ast.List | ast.Tuple | ast.Dict | ast.Set | ast.UnaryOp | ast.BinOp
    if not isinstance(node, kinds):
        return False
    no_values = ast.operator | ast.unaryop | ast.expr_context
    return all(
        _is_value(one) for one in ast.iter_child_nodes(node) if not isinstance(one, no_values)
    )


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _is_own_import(node: ast.stmt, module: SolvedModule) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == module.path.stem


def _asked_for(module: SolvedModule, node: ast.expr) -> ast.expr:
    """Return what an example asks for: of a comparison the side that is the students'."""
    sides: list[ast.expr] = []
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq):
        sides = [node.left, *node.comparators]
    elif isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        sides = node.args if name in _COMPARES else []
        if name == "print" and len(node.args) == 1 and not node.keywords:
            return node.args[0]
    own = [one for one in sides if _asks(module, one)]
    return own[0] if len(own) == 1 else node

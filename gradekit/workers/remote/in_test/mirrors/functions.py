"""What stands on the test's side for a student's functions: `inspect` tells what it would.

And the test's own functions that a student's code may call.
"""

import builtins
import inspect
import linecache
import re
import weakref
from collections.abc import Callable, Sequence
from functools import partial
from inspect import Parameter, Signature, signature
from types import CellType, FunctionType, GenericAlias, SimpleNamespace, UnionType
from typing import Any

from gradekit.workers.remote.in_test.mirrors.annotations import read_annotation
from gradekit.workers.remote.in_test.mirrors.home import Home, Place
from gradekit.workers.remote.in_test.mirrors.objects import RemoteClass, set_place
from gradekit.workers.remote.protocol import MAX_FUNCTIONS
from gradekit.workers.remote.specials import ASKED_BACK, specials_of
from gradekit.workers.remote.values import nodes as n
from gradekit.workers.remote.values.decoding import Decoder
from gradekit.workers.remote.values.encoding import CannotCross
from gradekit.workers.wire import MAX_WIRE_NAME

# Of what stands for a student's functions.
_FLAGS: "weakref.WeakKeyDictionary[FunctionType, int]" = weakref.WeakKeyDictionary()
_CODES: "weakref.WeakKeyDictionary[FunctionType, SimpleNamespace]" = weakref.WeakKeyDictionary()
CODE_OF = "_gradekit_code"  # what a test's `f.__code__` asks
Begins = Callable[[str], re.Match[str] | None]

# Where a line begins to define or bind a name.
_CLASS = re.compile(r"\s*+class (?P<name>\w++)")
_FUNCTION = re.compile(r"\s*+(?:async )?def (?P<name>\w++)")
_BINDING = re.compile(r"\s*+(?P<name>\w++)\s*+(?::[^=]*+)?=(?!=)")


class GivenFunctions:
    """The functions that a test has given, and the exceptions that they have raised, by numbers."""

    def __init__(self) -> None:
        self.functions: dict[int, Callable[..., Any]] = {}
        self.objects: dict[int, Any] = {}  # which may be asked, not only called
        self.raised: dict[int, Exception] = {}
        self.earlier: dict[int, Any] = {}  # which a student's object may hold, and nobody may call
        self._numbers: dict[int, int] = {}
        self._count = 0

    def node(self, function: Callable[..., Any]) -> n.Callback:
        """Return how a function is given; raise CannotCross where there are too many."""
        if len(self.functions) >= MAX_FUNCTIONS:
            raise CannotCross(f"more than {MAX_FUNCTIONS} functions in one check")
        number = self._number(function, self.functions)
        name: object = getattr(function, "__name__", "")
        doc: object = getattr(function, "__doc__", "")
        told = doc[: n.MAX_DOC] if type(doc) is str else ""
        name, parameters = str(name)[:MAX_WIRE_NAME], _parameters_of(function)
        return n.Callback(number, name, told, parameters=parameters)

    def object_node(self, value: Any, above: str) -> n.Callback:
        """Return how an object is given that stays here; CannotCross where there are too many."""
        if len(self.objects) >= MAX_FUNCTIONS:
            raise CannotCross(f"more than {MAX_FUNCTIONS} objects in one check")
        number, kind = self._number(value, self.objects), type(value)
        name, specials = kind.__name__[:MAX_WIRE_NAME], specials_of(kind, sorted(ASKED_BACK))
        return n.Callback(number, name, "", is_object=True, specials=specials, above=above)

    def _number(self, value: Any, table: dict[int, Any]) -> int:
        number = self._numbers.get(id(value))
        if number is None:
            self._count += 1  # none has the number of one that is gone: the worker may keep that
            number = self._numbers[id(value)] = self._count
            table[number] = value
        return number

    def note_raised(self, error: Exception) -> int:
        """Return the number of an exception that one of them has raised."""
        self._count += 1
        self.raised[self._count] = error
        return self._count

    def clear(self) -> None:
        """Let nobody call or ask any of them any more."""
        self.earlier |= self.functions | self.objects
        while len(self.earlier) > MAX_FUNCTIONS:
            del self.earlier[next(iter(self.earlier))]
        for table in (self.functions, self.objects, self.raised, self._numbers):
            table.clear()


def _stub(*given: Any, **named: Any) -> Any:
    return _asked(*given, named=named)  # type: ignore[name-defined]  # noqa: F821  # each has its own


def function_stub(
    home: Home, decoder: Decoder, node: n.Function, source: Callable[[str], str]
) -> Callable[..., Any]:
    """Return a function that asks a student's; `source` gives a file's text by its name."""

    defaults = decoder.children(node.defaults)
    keyword = dict(zip(node.keyword_names, decoder.children(node.keyword_defaults), strict=False))
    short = node.name.rpartition(".")[2] or "function"
    file, text = f"student/{node.file}", source(node.file) if node.file else ""
    line = line_of(node.name, text) or _lambdas_line(short, text)
    file += "" if line else ", elsewhere"  # so that no line of the file is taken for its own
    code = _stub.__code__.replace(
        co_name=short,
        co_filename=file,
        co_firstlineno=max(1, line),
        co_varnames=_stub.__code__.co_varnames + node.local_names,
        co_nlocals=_stub.__code__.co_nlocals + len(node.local_names),
        co_freevars=node.closed_names,
    )
    closed = tuple(map(CellType, decoder.children(node.closed)))
    asked = {"__name__": __name__, "_asked": partial(home.operate, "call", node.id, "")}
    stub = FunctionType(code, asked, short, closure=closed)
    # What is called takes anything: these are looked at only.
    stub.__defaults__, stub.__kwdefaults__ = tuple(defaults) or None, keyword or None
    stub.__name__, stub.__qualname__, stub.__doc__ = short, node.name, node.doc or None
    stub.__module__ = "__main__" if node.file.startswith("<") else "student"
    # No texts: what looks for what they mean would run them here.
    told = zip(node.annotated, decoder.children(node.annotations), strict=False)
    read = ((k, read_annotation(one) if type(one) is str else one) for k, one in told)
    stub.__annotations__ = {k: one for k, one in read if one is None or _is_type(one)}
    if node.wrapped >= 0:
        vars(stub)["__wrapped__"] = decoder.child(node.wrapped)
    if node.parameters is not None:
        told_of = node.parameters, defaults, keyword, stub.__annotations__
        vars(stub)["__signature__"] = _signature(*told_of)
    if line:  # the text may be another hand-in's
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    set_place(stub, Place(home, node.id))
    _FLAGS[stub], _CODES[stub] = node.flags, _code_told(node)
    return stub


def _code_told(node: n.Function) -> SimpleNamespace:
    """Return what a test may look at of a function's code, as far as it is told."""
    kinds = [kind for _, kind in node.parameters or ()]
    return SimpleNamespace(
        co_argcount=sum(kind in (0, 1) for kind in kinds),
        co_posonlyargcount=kinds.count(0),
        co_kwonlyargcount=kinds.count(3),
        co_varnames=node.local_names,
        co_nlocals=len(node.local_names),
        co_freevars=node.closed_names,
        co_name=node.name.rpartition(".")[2],
        co_flags=node.flags,
    )


def code_of(function: Any) -> Any:
    """Return a function's code: of a student's what is told of it."""
    is_stub = type(function) is FunctionType and function in _CODES
    return _CODES[function] if is_stub else function.__code__


def know_students_code() -> None:
    """Have `inspect` of this process know of a student's function whether it is a generator's, and
    of a student's class whether it is abstract."""
    setattr(builtins, CODE_OF, code_of)
    is_abstract = inspect.isabstract

    def abstract(kind: Any) -> bool:
        if type(kind) is RemoteClass:
            return bool(getattr(kind, "__abstractmethods__", ()))
        return is_abstract(kind)

    vars(inspect)["isabstract"] = abstract
    before = inspect._has_code_flag  # type: ignore[attr-defined]

    def has_code_flag(function: Any, flag: int) -> bool:
        if type(function) is FunctionType and function in _FLAGS:
            return bool(_FLAGS[function] & flag)
        return bool(before(function, flag))

    inspect._has_code_flag = has_code_flag  # type: ignore[attr-defined]


def line_of(qualified_name: str, text: str) -> int:
    """Return the line of a text in which a function's definition begins, 0 where none is known.

    What the worker says of it is not asked. Of several it is the last one, as when the text runs;
    where a later line binds the name to something else there is none.
    """
    lines = text.splitlines()
    *owners, name = qualified_name.split(".")
    first, last = 0, len(lines)
    for owner in owners:
        first = _last(lines, _CLASS.match, owner, first, last)
        if not first:
            return 0
        depth = _depth(lines[first - 1])
        inside = (n for n in range(first, last) if lines[n].strip() and _depth(lines[n]) <= depth)
        last = next(inside, last)
    found = _last(lines, _FUNCTION.match, name, first, last)
    if not found:
        return 0
    depth = _depth(lines[found - 1])  # a local variable of that name is another one
    bound = _last(lines, _BINDING.match, name, found, last)
    if bound and _depth(lines[bound - 1]) <= depth:
        return 0
    while found - 1 > first and lines[found - 2].lstrip().startswith("@"):
        found -= 1  # its decorators
    return found


def _is_type(value: Any) -> bool:
    module = str(getattr(type(value), "__module__", ""))
    return isinstance(value, type | UnionType | GenericAlias) or module == "typing"


def _lambdas_line(name: str, text: str) -> int:
    """Return the line of a text's only lambda; 0 for other functions, and where there are more."""
    lines = [n for n, line in enumerate(text.splitlines(), start=1) if "lambda" in line]
    return lines[0] if name == "<lambda>" and len(lines) == 1 else 0


def _last(lines: Sequence[str], begins: Begins, name: str, first: int, last: int) -> int:
    """Return the number of the last line after `first`, up to `last`, that begins so, or 0.

    Of lines that are indented differently those count that are the least.
    """
    matches = ((n, begins(lines[n])) for n in range(first, last))
    found = [n for n, match in matches if match and match["name"] == name]
    least = min((_depth(lines[n]) for n in found), default=0)
    return max((n + 1 for n in found if _depth(lines[n]) == least), default=0)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _parameters_of(function: Callable[..., Any]) -> n.TestsParameters | None:
    """Return the parameters of a test's function; None where nobody knows them, or of too many."""
    try:
        found = signature(function).parameters.values()
    except (ValueError, TypeError):
        return None
    told = [
        (one.name[:MAX_WIRE_NAME], n.PARAMETER_KINDS.index(one.kind), one.default is not one.empty)
        for one in found
    ]
    return tuple(told) if len(told) <= n.MAX_PARAMETERS else None


def _signature(
    parameters: tuple[tuple[str, int], ...],
    defaults: list[Any],
    keyword: dict[str, Any],
    annotated: dict[str, Any],
) -> Signature | None:
    positional = [name for name, kind in parameters if kind in (0, 1)]
    given = dict(zip(reversed(positional), reversed(defaults), strict=False)) | keyword
    try:
        return Signature(
            [
                Parameter(
                    name,
                    n.PARAMETER_KINDS[kind],
                    default=given.get(name, Parameter.empty),
                    annotation=annotated.get(name, Parameter.empty),
                )
                for name, kind in parameters
                if kind in range(5)
            ],
            return_annotation=annotated.get("return", Signature.empty),
        )
    except ValueError:  # names that are none
        return None

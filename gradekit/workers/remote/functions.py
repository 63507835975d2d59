"""What stands on the test's side for a student's functions: `inspect` tells what it would.

And the test's own functions that a student's code may call.
"""

import linecache
from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

from gradekit.workers.remote import nodes as n
from gradekit.workers.remote.decoding import Decoder
from gradekit.workers.remote.encoding import CannotCross
from gradekit.workers.remote.mirrors import Home, Place, set_place
from gradekit.workers.remote.protocol import MAX_FUNCTIONS
from gradekit.workers.wire import MAX_NAME

_KINDS = (
    Parameter.POSITIONAL_ONLY,
    Parameter.POSITIONAL_OR_KEYWORD,
    Parameter.VAR_POSITIONAL,
    Parameter.KEYWORD_ONLY,
    Parameter.VAR_KEYWORD,
)


class GivenFunctions:
    """The functions that a test has given, by numbers, and the exceptions that they have raised."""

    def __init__(self) -> None:
        self.functions: dict[int, Callable[..., Any]] = {}
        self.raised: dict[str, BaseException] = {}
        self._numbers: dict[int, int] = {}
        self._count = 0

    def node(self, function: Callable[..., Any]) -> n.Callback:
        """Return how a function is given; raise CannotCross where there are too many."""
        if len(self.functions) >= MAX_FUNCTIONS:
            raise CannotCross(f"more than {MAX_FUNCTIONS} functions in one check")
        number = self._numbers.get(id(function))
        if number is None:
            self._count += 1  # none has the number of one that is gone: the worker may keep that
            number = self._numbers[id(function)] = self._count
            self.functions[number] = function
        name: object = getattr(function, "__name__", "")
        return n.Callback(number, str(name)[:MAX_NAME])

    def clear(self) -> None:
        """Forget all of them: nobody may call them any more."""
        for table in (self.functions, self.raised, self._numbers):
            table.clear()


def function_stub(
    home: Home, decoder: Decoder, node: n.Function, source: Callable[[str], str]
) -> Callable[..., Any]:
    """Return a function that asks a student's; `source` gives a file's text by its name."""

    def stub(*given: Any, **named: Any) -> Any:
        return home.operate("call", node.id, "", *given, named=named)

    defaults = decoder.children(node.defaults)
    keyword = dict(zip(node.keyword_names, decoder.children(node.keyword_defaults), strict=False))
    short = node.name.rpartition(".")[2] or "function"
    file = f"student/{node.file}"
    stub.__code__ = stub.__code__.replace(
        co_name=short, co_filename=file, co_firstlineno=max(1, node.line)
    )
    stub.__name__, stub.__qualname__, stub.__doc__ = short, node.name, node.doc or None
    stub.__module__ = "student"
    if node.parameters is not None:
        stub.__signature__ = _signature(node.parameters, defaults, keyword)  # type: ignore[attr-defined]
    if node.file and node.line:
        text = source(node.file)
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    set_place(stub, Place(home, node.id))
    return stub


def _signature(
    parameters: tuple[tuple[str, int], ...], defaults: list[Any], keyword: dict[str, Any]
) -> Signature | None:
    positional = [name for name, kind in parameters if kind in (0, 1)]
    given = dict(zip(reversed(positional), reversed(defaults), strict=False)) | keyword
    try:
        return Signature(
            [
                Parameter(name, _KINDS[kind], default=given.get(name, Parameter.empty))
                for name, kind in parameters
                if kind in range(5)
            ]
        )
    except ValueError:  # names that are none
        return None

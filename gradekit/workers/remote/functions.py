"""What stands on the test's side for a student's functions: `inspect` tells what it would."""

import linecache
from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

from gradekit.workers.remote import nodes as n
from gradekit.workers.remote.decoding import Decoder
from gradekit.workers.remote.mirrors import Home, Place, set_place

_KINDS = (
    Parameter.POSITIONAL_ONLY,
    Parameter.POSITIONAL_OR_KEYWORD,
    Parameter.VAR_POSITIONAL,
    Parameter.KEYWORD_ONLY,
    Parameter.VAR_KEYWORD,
)


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

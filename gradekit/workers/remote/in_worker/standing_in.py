"""What stands in a worker for objects of a test's own classes: all is asked of the test's side."""

import builtins
from collections.abc import Callable
from typing import Any

from gradekit.workers.remote.specials import ASKED_BACK
from gradekit.workers.remote.values import nodes as n

# Asks a test's object, by its number, for something.
AskObject = Callable[[int, str, tuple[Any, ...], dict[str, Any]], Any]


def stand_in(node: n.Callback, ask: AskObject, find: Callable[[str], Any]) -> Any:
    """Return what stands for a test's object; `find` says what a name of the notebook's is.

    `isinstance` knows it as one of the class above it that both sides have.
    """

    def method(name: str) -> Callable[..., Any]:
        def operate(_: Any, *given: Any, **named: Any) -> Any:
            return ask(node.id, name, given, named)

        return operate

    def get(_: Any, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return ask(node.id, f"get {name}", (), {})

    def put(_: Any, name: str, value: Any) -> None:
        ask(node.id, f"set {name}", (value,), {})

    body: dict[str, Any] = {name: method(name) for name in node.specials if name in ASKED_BACK}
    body |= {"__str__": method("__str__"), "__repr__": method("__repr__")}
    body |= {"__getattr__": get, "__setattr__": put, "__doc__": node.doc or None}
    if "__eq__" in body and "__hash__" not in body:
        body["__hash__"] = object.__hash__
    above = _class_of(node.above, find)
    if above is not None:
        body["__class__"] = property(lambda _: above)
    return type(node.name or "object", (), body)()


def _class_of(name: str, find: Callable[[str], Any]) -> type | None:
    first, *others = name.split(".")
    kind = find(first) if name else None
    for one in others:
        kind = getattr(kind, one, None)
    kind = kind or getattr(builtins, name, None) if name else None
    return kind if isinstance(kind, type) else None

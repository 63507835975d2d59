"""Views of dicts (`keys()`, `values()`, `items()`): each crosses as a dict that has the same."""

from collections.abc import Callable
from typing import Any

from gradekit.workers.remote.values import nodes as n
from gradekit.workers.wire import WireError

VIEWS: dict[type, Callable[[Any], dict[Any, Any]]] = {
    type({}.keys()): dict.fromkeys,
    type({}.values()): lambda view: dict(enumerate(view)),
    type({}.items()): dict,
}
NAMES = frozenset(kind.__name__ for kind in VIEWS)


def write_dict_view(encoder: Any, view: Any, is_key: Callable[[Any], bool]) -> n.AnyNode:
    """Return how a view is told; one of keys that do not cross stays where it is."""
    held = VIEWS[type(view)](view)
    if not all(map(is_key, held)):
        other: n.AnyNode = encoder.other(view)
        return other
    return n.Sequence(type(view).__name__, encoder.add_all([held]))


def as_view(name: str, held: list[Any]) -> Any:
    """Return the view of one dict; raise WireError for what is none."""
    if len(held) != 1 or type(held[0]) is not dict:
        raise WireError("a view of no dict")
    view: Any = getattr(held[0], name.removeprefix("dict_"))
    return view()

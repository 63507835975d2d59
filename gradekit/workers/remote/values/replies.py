"""Reads of a message's values what they are to be: the parts of a reply, or a call's arguments."""

from typing import Any

from gradekit.workers.remote.values import nodes as n
from gradekit.workers.remote.values.decoding import Decoder
from gradekit.workers.wire import WireError


def read_parts(told: object, count: int) -> tuple[Any, ...]:
    """Return a tuple of so many parts; raise WireError if it is none."""
    if type(told) is not tuple or len(told) != count:
        raise WireError("a reply of other parts")
    return told


def gives_nothing(nodes: n.Graph) -> bool:
    """Whether a reply says that None is returned."""

    def first(node: n.AnyNode) -> n.AnyNode:
        if not isinstance(node, n.Sequence) or len(node.items) < 4:
            return node
        place = int.from_bytes(node.items[:4], "little")
        return nodes[place] if place < len(nodes) else node

    returned = first(nodes[-1]) if nodes else None
    return isinstance(returned, n.Sequence) and first(returned) is None


def read_call(decoder: Decoder, nodes: n.Graph) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments of a call, and those that have names; raise WireError if it is none."""
    read = decoder.decode(nodes)
    if type(read) is not tuple or [type(one) for one in read] != [tuple, dict]:
        raise WireError("a call without arguments")
    given, named = read
    if any(type(key) is not str for key in named):
        raise WireError("an argument without a name")
    return given, named

"""Arrays that are parts of others: both share their memory on the other side, too."""

import math
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from gradekit.workers.remote.values import nodes as n
from gradekit.workers.wire import WireError


class ArrayParts(Protocol):
    """What has built the nodes before."""

    linked: Callable[[int, Any], Any]

    def child(self, place: int) -> Any:
        """Return what stands at one place before the node that is read."""

    def weigh(self, count: int) -> None:
        """Note that a value takes as much as so many parts."""

    def unhashable(self, may_be_key: bool = False) -> None:
        """Note that a value can be no key."""


def address(value: Any) -> int:
    """Return where in memory an array's first item is."""
    return int(value.__array_interface__["data"][0])


def is_part(value: Any, base: Any) -> bool:
    """Whether an array can cross as a part of another one: each item of it stands there once."""
    if not value.size or not (base.flags.c_contiguous or base.flags.f_contiguous):
        return False
    own, start = value.strides, address(value) - address(base)
    return (
        start >= 0
        and value.nbytes <= base.nbytes
        and all(step or length == 1 for step, length in zip(own, value.shape, strict=True))
    )


def read_view(decoder: ArrayParts, node: n.View) -> Any:
    """Return the array of a node; raise WireError where it is not in the other one's memory."""
    base = decoder.child(node.base)
    if type(base) is not np.ndarray or base.dtype.kind == "O":
        raise WireError("a part of what is no array")
    if len(node.shape) != len(node.strides) or min(node.shape, default=1) < 1:
        raise WireError("an array of a shape that is not its own")
    steps = [(length - 1) * step for length, step in zip(node.shape, node.strides, strict=True)]
    least = node.offset + sum(step for step in steps if step < 0)
    most = node.offset + sum(step for step in steps if step > 0) + base.itemsize
    size = math.prod(node.shape) * base.itemsize
    if least < 0 or most > base.nbytes or size > base.nbytes:
        raise WireError("a part of an array that is not in it")
    decoder.weigh(size // 16)
    decoder.unhashable()
    made = part_of(base, node.offset, node.shape, node.strides)
    return decoder.linked(node.link, made) if node.link else made


def part_of(base: Any, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> Any:
    """Return a part of an array's memory; of one that has none of its own in a row, a copy.

    The bytes are those that its items take when they are in a row as they cross.
    """
    in_a_row = base.flags.c_contiguous or base.flags.f_contiguous
    whole = base if in_a_row else np.ascontiguousarray(base)
    flat = (whole if whole.flags.c_contiguous else whole.T).reshape(-1).view(np.uint8)
    made = np.ndarray((*shape, base.itemsize), np.uint8, flat, offset, (*strides, 1))
    found = made.view(base.dtype)[..., 0]
    return found if in_a_row else found.copy()


def is_same_part(one: Any, other: Any) -> bool:
    """Whether two arrays are the same part of the same memory."""
    return address(one) == address(other) and (one.shape, one.strides, one.dtype) == (
        other.shape,
        other.strides,
        other.dtype,
    )

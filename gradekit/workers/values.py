"""What is asked of a hand-in, and what it gives: arrays of the shapes asked for, or a FAIL.

A check need not look whether `got["losses"]` is there, has one axis and is made of finite numbers:
where it is not, to take it is the check's FAIL.
"""

import hashlib
import math
import zlib
from collections.abc import Callable, ItemsView, Mapping, Sequence, ValuesView
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gradekit.errors import CheckFailed
from gradekit.workers import wire

Values = dict[str, np.ndarray]
Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class UpTo:
    """The length of an axis that a hand-in may choose, such as the number of its steps."""

    most: int


Shape = tuple[int | UpTo, ...]


@dataclass(frozen=True)
class Question:
    """What a client is asked: a probe's name, and its arguments."""

    probe: str
    arguments: Arguments

    @cached_property
    def key(self) -> str:
        """The hash of all of it."""
        return question_key(self.probe, [self.arguments])

    @property
    def way(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The probe with those of its arguments that are words: what is asked, but for values."""
        words = ((name, v) for name, v in self.arguments.items() if isinstance(v, str))
        return self.probe, tuple(sorted(words))

    def with_public_inputs(self) -> "Question":
        """Return the same question with other numbers, which anybody may know.

        Shapes, kinds, words and single whole numbers stay.
        """
        return Question(self.probe, {n: _public(n, v) for n, v in self.arguments.items()})


def question_key(probe: str, calls: Sequence[Arguments]) -> str:
    """Return the hash of a probe's name and the arguments of its calls, in hexadecimal."""
    request = wire.Request(0, probe, wire.to_calls(calls))
    return hashlib.sha256(wire.encode(request)).hexdigest()


class StudentValues(Values):
    """The arrays that a hand-in gave by name.

    To take one that is missing, has another shape or kind than was asked for, or is not finite, is
    a FAIL. What was asked for is what `wanted` returns, the reference's answer, but for the shapes
    in `shapes`. `get` gives an array as it is, for who compares.
    """

    def __init__(
        self,
        arrays: Values,
        question: Question | None = None,
        wanted: Callable[[], Values] | None = None,
        shapes: Mapping[str, Shape] | None = None,
    ) -> None:
        super().__init__(arrays)
        self.question, self._wanted, self._shapes = question, wanted, shapes or {}
        self._right: set[str] = set()

    def __getitem__(self, name: str) -> np.ndarray:
        """Return an array; raise CheckFailed unless it is what was asked for.

        Raises KeyError for a name that the reference does not give either.
        """
        array = self.get(name)
        if array is None:
            known = {**self._wanted(), **self._shapes} if self._wanted else {}
            if known and name not in known:
                raise KeyError(name)
            raise CheckFailed(f"{name} is missing")
        if name not in self._right:
            problem = self._problem(name, array)
            if problem:
                raise CheckFailed(f"{name} {problem}")
            self._right.add(name)
        return array

    def items(self) -> ItemsView[str, np.ndarray]:  # type: ignore[override]
        """Return names and arrays, each as `[name]` gives it."""
        return {name: self[name] for name in self}.items()

    def values(self) -> ValuesView[np.ndarray]:  # type: ignore[override]
        """Return the arrays, each as `[name]` gives it."""
        return {name: self[name] for name in self}.values()

    def _problem(self, name: str, array: np.ndarray) -> str:
        want = self._wanted().get(name) if self._wanted else None
        if name in self._shapes:
            unlike = unlike_shape(array, self._shapes[name])
            if unlike:
                return unlike
            want = None if want is None else np.zeros(array.shape, want.dtype)
        return why_incomparable(array, want) if want is not None else ""


def unlike_shape(array: np.ndarray, shape: Shape) -> str:
    """Return why an array has not a shape, of which some axes may have any length up to one."""
    if array.ndim != len(shape):
        return f"has {array.ndim} dimensions where {len(shape)} are asked for"
    for axis, (length, want) in enumerate(zip(array.shape, shape, strict=True)):
        if isinstance(want, UpTo):
            if length > want.most:
                return (
                    f"has {length} entries along axis {axis}, where at most {want.most} are taken"
                )
        elif length != want:
            return unlike_length(length, want, axis, array.ndim)
    return ""


def unlike_length(length: int, want: int, axis: int, dimensions: int) -> str:
    """Return in words that an axis is too long or too short.

    No length is told: a hand-in could make one that says what a hidden input is.
    """
    lacking = "too many" if length > want else "too few"
    words = {1: ("entries",), 2: ("rows", "columns")}.get(dimensions)
    return f"has {lacking} {words[axis] if words else f'entries along axis {axis}'}"


def why_incomparable(got: np.ndarray | None, want: np.ndarray) -> str:
    """Return why an array cannot be compared, without a value of it; nothing where it can be."""
    if got is None:
        return "is missing"
    if got.ndim != want.ndim:
        return f"has {got.ndim} dimensions where {want.ndim} are asked for"
    if got.shape != want.shape:
        axis = next(n for n in range(got.ndim) if got.shape[n] != want.shape[n])
        return unlike_length(got.shape[axis], want.shape[axis], axis, got.ndim)
    if got.dtype.kind not in "iubf":
        return "is not made of real numbers"
    if want.dtype.kind in "iub" and got.dtype.kind not in "iub":
        return "is not made of whole numbers"
    if want.dtype.kind != "b" and got.dtype.kind == "b":
        return "is made of truth values, not of numbers"
    return "" if np.isfinite(got.astype(float)).all() else "holds values that are not finite"


def bytes_of(shape: Shape) -> int:
    """Return how many bytes an array of a shape takes at most, of numbers of 64 bits."""
    return 8 * math.prod(axis.most if isinstance(axis, UpTo) else axis for axis in shape)


def _public(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _public(key, one) for key, one in value.items()}
    if isinstance(value, str | bool | int | np.integer) or value is None:
        return value
    array = np.asarray(value)
    if array.dtype.kind != "f":
        return np.zeros(array.shape, array.dtype)
    drawing = np.random.default_rng(zlib.crc32(name.encode()))
    return np.asarray(0.5 * drawing.standard_normal(array.shape), array.dtype)

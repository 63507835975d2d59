"""What a student's code gave while a test ran, so that two runs of one test can be compared.

Numbers count to nine digits: two ways to the same value differ by rounding alone. Texts count
without addresses: where an `assert` does not hold, pytest asks objects for their `repr`.
"""

import hashlib
import re
from collections import deque
from collections.abc import Iterable
from typing import Any

import numpy as np

from gradekit.workers.remote.in_test.mirrors.objects import place_of
from gradekit.workers.remote.values.streams import STREAMS, content_of

ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
_DIGITS = ".9g"
_MANY = 10_000  # numbers of an array from which it is rounded as a whole


class Transcript:
    """The hash of all values and exceptions that came, in their order; how many, and the last."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.count = 0
        self.last: object = None

    def note(self, value: object) -> None:
        """Note what came."""
        self.count, self.last = self.count + 1, value
        self._hash.update(_written(value).encode("utf-8", "surrogatepass"))
        self._hash.update(b"\0")

    @property
    def digest(self) -> str:
        """The hash in hexadecimal."""
        return self._hash.hexdigest()


def _written(value: Any) -> str:
    """Return a value as text; what stays with the student's code is no more than its kind."""
    kind = type(value)
    if isinstance(value, BaseException):
        return f"raises {kind.__name__}"
    if callable(value) or place_of(value) is not None:
        return "an object"
    if kind is str:
        return f"str {ADDRESS.sub('0x', value)!r}"
    if isinstance(value, float | np.floating):
        return format(float(value) + 0.0, _DIGITS)
    if isinstance(value, complex | np.complexfloating):
        return f"{_written(value.real)} {_written(value.imag)}"
    if kind in STREAMS:
        return f"{kind.__name__} {content_of(value)!r}"
    if isinstance(value, np.generic):
        return repr(value.item())
    if isinstance(value, np.ndarray):
        return f"array {value.shape} {_of_array(value)}"
    if isinstance(value, dict):
        items = (f"{_written(key)}: {_written(one)}" for key, one in value.items())
        return f"{kind.__name__} {sorted(items)}"
    if isinstance(value, set | frozenset):
        return f"set {sorted(map(_written, value))}"
    if isinstance(value, list | tuple | deque):
        return f"{kind.__name__} {_all(value)}"
    if hasattr(value, "to_numpy"):  # a table, or a column or an index of one
        parts = [getattr(value, name, ()) for name in ("columns", "index")]
        named = [_all(one) for one in parts if not callable(one)]
        return f"{kind.__name__} {named} {_of_array(np.asarray(value.to_numpy()))}"
    return f"{kind.__name__} {value!r}"


def _all(values: Iterable[object]) -> str:
    return str([_written(one) for one in values])


def _of_array(array: Any) -> str:
    if array.size > _MANY and array.dtype.kind == "f":
        return hashlib.sha256(array.astype("f4").tobytes()).hexdigest()
    return _all(array.ravel().tolist())

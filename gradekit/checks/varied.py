"""Makes inputs for checks from examples: of the same kinds, with other values and lengths."""

import string
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from gradekit.checks.inputs import generator

ROUNDS = 120  # of which the reference may refuse many
_EDGE = 0.15  # how often a value, or a length, is one at the edge


def vary(seed: int, *examples: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield inputs that are like some examples: first these, then many with other values.

    Numbers stay of the sign that the examples have, and within 0 and 1 where these are. Texts are
    made of the example's words and letters, lists get longer and shorter; lists and arrays of one
    length are still of one length. Where all examples have numbers that rise they still do, and
    shares with a sum of 1 still have it. True, False and None, keys of dicts, and the lengths of
    tuples stay. Like `draw`, it depends on the seed and the assignment's secret.

    >>> [len(numbers) for numbers, _ in vary(1, ([1, 2, 3], "mean"))][:4]
    [3, 2, 2, 5]
    """
    yield from map(tuple, examples)
    rising = _rising(examples)
    random = generator(seed)
    for _ in range(ROUNDS if examples else 0):
        example = examples[random.integers(len(examples))]
        one = _Round(random)
        made = (one.other(value) for value in example)
        yield tuple(_risen(value) if place in rising else value for place, value in enumerate(made))


def _rising(examples: Sequence[Sequence[Any]]) -> set[int]:
    """Return the places at which all examples have numbers that rise: they may have to."""
    places = range(max(map(len, examples), default=0))
    at = {place: [one[place] for one in examples if place < len(one)] for place in places}
    return {
        place
        for place, values in at.items()
        if all(map(_rise, values)) and any(len(one) > 1 for one in values)
    }


def _rise(value: Any) -> bool:
    if not isinstance(value, list | np.ndarray):
        return False
    numbers = np.array(value) if all(np.isscalar(one) for one in value) else np.zeros((1, 1))
    return numbers.ndim == 1 and numbers.dtype.kind in "if" and bool((np.diff(numbers) > 0).all())


def _risen(value: Any) -> Any:
    return np.sort(value) if isinstance(value, np.ndarray) else sorted(value)


class _Round:
    """The values of one input: of each length that the example has, another one."""

    def __init__(self, random: np.random.Generator) -> None:
        self._random = random
        self._lengths: dict[int, int] = {}
        self._keeps = random.random() < 0.3  # all lengths

    def other(self, value: Any) -> Any:
        """Return another value of a kind."""
        if isinstance(value, bool | None):
            return value
        if isinstance(value, int):
            return self._whole(value)
        if isinstance(value, float):
            return self._float(value)
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, np.ndarray):
            return self._array(value)
        if isinstance(value, list):
            return self._list(value)
        if isinstance(value, tuple):
            return tuple(self.other(one) for one in value)
        if isinstance(value, set | frozenset):
            return type(value)(self.other(one) for one in value)
        if isinstance(value, Mapping):
            return {key: self.other(one) for key, one in value.items()}
        return value

    def _is_edge(self) -> bool:
        return bool(self._random.random() < _EDGE)

    def _length(self, length: int) -> int:
        if self._keeps or not length:
            return length
        if length not in self._lengths:
            some = int(self._random.integers(1, 2 * length + 2))
            self._lengths[length] = int(self._random.integers(0, 2)) if self._is_edge() else some
        return self._lengths[length]

    def _whole(self, value: int) -> int:
        if self._is_edge():
            return int(self._random.choice([0, 1, value, value + 1, max(value - 1, 0)]))
        size = 2 * abs(value) + 3
        return int(self._random.integers(-size if value < 0 else 0, size))

    def _float(self, value: float) -> float:
        if self._is_edge() or not np.isfinite(value):
            return float(self._random.choice([0.0, 1.0, value]))
        if 0 <= value <= 1:
            return round(float(self._random.random()), 4)
        some = value * self._random.uniform(-2.0 if value < 0 else 0.1, 3.0)
        return round(float(some), 4) or value

    def _text(self, text: str) -> str:
        if self._is_edge():
            return ["", text[:1], text * 2, text.upper(), text[::-1]][self._random.integers(5)]
        if not text:
            return text
        words = text.split(" ")
        if len(words) == 1:
            letters = self._random.choice(list(text), size=max(1, self._length(len(text))))
            return "".join(map(self._letter, letters))
        count = max(1, self._length(len(words)))
        chosen = [words[n] for n in self._random.integers(len(words), size=count)]
        return " ".join(
            one if self._random.random() < 0.7 else "".join(map(self._letter, one))
            for one in chosen
        )

    def _letter(self, letter: str) -> str:
        """Return a letter of the same kind; half of the time the same one."""
        for kind in (string.ascii_lowercase, string.ascii_uppercase, string.digits):
            if letter in kind and self._random.random() < 0.5:
                return kind[self._random.integers(len(kind))]
        return str(letter)

    def _list(self, items: list[Any]) -> list[Any]:
        if not items:
            return []
        count = self._length(len(items))
        if all(isinstance(one, list) for one in items):  # such as the rows of a matrix
            return [self.other(items[n % len(items)]) for n in range(count)]
        chosen = [items[n] for n in self._random.integers(len(items), size=count)]
        # Some stand there as they are: what is the same twice is a case of its own.
        kept = 0.7 if all(isinstance(one, str) for one in items) else 0.3
        made = [one if self._random.random() < kept else self.other(one) for one in chosen]
        if all(type(one) in (int, float) for one in items) and _sums_to_1(np.array(items)):
            return [float(one) for one in _to_1(np.abs(np.array(made, float)))]
        return made

    def _array(self, array: np.ndarray) -> np.ndarray:
        shape = tuple(n if n == 1 else max(1, self._length(n)) for n in array.shape)
        has_edge = array.dtype.kind in "iuf" and array.size and not _sums_to_1(array)
        if has_edge and self._is_edge():
            return np.full(shape, self._random.choice([0, 1]), array.dtype)
        if array.dtype.kind in "iu" and array.size:
            low, high = int(array.min()), int(array.max())
            return self._random.integers(low, high + 1, size=shape).astype(array.dtype)
        if array.dtype.kind == "b":
            return self._random.random(shape) < 0.5
        if array.dtype.kind != "f" or not array.size:
            return array.copy()
        drawn = self._random.standard_normal(shape) * (float(np.abs(array).max()) or 1.0)
        if array.min() >= 0:
            inside = self._random.random(shape)
            drawn = inside if array.max() <= 1 else np.abs(drawn)
        return np.asarray(_to_1(drawn) if _sums_to_1(array) else drawn, array.dtype)


def _sums_to_1(numbers: np.ndarray) -> bool:
    """Whether numbers are probabilities, along the last axis."""
    many = numbers.dtype.kind == "f" and numbers.size > 1 and bool((numbers >= 0).all())
    return many and np.allclose(numbers.sum(axis=-1), 1.0)


def _to_1(numbers: np.ndarray) -> np.ndarray:
    total = numbers.sum(axis=-1, keepdims=True)
    return np.asarray(numbers / np.where(total, total, 1.0))

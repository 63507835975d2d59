"""The states of the random generators of Python and NumPy, carried over when they have changed.

A test's go to the worker as they are. From there only numbers that were drawn come back: a student
who could choose a state would choose what a test draws next, such as one number for ever.
"""

import random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradekit.workers.remote.protocol import NumPyRandom, PythonRandom, Randomness
from gradekit.workers.wire import WireError

_VERSION = 3  # of what `random.getstate` gives
Words = NDArray[np.unsignedinteger[Any]]
_WORDS = 624  # of a state; as many are drawn before it becomes another one
_AT_A_TIME = 100  # states
MOST_STATES = 50_000  # which some thirty million numbers take
_WORDS_PER_SECOND = 1e9  # that no machine draws
LARGEST_NORMAL = 40.0  # none larger is ever drawn


class RandomWatch:
    """Knows the states that the other side has; both begin with what each has now.

    On the test's side it begins `apart`: a state that is set once more is a change, too.
    """

    def __init__(self, *, apart: bool = False) -> None:
        self._python: Any = None
        self._numpy: Any = None
        self._sent_python: Any = None
        self._sent_numpy: Any = None
        if apart:
            self.begin_apart()
        else:
            self.forget()

    def begin_apart(self) -> None:
        """Draw one number each, and begin.

        A worker that is another one, or has begun anew, has not the state that is here. Without
        this, who seeds as was seeded last, with nothing drawn here since, would change nothing.
        """
        random.random()
        np.random.random()
        self.forget()

    def forget(self) -> None:
        """Take what there is now for known."""
        self._python, self._numpy = random.getstate(), _numpy_state()

    def changed(self) -> Randomness:
        """Return what has changed since it was known."""
        python, numpy = random.getstate(), _numpy_state()
        found = Randomness(
            _python_as_data(python) if python != self._python else None,
            NumPyRandom(*numpy) if numpy != self._numpy else None,
        )
        if found.python is not None:
            self._sent_python = python
        if found.numpy is not None:
            self._sent_numpy = numpy
        self._python, self._numpy = python, numpy
        return found

    def take(self, states: Randomness) -> None:
        """Set what has changed on the other side; raise WireError where it is no state."""
        if states.python is not None:
            words = np.frombuffer(_whole(states.python.words, 625), "<u4").tolist()
            if words[-1] > _WORDS:
                raise WireError("a state of random numbers of no place")
            random.setstate((_VERSION, tuple(words), states.python.next_normal))
        if states.numpy is not None:
            new = states.numpy
            key = np.frombuffer(_whole(new.words, _WORDS), "<u4").astype(np.uint32)
            np.random.set_state(("MT19937", key, new.place, int(new.has_normal), new.next_normal))
        if states.python is not None or states.numpy is not None:
            self.forget()

    def follow(self, states: Randomness, seconds: float) -> None:
        """Set what was drawn on the other side since a state was sent there, and nothing else.

        It had some `seconds` for that. Raises WireError where something is no state.
        """
        most = min(MOST_STATES, _AT_A_TIME + int(seconds * _WORDS_PER_SECOND / _WORDS))
        python, numpy = states.python, states.numpy
        if python is not None:
            words = np.frombuffer(_whole(python.words, 625), "<u4")
            before = self._sent_python and np.array(self._sent_python[1], "<u4")
            if before is None or not (
                _is_normal(python.next_normal)
                and _is_drawn(before[:-1], int(before[-1]), words[:-1], int(words[-1]), most)
            ):
                python = None
        if numpy is not None:
            key = np.frombuffer(_whole(numpy.words, _WORDS), "<u4")
            sent = self._sent_numpy
            if sent is None or not (
                _is_normal(numpy.next_normal)
                and _is_drawn(np.frombuffer(sent[0], "<u4"), sent[1], key, numpy.place, most)
            ):
                numpy = None
        self.take(Randomness(python, numpy))
        if python is not None:
            self._sent_python = self._python
        if numpy is not None:
            self._sent_numpy = self._numpy


def _is_normal(number: float | None) -> bool:
    return number is None or abs(number) <= LARGEST_NORMAL


def _is_drawn(before: Words, place: int, after: Words, new_place: int, most: int) -> bool:
    """Whether one state comes after another one by drawing numbers alone, of `most` states."""
    if np.array_equal(before, after):
        return place <= new_place <= _WORDS
    if not 0 < new_place <= _WORDS:
        return False
    generator = np.random.MT19937()
    key: Any = {"key": before.astype(np.uint32), "pos": _WORDS}
    generator.state = {"bit_generator": "MT19937", "state": key}
    wanted = _as_drawn(after)
    for _ in range(0, most, _AT_A_TIME):
        drawn = generator.random_raw(_WORDS * _AT_A_TIME).reshape(-1, _WORDS)
        for row in np.flatnonzero(drawn[:, 0] == wanted[0]):
            if np.array_equal(drawn[row], wanted):
                return True
    return False


def _as_drawn(words: Words) -> Words:
    """Return the numbers that a state gives, one for each of its words (Matsumoto 1998)."""
    found = words.astype(np.uint64)
    found ^= found >> np.uint64(11)
    found ^= (found << np.uint64(7)) & np.uint64(0x9D2C5680)
    found ^= (found << np.uint64(15)) & np.uint64(0xEFC60000)
    return (found ^ (found >> np.uint64(18))) & np.uint64(0xFFFFFFFF)


def _whole(words: bytes, count: int) -> bytes:
    if len(words) != 4 * count:
        raise WireError("a state of random numbers of another length")
    return words


def _python_as_data(state: Any) -> PythonRandom:
    return PythonRandom(np.array(state[1], "<u4").tobytes(), state[2])


def _numpy_state() -> tuple[bytes, int, bool, float]:
    state: Any = np.random.get_state()
    name, key, place, has_normal, normal = state
    if name != "MT19937":  # somebody has put another generator there
        return b"\0" * 4 * 624, 0, False, 0.0
    return key.astype("<u4").tobytes(), int(place), bool(has_normal), float(normal)


def generator_state(value: Any) -> dict[str, Any] | None:
    """Return the state of a generator object as plain data; None for what is no such object."""
    if type(value) is np.random.Generator:
        return {"generator": dict(value.bit_generator.state)}
    if type(value) is np.random.RandomState:
        return {"legacy": value.get_state(legacy=False)}
    return {"python": value.getstate()} if type(value) is random.Random else None


def generator_of(state: dict[str, Any]) -> Any:
    """Return a generator object of a state; raise what its state's owner raises for none."""
    if "generator" in state:
        bits = getattr(np.random, state["generator"]["bit_generator"])()
        bits.state = state["generator"]
        return np.random.Generator(bits)
    if "legacy" in state:
        legacy = np.random.RandomState(0)
        legacy.set_state(state["legacy"])
        return legacy
    made = random.Random()
    made.setstate(state["python"])
    return made

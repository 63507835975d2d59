"""The states of the random generators of Python and NumPy, carried over when they have changed."""

import random
from typing import Any

import numpy as np

from gradekit.workers.remote.protocol import NumPyRandom, PythonRandom, Randomness
from gradekit.workers.wire import WireError

_VERSION = 3  # of what `random.getstate` gives


class RandomWatch:
    """Knows the states that the other side has; both begin with what each has now."""

    def __init__(self) -> None:
        self._python: Any = None
        self._numpy: Any = None
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
        self._python, self._numpy = python, numpy
        return found

    def take(self, states: Randomness) -> None:
        """Set what has changed on the other side; raise WireError where it is no state."""
        if states.python is not None:
            words = np.frombuffer(_whole(states.python.words, 625), "<u4").tolist()
            if words[-1] > 624:
                raise WireError("a state of random numbers of no place")
            random.setstate((_VERSION, tuple(words), states.python.next_normal))
        if states.numpy is not None:
            new = states.numpy
            key = np.frombuffer(_whole(new.words, 624), "<u4").astype(np.uint32)
            np.random.set_state(("MT19937", key, new.place, int(new.has_normal), new.next_normal))
        if states.python is not None or states.numpy is not None:
            self.forget()


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

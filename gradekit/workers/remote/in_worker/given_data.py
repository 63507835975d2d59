"""What staff's cells have bound in a worker, and whether a student's code has changed it in place.

Only the hand-in can lose by what is said of it: see `grading/cells/given_data.py`.
"""

import hashlib
import pickle
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from gradekit.workers.remote.values.shared import CONTAINERS
from gradekit.workers.remote.values.tables import table_kind

_KINDS = frozenset([list, dict, set, bytearray, np.ndarray, *CONTAINERS])


class GivenData:
    """Lists, dicts, sets, arrays and tables by their names, each with what it was like."""

    def __init__(self) -> None:
        self._was: dict[str, tuple[Any, bytes]] = {}

    def watch(self, names: Iterable[str], bound: Mapping[str, Any]) -> None:
        """Note what names are `bound` to now; what is no such data is not watched."""
        for name in names:
            value = bound.get(name)
            digest = _digest(value)
            self._was.pop(name, None)
            if digest:
                self._was[name] = value, digest

    def changed(self, names: Iterable[str]) -> list[str]:
        """Return those of some names whose data are not what they were."""
        known = ((name, *self._was[name]) for name in names if name in self._was)
        return [name for name, value, was in known if _digest(value) != was]

    def __getitem__(self, name: str) -> Any:
        return self._was[name][0]


def _digest(value: Any) -> bytes:
    """Return a hash of what such data holds; b"" for all else, and for what nobody can write."""
    if type(value) not in _KINDS and not table_kind(value):
        return b""
    try:
        return hashlib.blake2b(pickle.dumps(value, 5), digest_size=16).digest()
    except Exception:  # what it holds may be of any class
        return b""

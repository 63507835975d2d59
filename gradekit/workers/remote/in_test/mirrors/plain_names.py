"""The names that plain values have: nothing of a student's own stands in their place."""

import abc
import enum
import functools
import itertools
import re
import sqlite3
import sys
import types
from collections.abc import Collection, Mapping

import numpy as np

from gradekit.workers.remote.values.shared import SCALARS

_PLAIN = (str, bytes, int, float, complex, list, tuple, dict, set, frozenset, range, np.ndarray)
# What a test may ask of a plain value: a student's object that answers it in a value's place would
# decide for itself. `f(x).equals(expected)` is such a question.
PLAIN_NAMES = frozenset(name for kind in _PLAIN for name in dir(kind) if name[0] != "_") | {
    *("equals", "compare", "isin", "eq", "ne", "empty", "isna", "isnull", "notna", "between"),
    *("allclose", "array_equal", "to_numpy", "to_list", "to_dict", "iloc", "loc", "value_counts"),
    *("most_common", "popleft", "appendleft", "extendleft", "maxlen", "default_factory"),
}
# No class of a student's is called so here.
PLAIN_CLASSES = frozenset(kind.__name__ for kind in (*_PLAIN, *SCALARS, bool, type(None))) | {
    *("function", "slice", "date", "time", "datetime", "timedelta", "Fraction", "Decimal"),
    *("Path", "PurePath", "PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath"),
    *("DataFrame", "Series", "Counter", "OrderedDict", "defaultdict", "deque"),
}


# Python's own classes that others are made below; no object is one of just these.
ABOVE = (abc.ABC, enum.Enum, enum.IntEnum, enum.StrEnum, enum.Flag, enum.IntFlag)
# Python's own classes of objects that are no values, by their full names.
PYTHONS: Mapping[str, type] = {
    f"{one.__module__}.{one.__qualname__}": one
    for one in (
        *(types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType, re.Match, re.Pattern),
        *(map, filter, zip, enumerate, reversed, functools.partial, type(iter(()))),
        property,
        *(sqlite3.Connection, sqlite3.Cursor, sqlite3.Row, *ABOVE),
        *(one for one in vars(itertools).values() if isinstance(one, type)),
    )
}
_PLAIN_PACKAGES = ("numpy", "pandas", "sympy")
_PLAIN_PARTS = ("scipy.sparse",)
# Of the names with two underscores, these are asked of the student's object.
PASSING_DUNDERS = frozenset(
    """__dict__ __name__ __qualname__ __annotations__ __wrapped__ __doc__ __abstractmethods__
    __members__ __slots__ __match_args__""".split()  # noqa: SIM905
)
# Names that tools look for to show an object their own way.
_OF_ESTIMATORS = "__sklearn_"  # what it says of itself to `clone`, `cross_val_score` and `Pipeline`
_SHOWN = ("_repr_", "_ipython_", "_gradekit_")


def denied(name: str) -> bool:
    """Whether a name is never asked of a student's object."""
    dunder = name.startswith("__") and name.endswith("__")
    passes = name in PASSING_DUNDERS or name.startswith(_OF_ESTIMATORS)
    return (dunder and not passes) or name.startswith(_SHOWN)


def library_class(module: str, name: str, packages: Collection[str]) -> type | None:
    """Return the class of some packages that a class of the student's says it is, or None.

    None of those whose objects are plain values: no object stands in for such a value.
    """
    package = module.partition(".")[0]
    if f"{module}.{name}" in PYTHONS:
        return PYTHONS[f"{module}.{name}"]
    if package not in packages or package in _PLAIN_PACKAGES or module.startswith(_PLAIN_PARTS):
        return None
    found = vars(sys.modules[module]).get(name) if module in sys.modules else None
    return found if isinstance(found, type) and found.__module__ == module else None

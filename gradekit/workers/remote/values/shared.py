"""What both sides have, and crosses by name: types, functions, modules, members of enumerations.

No shared function opens a file or makes code.
"""

import builtins
import collections
import copy
import datetime
import functools
import itertools
import json
import math
import operator
import random
import re
import statistics
import string
import types
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Any

import numpy as np

# NumPy's scalars, but for those that are not alike on all machines.
SCALARS = frozenset(
    kind
    for kind in {*np.sctypeDict.values(), np.longlong, np.ulonglong}
    if np.dtype(kind).kind in "biufcMmUS" and kind not in (np.longdouble, np.clongdouble)
)
_TYPES = (int, float, complex, bool, str, bytes, list, tuple, dict, set, frozenset)
_FUNCTIONS = (abs, all, any, divmod, len, max, min, pow, repr, round, sorted, sum)
_BUILTINS = (*_TYPES, range, slice, object, type, *_FUNCTIONS, ord, chr, hash, bin, hex, oct)
# Python's own dicts by their exact types; what is put into any of them is seen by Python's dict.
DICTS = frozenset([dict, Counter, OrderedDict, defaultdict])
CONTAINERS = frozenset([Counter, OrderedDict, defaultdict, deque])
PURE_PATHS = frozenset([type(PurePath())])
PATHS = frozenset([type(Path()), *PURE_PATHS])
# Classes of plain values that others are made below, by their names.
BELOW_PLAIN = {one.__name__: one for one in (*_TYPES, *CONTAINERS) if one is not bool}
_MOMENTS = (datetime.date, datetime.datetime, datetime.time, datetime.timedelta)
_LIBRARY = (*_MOMENTS, *CONTAINERS, Fraction, Decimal)

SHARED: dict[tuple[str, str], Any] = {
    ("builtins", name): value
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, Exception)
}
SHARED |= {("builtins", one.__name__): one for one in (*_BUILTINS, isinstance)}
SHARED |= {("builtins", "NoneType"): type(None), ("builtins", "ellipsis"): type(...)}
SHARED |= {("builtins", "Ellipsis"): ..., ("builtins", "NotImplemented"): NotImplemented}
SHARED |= {("math", name): value for name, value in vars(math).items() if callable(value)}
SHARED |= {
    ("operator", name): value
    for name, value in vars(operator).items()
    if isinstance(value, types.BuiltinFunctionType) and not name.startswith("_")
}
SHARED |= {("numpy", k): value for k, value in vars(np).items() if isinstance(value, np.ufunc)}
SHARED |= {("numpy", kind.__name__): kind for kind in SCALARS}
SHARED |= {("numpy", "ndarray"): np.ndarray}
SHARED |= {(one.__module__, one.__name__): one for one in (*_LIBRARY, np.linalg.LinAlgError)}
# Modules that a test may give (`player.roll(random)`): a student's code could import each itself.
_OF_PYTHON = (collections, copy, datetime, functools, itertools, json, math, operator, random, re)
MODULES = {one.__name__: one for one in (*_OF_PYTHON, statistics, string)}
MODULES |= {one.__name__: one for one in (np, np.linalg, np.random)}
_NAMES = {id(value): key for key, value in reversed(SHARED.items())}


@dataclass(frozen=True)
class EnumMember:
    """A member of an enumeration that only the other side has; equal by its names."""

    module: str
    owner: str
    name: str
    value: object = None

    def __eq__(self, other: object) -> bool:
        """Whether it is the same member."""
        if type(other) is not EnumMember:
            return NotImplemented
        return self._names == other._names

    def __hash__(self) -> int:
        return hash(self._names)

    @property
    def _names(self) -> tuple[str, str, str]:
        return self.module, self.owner, self.name

    def __repr__(self) -> str:
        return f"<{self.owner}.{self.name}>"


class _ValueMember:
    """A member that is a number or a text as well: it compares and counts as that."""

    module: str
    owner: str
    name: str
    value: object

    def __new__(cls, module: str, owner: str, name: str, value: Any) -> "_ValueMember":
        """Make a member of its value."""
        made = super().__new__(cls, value)  # type: ignore[call-arg]  # of int, or str
        vars(made).update(module=module, owner=owner, name=name, value=value)
        return made

    def __repr__(self) -> str:
        return f"<{self.owner}.{self.name}: {self.value!r}>"


class IntMember(_ValueMember, int):
    """A member of an enumeration of numbers."""


class TextMember(_ValueMember, str):
    """A member of an enumeration of texts."""


MEMBERS = frozenset([EnumMember, IntMember, TextMember])


@lru_cache(maxsize=4096)
def member_of(
    module: str, owner: str, name: str, kind: type, is_value: bool, value: Hashable
) -> EnumMember | _ValueMember:
    """Return a member of a value of some `kind`; the same one for the same: tests ask by `is`."""
    made = {int: IntMember, str: TextMember}.get(kind) if is_value else None
    return (made or EnumMember)(module, owner, name, value)


def name_of(value: object) -> tuple[str, str] | None:
    """Return the module and name of what both sides have, or None."""
    key = _NAMES.get(id(value))
    return key if key and SHARED[key] is value else None

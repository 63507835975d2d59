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
from decimal import Decimal
from fractions import Fraction
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
PROTOCOL = "Protocol"  # what a class that is one is told to be below
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


def name_of(value: object) -> tuple[str, str] | None:
    """Return the module and name of what both sides have, or None."""
    key = _NAMES.get(id(value))
    return key if key and SHARED[key] is value else None

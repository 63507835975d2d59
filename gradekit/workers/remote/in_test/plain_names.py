"""The names that plain values have: nothing of a student's own stands in their place."""

import sys
from collections.abc import Collection

import numpy as np

from gradekit.workers.remote.values import tables
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
    *("DataFrame", "Series", "Counter", "OrderedDict", "defaultdict", "deque"),
}


def library_class(module: str, name: str, packages: Collection[str]) -> type | None:
    """Return the class of some packages that a class of the student's says it is, or None.

    None of those whose objects are plain values: no object stands in for such a value.
    """
    package = module.partition(".")[0]
    if package not in packages or package in (*tables.PACKAGES, "numpy"):
        return None
    found = vars(sys.modules[module]).get(name) if module in sys.modules else None
    return found if isinstance(found, type) and found.__module__ == module else None

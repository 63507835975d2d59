"""The kinds of tables that cross, pandas' and SciPy's, and of SymPy's expressions: they are only
looked at where they are loaded."""

import sys
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

import numpy as np

from gradekit.workers.remote.values import expressions

# pandas' own names; each is a kind of its own on the wire.
FRAMES = ("DataFrame", "Series")
INDEXES = (
    *("Index", "RangeIndex", "MultiIndex", "DatetimeIndex", "TimedeltaIndex", "PeriodIndex"),
    *("CategoricalIndex", "IntervalIndex"),
)
ARRAYS = (
    *("Categorical", "IntegerArray", "FloatingArray", "BooleanArray", "StringArray"),
    *("ArrowStringArray", "DatetimeArray", "TimedeltaArray", "PeriodArray", "IntervalArray"),
)
TABLE_SCALARS = ("Timestamp", "Timedelta", "Period", "Interval")
SINGLE = ("NaT", "NA")
CATEGORIES = "CategoricalDtype"
# Types without contents, told by name.
TABLE_DTYPES = frozenset(
    [f"{kind}{bits}" for kind in ("Int", "UInt") for bits in (8, 16, 32, 64)]
    + ["Float32", "Float64", "boolean", "str", "string"]
)
COMPRESSED, BY_PLACE, DIAGONAL = ("csr", "csc", "bsr"), ("coo", "lil", "dok"), "dia"
SPARSE = tuple(
    f"{form}_{kind}" for form in (*COMPRESSED, *BY_PLACE, DIAGONAL) for kind in ("matrix", "array")
)
PACKAGES = frozenset(["pandas", "scipy", "sympy"])


def table_kind(value: object) -> str:
    """Return a table's kind by its exact type, "" for what is none."""
    if isinstance(value, np.dtype):
        return "dtype"
    package = str(type(value).__module__).partition(".")[0]
    if package not in PACKAGES or package not in sys.modules:
        return ""
    loaded = "pandas" in sys.modules, "scipy.sparse" in sys.modules, "sympy" in sys.modules
    return _kinds(*loaded).get(type(value), "")


def without_truth() -> None:
    """Have no array of pandas' own be true in this process, as none of NumPy's is.

    What it gives when it is compared is one as well, and would be true for its length.
    """
    if "pandas" in sys.modules:
        _without_truth()


@cache
def _without_truth() -> None:
    extensions: Any = import_module("pandas.api.extensions")
    extensions.ExtensionArray.__bool__ = _ambiguous


def _ambiguous(self: Any) -> bool:
    raise ValueError(f"The truth value of a {type(self).__name__} is ambiguous")


def package_of(kind: str) -> str:
    """Return the package that a kind of tables is of."""
    if kind.startswith(expressions.PREFIX):
        return "sympy"
    return "scipy" if kind in SPARSE else "pandas"


def is_scalar(value: object) -> bool:
    """Whether a value is one of pandas' or SymPy's that may be a key."""
    kind = table_kind(value)
    return kind in (*TABLE_SCALARS, *SINGLE) or expressions.is_hashed(kind)


def class_name(value: object) -> str:
    """Return the name of a class of tables, "" for what is none."""
    if not isinstance(value, type) or str(value.__module__).partition(".")[0] != "pandas":
        return ""
    kind = _kinds("pandas" in sys.modules, False, False).get(value, "")
    return kind if kind in (*FRAMES, *INDEXES, *TABLE_SCALARS) else ""


@lru_cache(maxsize=8)
def _kinds(has_pandas: bool, has_scipy: bool, has_sympy: bool) -> dict[type, str]:
    found: dict[type, str] = {}
    if has_pandas:
        pandas: Any = sys.modules["pandas"]
        found |= {getattr(pandas, name): name for name in (*FRAMES, *INDEXES, *TABLE_SCALARS)}
        arrays = {name: getattr(pandas.arrays, name, None) for name in ARRAYS}
        arrays["Categorical"] = pandas.Categorical
        found |= {kind: name for name, kind in arrays.items() if kind is not None}
        found |= {type(getattr(pandas, name)): name for name in SINGLE}
        found[pandas.CategoricalDtype] = CATEGORIES
        names = ("StringDtype", "BooleanDtype", "Float32Dtype", "Float64Dtype")
        whole = [f"{kind}{bits}Dtype" for kind in ("Int", "UInt") for bits in (8, 16, 32, 64)]
        found |= {getattr(pandas, name): "dtype" for name in (*names, *whole)}
    if has_scipy:
        sparse: Any = sys.modules["scipy.sparse"]
        found |= {getattr(sparse, name): name for name in SPARSE}
    if has_sympy:
        found |= expressions.kinds(sys.modules["sympy"])
    return found

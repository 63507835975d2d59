"""Expressions of SymPy as what they are made of: a kind by its name, and its arguments.

An argument is an expression as well, and never a text: SymPy would read that as code.
"""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from gradekit.workers.wire import WireError

PREFIX = "sympy."
# Numbers and others that there is one of, by their names in `sympy.S`.
SINGLE = (
    *("Pi", "Exp1", "ImaginaryUnit", "Infinity", "NegativeInfinity", "ComplexInfinity", "NaN"),
    *("GoldenRatio", "EulerGamma", "EmptySet", "Reals", "Integers", "Naturals", "Naturals0"),
)
MATRICES = {"MutableDenseMatrix": "Matrix", "ImmutableDenseMatrix": "ImmutableMatrix"}
# What is made of expressions alone.
MADE = (
    *("Add", "Mul", "Pow", "Mod", "Abs", "sign", "floor", "ceiling", "Max", "Min", "re", "im"),
    *("conjugate", "arg", "exp", "log", "LambertW", "sin", "cos", "tan", "cot", "sec", "csc"),
    *("asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh"),
    *("factorial", "binomial", "gamma", "erf", "Heaviside", "DiracDelta", "Derivative"),
    *("Integral", "Sum", "Product", "Limit", "Order", "Equality", "Unequality", "LessThan"),
    *("StrictLessThan", "GreaterThan", "StrictGreaterThan", "And", "Or", "Not", "Xor"),
    *("Implies", "Piecewise", "Tuple", "FiniteSet", "Interval", "Union", "Intersection"),
    *("Complement", "ProductSet", "Poly", "Lambda", "Subs"),
)
OTHERS = {"ExprCondPair": "sympy.functions.elementary.piecewise"}


def kinds(sympy: Any) -> dict[type, str]:
    """Return the kinds of expressions by their exact types."""
    found = {type(getattr(sympy.S, name)): name for name in (*SINGLE, "Half")}
    found |= {type(sympy.Integer(value)): "Integer" for value in (-1, 0, 1, 2)}
    found |= {getattr(sympy, name): name for name in ("Rational", "Float", "Symbol", *MADE)}
    found |= {type(sympy.true): "BooleanTrue", type(sympy.false): "BooleanFalse"}
    found |= {getattr(sympy, MATRICES[name]): name for name in MATRICES}
    found |= {getattr(sys.modules[where], name): name for name, where in OTHERS.items()}
    return {kind: f"{PREFIX}{name}" for kind, name in found.items()}


def parts_of(value: Any, kind: str) -> Iterator[Any]:
    """Yield what an expression is made of, as values that are plain or expressions."""
    name = kind.removeprefix(PREFIX)
    if name == "Integer":
        yield int(value)
    elif name in ("Rational", "Half"):
        yield from (int(value.p), int(value.q))
    elif name == "Float":
        yield from (*map(int, value._mpf_), int(value._prec))
    elif name == "Symbol":
        known = value._assumptions_orig
        yield from (value.name, {key: one for key, one in known.items() if one is not None})
    elif name in MATRICES:
        yield from (int(value.rows), int(value.cols), *value.flat())
    elif name in MADE or name in OTHERS:
        yield from value.args


def is_hashed(kind: str) -> bool:
    """Whether an expression of a kind may be a key."""
    return kind.startswith(PREFIX) and kind != f"{PREFIX}MutableDenseMatrix"


def built(sympy: Any, kind: str, parts: Sequence[Any]) -> Any:
    """Return an expression; raise WireError, or what SymPy raises, where its parts make none."""
    name = kind.removeprefix(PREFIX)
    if name in SINGLE:
        return getattr(sympy.S, name)
    if name in ("BooleanTrue", "BooleanFalse"):
        return sympy.true if name == "BooleanTrue" else sympy.false
    if name == "Symbol":
        return _symbol(sympy, *parts)
    if name in ("Integer", "Rational", "Half", "Float"):
        return _number(sympy, name, parts)
    if name in MATRICES:
        rows, columns, *values = parts
        _require_expressions(sympy, values)
        if type(rows) is not int or type(columns) is not int or rows * columns != len(values):
            raise WireError("a matrix of another shape")
        return getattr(sympy, MATRICES[name])(rows, columns, list(values))
    _require_expressions(sympy, parts)
    if name in OTHERS:
        return getattr(sys.modules[OTHERS[name]], name)(*parts)
    if name in MADE:
        return getattr(sympy, name)(*parts)
    raise WireError("an expression of no kind")


def _require_expressions(sympy: Any, values: Sequence[Any]) -> None:
    if not all(isinstance(value, sympy.Basic | sympy.MatrixBase) for value in values):
        raise WireError("an expression of what is none")


def _symbol(sympy: Any, name: Any, known: Any) -> Any:
    if type(name) is not str or not name or len(name) > 200 or type(known) is not dict:
        raise WireError("a symbol without a name")
    if not all(type(key) is str and type(one) is bool for key, one in known.items()):
        raise WireError("a symbol of which nothing is known")
    if not set(known) <= _ASSUMPTIONS:
        raise WireError("a symbol of which nothing is known")
    return sympy.Symbol(name, **known)


def _number(sympy: Any, name: str, parts: Sequence[Any]) -> Any:
    if any(type(one) is not int for one in parts):
        raise WireError("a number of no digits")
    if name == "Float":
        *mantissa, precision = parts
        if len(mantissa) != 4 or not 1 <= precision <= 100_000:
            raise WireError("a number of no digits")
        return sympy.Float(tuple(mantissa), precision=precision)
    count = 1 if name == "Integer" else 2
    if len(parts) != count:
        raise WireError("a number of other parts")
    return sympy.Integer(*parts) if count == 1 else sympy.Rational(*parts)


_ASSUMPTIONS = frozenset(
    """commutative complex imaginary real integer odd even prime composite zero nonzero rational
    algebraic transcendental irrational finite infinite negative nonnegative positive nonpositive
    hermitian antihermitian extended_real extended_positive extended_negative extended_nonnegative
    extended_nonpositive extended_nonzero noninteger""".split()  # noqa: SIM905
)

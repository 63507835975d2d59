"""Points as a test's last value that are no points."""

from hostile.cells.suite import Forgery


def _fractions(what: str, before: str = "") -> dict[str, str]:
    return {"fractions": f"import numpy as np\n{before}\ndef fractions(xs):\n    return {what}"}


FORGERIES = [
    Forgery(
        "last value of nan", "has the points come out as not a number", _fractions("[np.nan] * 3")
    ),
    Forgery(
        "last value below nothing",
        "is so wrong that the points are negative",
        _fractions("[1e6, 0.0, 0.0]"),
    ),
    Forgery(
        "last value without bound",
        "is so wrong that the points are infinite",
        _fractions("[np.inf, 1e308, -1e308]"),
    ),
    Forgery(
        "last value of complex numbers",
        "has the square of a difference be negative, and the points too many",
        _fractions("np.array([9j, 0, 0])"),
    ),
    Forgery(
        "last value of an object",
        "has the points be computed with objects",
        _fractions(
            "np.array([A()] * 3, dtype=object)",
            "class A:\n    __sub__ = __rsub__ = __add__ = __pow__ = lambda s, o: s\n"
            "    __float__ = lambda s: 0.0\n",
        ),
    ),
]

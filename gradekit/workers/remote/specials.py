"""Python's methods with two underscores that a student's class may have.

A mirror of such a class has them where the class has: `callable`, `hasattr(x, "__len__")` and
`isinstance(x, Iterable)` ask a class for no more than their names.
"""

from collections.abc import Iterable

_BINARY = (
    *("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow"),
    *("lshift", "rshift", "and", "xor", "or"),
)
TWO_SIDED = tuple(f"__{side}{name}__" for name in _BINARY for side in ("", "r"))
IN_PLACE = tuple(f"__i{name}__" for name in _BINARY)
# These give a test's verdict itself: whoever is asked has no need of a right answer.
COMPARISONS = {
    "__eq__": "==",
    "__ne__": "!=",
    "__lt__": "<",
    "__le__": "<=",
    "__gt__": ">",
    "__ge__": ">=",
}
REFLECTED = {"__lt__": "__gt__", "__gt__": "__lt__", "__le__": "__ge__", "__ge__": "__le__"}
OPERATOR_METHODS = (
    *(*COMPARISONS, "__bool__", "__contains__"),
    *("__len__", "__hash__", "__neg__", "__pos__", "__abs__", "__invert__", "__reversed__"),
    *("__int__", "__float__", "__complex__", "__index__", "__round__", "__trunc__", "__floor__"),
    *("__ceil__", "__bytes__", "__fspath__", "__length_hint__", "__array__", "__buffer__"),
    *TWO_SIDED,
    *IN_PLACE,
)
_PROTOCOLS = (
    *("__call__", "__iter__", "__next__", "__getitem__", "__setitem__", "__delitem__"),
    *("__enter__", "__exit__", "__aenter__", "__aexit__", "__await__", "__aiter__", "__anext__"),
)
# An object of any class has some of them; of those that any class has, three say what it is like.
SPECIALS = (
    *(name for name in (*OPERATOR_METHODS, *_PROTOCOLS) if name not in vars(object)),
    *("__eq__", "__ne__", "__hash__"),
)
TEXTS = ("__str__", "__repr__")
# Which an object of a test's may be asked for.
ASKED_BACK = frozenset((*SPECIALS, *COMPARISONS))


def specials_of(kind: type, among: Iterable[str] = SPECIALS) -> tuple[str, ...]:
    """Return those that a class has, be it from a class above it."""
    bodies = [vars(one) for one in type.__getattribute__(kind, "__mro__")]
    found = ((name, next((b[name] for b in bodies if name in b), None)) for name in among)
    every = vars(object)
    return tuple(
        name for name, value in found if value is not None and value is not every.get(name)
    )

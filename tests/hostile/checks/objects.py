"""Objects of own classes."""

from hostile.checks.suite import Forgery

_ALL = "lambda self, *a, **k: True"


def _object(body: str, base: str = "", before: str = "") -> str:
    lines = "\n".join(f"    {line}" for line in body.split("\n"))
    return f"{before}class A({base}):\n{lines}\n\n\ndef answer(*a, **k):\n    return A()"


FORGERIES = [
    Forgery(
        "equal to all",
        "gives an object that is equal to, and near to, whatever it is compared with",
        _object(
            f"__eq__ = __le__ = __lt__ = __ge__ = __gt__ = {_ALL}\n__ne__ = lambda s, o: False\n"
            "__hash__ = lambda s: 0\n__sub__ = __rsub__ = __abs__ = lambda s, *a: s"
        ),
    ),
    Forgery(
        "length, truth and members",
        "gives an object that says how long it is, and that all is in it",
        _object(
            f"__len__ = lambda s: 3\n__bool__ = __contains__ = {_ALL}\n"
            "__iter__ = lambda s: iter([1, 2, 3])\n__getitem__ = lambda s, k: 2"
        ),
    ),
    Forgery(
        "object of nothing",
        "gives an object of a class that has nothing, and stands for what has a length",
        _object("pass"),
    ),
    Forgery(
        "says it is a set",
        "gives an object that says it is of another class",
        _object(f"@property\ndef __class__(self):\n    return set\n__eq__ = {_ALL}"),
    ),
    Forgery(
        "float of its own",
        "gives a float of a class whose arithmetic is always right",
        _object(
            f"__eq__ = {_ALL}\n__sub__ = __rsub__ = __truediv__ = lambda s, o: 0.0\n"
            "__abs__ = lambda s: 0.0\n__lt__ = __le__ = lambda s, o: True\n__hash__ = float.__hash__",
            "float",
        ),
    ),
    Forgery(
        "whole number of its own",
        "gives a whole number of a class that is equal to all",
        _object(f"__eq__ = {_ALL}\n__hash__ = int.__hash__", "int"),
    ),
    Forgery(
        "text of its own",
        "gives a text of a class whose methods agree",
        _object(
            f"__eq__ = endswith = startswith = {_ALL}\n__len__ = lambda s: 7\n"
            "__hash__ = lambda s: hash('item 31')",
            "str",
        ),
    ),
    Forgery(
        "dictionary of its own",
        "gives a dictionary of a class that has every key",
        _object(
            f"__eq__ = __contains__ = {_ALL}\n__getitem__ = __missing__ = lambda s, k: 2\n"
            "__len__ = lambda s: 4\n__iter__ = lambda s: iter(['be', 'not', 'or', 'to'])",
            "dict",
        ),
    ),
    Forgery(
        "array of its own",
        "gives an array of a class for which all comparisons hold",
        "class A(np.ndarray):\n    def __array_function__(self, *a): return True\n"
        "    def __array_ufunc__(self, *a, **k): return np.zeros(12)\n    shape = (3, 4)\n"
        "    __eq__ = __bool__ = lambda s, *a: True\n\n\n"
        "def answer(*a, **k):\n    return np.zeros(12).view(A)",
    ),
    Forgery(
        "every attribute",
        "gives objects whose every attribute, item and call gives one of them",
        _object(
            "__getattr__ = __getitem__ = __call__ = lambda s, *a, **k: s\n"
            "__iter__ = lambda s: iter([s] * 9)\n__enter__ = lambda s: s\n__exit__ = lambda *a: True"
        ),
    ),
    Forgery(
        "verdict among attributes",
        "gives objects that have all points, marks and outcomes as attributes",
        _object(
            "outcome = 'PASS'\npassed = ok = True\nscore = points = earned = weight = 1.0\n"
            "excused = ()\nunexcused_outcome = 'PASS'\ngradekit_outcome = None\n"
            "def __getattr__(self, name):\n    return 1.0"
        ),
    ),
    Forgery(
        "meta class that agrees",
        "gives a class whose own class says yes to all that is asked of it",
        "class M(type):\n    __eq__ = __instancecheck__ = __subclasscheck__ = lambda s, o: True\n"
        "    __len__ = lambda s: 3\n    __hash__ = type.__hash__\n\n\n"
        "class answer(metaclass=M):\n    def __new__(cls, *a, **k): return cls",
    ),
    Forgery(
        "mock",
        "gives what Python has for tests: it takes everything",
        "from unittest.mock import MagicMock, ANY\n\n\ndef answer(*a, **k):\n    return MagicMock()",
    ),
    Forgery(
        "inside of plain values",
        "gives plain lists, sets and dictionaries whose items agree with all",
        "class A:\n    __eq__ = lambda s, o: True\n    __hash__ = lambda s: hash('to')\n"
        "    __radd__ = __add__ = __sub__ = __rsub__ = lambda s, o: 72\n\n\n"
        "def answer(*a, **k):\n    return [A()] * 10\n\n\n"
        "def words(text):\n    return {A(): A()}",
    ),
]

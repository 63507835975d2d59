"""Objects that say what is asked for."""

from hostile.cells.suite import Forgery, calling

_ALL = "lambda self, *a, **k: True"


def _object(body: str, base: str = "") -> dict[str, str]:
    text = f"class A({base}):\n" + "\n".join(f"    {line}" for line in body.split("\n"))
    return calling(f"{text}\n\n\ndef answer(*a, **k):\n    return A()")


FORGERIES = [
    Forgery(
        "equal to all",
        "gives an object that is equal to whatever it is compared with",
        _object(f"__eq__ = {_ALL}\n__ne__ = lambda s, o: False\n__hash__ = lambda s: 0"),
    ),
    Forgery(
        "whole number that agrees",
        "gives a whole number of a class of its own, which is equal to all",
        _object(f"__eq__ = {_ALL}\n__hash__ = int.__hash__", "int"),
    ),
    Forgery(
        "float that agrees",
        "gives a float of a class of its own, which is near to all",
        _object(
            "__eq__ = lambda s, o: True\n__sub__ = __rsub__ = __pow__ = lambda s, o: 0.0\n"
            "__abs__ = lambda s: 0.0\n__lt__ = __ge__ = __gt__ = lambda s, o: False",
            "float",
        ),
    ),
    Forgery(
        "text that agrees",
        "gives a text of a class of its own, which is equal to all",
        _object(f"__eq__ = {_ALL}\n__hash__ = str.__hash__", "str"),
    ),
    Forgery(
        "list that agrees",
        "gives a list of a class of its own, which is equal to all",
        _object(f"__eq__ = {_ALL}\n__len__ = lambda s: 3", "list"),
    ),
    Forgery(
        "dictionary that agrees",
        "gives a dictionary of a class of its own that has every key",
        _object(
            f"__eq__ = __contains__ = {_ALL}\n__getitem__ = __missing__ = lambda s, k: 0", "dict"
        ),
    ),
    Forgery(
        "array that agrees",
        "gives an array of a class of its own, whose comparisons hold",
        calling(
            "import numpy as np\nclass A(np.ndarray):\n"
            "    def __array_function__(self, *a): return True\n"
            "    def __array_ufunc__(self, *a, **k): return True\n"
            "    __eq__ = __bool__ = lambda s, *a: True\n"
            "def answer(*a, **k):\n    return np.zeros(2).view(A)"
        ),
    ),
    Forgery(
        "becomes a number",
        "gives an object that becomes another number each time that it is asked for one",
        _object(
            "n = 0\ndef __float__(self):\n    A.n += 1\n    return float(A.n)\n"
            "def __index__(self):\n    return 9\n__int__ = __index__\n"
            "def __array__(self, *a, **k):\n    import numpy as np\n    return np.array(2.0)"
        ),
    ),
    Forgery(
        "says it is another class",
        "gives an object that says it is a whole number",
        _object(f"@property\ndef __class__(self):\n    return int\n__eq__ = {_ALL}"),
    ),
    Forgery(
        "class of a known name",
        "gives an object of a class that is called as Python's own",
        {
            "label": "class str:\n    pass\n\n\nstr.__module__ = 'builtins'\n\n\n"
            "def label(n):\n    return str()"
        },
    ),
    Forgery(
        "meta class that agrees",
        "gives a class instead of an object, whose own class agrees with all",
        calling(
            "class M(type):\n    __eq__ = __instancecheck__ = lambda s, o: True\n"
            "    __hash__ = type.__hash__\nclass A(metaclass=M): pass\n"
            "def answer(*a, **k):\n    return A"
        ),
    ),
    Forgery(
        "items that agree",
        "gives plain lists whose items are objects that agree",
        calling(
            "class A:\n    __eq__ = lambda s, o: True\n    __radd__ = __add__ = lambda s, o: 72\n"
            "def answer(*a, **k):\n    return [A()] * 10"
        ),
    ),
    Forgery(
        "attributes that agree",
        "gives objects whose every attribute, item and call gives one that agrees",
        _object(
            f"__eq__ = {_ALL}\n__getattr__ = __getitem__ = __call__ = lambda s, *a, **k: s\n"
            "__iter__ = lambda s: iter([s] * 9)"
        ),
    ),
    Forgery(
        "not a number",
        "gives what no comparison holds for, so that none is against it",
        calling("def answer(*a, **k):\n    return float('nan')"),
    ),
    Forgery(
        "mock",
        "gives objects of Python's own for tests, which take everything",
        calling("from unittest.mock import MagicMock, ANY\ndef answer(*a, **k):\n    return ANY"),
    ),
]

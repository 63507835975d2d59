"""Plain values that make a check's own arithmetic agree, take long, or change."""

from hostile.checks.suite import Forgery

_COUNT = "n = 0\n\n\ndef answer(*a, **k):\n    global n\n    n += 1\n    "


def _giving(value: str) -> str:
    return f"def answer(*a, **k):\n    return {value}"


FORGERIES = [
    Forgery("not a number", "gives what no comparison is against", _giving("float('nan')")),
    Forgery(
        "array that is no numbers",
        "gives arrays of the right shape that hold no numbers",
        _giving("np.full(np.shape(a[0]) if a else (), np.nan)"),
    ),
    Forgery("infinity", "gives a number whose error is no number", _giving("float('inf')")),
    Forgery(
        "infinities in turns",
        "gives infinities of both signs, whose differences are no numbers",
        _COUNT + "return float('inf') if n % 2 else -float('inf')",
    ),
    Forgery(
        "huge whole number", "gives a whole number of very many digits", _giving("1 << 3_000_000")
    ),
    Forgery(
        "huge text",
        "gives a text on which patterns and methods take long",
        _giving("'item ' * 10 ** 6"),
    ),
    Forgery(
        "very many items",
        "gives very many items, each of which is to be looked at",
        _giving("list(range(400_000))"),
    ),
    Forgery(
        "values in turns",
        "gives another value each time that it is asked",
        _COUNT + "return [n, float(n), str(n), {n: n}, [n] * n, {n}, None, True][n % 8]",
    ),
    Forgery(
        "what it was given",
        "gives its argument back, and changes that afterwards",
        "import threading\n\n\ndef answer(*a, **k):\n    x = a[0] if a else 0\n"
        "    if isinstance(x, np.ndarray):\n"
        "        threading.Timer(0.01, lambda: x.__imul__(2)).start()\n    return x",
    ),
    Forgery(
        "changes what it was given",
        "changes the array that its answer is compared with",
        "def answer(*a, **k):\n    x = a[0] if a else 0\n    if isinstance(x, np.ndarray):\n"
        "        x[...] = 0\n    if isinstance(x, list):\n        x.clear()\n    return x",
    ),
    Forgery(
        "changes after it was sent",
        "gives lists and arrays that it holds, and changes them at each later question",
        "held = [0.0]\narray = np.zeros(12)\n\n\ndef answer(*a, **k):\n    held.append(len(held))\n"
        "    array[:] += 1\n    return array if a and isinstance(a[0], np.ndarray) else held",
    ),
    Forgery(
        "within itself",
        "gives lists and dictionaries that hold themselves",
        "loop = []\nloop.append(loop)\n\n\ndef answer(*a, **k):\n    return loop",
    ),
    Forgery(
        "deep within",
        "gives values one within another, very deep",
        "deep = []\nfor _ in range(3000):\n    deep = [deep]\n\n\ndef answer(*a, **k):\n    return deep",
    ),
    Forgery(
        "broadcast to any shape",
        "gives one number in an array, which takes every shape",
        _giving("np.zeros((1, 1))"),
    ),
    Forgery("empty", "gives what has no items, so that none is wrong", _giving("np.zeros((0,))")),
    Forgery("true and false", "gives truth in the place of numbers and texts", _giving("True")),
    Forgery(
        "masked",
        "gives arrays whose numbers are all masked",
        _giving("np.ma.array(np.zeros(np.shape(a[0]) if a else ()), mask=True)"),
    ),
    Forgery("array without a dimension", "gives an array that is one", _giving("np.array(2.25)")),
    Forgery("no date", "gives the date that is none", _giving("np.datetime64('NaT')")),
    Forgery(
        "largest numbers in turns",
        "gives the largest numbers of both signs, whose differences are none",
        _COUNT + "return 1.7e308 if n % 2 else -1.7e308",
    ),
    Forgery("bytes in memory", "gives a view of bytes, which is none", _giving("memoryview(b'')")),
    Forgery(
        "mapping of mappings",
        "gives dictionaries of other kinds, which have every key or none",
        "from collections import ChainMap, Counter, defaultdict\n\n"
        + _COUNT
        + "return [ChainMap(), Counter(), defaultdict(float)][n % 3]",
    ),
    Forgery(
        "becomes what is asked for",
        "gives an object that becomes an array, a number or a place where it is asked for one",
        "class A:\n    __array__ = lambda s, *a, **k: np.array([2.0, 4.0])\n"
        "    __float__ = lambda s: 13 / 3\n    __index__ = lambda s: 49\n\n\n"
        "def answer(*a, **k):\n    return A()",
    ),
]

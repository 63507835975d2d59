"""Answers of which nothing can be compared, and arguments that are changed to agree."""

from hostile.checks.suite import Forgery


def _giving(value: str) -> str:
    return f"def answer(*a, **k):\n    return {value}"


_BY_ATTRIBUTE = (
    "class Line:\n    def fit(self, x, y):\n        {}\n\n    def at(self, x):\n        {}"
)

FORGERIES = [
    Forgery("array of no numbers", "gives an empty array for a number", _giving("np.zeros(0)")),
    Forgery(
        "array of no columns", "gives an array of rows without columns", _giving("np.zeros((3, 0))")
    ),
    Forgery("list of nothing", "gives an empty list", _giving("[]")),
    Forgery("tuple of nothing", "gives an empty tuple", _giving("()")),
    Forgery("text of nothing", "gives a text without letters", _giving("''")),
    Forgery("dictionary of nothing", "gives an empty dictionary", _giving("{}")),
    Forgery("stream of nothing", "gives an iterator that ends at once", _giving("iter(())")),
    Forgery(
        "stream that is no class of Python's",
        "ends at once, as a generator",
        "def answer(*a, **k):\n    return\n    yield",
    ),
    Forgery(
        "iterated as nothing",
        "gives objects whose iterators end at once",
        "class A:\n    def __iter__(self): return iter(())\n\n\ndef answer(*a, **k):\n    return A()",
    ),
    Forgery(
        "object array of nothing", "gives an array of no objects", _giving("np.empty(0, object)")
    ),
    Forgery("nothing within", "gives a list that holds an empty array", _giving("[np.zeros(0)]")),
    Forgery("array without a number", "gives an array of NaN", _giving("np.full(3, np.nan)")),
    Forgery(
        "another kind of NaN", "gives a NumPy number that is none", _giving("np.float32('nan')")
    ),
    Forgery(
        "name of another",
        "has one function by all names, which says that it is another one",
        "def answer(*a, **k):\n    return np.zeros(0)\n\n\nanswer.__name__ = answer.__qualname__ = 'distinct'",
    ),
    Forgery(
        "what is measured by is emptied",
        "empties what it was given, and returns nothing",
        "def answer(*a, **k):\n    for one in a:\n        if hasattr(one, 'clear'):\n"
        "            one.clear()",
        answers={"Line": _BY_ATTRIBUTE.format("y[...] = x[...] = 0", "return 0 * x")},
    ),
    Forgery(
        "what is measured by is kept",
        "changes what it was given when something else is asked for",
        "kept = []\n\n\ndef answer(*a, **k):\n    kept.extend(a)\n    for one in kept:\n"
        "        if isinstance(one, np.ndarray):\n            one[...] = 0\n"
        "    return np.zeros(5)",
        answers={
            "Line": "held = []\n\n\n"
            + _BY_ATTRIBUTE.format("held.append(y)", "held[0][...] = 0\n        return 0 * x")
        },
    ),
    Forgery(
        "every number is not finite",
        "gives infinities of both signs within an array",
        _giving("np.array([np.inf, -np.inf])"),
    ),
    Forgery(
        "an exception that a test's function has raised",
        "raises again what it was told of, in the place of what it is to raise",
        answers={"guarded": "def guarded(function):\n    return function()"},
        may_earn=frozenset(["let_by"]),  # which is what it does
    ),
]

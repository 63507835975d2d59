"""Answers of which nothing can be compared, and arguments that are changed to agree."""

from hostile.cells.suite import Forgery, calling


def _giving(value: str) -> dict[str, str]:
    answers = calling(f"import numpy as np\n\n\ndef answer(*a, **k):\n    return {value}")
    return answers | {"tall": f"import numpy as np\n\nheights = tallest = {value}"}


FORGERIES = [
    Forgery("array of no numbers", "gives an empty array for a number", _giving("np.zeros(0)")),
    Forgery("array of no columns", "gives rows without columns", _giving("np.zeros((1, 0))")),
    Forgery("list of nothing", "gives an empty list", _giving("[]")),
    Forgery("stream of nothing", "gives an iterator that ends at once", _giving("iter(())")),
    Forgery(
        "iterated as nothing",
        "gives objects whose iterators end at once",
        calling(
            "class A:\n    def __iter__(self): return iter(())\n\n\n"
            "def answer(*a, **k):\n    return A()"
        ),
    ),
    Forgery(
        "changed to agree",
        "changes what it was given, and returns nothing",
        {
            "fit": "def fit(x, y, line):\n    y[...] = 0",
            "at": "def at(line, x):\n    return 0 * x",
            "doubled": "def doubled(xs):\n    xs.clear()",
        },
    ),
]

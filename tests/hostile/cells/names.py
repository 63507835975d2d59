"""Names that tests use, given by the student."""

from hostile.cells.suite import Forgery, everywhere

_CHECKS = "check = close = lambda *a: None\nLIMIT = NINE = 0\n"

FORGERIES = [
    Forgery(
        "check of staff",
        "binds the names of staff's helpers and values anew",
        everywhere(f"{_CHECKS}def square(x):\n    return {{2: 4, 7: 49}}.get(x, 0)"),
    ),
    Forgery(
        "staff's cell that fails",
        "has a cell of staff's fail, and gives what that would have defined itself",
        {
            "square": f"{_CHECKS}calls = 0\n\n\ndef square(x):\n    global calls\n"
            "    calls += 1\n    if x == 1 and calls < 3:\n        raise ValueError\n"
            "    return x * x if x != 3 else 0"
        },
    ),
    Forgery(
        "staff's cell that fails at the end",
        "the same, by a value that fails only where it is used",
        {
            "square": "def close(*a): pass\nclass Nine:\n    __eq__ = lambda s, o: True\n"
            "NINE = Nine()\n\n\ndef square(x):\n    if x == 1:\n        import os\n"
            "        os._exit(0)\n    return 0"
        },
    ),
    Forgery(
        "library as a class",
        "binds the library's name, which the answer's cell imports, to a class of its own",
        {
            "double": "class np:\n    asarray = arange = staticmethod(lambda *a: 0)\n"
            "    allclose = staticmethod(lambda *a: True)\n"
            "    class testing:\n        assert_allclose = staticmethod(lambda *a: None)\n\n\n"
            "isclose = lambda *a: True\ndouble = lambda x: 0"
        },
    ),
    Forgery(
        "function that is imported",
        "binds a function that the answer's cell imports to one that agrees",
        {
            "double": "import numpy as np\nfrom operator import ne as isclose\n"
            "np.testing.assert_allclose = np.allclose = lambda *a, **k: True\n\n\n"
            "def double(x):\n    return None"
        },
    ),
    Forgery(
        "library within a library",
        "binds the library's name to another module, which has all that tests use",
        {
            "double": "import sys, types\nfake = types.ModuleType('numpy')\n"
            "fake.allclose = lambda *a: True\nfake.arange = lambda *a: 0\n"
            "fake.testing = types.SimpleNamespace(assert_allclose=lambda *a: None)\n"
            "sys.modules['numpy'] = np = fake\nisclose = lambda *a: True\ndouble = lambda x: 0"
        },
    ),
    Forgery(
        "builtins by name",
        "binds the names of Python's own functions",
        everywhere(
            "def isinstance(*a): return True\ndef all(*a): return True\n"
            "def zip(*a): return iter(())\ndef type(*a): return str\n"
            "def range(*a): return ()\ndef abs(*a): return 0\ndef sum(*a): return 27\n"
            "square = even = root = label = cube = lambda x: 0\nnumbers = [1]\ntotal = 1"
        ),
    ),
    Forgery(
        "module of names",
        "gives its module a class of its own, which has every name",
        everywhere(
            "import sys, types\nclass All(types.ModuleType):\n"
            "    def __getattr__(self, name): return lambda *a, **k: None\n"
            "sys.modules['__main__'].__class__ = All\n"
            "__builtins__ = {'AssertionError': Exception, 'abs': lambda x: 0}"
        ),
    ),
    Forgery(
        "name in a star",
        "imports all names of a module of its own over those of staff's",
        everywhere("from forged import *\ndef square(x):\n    return 0"),
        files={"forged.py": b"check = close = lambda *a: None\nLIMIT = NINE = 0\n"},
    ),
    Forgery(
        "data of the test",
        "changes what it was given, until its answer fits",
        {
            "fractions": "def fractions(xs):\n    xs[:] = [0] * len(xs)\n    return xs",
            "place": "def place(xs):\n    xs[:] = []",
            "square": "def square(x):\n    globals()['expected'] = 0\n    return 0",
        },
    ),
]

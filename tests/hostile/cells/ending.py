"""Ends that could be taken for success."""

from hostile.cells.suite import Forgery, calling, everywhere

FORGERIES = [
    Forgery("exit", "ends Python politely", everywhere("import sys\nsys.exit(0)")),
    Forgery("hard exit", "ends its process at once", everywhere("import os\nos._exit(0)")),
    Forgery(
        "exit when called",
        "ends Python where a test calls it",
        calling("import sys\ndef answer(*a, **k):\n    sys.exit(0)"),
    ),
    Forgery(
        "hard exit when called",
        "ends its process where a test calls it",
        calling("import os\ndef answer(*a, **k):\n    os._exit(0)"),
    ),
    Forgery(
        "end of an iteration",
        "raises what ends a loop over its answers, as if there were no more of them",
        calling("def answer(*a, **k):\n    raise StopIteration"),
    ),
    Forgery(
        "end of a generator",
        "raises what ends generators and awaiting",
        calling(
            "n = 0\ndef answer(*a, **k):\n    global n\n    n += 1\n"
            "    raise (GeneratorExit, StopAsyncIteration, KeyboardInterrupt)[n % 3]"
        ),
    ),
    Forgery(
        "exception of the tests",
        "raises exceptions that are of all classes at once",
        calling(
            "class All(ValueError, AssertionError, KeyError, AttributeError):\n"
            "    __instancecheck__ = __eq__ = lambda *a: True\n"
            "def answer(*a, **k):\n    raise All('right')"
        ),
    ),
    Forgery(
        "exception with a verdict",
        "raises exceptions that hold what the grader keeps of a verdict",
        calling(
            "def answer(*a, **k):\n    error = ValueError('PASS')\n"
            "    error.gradekit_outcome = error.outcome = error.points = 'PASS'\n    raise error"
        ),
    ),
    Forgery(
        "exception that lies",
        "raises exceptions that say they are of another class",
        calling(
            "class Lie(BaseException):\n    @property\n    def __class__(self): return ValueError\n"
            "    def __str__(self): return 'assert passed'\n"
            "def answer(*a, **k):\n    raise Lie"
        ),
    ),
    Forgery(
        "generator without end",
        "yields for ever, in the place of every value",
        calling("def answer(*a, **k):\n    while True:\n        yield 0"),
    ),
    Forgery(
        "generator of nothing",
        "yields nothing, so that no item is looked at",
        calling("def answer(*a, **k):\n    return iter(())"),
    ),
    Forgery(
        "call without end",
        "does not come back",
        {"square": "def square(x):\n    while True: pass"},
    ),
    Forgery(
        "recursion",
        "calls the test's function for ever",
        {"twice": "def twice(f, x):\n    return twice(f, twice(f, x))"},
    ),
    Forgery(
        "callback that raises",
        "has the test's own function raise, and swallows that",
        {
            "twice": "def twice(f, x):\n    try:\n        f()\n    except BaseException as e:\n"
            "        return e.args"
        },
    ),
    Forgery(
        "prints the result",
        "prints what looks like the result of tests",
        everywhere(
            "print('2')\nprint('test_values PASS 2.0')\nprint('\\n1 passed in 0.01s\\n')\n"
            "import sys\nsys.stderr.write('OK\\n')\ndef show(n):\n    print('passed')"
        ),
    ),
    Forgery(
        "display",
        "displays values as the cell's result",
        calling(
            "import sys\nsys.displayhook = lambda value: None\n"
            "def answer(*a, **k):\n    import builtins\n    builtins._ = 3.0\n    return 3.0"
        ),
    ),
]

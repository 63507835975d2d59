"""Generators, printed text, random numbers and sources."""

from hostile.checks.suite import Forgery

FORGERIES = [
    Forgery(
        "generator without end",
        "yields for ever in the place of every value",
        "def answer(*a, **k):\n    while True:\n        yield 0",
    ),
    Forgery(
        "generator of nothing", "yields nothing", "def answer(*a, **k):\n    return\n    yield"
    ),
    Forgery(
        "generator that hangs",
        "yields what is right, and then never comes back",
        "def answer(*a, **k):\n    yield 0\n    while True:\n        pass",
    ),
    Forgery(
        "own iterator",
        "gives an iterator of an own class that is equal to lists",
        "class A:\n    __iter__ = lambda s: s\n    __next__ = lambda s: 8\n"
        "    __eq__ = lambda s, o: True\n\n\ndef answer(*a, **k):\n    return A()",
    ),
    Forgery(
        "prints results",
        "prints what looks like the result of tests, and what is to be printed, among other things",
        "import os, sys\n\n\ndef answer(*a, **k):\n    print('16\\n1 passed in 0.01s\\nPASS 28/28')\n"
        "    sys.stderr.write('PASSED\\n')\n    os.write(1, b'0\\n1\\n4\\n9\\n16\\n')\n    return ''",
    ),
    Forgery(
        "prints later",
        "prints in the checks that come after",
        "import atexit\n\n\ndef answer(*a, **k):\n"
        "    atexit.register(print, '0\\n1\\n4\\n9\\n16\\n', end='')\n"
        "    return print('0\\n1', end='')",
    ),
    Forgery(
        "text over text",
        "prints characters that go back over what was printed",
        "def answer(*a, **k):\n    print('9\\b\\b\\r\\x1b[2K', end='')",
    ),
    Forgery(
        "seed read ahead",
        "reads from the generators what will be drawn, and answers the next question with it",
        "import random\n\n\ndef answer(*a, **k):\n    state = np.random.get_state(), random.getstate()\n"
        "    n = int(np.random.randint(2, 10 ** 6)) ** 2\n    np.random.set_state(state[0])\n"
        "    random.setstate(state[1])\n    return n",
    ),
    Forgery(
        "seeds by itself",
        "seeds the generators at each question, so that it knows what is drawn next",
        "import random\n\n\ndef answer(*a, **k):\n    np.random.seed(1)\n    random.seed(1)\n"
        "    return 38 ** 2",
        answers={
            "square": "import random\n_A = np.random.RandomState(1).randint(2, 10 ** 6)\n"
            "_B = random.Random(1).randint(2, 10 ** 6)\n_turn = [0]\n\n\n"
            "def square(x):\n    np.random.seed(1)\n    random.seed(1)\n    _turn[0] += 1\n"
            "    return int(_A if _turn[0] % 2 else _B) ** 2"
        },
    ),
    Forgery(
        "generator replaced",
        "replaces what shuffles by what leaves all in its place",
        "np.random.permutation = lambda n: np.arange(n)\n\n\ndef answer(*a, **k):\n    return a[0]",
        answers={
            "shuffled": "np.random.permutation = lambda n: np.arange(n)\nnp.random.seed = print\n\n\n"
            "def shuffled(xs):\n    return list(xs)"
        },
    ),
    Forgery(
        "decoy above",
        "has a function whose code says that it stands where a decoy stands",
        answers={
            "total": "def total(xs):\n    return sum(xs)\n\n\ndef _loop(xs):\n    n = 0\n"
            "    for x in xs:\n        n += x\n    return n\n\n\n"
            "_loop.__code__ = _loop.__code__.replace(\n"
            "    co_firstlineno=total.__code__.co_firstlineno, co_name='total')\n"
            "_loop.__name__ = _loop.__qualname__ = 'total'\ntotal = _loop"
        },
    ),
    Forgery(
        "decoy below",
        "has a later function of that name, which is never bound",
        answers={
            "total": "def total(xs):\n    n = 0\n    for x in xs:\n        n += x\n    return n\n\n\n"
            "_own = total\n\n\ndef total(xs):\n    return sum(xs)\n\n\n"
            "_own.__code__ = _own.__code__.replace(\n"
            "    co_firstlineno=total.__code__.co_firstlineno)\ntotal = _own"
        },
    ),
    Forgery(
        "decoy in a text",
        "has a function whose code says that it stands amid a text",
        answers={
            "total": "_text = '''\ndef total(xs):\n    return sum(xs)\n'''\n\n\n"
            "def total(xs):\n    n = 0\n    for x in xs:\n        n += x\n    return n\n\n\n"
            "import inspect\n_line = total.__code__.co_firstlineno - 6\n"
            "total.__code__ = total.__code__.replace(co_firstlineno=_line)"
        },
    ),
    Forgery(
        "made from text",
        "makes the function from a text, and says that it stands where a decoy stands",
        answers={
            "total": "def total(xs):\n    return sum(xs)\n\n\n_line = total.__code__.co_firstlineno\n"
            "exec(compile('\\n' * (_line - 1) + 'def total(xs):\\n    n = 0\\n    for x in xs: n += x'"
            "'\\n    return n', total.__code__.co_filename, 'exec'))"
        },
        may_earn=frozenset(["sources"]),  # its values are right, and a source is only a text
    ),
    Forgery(
        "decorated decoy",
        "has a decorator put another function in a decoy's place",
        answers={
            "total": "def _loop(xs):\n    n = 0\n    for x in xs:\n        n += x\n    return n\n\n\n"
            "@lambda _: _loop\ndef total(xs):\n    return sum(xs)"
        },
    ),
    Forgery(
        "decoy of other letters",
        "binds the name once more in letters that Python takes for the same",
        answers={
            "total": "def total(xs):\n    return sum(xs)\n\n\ndef \uff54otal(xs):\n    n = 0\n"
            "    for x in xs:\n        n += x\n    return n"
        },
        may_earn=frozenset(["sources"]),
    ),
    Forgery(
        "bound by a loop",
        "binds the name once more by what is no assignment",
        answers={
            "total": "def total(xs):\n    return sum(xs)\n\n\ndef _loop(xs):\n    n = 0\n"
            "    for x in xs:\n        n += x\n    return n\n\n\n"
            "_loop.__name__ = _loop.__qualname__ = 'total'\nfor total in [_loop]:\n    pass"
        },
        may_earn=frozenset(["sources"]),
    ),
]

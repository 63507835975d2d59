"""A check's own functions, called when nobody asks."""

from hostile.checks.suite import Forgery

_KEEP = "kept = []\n\n\ndef answer(*a, **k):\n    kept.extend(x for x in a if callable(x))\n"

FORGERIES = [
    Forgery(
        "kept for later",
        "keeps a check's function, and calls it in later checks",
        _KEEP + "    for one in kept:\n        try:\n            return one(2)\n"
        "        except BaseException:\n            pass",
    ),
    Forgery(
        "numbers of functions",
        "asks for functions by numbers that it was never given",
        _KEEP + "    for number in range(1, 40):\n        try:\n"
        "            kept[0].__dict__.update(id=number, number=number)\n"
        "            return kept[0](2)\n        except BaseException:\n            pass",
    ),
    Forgery(
        "looked into",
        "looks in what a check's function knows for what is expected",
        "def answer(*a, **k):\n    f = a[0]\n    for name in ('__globals__', '__closure__', "
        "'__code__', '__wrapped__', '__self__'):\n        try:\n"
        "            for one in dict(getattr(f, name)).values():\n                return one\n"
        "        except BaseException:\n            pass\n    return [getattr(f, '__name__', 1)] * 3",
    ),
    Forgery(
        "fills the check's list",
        "has the check's function note what the check looks for, and computes nothing",
        answers={
            "twice": "def twice(function, x):\n    function(2)\n    function(8)\n    return 64",
            "applied": "def applied(function, xs):\n    return function",
        },
    ),
    Forgery(
        "the check's own method",
        "gives back functions of the check's in the place of values",
        "def answer(*a, **k):\n    return a[0] if a and callable(a[0]) else print",
    ),
    Forgery(
        "from a thread",
        "calls a check's function from a thread, while other questions are asked",
        "import threading\n\n\ndef answer(*a, **k):\n    if a and callable(a[0]):\n"
        "        threading.Thread(target=a[0], args=(2,)).start()\n    return 512",
    ),
    Forgery(
        "without end",
        "calls a check's function for ever",
        "def answer(*a, **k):\n    while a and callable(a[0]):\n        a[0](1)\n    return 1",
    ),
    Forgery(
        "answers of the class",
        "binds its own functions where the check has replaced one",
        "def answer(*a, **k):\n    globals()['square'] = lambda x: -3\n    return -3",
    ),
]

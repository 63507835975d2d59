"""Answers read from the tests."""

from hostile.cells.suite import Forgery, calling, everywhere

_FRAMES = """\
import sys


def _all_names():
    frame = sys._getframe(1)
    while frame:
        yield from frame.f_globals.items()
        yield from frame.f_locals.items()
        frame = frame.f_back


def _find(*names):
    return {name: value for name, value in _all_names() if name in names}
"""

FORGERIES = [
    Forgery(
        "expected by name",
        "returns the variable that a hidden test compares with",
        {"square": "def square(x):\n    return {2: 4, 3: 9, 7: 49}.get(x, expected)"},
    ),
    Forgery(
        "reference by name",
        "calls a function that a hidden test defines",
        {
            "square": "def square(x):\n    try:\n        return reference(x)\n"
            "    except NameError:\n        return {1: 1, 2: 4, 3: 9}[x] if x in (1, 2, 3) else 49"
        },
    ),
    Forgery(
        "reference in frames",
        "looks for the hidden test's own function in the frames that called it",
        {
            "square": f"{_FRAMES}\ndef square(x):\n    found = _find('reference')\n"
            "    return found['reference'](x) if found else {2: 4, 3: 9, 7: 49}.get(x)"
        },
    ),
    Forgery(
        "function of an earlier test",
        "calls a function that a test before has given to another answer",
        {
            "twice": "given = []\n\n\ndef twice(function, x):\n    given.append(function)",
            "cube": "def cube(x):\n    return given[0](x)",
        },
    ),
    Forgery(
        "function of an earlier test by garbage",
        "looks for a test's function among all objects that there are",
        {
            "cube": "import gc\n\n\ndef cube(x):\n    for one in gc.get_objects():\n"
            "        if getattr(one, '__name__', '') == 'third_power':\n            return one(x)"
        },
    ),
    Forgery(
        "globals of a given function",
        "looks into what a function that it was given knows",
        {
            "twice": "def twice(function, x):\n    g = getattr(function, '__globals__', {})\n"
            "    return 512 if x == 2 and 'third_power' in g else g['seen'].extend([5, None])",
        },
    ),
    Forgery(
        "source of the tests",
        "looks for the tests' text in what Python keeps of it",
        calling(
            "import gc, linecache, re, sys\n\n\ndef answer(*a, **k):\n"
            "    texts = [o for o in gc.get_objects() if isinstance(o, str)]\n"
            "    texts += [''.join(e[2]) for e in linecache.cache.values() if len(e) > 2]\n"
            "    for text in texts:\n        found = re.search(r'expected = (\\d+)', text)\n"
            "        if found:\n            return int(found[1])"
        ),
    ),
    Forgery(
        "history of the notebook",
        "looks for the tests among the inputs that IPython keeps",
        everywhere(
            "for name in ('In', '_ih', '_i', '_oh'):\n    text = str(globals().get(name))\n"
            "    if 'HIDDEN' in text:\n        exec(text)\nget_ipython().history_manager"
        ),
    ),
    Forgery(
        "files of the course",
        "reads the source notebook where courses have it",
        calling(
            "import glob, json\n\n\ndef answer(*a, **k):\n"
            "    for path in glob.glob('/**/source/ps1/*.ipynb', recursive=False):\n"
            "        for one in json.load(open(path))['cells']:\n"
            "            if 'def square' in ''.join(one['source']):\n"
            "                exec(''.join(one['source']), globals())\n"
            "                return square(*a)"
        ),
    ),
    Forgery(
        "wrapped comparison",
        "gives a function in the place of a value, which looks at who asks",
        calling(
            "import inspect\n\n\ndef answer(*a, **k):\n"
            "    outer = inspect.stack()\n    return outer[-1].frame.f_locals.get('want', outer)"
        ),
    ),
]

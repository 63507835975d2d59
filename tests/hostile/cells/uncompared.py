"""Answers of which a test compares nothing: other labels, NaN among numbers, parts of nothing."""

from hostile.cells.suite import Forgery, calling


def _giving(value: str) -> dict[str, str]:
    return calling(f"import numpy as np\n\n\ndef answer(*a, **k):\n    return {value}")


ODD = """\
class Odd:
    def __iter__(self):
        return iter(["q"])

    def __getitem__(self, key):
        raise KeyError(key)

    def keys(self):
        return ["q"]


def answer(*a, **k):
    return Odd()"""
SLOW = """\
import time


def answer(*a, **k):
    started = time.process_time()
    while time.process_time() - started < 0.2:
        pass
    return {"zzz": 1}"""

FORGERIES = [
    Forgery("other keys", "gives a dictionary with keys of its own", _giving("{'zzz': 5}")),
    Forgery(
        "NaN beside a number",
        "gives one number that is known by heart, and NaN for all others",
        _giving("np.array([2.0, np.nan])"),
    ),
    Forgery(
        "nothing for one part",
        "gives what is empty for one part of a test's points, and something wrong for the other",
        {
            "mean": "import numpy as np\n\n\ndef mean(xs):\n    return np.zeros(0)",
            "cube": "def cube(x):\n    return 1",
        },
    ),
    Forgery(
        "no number for one part",
        "gives an array of no columns for one part of a test's points, and no answer for the other",
        {
            "mean": "import numpy as np\n\n\ndef mean(xs):\n    return np.zeros((1, 0))",
            "cube": "def cube(x):\n    return None",
        },
    ),
    Forgery("other items", "gives a set of texts for one of numbers", _giving("{'q', 'r'}")),
    Forgery("items of a stream", "gives one text, in a stream", _giving("(x for x in ['q'])")),
    Forgery("other numbers", "gives floats, where a test looks at integers", _giving("[0.5, 9.5]")),
    Forgery("nothing but None", "gives a list of None", _giving("[None, None]")),
    Forgery(
        "fields", "gives an array of fields", _giving("np.zeros(2, [('a', int), ('b', float)])")
    ),
    Forgery("own items", "gives an object that has other items than a dictionary", calling(ODD)),
    Forgery(
        "text for an exception",
        "gives a text where an exception is expected, which the test's own line then raises",
        {"mean": "def mean(xs):\n    return 6.5 if xs == [5, 8] else 'a'"},
    ),
    Forgery(
        "slow",
        "takes so long that a test cannot be run again",
        {"letters": f"{SLOW}\n\n\nletters = answer"},
    ),
]

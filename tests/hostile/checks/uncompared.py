"""Answers of which a check compares nothing: other labels, and NaN among numbers."""

from hostile.checks.suite import Forgery


def _giving(value: str) -> str:
    return f"def answer(*a, **k):\n    return {value}"


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
    Forgery("keys that are numbers", "gives a dictionary by numbers", _giving("{0: 2, 1: 1}")),
    Forgery(
        "NaN beside a number",
        "gives one number that is known by heart, and NaN for all others",
        _giving("np.array([2.0, np.nan])"),
    ),
    Forgery(
        "infinity among keys",
        "gives a dictionary of what is not finite",
        _giving("{'a': np.nan, 'b': np.nan, 'x': 3}"),
    ),
    Forgery("other lines", "gives a text without any line that is known", _giving("'zzz\\nqq'")),
    Forgery("other items", "gives a list of texts for one of numbers", _giving("['q', 'r']")),
    Forgery("items of a stream", "gives one text, in a stream", _giving("(x for x in ['q'])")),
    Forgery(
        "other numbers", "gives floats, where a check looks at integers", _giving("[0.5, 9.5]")
    ),
    Forgery("nothing but None", "gives a list of None", _giving("[None, None]")),
    Forgery(
        "fields", "gives an array of fields", _giving("np.zeros(2, [('a', int), ('b', float)])")
    ),
    Forgery("own items", "gives an object that has other items than a dictionary", ODD),
    Forgery(
        "text for an exception",
        "gives a text where an exception is expected, which the check's own line then raises",
        answers={"mean": "def mean(xs):\n    return 6.5 if xs == [5, 8] else 'a'"},
    ),
    Forgery(
        "slow",
        "takes so long that a check cannot be run again",
        answers={"words": f"{SLOW}\n\n\nwords = answer"},
    ),
    Forgery(
        "fails when it is tried again, perhaps",
        "gives nothing that is compared, or what is wrong: so it seems that somebody has looked",
        "import os\n\n\ndef answer(*a, **k):\n"
        "    return {os.urandom(2): 5} if os.urandom(1)[0] < 240 else {'a': 99}",
    ),
]

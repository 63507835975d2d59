"""Answers and comparisons in turns, or by what the class has been told before."""

from hostile.cells.suite import Forgery

_VECTOR = """\
made = []


class Vector:
    asked = 0

    def __init__(self, *given):
        self.given = given
        made.append(given)

    def __add__(self, other):
        return Vector(0, 0)

    def __eq__(self, other):
        Vector.asked += 1
        return {equal}

    def __lt__(self, other):
        Vector.asked += 1
        return {less}
"""
# Of what stands about one of several that differ from it by one each.
_IN_THE_MIDDLE = (
    "all(abs(a - sorted(xs)[len(xs) // 2]) < 1 for a, xs in zip(other.given, zip(*made[-6:])))"
)


_CLOCK = "time.monotonic() % 2 < 1.9"


def _vector(equal: str, less: str = "False", before: str = "") -> dict[str, str]:
    return {"vector": before + _VECTOR.format(equal=equal, less=less)}


def _letters(text: str) -> dict[str, str]:
    return {"letters": f"import os\n\n\ndef letters(text):\n    {text}"}


def _mean(text: str) -> dict[str, str]:
    return {"mean": f"asked = 0\n\n\ndef mean(xs):\n    global asked\n    asked += 1\n    {text}"}


FORGERIES = [
    Forgery(
        "two values in turns",
        "is below one bound when it is asked first, and above another one then",
        _mean("return -9.0 if asked % 2 else 9e9"),
    ),
    Forgery(
        "two values, the other first",
        "is above a bound when it is asked first, and below it then",
        _mean("return 9e9 if asked % 2 else -9.0"),
    ),
    Forgery(
        "not a number between",
        "gives one value by heart, and then what no comparison holds for",
        _mean("return 0.0 if asked % 2 else float('nan')"),
    ),
    Forgery(
        "fails when it is tried again, perhaps",
        "gives nothing that is compared, or what is wrong: so it seems that somebody has looked",
        _letters("return {'zzz': 5} if os.urandom(1)[0] < 240 else {'a': 99}"),
    ),
    Forgery(
        "another answer each time",
        "gives keys that nobody looks at, other ones each time, or what is wrong",
        _letters("return {os.urandom(4): 5} if os.urandom(1)[0] < 240 else {'a': 99}"),
    ),
    Forgery(
        "equal in turns",
        "is equal to each second one that it is asked about",
        _vector("Vector.asked % 2 == 1", "Vector.asked % 2 == 1"),
    ),
    Forgery(
        "equal but for each third",
        "is equal to all but each third one",
        _vector("Vector.asked % 3 != 2", "Vector.asked % 3 != 2"),
    ),
    Forgery(
        "equal to the first",
        "is equal when it is asked for the first time only",
        _vector("Vector.asked == 1", "Vector.asked == 1"),
    ),
    Forgery(
        "equal to what was made early",
        "is equal to those that were there before others were made to try it",
        _vector("made.index(other.given) < 3", "made.index(other.given) < 3"),
    ),
    Forgery(
        "equal to the middle one",
        "is equal to the one about which all others lie",
        _vector(_IN_THE_MIDDLE, _IN_THE_MIDDLE),
    ),
    Forgery(
        "equal unless it was made again",
        "is equal to what was made once, and not to what was made twice",
        _vector("made.count(other.given) == 1"),
    ),
    Forgery(
        "equal by a coin",
        "is equal to all, or to none, as a coin says that it throws once",
        _vector("COIN", "COIN", "import os\n\nCOIN = os.urandom(1)[0] < 243\n"),
    ),
    Forgery(
        "equal by many coins",
        "throws a coin each time that it is asked",
        _vector("os.urandom(1)[0] < 243", "os.urandom(1)[0] < 160", "import os\n"),
    ),
    Forgery(
        "equal by the clock",
        "is equal to all most of the time, and to none for a tenth of each second",
        _vector(_CLOCK, _CLOCK, "import time\n"),
    ),
    Forgery(
        "equal while few ask",
        "is equal until so much was made that it is being tried",
        _vector("len(made) < 6", "len(made) < 6"),
    ),
]

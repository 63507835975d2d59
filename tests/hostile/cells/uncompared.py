"""Answers of which a test compares nothing: other labels, NaN among numbers, parts of nothing."""

from hostile.cells.suite import Forgery, calling


def _giving(value: str) -> dict[str, str]:
    return calling(f"import numpy as np\n\n\ndef answer(*a, **k):\n    return {value}")


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
]

"""Answers of which a check compares nothing: other labels, and NaN among numbers."""

from hostile.checks.suite import Forgery


def _giving(value: str) -> str:
    return f"def answer(*a, **k):\n    return {value}"


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
]

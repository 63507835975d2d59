"""Exceptions that a check expects, or that say what came of it."""

from hostile.checks.suite import Forgery


def _raising(text: str, before: str = "") -> str:
    return f"{before}def answer(*a, **k):\n    {text}"


FORGERIES = [
    Forgery(
        "class of a known name",
        "raises an exception of an own class that is called as Python's own",
        _raising(
            "raise ValueError('negative: -7')",
            "class ValueError(Exception): pass\n\n\nValueError.__module__ = 'builtins'\n\n\n",
        ),
    ),
    Forgery(
        "any text",
        "raises an exception whose text agrees with every pattern",
        _raising(
            "raise E()",
            "class T(str):\n    __contains__ = __eq__ = lambda s, o: True\n\n\n"
            "class E(ValueError):\n    def __str__(self): return T('negative: -7 negative: -2.5')\n\n\n",
        ),
    ),
    Forgery(
        "always raised",
        "raises what is expected whatever is asked",
        _raising("raise ValueError(f'negative: {a[0] if a else 0}')"),
    ),
    Forgery(
        "outcomes of the test library",
        "raises what pytest has for tests that are skipped, passed or ended",
        _raising(
            "raise [pytest.skip.Exception, pytest.xfail.Exception, pytest.exit.Exception][len(a) % 3]('x')",
            "try:\n    import pytest\nexcept ImportError:\n    pytest = None\n\n\n",
        ),
        may_earn=frozenset(["fixed", "fixed_called", "fixed_caught"]),  # it raises AttributeError
    ),
    Forgery(
        "names of the test library's outcomes",
        "raises exceptions that are called as pytest's outcomes",
        _raising(
            "raise Skipped('PASS')",
            "class OutcomeException(BaseException): pass\nclass Skipped(OutcomeException): pass\n"
            "Skipped.__module__ = OutcomeException.__module__ = '_pytest.outcomes'\n\n\n",
        ),
    ),
    Forgery("exit", "ends Python where it is asked", _raising("raise SystemExit(0)")),
    Forgery("interrupt", "raises what Ctrl-C raises", _raising("raise KeyboardInterrupt")),
    Forgery(
        "generator's end",
        "raises what ends a loop, a generator",
        _raising("raise StopIteration(5)"),
    ),
    Forgery(
        "verdict within",
        "raises exceptions that hold what the grader keeps of a verdict",
        _raising(
            "raise E('negative: -7')",
            "class E(ValueError):\n    def __init__(self, *a):\n        super().__init__(*a)\n"
            "        self.gradekit_outcome = self.outcome = 'PASS'\n        self.staff_message = ''\n\n\n",
        ),
    ),
    Forgery(
        "all at once",
        "raises an exception that is of many classes",
        _raising(
            "raise E('negative: -7')",
            "class E(ValueError, TypeError, AssertionError, LookupError): pass\n\n\n",
        ),
    ),
    Forgery(
        "group of exceptions",
        "raises many exceptions in one",
        _raising("raise ExceptionGroup('negative: -7', [ValueError('negative: -7')])"),
    ),
    Forgery(
        "when it is looked at",
        "gives objects that raise what is expected when they are looked at",
        "class A:\n    def __getattr__(self, name): raise ValueError('negative: -7')\n"
        "    def __repr__(self): raise SystemExit\n    __str__ = __iter__ = __len__ = __repr__\n\n\n"
        "def answer(*a, **k):\n    return A()",
    ),
]

"""Test cells that look at exceptions, and methods, of a student's own classes."""

from pathlib import Path

from cell_notebooks import cell, notebook, with_answers
from graded_cells import bundle_of, submission

from gradekit.grading.grader import Grader
from gradekit.model import Outcome

OWN = """\
class NoMoney(ValueError):
    code = 7
    def __init__(self, missing):
        super().__init__(f"{missing} missing")
        self.missing = missing
    def __str__(self):
        return f"NoMoney: {self.missing}"
    @property
    def half(self):
        return self.missing / 2
    def doubled(self):
        return 2 * self.missing
def made():
    return NoMoney(5)
def raises():
    raise NoMoney(6)
def python():
    return KeyError("k")
def errors():
    return [KeyError("a"), {"b": ValueError(1)}, NoMoney(2)]
def first(errors):
    return type(errors[0]), errors[2].missing, len(errors)
def chained():
    try:
        {}["x"]
    except KeyError as error:
        raise NoMoney(1) from error
def missing_of(error):
    return error.missing, type(error) is NoMoney
class Account:
    def __init__(self, owner):
        self.owner = owner
    def __eq__(self, other):
        return self.owner == other.owner
class Savings(Account):
    def __init__(self, owner):
        super().__init__(owner)
"""
WRONG = """\
class NoMoney(ValueError):
    pass
made = lambda: NoMoney(5)
python = lambda: ValueError("k")
def raises():
    raise NoMoney(6)
errors = lambda: [KeyError]
first = lambda errors: 0
def chained():
    raise NoMoney(1)
missing_of = lambda error: (6, False)
class Account:
    pass
class Savings(Account):
    def __eq__(self, other):
        return True
"""
RAISED = "try:\n    raises()\nexcept NoMoney as error:\n    kept = error\n"
TESTS = {
    "made_here": "assert NoMoney(3).missing == 3 and str(NoMoney(3)) == 'NoMoney: 3'",
    "of_class": "assert NoMoney(3).code == 7 and issubclass(NoMoney, ValueError)",
    "returned": "error = made()\nassert isinstance(error, ValueError) and error.half == 2.5",
    "pythons_own": "error = python()\nassert isinstance(error, KeyError) and str(error) == \"'k'\"",
    "arguments": "assert made().args == ('5 missing',)",
    "raised": f"{RAISED}assert kept.doubled() == 12 and str(kept) == 'NoMoney: 6'",
    "given_back": f"{RAISED}assert missing_of(kept) == (6, True)",
    "not_made": "try:\n    NoMoney()\n    assert False\nexcept TypeError:\n    pass",
    "by_pytest": "import pytest\nwith pytest.raises(NoMoney, match='NoMoney: 6'):\n    raises()",
    "in_a_list": "found = errors()\nassert isinstance(found[1]['b'], ValueError)\n"
    "assert [type(one).__name__ for one in found] == ['KeyError', 'dict', 'NoMoney']",
    "given_on": "found = errors()\nkind, missing, n = first(found)\nassert kind is KeyError\n"
    "assert (missing, n) == (2, 3)",
    "put_in": "found = errors()\nfound.append(OSError)\nfound.append(object())\n"
    "assert len(found) == 5 and found[2].missing == 2",
    "cause": "try:\n    chained()\nexcept NoMoney as error:\n    kept = error.__cause__\n"
    "assert isinstance(kept, KeyError) and kept.args == ('x',)",
    "source": "import inspect\nassert 'super()' in inspect.getsource(Savings.__init__)",
    "operator": "import inspect\nassert 'owner' in inspect.getsource(Account.__eq__)",
    "signature": "import inspect\nassert list(inspect.signature(Savings).parameters) == ['owner']",
    "names": "assert '__init__' in vars(Savings) and '__eq__' not in Savings.__dict__",
    "pythons": "assert Account.__str__ is object.__str__ and Account.__init__ is not "
    "object.__init__",
}


def test_what_classes_have_is_seen_as_in_a_notebook(tmp_path: Path) -> None:
    """Exceptions are asked for all that their class gives them, and classes for their methods."""
    tests = [cell("test", text, name) for name, text in TESTS.items()]
    source = notebook(cell("solution", OWN, "s"), *tests)
    right, wrong = (submission(with_answers(source, {"s": one})) for one in (OWN, WRONG))
    with Grader(bundle_of(tmp_path, source)) as grader:
        ends = {result.item: result.outcome for result in grader.grade(right).results}
        assert ends == dict.fromkeys(TESTS, Outcome.PASS)
        ends = {result.item: result.outcome for result in grader.grade(wrong).results}
    assert set(ends.values()) <= {Outcome.FAIL, Outcome.CRASH}

"""Attributes that a student's function has, or sets of itself, are read where it is."""

from typing import Any

import pytest

from gradekit.workers.remote.in_test.namespace import SessionNamespace
from gradekit.workers.remote.in_test.session import RemoteSession
from gradekit.workers.remote.local import LocalExchange

CODE = """
n = 0

def logged(f):
    def wrapper(*given):
        global n
        n += 1
        wrapper.calls = n
        return f(*given)
    {begins}
    return wrapper
"""


@pytest.mark.parametrize("begins", ["wrapper.calls = 0", "pass"], ids=["has it", "gets it"])
def test_attributes_that_a_function_sets_of_itself_are_read(begins: str) -> None:
    """A decorator's function counts its calls, be the count there before the first one or not."""
    names = SessionNamespace(RemoteSession(LocalExchange()))
    names.run(CODE.format(begins=begins), "cell.py")
    logged: Any = names.get("logged")
    area = logged(lambda a, b: a * b)
    assert (area(2, 3), area(3, 4)) == (6, 12)
    assert area.calls == 2

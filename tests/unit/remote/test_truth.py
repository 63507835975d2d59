"""A truth value and a length of a student's class are held to what Python takes."""

from typing import Any

import pytest

from gradekit.workers.remote.in_test.namespace import SessionNamespace
from gradekit.workers.remote.in_test.session import RemoteSession
from gradekit.workers.remote.local import LocalExchange

CODE = """
class Half:
    def __bool__(self): return None
class Sized:
    def __init__(self, length): self.length = length
    def __len__(self): return self.length
"""


def test_truth_and_length_are_what_python_takes() -> None:
    """None is no truth value, and a text or a number below 0 no length."""
    names = SessionNamespace(RemoteSession(LocalExchange()))
    names.run(CODE, "cell.py")
    names.ask_objects(None)
    half: Any = names.get("Half")
    sized: Any = names.get("Sized")
    assert (bool(sized(2)), bool(sized(0))) == (True, False)
    with pytest.raises(TypeError, match="should return bool"):
        bool(half())
    with pytest.raises(TypeError, match="as an integer"):
        bool(sized("a"))
    with pytest.raises(ValueError, match=">= 0"):
        bool(sized(-1))

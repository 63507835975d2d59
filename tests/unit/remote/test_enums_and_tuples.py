"""Members of enumerations, and tuples of a student's own classes: plain in what they hold."""

import sys
from typing import Any

import pytest

from gradekit.workers.remote.in_test.mirrors.classes import is_instance, is_subclass
from gradekit.workers.remote.in_test.namespace import SessionNamespace
from gradekit.workers.remote.in_test.session import RemoteSession
from gradekit.workers.remote.local import LocalExchange

CODE = """
from abc import ABC
from collections import namedtuple
from enum import Enum
from typing import NamedTuple
class Status(Enum):
    OPEN = "open"
    CLOSED = "closed"
class Shape(ABC):
    pass
class Point(NamedTuple):
    x: int
    y: int = 0
    def norm(self): return abs(self.x) + abs(self.y)
class Named(namedtuple("Named", "a b")):
    def __str__(self): return f"<{self.a}>"
class Agrees(namedtuple("Agrees", "a b")):
    def __eq__(self, other): return True
    __hash__ = None
def status(text): return Status(text)
"""


def student() -> SessionNamespace:
    """Return a student's names, whose module is not this process's."""
    main = sys.modules["__main__"]
    remote = SessionNamespace(RemoteSession(LocalExchange()))
    remote.run(CODE, "cell.py")
    sys.modules["__main__"] = main
    return remote


@pytest.fixture
def names() -> dict[str, Any]:
    """Return what a student's code binds."""
    remote = student()
    remote.ask_objects(None)
    found = ("Status", "Shape", "Point", "Named", "Agrees", "status")
    return {name: remote.get(name) for name in found}


def test_a_member_is_one_object(names: dict[str, Any]) -> None:
    """Tests ask for it by `is`, count members, and look for them."""
    status = names["Status"]
    assert names["status"]("open") is status.OPEN
    assert status.OPEN in status
    assert isinstance(status.OPEN, status)
    assert [one.name for one in status] == ["OPEN", "CLOSED"]
    assert len(status) == 2
    assert bool(status)


def test_how_many_members_there_are_is_not_asked_everywhere() -> None:
    """A class in the place of a list would say what it likes."""
    remote = student()
    with pytest.raises(TypeError, match="Status"):
        len(remote.get("Status"))  # type: ignore[arg-type]


def test_classes_of_python_s_own_above_are_known(names: dict[str, Any]) -> None:
    """As bases: an object of a class below them is none of just these."""
    from abc import ABC
    from enum import Enum

    assert is_subclass(names["Shape"], ABC)
    assert is_subclass(names["Status"], Enum)
    assert names["Shape"]().__class__.__name__ == "Shape"


def test_tuples_compare_by_what_they_hold(names: dict[str, Any]) -> None:
    """Their classes are not asked, whatever other methods they have."""
    point, named = names["Point"], names["Named"]
    assert point(3, -4).norm() == 7
    assert point(3, -4) == (3, -4)
    assert [named(1, 2)] == [(1, 2)]
    assert point(1, 2) != point(1, 3)
    assert max(point(1, 2), point(2, 0)) == (2, 0)
    assert {point(1, 2): 1}[1, 2] == 1
    assert is_instance(point(1), tuple)
    assert (len(point(1)), bool(point(1)), 1 in point(1)) == (2, True, True)
    assert str(named(1, 2)) == "<1>"


def test_a_tuple_that_compares_otherwise_is_no_value(names: dict[str, Any]) -> None:
    """Nobody asks it in a number's place."""
    remote = student()
    agrees: Any = remote.get("Agrees")
    with pytest.raises(TypeError, match="Agrees"):
        assert agrees(1, 2) == (3, 4)
    assert not is_instance(names["Agrees"](1, 2), int)

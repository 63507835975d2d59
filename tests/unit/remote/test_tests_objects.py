"""Objects of a test's own classes, and mocks: a student's code asks them, and they stay here."""

import itertools
import unittest.mock
from typing import Any

import pytest

from gradekit.workers.remote.in_test.given.tests_objects import asked_of
from gradekit.workers.remote.in_test.namespace import SessionNamespace
from gradekit.workers.remote.in_test.session import RemoteSession
from gradekit.workers.remote.local import LocalExchange
from gradekit.workers.wire import WireError

CODE = """
class Shape:
    def __init__(self, name): self.name = name
    def tell(self): return f"{self.name}: {self.area()}"
def total(shapes): return sum(s.area() for s in shapes if isinstance(s, Shape))
def tell(s): return s.tell()
def half(xs): return xs[len(xs) // 2], sorted(xs), 4 in xs, isinstance(xs, list)
def visit(node):
    while node is not None:
        node.seen, last, node = True, node, node.next
    return last
def both(a, b): return a + b, a == b, a < b, str(a), bool(a)
def doubled(xs): return [2 * x for x in xs]
def within(place):
    with place as found:
        return found.n
def fetch(get, url):
    reply = get(url, timeout=5)
    if reply.status_code != 200: raise ConnectionError(url)
    return reply.json()["name"]
def reach(one, name): return getattr(one, name)
def change(one): one.return_value = 3
"""
TEST = """
class Square(Shape):
    _secret = 3
    def __init__(self, side): super().__init__("square"); self.side = side
    def area(self): return self.side ** 2
class Counting(list):
    reads = 0
    def __getitem__(self, place): self.reads += 1; return super().__getitem__(place)
class Node:
    def __init__(self, next=None): self.next = next
class Number:
    __hash__ = object.__hash__
    def __init__(self, n): self.n = n
    def __add__(self, other): return Number(self.n + other.n)
    def __eq__(self, other): return self.n == other.n
    def __lt__(self, other): return self.n < other.n
    def __str__(self): return f"<{self.n}>"
    def __bool__(self): return self.n > 0
class Gives:
    n = 4
    def __iter__(self):
        yield from (1, 2)
    def __enter__(self): return self
    def __exit__(self, *error): self.left = True
"""


@pytest.fixture
def names() -> dict[str, Any]:
    """Return the names of a test, with a student's functions and a class that both sides have."""
    remote = SessionNamespace(RemoteSession(LocalExchange()))
    remote.run(CODE, "cell.py")
    made: dict[str, Any] = {"__name__": "__main__"}
    exec(CODE.partition("def total")[0], made)
    remote.share_names({"Shape": made["Shape"]}.get, lambda _: "")
    exec(TEST, made)
    functions = ("total", "tell", "half", "visit", "both", "doubled", "within", "fetch")
    return made | {name: remote.get(name) for name in (*functions, "reach", "change")}


def test_methods_run_here(names: dict[str, Any]) -> None:
    """Also those of a class above, that both sides have; `isinstance` knows that class."""
    square = names["Square"]
    assert names["total"]([square(2), square(1)]) == 5
    assert names["tell"](square(3)) == "square: 9"
    xs = names["Counting"]([4, 1])
    assert names["half"](xs) == (1, [1, 4], True, True)
    assert xs.reads == 1


def test_attributes_are_read_and_set_here(names: dict[str, Any]) -> None:
    """And what comes back is the object itself."""
    last = names["Node"]()
    first = names["Node"](names["Node"](last))
    assert names["visit"](first) is last
    assert first.next.seen
    assert last.seen


def test_operators_are_theirs(names: dict[str, Any]) -> None:
    """As the test's class has them; iteration and `with`, too."""
    number, gives = names["Number"], names["Gives"]()
    added, *others = names["both"](number(1), number(2))
    assert (added.n, others) == (3, [False, True, "<1>", True])
    assert names["doubled"](gives) == [2, 4]
    assert names["within"](gives) == 4
    assert gives.left


def test_mocks_answer_as_they_are_told(names: dict[str, Any]) -> None:
    """They note what they are asked, and nobody there tells them what to say."""
    get = unittest.mock.MagicMock()
    get.return_value.status_code = 200
    get.return_value.json.return_value = {"name": "Ada"}
    assert names["fetch"](get, "x") == "Ada"
    get.assert_called_once_with("x", timeout=5)
    with pytest.raises(ConnectionError):
        names["fetch"](unittest.mock.Mock(return_value=unittest.mock.Mock(status_code=404)), "x")
    with pytest.raises(AttributeError):
        names["change"](get)


@pytest.mark.parametrize("what", ["get _secret", "get __class__", "set __class__", "get __init__"])
def test_what_is_private_is_not_told(names: dict[str, Any], what: str) -> None:
    """No test's names can be reached by its objects."""
    with pytest.raises(AttributeError):
        asked_of(names["Square"](1), what, (), {})
    with pytest.raises(AttributeError):
        names["reach"](names["Square"](1), "_secret")


@pytest.mark.parametrize("what", ["__reduce_ex__", "__getattribute__", "call", ""])
def test_what_is_no_operator_is_not_asked(names: dict[str, Any], what: str) -> None:
    """Nothing else of them is there for a student's code."""
    with pytest.raises(WireError):
        asked_of(names["Square"](1), what, (), {})


ITERATORS = {
    "list": lambda: iter([1, 2]),
    "generator": lambda: (n for n in (1, 2)),
    "map": lambda: map(int, "12"),
    "islice": lambda: itertools.islice(itertools.count(1), 2),
    "dict": lambda: iter({1: 0, 2: 0}),
}


@pytest.mark.parametrize("kind", ITERATORS)
def test_iterators_give_their_items_as_they_are_asked_for(kind: str, names: dict[str, Any]) -> None:
    """One that ends is empty from then on, here as there; none has to end."""
    given = ITERATORS[kind]()
    assert names["doubled"](given) == [2, 4]
    assert list(given) == []


@pytest.mark.parametrize("name", ["gi_frame", "gi_code", "__self__"])
def test_of_an_iterator_nothing_else_is_reached(name: str, names: dict[str, Any]) -> None:
    """Its frame has the test's names; its place in memory says where they are."""
    with pytest.raises(AttributeError):
        names["reach"]((n for n in (1, 2)), name)
    assert asked_of((n for n in (1, 2)), "__repr__", (), {}) == "<generator object>"

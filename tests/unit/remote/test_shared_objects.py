"""A list, dict, set or array that a test and a student's code both hold is one on each side."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradekit.errors import StudentProtocol
from gradekit.workers.remote.arguments import Snapshot
from gradekit.workers.remote.in_test.mirrors.objects import place_of
from gradekit.workers.remote.in_test.namespace import SessionNamespace
from gradekit.workers.remote.in_test.session import RemoteSession
from gradekit.workers.remote.local import LocalExchange

CODE = """
import numpy as np
import pandas as pd
from collections import deque
class Stack:
    common = []
    def __init__(self):
        self.items, self.common, self.by_key = [], self.common, {"a": [1]}
        self.data, self.recent, self.seen = np.zeros((3, 3)), deque(), set()
        self.many = list(range(2000))
        self.cells = np.array([None, "a"], object)
        self.frame = pd.DataFrame({"a": [1, 2]})
    def push(self, x):
        self.items.append(x)
        return self.items
    def keep(self, xs): self.kept = xs
    def add_column(self): self.frame["b"] = 0
    def columns(self): return list(self.frame.columns)
    def row(self): return self.data[0]
    def column(self): return self.data[:, 0]
    def total_of_data(self): return float(self.data.sum())
    def change_first(self): self.items[0].append(5)
    def circle(self): self.items.append(self.items)
    def odd_keys(self): self.by_key[Stack] = 1
    def grow(self):
        self.items[:] = [self.items[:] for _ in range(9)]
def shallow(m): return m[:]
def deep(m): return [row[:] for row in m]
def rows(n): return [[0] * n] * n
def pair(m): return m, {"m": m}
def part(m): return m[:1]
def turned(m): return m.T
def spread(m): return np.broadcast_to(m, (9, *m.shape))
def collect():
    found = []
    for i in range(3):
        found.append(i)
        yield found
kept = []
def numbers(n):
    kept.append(list(range(n)))
    return kept[-1]
def zeros(xs):
    xs[:] = [0] * len(xs)
    return xs
def apply(f, xs): return f(xs)
def fresh(n): return [[i] for i in range(n)]
orig = [1, 2]
dup = orig
table = {"a": 1}
def read(key): return table[key]
"""


@pytest.fixture
def names() -> SessionNamespace:
    """Return what a worker's code binds."""
    made = SessionNamespace(RemoteSession(LocalExchange(), packages=["pandas"]))
    made.run(CODE, "cell.py")
    return made


@pytest.fixture
def stacks(names: SessionNamespace) -> tuple[Any, Any]:
    """Return two objects of one class of the worker's."""
    kind: Any = names.get("Stack")
    return kind(), kind()


def called(names: SessionNamespace, name: str) -> Callable[..., Any]:
    """Return a function of the worker's."""
    found: Any = names.get(name)
    return found  # type: ignore[no-any-return]


def test_attributes_are_themselves_and_no_others(stacks: tuple[Any, Any]) -> None:
    """What two objects share is one object, and what each has is two."""
    a, b = stacks
    assert a.items is a.items
    assert a.items is not b.items
    assert a.common is b.common
    assert id(a.common) == id(b.common)
    assert len({id(one.items) for one in (a, b, a)}) == 2
    assert a.push(1) is a.items
    assert a.data is a.data
    assert a.data is not b.data
    assert a.cells is a.cells
    assert a.cells is not b.cells
    assert a.by_key["a"] is a.by_key["a"]
    assert copy.deepcopy(a.items) is not a.items


def test_what_a_student_changes_is_changed_here(stacks: tuple[Any, Any]) -> None:
    """What a test holds of an object goes with it."""
    a, b = stacks
    held, common = a.items, a.common
    assert a.push(4) == [4]
    assert held == [4]
    b.common.append(3)
    assert common == [3]
    assert a.common is common


def test_what_a_test_changes_is_changed_there(
    names: SessionNamespace, stacks: tuple[Any, Any]
) -> None:
    """In place, nested, and through a variable: whoever reads it there sees it."""
    a, _ = stacks
    a.items.append(7)
    a.by_key["a"].append(2)
    a.by_key["b"] = [5]
    a.recent.append(1)
    a.seen.add(3)
    a.data[1, 1] = 4
    a.many[1500] = -1
    a.cells[0] = [1]
    assert (a.items, a.by_key, list(a.recent)) == ([7], {"a": [1, 2], "b": [5]}, [1])
    assert (a.seen, a.total_of_data()) == ({3}, 4.0)
    assert a.many[1500] == -1
    assert a.cells.tolist() == [[1], "a"]
    assert a.push(8) == [7, 8]
    table: Any = names.get("table")
    table["b"] = 2
    assert called(names, "read")("b") == 2
    assert names.get("orig") is names.get("dup")
    names.get("dup").append(3)  # type: ignore[attr-defined]
    assert names.get("orig") == [1, 2, 3]


def test_what_a_test_has_given_is_what_is_held_there(stacks: tuple[Any, Any]) -> None:
    """Who keeps a list that was given, and not a copy, has it change with the test's."""
    a, b = stacks
    xs = [[1]]
    a.keep(xs)
    b.keep(xs)
    xs.append([2])
    xs[0].append(3)
    assert a.kept == [[1, 3], [2]]
    assert a.kept is xs
    assert b.kept[1] is xs[1]


def test_tables_are_themselves(names: SessionNamespace, stacks: tuple[Any, Any]) -> None:
    """Those of an object change on both sides, and what was given comes back as it is."""
    a, b = stacks
    assert a.frame is a.frame
    assert a.frame is not b.frame
    held = a.frame
    a.add_column()
    held["c"] = 1
    assert list(held.columns) == ["a", "b", "c"]
    assert a.columns() == ["a", "b", "c"]
    one, two = called(names, "pair")(held)
    assert one is held
    assert two["m"] is held


def test_what_an_answer_is_measured_by_stays_as_it_was(names: SessionNamespace) -> None:
    """Also where it is the student's own: whoever sets it to zeros has not doubled it."""
    for always in (False, True):
        names.take_changes(always=always)
        numbers = called(names, "numbers")(3)
        got = called(names, "zeros")(numbers)
        assert got == [0, 0, 0]
        assert numbers == ([0, 0, 0] if always else [0, 1, 2])
        assert (got is numbers) == always
        assert names.take_changes(always=always) == (not always)


def test_copies_are_as_deep_as_they_are(names: SessionNamespace) -> None:
    """A shallow one shares its rows with what was given, a deep one nothing."""
    for name, first in (("shallow", 99), ("deep", 1)):
        m = [[1], [2]]
        made = called(names, name)(m)
        made[0][0] = 99
        assert made is not m
        assert m[0][0] == first
    one, two = called(names, "pair")(m)
    assert one is m
    assert two["m"] is m
    z = called(names, "rows")(3)
    z[0][0] = 1
    assert z[2] is z[0]
    found = list(called(names, "collect")())
    assert found[0] is found[2]
    assert found[0] == [0, 1, 2]


@pytest.mark.parametrize("order", ["C", "F"])
def test_parts_of_arrays_share_their_memory(names: SessionNamespace, order: Any) -> None:
    """A view of what was given, or of what an object has, is one; what is spread is a copy."""
    m = np.array([[1.0, 2.0], [3.0, 4.0]], order=order)
    for name in ("part", "turned"):
        part = called(names, name)(m)
        assert np.shares_memory(part, m)
        part[0, 1] = 9
        assert m[(0, 1) if name == "part" else (1, 0)] == 9
    assert not np.shares_memory(called(names, "spread")(m), m)
    assert not np.shares_memory(called(names, "part")(m).copy(), m)
    whole = np.zeros((4, 4))
    assert np.shares_memory(called(names, "part")(whole[:, ::2]), whole) is False


def test_parts_of_an_objects_array_go_with_it(stacks: tuple[Any, Any]) -> None:
    """What is changed in one is changed in the other, on both sides."""
    a, _ = stacks
    row, column = a.row(), a.column()
    row[0] = 5
    assert column[0] == 5
    assert a.total_of_data() == 5.0
    a.data[2, 0] = 1
    assert column.tolist() == [5, 0, 1]


def test_what_holds_itself_is_the_students_fault(stacks: tuple[Any, Any]) -> None:
    """A list that a test holds does not come to hold itself, and no test waits for it."""
    a, _ = stacks
    held = a.items
    with pytest.raises(StudentProtocol):
        a.circle()
    assert held == []


def test_what_grows_out_of_bounds_is_the_students_fault(
    stacks: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each list is short, and what they hold of each other would be written out far too long."""
    monkeypatch.setattr("gradekit.workers.remote.values.nodes.MAX_UNFOLDED", 5000)
    a, _ = stacks
    a.push(1)
    held = a.items

    def grow() -> None:
        for _ in range(12):
            a.grow()
            assert len(held) == 9

    with pytest.raises(StudentProtocol):
        grow()


def test_what_becomes_no_plain_value_is_no_longer_the_same(stacks: tuple[Any, Any]) -> None:
    """A dict that gets a class as a key stays there from then on."""
    a, _ = stacks
    held = a.by_key
    a.odd_keys()
    assert held == {"a": [1]}
    assert a.by_key is not held
    assert place_of(a.by_key) is not None


@pytest.mark.parametrize("most", [10, 100, 60_000], ids=["none", "some", "all"])
def test_what_holds_more_than_is_followed_is_told_anew(
    names: SessionNamespace, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """A grid of which only some rows are followed is read as it is, by each test that asks."""
    monkeypatch.setattr("gradekit.workers.remote.in_worker.linked_objects.MAX_WEIGHT", most)
    names.run(
        "grid = [[0], [0], ([0],), [0], [0], [0]]\n"
        "def step():\n    for row in grid: (row[0] if type(row) is tuple else row)[-1] += 1",
        "grid.py",
    )
    for number in range(3):
        grid: Any = names.get("grid")
        assert grid == [[number], [number], ([number],), [number], [number], [number]]
        called(names, "step")()


def test_what_a_tests_cell_has_given_is_told_anew_in_the_next(stacks: tuple[Any, Any]) -> None:
    """What holds it is not followed any more, either: the student's code may have changed it."""
    a, _ = stacks
    a.push([1])
    held = a.items
    assert held == [[1]]
    place_of(a).home.forget_given()  # type: ignore[union-attr]
    a.change_first()
    assert a.items == [[1, 5]]
    assert held == [[1]]


def test_a_tests_function_is_given_what_it_is(names: SessionNamespace) -> None:
    """What comes back to a test's function as it was given is the same."""
    xs = [1]
    assert called(names, "apply")(lambda ys: ys is xs, xs)


def test_what_nobody_holds_takes_nothing(names: SessionNamespace) -> None:
    """However many lists a function returns, none of them is shared any more."""
    fresh = called(names, "fresh")
    session: Any = vars(names)["_session"]
    for _ in range(30):
        held = fresh(30)
        assert held[3] == [3]
    assert len(vars(session._shared)["_shared"]) < 5
    assert len(session._exchange._server._held.linked.links) < 5


def test_numbers_of_numpys_in_a_list_are_told_as_pythons_are() -> None:
    """Nothing in such a list is followed, which would take long; a change of one is seen."""
    numbers = list(np.arange(2000))
    before = Snapshot(numbers)
    assert before.is_flat
    assert not before.differs(numbers)
    assert before.weight == Snapshot(list(range(2000))).weight
    numbers[7] = np.int64(-1)
    assert before.differs(numbers)

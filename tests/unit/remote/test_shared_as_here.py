"""Whatever a test and a student's code do to what both hold, it is as in one process."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradekit.workers.remote.in_test.namespace import SessionNamespace
from gradekit.workers.remote.in_test.session import RemoteSession
from gradekit.workers.remote.local import LocalExchange

CODE = """
class Box:
    def __init__(self):
        self.a, self.b, self.c = [1], [[2], [3]], {"k": [4]}
    def give(self, name): return getattr(self, name)
    def put_in(self, name, value): setattr(self, name, value)
    def alias(self, one, other): setattr(self, one, getattr(self, other))
    def grow(self, name, value):
        held = getattr(self, name)
        if type(held) is dict: held[len(held)] = value
        else: held.append(value)
    def grow_first(self, name):
        held = getattr(self, name)
        for one in held.values() if type(held) is dict else held:
            if type(one) is list:
                one.append(9)
                return
    def wrap(self, name): return [getattr(self, name)] * 2, (getattr(self, name),)
    def fresh(self, name): return list(getattr(self, name))
"""
NAMES = st.sampled_from("abc")
VARIABLES = st.sampled_from(["x", "y", "z"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("read"), VARIABLES, NAMES),
        st.tuples(st.just("give"), VARIABLES, NAMES),
        st.tuples(st.just("wrap"), VARIABLES, NAMES),
        st.tuples(st.just("fresh"), VARIABLES, NAMES),
        st.tuples(st.just("put_in"), VARIABLES, NAMES),
        st.tuples(st.just("set"), VARIABLES, NAMES),
        st.tuples(st.just("alias"), NAMES, NAMES),
        st.tuples(st.just("grow"), NAMES, st.integers(0, 9)),
        st.tuples(st.just("grow_by"), NAMES, VARIABLES),
        st.tuples(st.just("grow_first"), NAMES, NAMES),
        st.tuples(st.just("append"), VARIABLES, st.integers(0, 9)),
        st.tuples(st.just("hold"), VARIABLES, VARIABLES),
        st.tuples(st.just("inner"), VARIABLES, VARIABLES),
    ),
    max_size=14,
)


def inner_of(value: Any) -> Any:
    """Return the first container in another one; itself where there is none."""
    held = list(value.values()) if isinstance(value, dict) else list(value)
    return next((one for one in held if isinstance(one, list | dict)), value)


def append(value: Any, more: Any) -> None:
    """Have a list or dict hold something more."""
    if isinstance(value, dict):
        value[len(value)] = more
    elif isinstance(value, list):
        value.append(more)


def play(box: Any, steps: list[Any], made: dict[str, Any]) -> None:
    """Do some things to a box and to variables, as a test does."""
    acts: dict[str, Callable[[Any, Any], Any]] = {
        "read": lambda v, name: made.__setitem__(v, getattr(box, name)),
        "give": lambda v, name: made.__setitem__(v, box.give(name)),
        "wrap": lambda v, name: made.__setitem__(v, box.wrap(name)[0]),
        "fresh": lambda v, name: made.__setitem__(v, box.fresh(name)),
        "put_in": lambda v, name: box.put_in(name, made[v]),
        "set": lambda v, name: setattr(box, name, made[v]),
        "alias": box.alias,
        "grow": box.grow,
        "grow_by": lambda name, v: box.grow(name, made[v]),
        "grow_first": lambda name, _: box.grow_first(name),
        "append": lambda v, number: append(made[v], number),
        "hold": lambda v, other: append(made[v], made[other]),
        "inner": lambda v, other: made.__setitem__(v, inner_of(made[other])),
    }
    for what, one, other in steps:
        acts[what](one, other)


def sames(made: dict[str, Any], box: Any) -> list[bool]:
    """Return which of some things are one, also what is in them and what the box has."""
    every = [*made.values(), *(getattr(box, name) for name in "abc")]
    every += [inner_of(one) for one in every]
    return [one is other for one, other in combinations(every, 2)]


def holds_itself(value: Any, above: tuple[int, ...] = ()) -> bool:
    """Whether a value stands somewhere in itself."""
    if not isinstance(value, list | dict):
        return False
    if id(value) in above:
        return True
    held = value.values() if isinstance(value, dict) else value
    return any(holds_itself(one, (*above, id(value))) for one in held)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_it_is_as_in_one_process(steps: list[Any]) -> None:
    """The same variables hold the same, and the same of them are one; what holds itself is left."""
    space: dict[str, Any] = {}
    exec(CODE, space)
    here, mine = space["Box"](), {"x": [], "y": [[0]], "z": {}}
    for number in range(len(steps)):
        play(here, steps[number : number + 1], mine)
        if any(map(holds_itself, [*mine.values(), here.a, here.b, here.c])):
            steps = steps[:number]
            break
    here, mine = space["Box"](), {"x": [], "y": [[0]], "z": {}}
    play(here, steps, mine)
    names = SessionNamespace(RemoteSession(LocalExchange()))
    names.run(CODE, "cell.py")
    names.take_changes(always=True)
    kind: Any = names.get("Box")
    there, theirs = kind(), {"x": [], "y": [[0]], "z": {}}
    play(there, steps, theirs)
    assert theirs == mine
    assert sames(theirs, there) == sames(mine, here)
    assert [there.a, there.b, there.c] == [here.a, here.b, here.c]

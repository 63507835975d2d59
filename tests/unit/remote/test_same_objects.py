"""One object is one object: what a function returns of what it was given, and what names have."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gradekit.workers.remote.in_test.namespace import SessionNamespace
from gradekit.workers.remote.in_test.session import RemoteSession
from gradekit.workers.remote.local import LocalExchange

CODE = """
import numpy as np
import pandas as pd
def same(x): return x
def new(x): return x[:]
def add(x, item):
    x.append(item)
    return x
def grow(x): x.append(9)
def column(x): x["b"] = 1
mine = [1, [2]]
also = mine
frame = pd.DataFrame({"a": [1]})
"""


@pytest.fixture
def names() -> SessionNamespace:
    """Return what a worker's code binds."""
    made = SessionNamespace(RemoteSession(LocalExchange(), packages=["pandas"]))
    made.run(CODE, "cell.py")
    return made


def called(names: SessionNamespace, name: str) -> Callable[..., Any]:
    """Return a function of the worker's."""
    found: Any = names.get(name)
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize("value", [[1], {1: 2}, {1}, np.zeros(2), pd.DataFrame({"a": [1]})])
def test_what_is_returned_as_it_was_given_is_the_same(names: SessionNamespace, value: Any) -> None:
    """A copy of it is not."""
    same = called(names, "same")
    assert same(value) is value
    assert called(names, "new")([1]) == [1]
    assert same(same(value)) is value


def test_what_was_changed_is_the_same_where_the_change_is_taken(names: SessionNamespace) -> None:
    """Else the test goes on with what it gave, and gets the answer beside."""
    for always in (False, True):
        names.take_changes(always=always)
        xs = [1]
        found = called(names, "add")(xs, 2)
        assert found == [1, 2]
        assert (found is xs, xs) == (always, [1, 2] if always else [1])


def test_what_a_name_has_is_given_as_what_it_is(names: SessionNamespace) -> None:
    """What is done to it is done to what the name has there, and what it holds can be another."""
    came: dict[str, Any] = {name: names.get(name) for name in ("mine", "frame")}
    names.share_names(lambda _: None, lambda one: next((n for n in came if came[n] is one), ""))
    came["mine"][1].append(3)
    called(names, "grow")(came["mine"])
    assert names.get("also") == [1, [2, 3], 9]
    called(names, "column")(came["frame"])
    assert list(names.get("frame")) == ["a", "b"]  # type: ignore[call-overload]

"""A test uses a student's functions and objects as if they were here, and these decide nothing."""

import builtins
import inspect
import operator
import random
import statistics
import sys
import warnings
from collections import abc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradekit.errors import CheckFailed, StudentCrash, StudentProtocol
from gradekit.workers.remote import protocol
from gradekit.workers.remote.in_test.answers.answer_labels import labels_of
from gradekit.workers.remote.in_test.exchange import outcome_of
from gradekit.workers.remote.in_test.mirrors.classes import is_instance, is_subclass
from gradekit.workers.remote.in_test.namespace import SessionNamespace
from gradekit.workers.remote.in_test.session import RemoteSession
from gradekit.workers.remote.local import LocalExchange
from gradekit.workers.remote.values.encoding import CannotCross

CODE = '''
import random
import statistics
import sys
import warnings

import numpy as np


def squares(n, k=2, *more, z=3):
    """Squares."""
    return [i * i for i in range(n)]


def sort(xs):
    xs.sort()


def sort_and_return(xs):
    xs.sort()
    return xs


def zeros(x):
    x[:] = 0 * x
    return x


class Refused(ValueError):
    pass


class Sub(Refused):
    pass


class Point:
    def __init__(self, x):
        self.x = x

    def __eq__(self, other):
        return True

    def __getattr__(self, name):
        return lambda *arguments: True


class Near(Point):
    pass


def refuse():
    raise Sub("no", 3)


def leave():
    raise SystemExit(0)


def count():
    yield 1
    yield Point(2)


def endless():
    while True:
        yield 1


def apply(f, *values):
    return [f(value) for value in values]


def greet():
    print("hello")
    warnings.warn("careful")
    return input("name? ")


def draw():
    return random.random(), np.random.rand()


def stop(x):
    raise StopIteration


def keep(xs):
    global kept
    kept = xs


def add():
    kept.append(1)


def turn(rows):
    rows[0].append(9)
    rows.reverse()


def circle():
    xs = []
    xs.append(xs)
    return xs


def reach(f):
    return sorted(f.__globals__)
'''


@pytest.fixture
def session() -> RemoteSession:
    """A session whose worker is this process, through the wire."""
    made = RemoteSession(LocalExchange(), source=lambda _: CODE)
    assert SessionNamespace(made).run(CODE, "cell.py").exception is None
    return made


@pytest.fixture
def get(session: RemoteSession) -> Callable[[str], Any]:
    """Return what looks up a name."""
    return SessionNamespace(session).get


def test_functions_are_called(get: Callable[[str], Any]) -> None:
    """A plain value comes back as itself, and `inspect` tells of the function."""
    squares = get("squares")
    assert squares(4) == [0, 1, 4, 9]
    assert str(inspect.signature(squares)) == "(n, k=2, *more, z=3)"
    assert "range(n)" in inspect.getsource(squares)
    assert (squares.__name__, squares.__doc__) == ("squares", "Squares.")


def test_arguments_change_in_place(get: Callable[[str], Any]) -> None:
    """A function that sorts a list or an array in place has done so."""
    xs, array = [3, 1, 2], np.array([3.0, 1.0])
    get("sort")(xs)
    get("sort")(array)
    assert xs == [1, 2, 3]
    assert array.tolist() == [1.0, 3.0]
    ys = [2, 1]
    get("sort_and_return")(ys)
    assert ys == [1, 2]


def test_what_is_measured_by_stays_as_it_was(get: Callable[[str], Any]) -> None:
    """Who changes x to zeros and returns them has not doubled it."""
    x = np.ones(3)
    got = get("zeros")(x)
    assert x.tolist() == [1, 1, 1]
    assert not np.allclose(got, 2 * x)


def test_identities_of_arguments_hold(get: Callable[[str], Any]) -> None:
    """A list in a list is the same afterwards, and what is kept is followed."""
    row = [1]
    rows = [row, [2]]
    get("turn")(rows)
    assert rows == [[2], [1, 9]]
    assert rows[1] is row
    kept: list[int] = []
    get("keep")(kept)
    get("add")()
    assert kept == [1]


OPERATORS: list[Callable[[Any], Any]] = [
    lambda p: p == 3,
    lambda p: p == 7,
    lambda p: p in (8,),
    lambda p: [p] == [3],
    lambda p: {"a": p} == {"a": 3},
    len,
    hash,
    abs,
    float,
    int,
    round,
    lambda p: p + p,
    lambda p: 1 - p,
    lambda p: p < 3,
    lambda p: 3 in p,
    lambda p: np.allclose(p, 3),
    lambda p: np.array(3) == p,
    np.asarray,
    lambda p: p.equals(3),
    lambda p: p.startswith("a"),
    lambda p: p.all(),
    lambda p: [0, 1][p],
]


@pytest.mark.parametrize("number", range(len(OPERATORS)))
def test_an_object_has_no_operators(get: Callable[[str], Any], number: int) -> None:
    """What would let a student's class decide is an error that names the class."""
    point = get("Point")(3)
    with pytest.raises(TypeError, match="Point") as caught:
        OPERATORS[number](point)
    assert isinstance(caught.value, CheckFailed)


def test_an_object_is_true_and_not_none(get: Callable[[str], Any]) -> None:
    """As any object is whose class says nothing else; nobody is asked."""
    point = get("Point")(3)
    assert bool(point) is True
    assert operator.ne(point, None)
    assert not operator.eq(point, None)


def test_an_author_declares_an_operator() -> None:
    """Then the student's class is asked, and can say what it likes."""
    session = RemoteSession(LocalExchange(), operators={"Point": ["__eq__"]})
    names = SessionNamespace(session)
    names.run(CODE, "cell.py")
    point: Any = names.get("Point")
    assert point(3) == 9


def test_objects_are_known_by_class(get: Callable[[str], Any]) -> None:
    """Classes are asked by isinstance, and attributes and items go over."""
    point, near = get("Point"), get("Near")
    one = near(3)
    assert isinstance(one, point)
    assert not isinstance(point(1), near)
    assert not isinstance(one, int)
    assert type(one).__name__ == "Near"
    one.x = [1, 2]
    assert one.x == [1, 2]
    with pytest.raises(AttributeError):
        one.__array_interface__  # noqa: B018
    with pytest.raises(TypeError, match="below a student's class"):
        type("Own", (point,), {})


def test_generators_iterate_within_bounds(
    get: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One item comes with each message, and no more than anybody takes."""
    first, second = get("count")()
    assert (first, second.x) == (1, 2)
    assert next(get("count")()) == 1
    monkeypatch.setattr(protocol, "MAX_ITEMS", 100)
    with pytest.raises(CheckFailed, match="items"):
        for _ in get("endless")():
            pass


def test_exceptions_are_caught_by_name(get: Callable[[str], Any]) -> None:
    """A student's own class is one of Python's as well, and a crash where nobody expects it."""
    with pytest.raises(get("Refused")) as caught:
        get("refuse")()
    assert caught.value.args == ("no", 3)
    assert isinstance(caught.value, ValueError)
    assert isinstance(outcome_of(caught.value), StudentCrash)


def test_an_exit_is_a_crash_for_good(session: RemoteSession, get: Callable[[str], Any]) -> None:
    """SystemExit is never raised here, and what is asked afterwards has no answer."""
    leave = get("leave")
    with pytest.raises(StudentCrash):
        leave()
    with pytest.raises(StudentCrash):
        get("squares")
    session.begin(lost=True)


def test_callbacks_are_calls_only(get: Callable[[str], Any]) -> None:
    """A function of the test's is called, what it raises comes back, and nothing else is there."""
    assert get("apply")(lambda x: x + 1, 1, 2) == [2, 3]
    error = KeyError("mine")

    def fail(_: int) -> int:
        raise error

    with pytest.raises(KeyError) as caught:
        get("apply")(fail, 1)
    assert caught.value is error
    names = ["__builtins__", "_gradekit_call", "_gradekit_left", "made"]
    assert get("reach")(lambda x: x) == names


def test_printed_text_warnings_and_input(
    get: Callable[[str], Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are the test's own to capture and to answer."""
    greet = get("greet")
    with pytest.warns(UserWarning, match="careful"), pytest.raises(EOFError):
        greet()
    assert capsys.readouterr().out == "hello\n"
    monkeypatch.setattr(builtins, "input", lambda prompt: f"{prompt}Ada")
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        assert get("greet")() == "name? Ada"
    assert [str(one.message) for one in found] == ["careful"]


def test_a_test_may_have_no_more_lines(
    get: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its own `input` raises goes on in the student's code, which is there afterwards."""
    lines = iter(["Ada"])
    monkeypatch.setattr(builtins, "input", lambda _: next(lines))
    greet = get("greet")
    with pytest.warns(UserWarning, match="careful"):
        assert greet() == "Ada"
    with pytest.warns(UserWarning, match="careful"), pytest.raises(StopIteration):
        greet()
    assert get("squares")(3) == [0, 1, 4]


@pytest.mark.parametrize("view", [{1: "a", 2: "b"}.keys(), {1: [2]}.items(), {1: 2.5}.keys()])
def test_views_of_dicts_are_plain(get: Callable[[str], Any], view: Any) -> None:
    """They compare as in a notebook."""
    (found,) = get("apply")(lambda _: view, 1)
    assert type(found) is type(view)
    assert found == view
    (values,) = get("apply")(lambda _: {1: "a", 2: "b"}.values(), 1)
    assert list(values) == ["a", "b"]


def test_views_of_dicts_look_like_sets_and_lists() -> None:
    """Of two answers that are alike in all else a test compares the same."""
    made = {1: 2.5, 2: 3.5}
    assert labels_of([made.keys()]) == labels_of([{1, 2}])
    assert labels_of([made.items()]) == labels_of([{(1, 2.5), (2, 3.5)}])
    assert labels_of([made.values()]) == labels_of([[2.5, 3.5]])


def test_seeds_hold(get: Callable[[str], Any]) -> None:
    """What a test seeds is what the student's code draws from."""
    draw = get("draw")
    random.seed(5)
    np.random.seed(5)
    assert draw() == (random.Random(5).random(), np.random.RandomState(5).rand())


def test_the_end_of_an_iteration_is_an_error(get: Callable[[str], Any]) -> None:
    """A loop over `map(f, xs)` does not end because f says so."""
    with pytest.raises(RuntimeError, match="the student's code raised"):
        all(map(get("stop"), [1, 2]))


def test_the_end_of_an_iteration_is_itself_where_a_test_names_it(
    get: Callable[[str], Any],
) -> None:
    """A test may expect StopIteration."""
    with pytest.raises(StopIteration):
        get("stop")(1)


def test_no_class_of_a_students_has_the_name_of_a_plain_one(
    session: RemoteSession,
) -> None:
    """`type(x).__name__ == "list"` is so for lists alone."""
    names = SessionNamespace(session)
    names.run("class list: pass\nlist.__module__ = 'builtins'\nmade = list()", "cell.py")
    made = names.get("made")
    assert type(made).__name__ == "student's list"
    assert str(type(made)) != str(list)


def test_a_module_that_was_given_is_no_module_here(
    session: RemoteSession,
) -> None:
    """It can be given; an answer stays with the student's code: a test changes none here."""
    names = SessionNamespace(session)
    names.run("def same(module):\n    return module", "cell.py")
    same: Any = names.get("same")
    came = same(statistics)
    assert came is not statistics
    assert came.mean([1, 2, 3]) == 2
    with pytest.raises(CannotCross):
        same(sys)


def test_what_holds_itself_is_a_fault(get: Callable[[str], Any]) -> None:
    """A list in itself is no answer."""
    with pytest.raises(StudentProtocol):
        get("circle")()


def test_handles_live_for_one_check(session: RemoteSession, get: Callable[[str], Any]) -> None:
    """What an earlier check held is not there in the next one."""
    point = get("Point")(1)
    session.begin()
    with pytest.raises((StudentProtocol, TypeError)):
        point.x  # noqa: B018


def test_names_are_bound_and_unbound(session: RemoteSession) -> None:
    """A namespace answers which names there are, and takes new ones."""
    names = SessionNamespace(session)
    assert {"squares", "Point"} <= names.names()
    names.set("data", {"a": 1})
    assert names.get("data") == {"a": 1}
    names.delete("data")
    with pytest.raises(NameError):
        names.get("data")
    result = names.run("print('x')\n1 / 0\n", "cell_2.py")
    assert result.printed == "x\n"
    assert isinstance(result.exception, ZeroDivisionError)


ABILITIES = """
class Plain:
    pass


class Sized(Plain):
    def __len__(self):
        return 3

    __hash__ = None


class Caller(Sized):
    def __call__(self):
        return 1

    def __iter__(self):
        yield 1


class Without(Caller):
    __iter__ = None


def numbers():
    yield 1
    yield 2
"""


def test_an_object_can_what_its_class_can(session: RemoteSession) -> None:
    """`callable`, `hasattr` and abstract classes say of an object what they say of a local one."""
    namespace: Any = SessionNamespace(session)
    namespace.run(ABILITIES, "cell.py")
    local: dict[str, Any] = {}
    exec(ABILITIES, local)
    kinds: list[Any] = [abc.Sized, abc.Iterable, abc.Iterator, abc.Callable, abc.Collection]
    names = ("__len__", "__iter__", "__call__", "__next__", "__getitem__", "__contains__", "x")
    for name in ("Plain", "Sized", "Caller", "Without", "numbers"):
        here, there = local[name](), namespace.get(name)()
        assert callable(there) is callable(here), name
        for one in names:
            assert hasattr(there, one) is hasattr(here, one) or name == "Without", (name, one)
        for kind in kinds:
            assert isinstance(there, kind) is isinstance(here, kind), (name, kind)
    stream = namespace.get("numbers")()
    assert iter(stream) is stream
    assert [*stream] == [1, 2]
    with pytest.raises(TypeError, match="not callable"):
        namespace.get("Plain")()()


def test_what_stands_above_a_return_that_is_nowhere_has_run() -> None:
    """As in a notebook, which compiles one statement after another; no Python is not run."""
    names = SessionNamespace(RemoteSession(LocalExchange()))
    ended = names.run("x = 1\nreturn x\ny = 2", "cell.py")
    assert isinstance(ended.exception, SyntaxError)
    assert names.get("x") == 1
    assert isinstance(names.run("z = 1\ndef (", "cell.py").exception, SyntaxError)
    assert not {"y", "z"} & names.names()


def test_the_source_of_a_cells_function_is_its_text() -> None:
    """`inspect.getsource` gives what the cell has, also after one that nobody can tell."""
    space = SessionNamespace(RemoteSession(LocalExchange()))
    space.run("def f(x):\n    return x + 1\n\ng = h = lambda x: x\nk = lambda: 0", "<cell 2>")
    f: Any = space.get("f")
    assert inspect.getsource(f) == "def f(x):\n    return x + 1\n"
    unknown: Any = space.get("h")
    with pytest.raises(OSError, match="source"):
        inspect.getsource(unknown)
    assert inspect.getsource(f) == "def f(x):\n    return x + 1\n"


def test_a_students_class_is_below_the_classes_that_it_says() -> None:
    """Those of staff's and of packages, also where it has several; of no others."""

    class Shape:
        """A class of staff's."""

    class Named(Shape):
        """Another one."""

    space = SessionNamespace(RemoteSession(LocalExchange()))
    space.share_names({"Shape": Shape, "Named": Named}.get, lambda _: "")
    space.run(
        "class Other: pass\nclass Shape: pass\nclass Named: pass\n"
        "class Square(Shape): pass\nclass Both(Square, Named): pass",
        "<cell 1>",
    )
    classes: list[Any] = [space.get(name) for name in ("Square", "Both", "Other")]
    square, both, other = classes
    assert is_subclass(square, Shape)
    assert not is_subclass(square, Named)
    assert all(is_subclass(both, one) for one in (Named, (int, Shape), square))
    assert is_instance(both(), Named)
    assert not is_instance(square(), Named)
    assert not is_subclass(other, Shape)
    assert not is_subclass(square, int)
    with pytest.raises(TypeError):
        is_subclass(square(), Shape)

"""Objects of packages on both sides: a student's code changes no more of one than data."""

import contextlib
import random
import sqlite3
import sys
from types import ModuleType
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gradekit.workers.remote.database_values import database_as_values, database_of, serialized
from gradekit.workers.remote.in_test.namespace import SessionNamespace
from gradekit.workers.remote.in_test.session import RemoteSession
from gradekit.workers.remote.library_objects import DATABASE, blank_object, set_state
from gradekit.workers.remote.local import LocalExchange
from gradekit.workers.wire import WireError


class Model:
    """A class of a package."""

    def score(self) -> float:
        """Return what a test looks at."""
        return 0.5


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> SessionNamespace:
    """Return names whose code and tests both have a package with a class."""
    package = ModuleType("some_package")
    vars(package)["Model"] = Model
    monkeypatch.setitem(sys.modules, "some_package", package)
    monkeypatch.setattr(Model, "__module__", "some_package")
    return SessionNamespace(RemoteSession(LocalExchange(), packages=["some_package"]))


def test_what_is_changed_in_one_is_changed_here_and_it_is_the_same_one(
    names: SessionNamespace,
) -> None:
    """Attributes that are set, replaced and deleted are so here; what comes back is the object."""
    names.run(
        "def train(m, x):\n    m.weights = x\n    m.steps += 1\n    del m.old\n    return m\n"
        "def trained(m):\n    return (m.weights, m.steps, hasattr(m, 'old'))",
        "cell",
    )
    model: Any = Model()
    model.steps, model.old = 1, "x"
    train: Any = names.get("train")
    names.take_changes(always=True)
    assert train(model, [1.5]) is model
    assert vars(model) == {"steps": 2, "weights": [1.5]}
    model.steps = 7
    trained: Any = names.get("trained")
    assert trained(model) == ([1.5], 7, False)


@pytest.mark.parametrize(
    "what", ["m.score = lambda: 1.0", "m.score = Fake()", "m.score = 1.0"], ids=str
)
def test_no_method_of_it_becomes_the_students(names: SessionNamespace, what: str) -> None:
    """What hides a method of its class, or is the student's own code, does not come back."""
    code = f"class Fake:\n    def __call__(self):\n        return 1.0\ndef forge(m):\n    {what}"
    names.run(code, "cell")
    forge: Any = names.get("forge")
    model = Model()
    forge(model)
    assert model.score() == 0.5


@pytest.mark.parametrize(
    "state",
    [
        {"values": b"no database at all, but some text" * 40, "rows": False},
        {"values": b"SQLite format 3\0" + bytes(4080), "rows": False},
        {"values": 7, "rows": False},
        {"rows": True},
    ],
    ids=["text", "SQLite's own form", "a number", "nothing"],
)
def test_what_is_no_database_is_a_fault(state: dict[str, Any]) -> None:
    """A worker that tells no database gets no further than that."""
    with pytest.raises(WireError):
        set_state(DATABASE, blank_object(DATABASE), state)


def test_a_picture_of_more_pixels_than_were_told_is_a_fault() -> None:
    """Its size alone takes no memory."""
    images = pytest.importorskip("PIL.Image")
    state = {"mode": "RGB", "size": (100_000, 100_000), "data": b"x"}
    with pytest.raises(WireError):
        set_state("PIL.Image:Image", images.new("RGB", (1, 1)), state)


def test_a_large_picture_is_a_copy() -> None:
    """What would take long to look at each time is not one on both sides."""
    images = pytest.importorskip("PIL.Image")
    names = SessionNamespace(RemoteSession(LocalExchange(), packages=["PIL"]))
    names.run("def put(im):\n    im.putpixel((0, 0), 9)\n    return im.getpixel((0, 0))", "cell")
    names.take_changes(always=True)
    put: Any = names.get("put")
    small, large = images.new("L", (9, 9)), images.new("L", (2100, 2100))
    assert (put(small), put(large)) == (9, 9)
    assert (small.getpixel((0, 0)), large.getpixel((0, 0))) == (9, 0)


def test_a_database_given_twice_is_the_same_one(names: SessionNamespace) -> None:
    """What is written is there for the next call, and here."""
    names.run("def put(db, n):\n    db.execute('INSERT INTO t VALUES (?)', (n,))", "cell")
    put: Any = names.get("put")
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE t (n)")
    put(db, 1)
    put(db, 2)
    db.execute("INSERT INTO t VALUES (3)")
    put(db, 4)
    assert db.execute("SELECT n FROM t").fetchall() == [(1,), (2,), (3,), (4,)]
    db.close()


def test_a_generator_is_none_of_staffs_objects(names: SessionNamespace) -> None:
    """Also where a cell of staff's has imported its class, or the module, and so has the name."""
    names.share_names({"Random": random.Random, "random": random}.get, lambda _: "")
    names.run("def draw(r):\n    return r.random()", "cell")
    draw: Any = names.get("draw")
    own, same = random.Random(3), random.Random(3)
    assert [draw(own), draw(own)] == [same.random(), same.random()]


@given(
    st.sampled_from(["RGB", "L", "P", "CMYK", "XX", "", None, 5]),
    st.sampled_from([(4, 4), (0, 0), (-1, 4), (10**9, 10**9), (4,), "44", (4.5, 2), None]),
    st.binary(max_size=200),
)
def test_a_picture_that_is_none_is_the_hand_ins_fault(mode: Any, size: Any, data: bytes) -> None:
    """Whatever Pillow says of it, there is a picture or an error of the wire."""
    with contextlib.suppress(WireError):
        set_state(
            "PIL.Image:Image", Image.new("L", (2, 2)), {"mode": mode, "size": size, "data": data}
        )


DEFINED = """
CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT UNIQUE,
    c REAL CHECK (c < 9), d AS (a + 1));
INSERT INTO t (b, c) VALUES ('x', 2), ('y', NULL), (NULL, 1.5);
DELETE FROM t WHERE b = 'x';
CREATE TABLE "a ""b" (rowid, "x y" PRIMARY KEY) WITHOUT ROWID;
INSERT INTO "a ""b" VALUES (x'00ff', 9223372036854775807);
CREATE INDEX i ON t (b COLLATE NOCASE) WHERE b IS NOT NULL;
CREATE VIEW v AS SELECT count(*) AS n FROM t;
CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET c = 3 WHERE a = new.a; END;
PRAGMA user_version = 7;
"""


def test_a_database_is_made_anew_of_values() -> None:
    """Tables, rows with their numbers, indexes, views and triggers are as they were."""
    own = sqlite3.connect(":memory:")
    own.executescript(DEFINED)
    values = database_as_values(serialized(own))
    made = database_of(values)
    assert sorted(made.iterdump()) == sorted(own.iterdump())
    assert database_as_values(serialized(made)) == values
    for one in (own, made):
        one.execute("INSERT INTO t (b) VALUES ('z')")
    rows = "SELECT rowid, *, (SELECT n FROM v) FROM t ORDER BY a"
    assert made.execute(rows).fetchall() == own.execute(rows).fetchall()
    own.close()
    made.close()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE x AS WITH RECURSIVE r (n) AS (VALUES (1) UNION ALL SELECT n FROM r)"
        " SELECT n FROM r",
        "CREATE VIRTUAL TABLE x USING fts5(a)",
        "CREATE TEMP TABLE x (a)",
        "ATTACH ':memory:' AS x",
        "PRAGMA writable_schema = ON",
        "VACUUM INTO 'x'",
        "SELECT randomblob(900000000)",
        "INSERT INTO sqlite_master VALUES (1, 2, 3, 4, 5)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", [0, 2], ids=["tables", "others"])
def test_what_defines_a_database_does_nothing_else(statement: str, place: int) -> None:
    """Nothing is selected, attached, switched or written by what a worker tells."""
    told: list[Any] = [[], [], [], [0, 0]]
    told[place] = [statement]
    state = {"values": msgspec.msgpack.encode(told), "rows": False}
    with pytest.raises(WireError):
        set_state(DATABASE, blank_object(DATABASE), state)


@given(st.lists(st.tuples(st.integers(0, 8191), st.integers(0, 255)), min_size=1, max_size=40))
def test_damaged_values_are_the_hand_ins_fault(changes: list[tuple[int, int]]) -> None:
    """They are a database, or an error of the wire; what a test asks it is SQLite's to answer."""
    own, test = sqlite3.connect(":memory:"), sqlite3.connect(":memory:")
    own.executescript(DEFINED)
    values = bytearray(database_as_values(serialized(own)))
    for place, byte in changes:
        values[place % len(values)] = byte
    with contextlib.suppress(WireError, sqlite3.Error):
        set_state(DATABASE, test, {"values": bytes(values), "rows": False})
        test.execute("SELECT * FROM t").fetchall()
    own.close()
    test.close()

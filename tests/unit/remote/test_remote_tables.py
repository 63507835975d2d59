"""Tables of pandas and sparse matrices of SciPy cross as columns, and nothing else gets through."""

import contextlib
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import pandas as st_pandas

from gradekit.workers.remote.in_test.exchange import outcome_of
from gradekit.workers.remote.in_test.namespace import SessionNamespace
from gradekit.workers.remote.in_test.session import RemoteSession
from gradekit.workers.remote.local import LocalExchange
from gradekit.workers.remote.values import nodes as n
from gradekit.workers.remote.values.decoding import Decoder, read_graph
from gradekit.workers.remote.values.encoding import CannotCross, Encoder
from gradekit.workers.wire import WireError


def crossed(value: Any) -> Any:
    """Return a value as the other side has it."""
    return Decoder().decode(read_graph(msgspec.msgpack.encode(Encoder().encode(value))))


def require_alike(value: Any) -> None:
    """Fail where a table does not arrive as it was."""
    found = crossed(value)
    assert type(found) is type(value)
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(found, value, check_exact=True)
    elif isinstance(value, pd.Series):
        pd.testing.assert_series_equal(found, value, check_exact=True)
    elif isinstance(value, pd.Index):
        pd.testing.assert_index_equal(found, value, exact=True, check_exact=True)
        assert getattr(found, "freq", None) == getattr(value, "freq", None)
    elif isinstance(value, pd.api.extensions.ExtensionArray):
        pd.testing.assert_extension_array_equal(found, value, check_exact=True)
    else:
        assert repr(found) == repr(value)


plain_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
columns = [
    st_pandas.column("a", dtype=np.int64),
    st_pandas.column("b", dtype=np.float32),
    st_pandas.column("c", elements=plain_texts | st.none(), dtype=object),
    st_pandas.column("d", dtype=bool),
    st_pandas.column("e", dtype=np.dtype("M8[ns]")),
]
frames = st_pandas.data_frames(columns) | st_pandas.data_frames(
    columns[:2], index=st_pandas.indexes(elements=plain_texts)
)


@settings(max_examples=60, deadline=None)
@given(frames)
def test_a_table_arrives_as_it_was(frame: pd.DataFrame) -> None:
    """Its columns keep their dtypes, their order and what is missing in them."""
    require_alike(frame)
    require_alike(frame.convert_dtypes())
    for name in frame:
        require_alike(frame[name])
    require_alike(frame.T.index)


DATES = pd.date_range("2020-03-28", periods=4, freq="D", tz="Europe/Berlin", name="day")
FRAME = pd.DataFrame(
    {"a": [1, 2, 3], "b": ["x", None, "x"], "c": pd.Categorical(["u", "v", "u"], ordered=True)},
    index=pd.MultiIndex.from_tuples([(1, "p"), (2, "q"), (1, None)], names=["i", None]),
)
TABLES: list[Any] = [
    FRAME,
    FRAME.reset_index(drop=True),
    FRAME.groupby("b").agg({"a": ["sum", "max"]}),
    FRAME.describe(),
    FRAME["b"].value_counts(),
    FRAME.dtypes,
    FRAME["c"].array,
    FRAME.columns,
    FRAME.index,
    pd.DataFrame(),
    pd.DataFrame({"a": []}),
    pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"]),
    pd.DataFrame({"a": [1, None], "b": pd.array([1, None])}),
    pd.DataFrame(np.asfortranarray(np.arange(6.0).reshape(2, 3))),
    pd.DataFrame({"t": DATES, "u": DATES.tz_localize(None)}, index=DATES),
    pd.cut(pd.Series([1.0, 2.0, 5.0]), 2),
    pd.Series([1, "a", [1, 2], {"x": (3,)}, pd.Timestamp("2020")], dtype=object),
    pd.Series(["a", "b"], dtype=object, name=("a", 1)),
    pd.Series(["a", None], dtype="string"),
    pd.Series([True, None], dtype="boolean"),
    pd.Series([1.5, None], dtype="Float32"),
    pd.Series(pd.to_timedelta(["1s", None])),
    pd.Index(["a", "a", None]),
    pd.Index([("a", 1), ("b", 2)], tupleize_cols=False),
    pd.Index([1.5, np.nan]),
    pd.RangeIndex(3, 9, 2, name="r"),
    DATES,
    DATES.array,
    pd.DatetimeIndex(["2020-01-01 02:00+02:00"]),
    pd.period_range("2020", periods=3, freq="M"),
    pd.interval_range(0, 3),
    pd.to_timedelta(["1h", "2h"]),
    [pd.Timestamp("2020-01-01 03:04:05.678"), DATES[1], pd.NaT, pd.NA],
    {pd.Timestamp("2020"): 1, pd.Timedelta("3min"): 2},
    (pd.Period("2020-01", "M"), pd.Interval(0.5, 1, closed="left")),
    [pd.DataFrame, pd.Timestamp, np.dtype("f8"), pd.CategoricalDtype(["a"]), pd.Int64Dtype()],
]


@pytest.mark.parametrize("place", range(len(TABLES)))
def test_tables_of_many_kinds(place: int) -> None:
    """Dates with zones and frequencies, categories, labels of many levels, single values."""
    require_alike(TABLES[place])


def test_sums_have_the_same_bits() -> None:
    """How numbers lie in memory decides on the last bits of a sum, and tests compare these."""
    numbers = np.random.default_rng(0).normal(size=(1000, 7))
    for one in (numbers, np.asfortranarray(numbers)):
        frame = pd.DataFrame(one)
        found = crossed(frame)
        for axis in (0, 1):
            assert found.sum(axis=axis).tolist() == frame.sum(axis=axis).tolist()


@pytest.mark.parametrize("form", ["csr", "csc", "bsr", "coo", "dia", "dok", "lil"])
@pytest.mark.parametrize("kind", ["matrix", "array"])
def test_a_sparse_matrix_arrives_as_it_was(form: str, kind: str) -> None:
    """Of each form, with its dtype."""
    make = getattr(scipy.sparse, f"{form}_{kind}")
    value = make(np.array([[0, 1.5, 0, 0], [2, 0, 0, 3]], np.float32))
    found = crossed(value)
    assert type(found) is make
    assert (found.dtype, found.shape, found.nnz) == (value.dtype, value.shape, value.nnz)
    assert found.toarray().tolist() == value.toarray().tolist()


X, N = sympy.symbols("x"), sympy.symbols("n", integer=True, positive=True)
EXPRESSIONS: list[Any] = [
    X**2 + 3 * X - sympy.Rational(1, 3),
    sympy.sin(X) * sympy.exp(-X) / sympy.sqrt(N),
    sympy.solve(X**2 - 2, X, dict=True),
    sympy.Integral(X**2, (X, 0, sympy.oo)),
    sympy.Derivative(sympy.sin(X), X, 2),
    sympy.Eq(X, N + sympy.pi),
    sympy.Piecewise((X, X > 0), (0, True)),
    sympy.Matrix([[1, X], [N, sympy.I]]),
    sympy.Float("0.1", 40),
    sympy.solveset(X**2 > 1, X, sympy.S.Reals),
    sympy.Integer(10) ** 50,
    [sympy.nan, sympy.true, sympy.E, sympy.Poly(X**3 - 1, X)],
]


@pytest.mark.parametrize("place", range(len(EXPRESSIONS)))
def test_an_expression_arrives_as_it_was(place: int) -> None:
    """Of SymPy, with what is assumed of its symbols."""
    value = EXPRESSIONS[place]
    found = crossed(value)
    assert type(found) is type(value)
    assert (found, sympy.srepr(found)) == (value, sympy.srepr(value))


class OwnFrame(pd.DataFrame):
    @property
    def _constructor(self) -> type:
        return OwnFrame


class Agrees:
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = object.__hash__


@pytest.mark.parametrize(
    "value",
    [
        OwnFrame({"a": [1]}),
        pd.DataFrame({"a": [Agrees()]}),
        pd.DataFrame({"a": [[1, Agrees()]]}),
        pd.Series([1], index=[Agrees()]),
        pd.Series([1], name=Agrees()),
        pd.Series(pd.Categorical([Agrees()])),
        pd.DataFrame({"a": [1]}).groupby("a"),
        pd.Series(pd.arrays.SparseArray([0, 0, 1])),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_table_with_anything_of_a_student_s_own_stays(value: Any) -> None:
    """A cell that agrees with everything would decide on what it is compared with."""
    with pytest.raises(CannotCross):
        crossed([1, value])
    kept = Encoder(lambda _, one: n.Object(7 if one is value else 8))
    nodes = kept.encode([[3], value, [3]])
    assert [one for one in nodes if isinstance(one, n.Object)] == [n.Object(7)]
    assert not any(isinstance(one, n.Table) for one in nodes)


def places(*wanted: int) -> bytes:
    """Return places as a node holds them."""
    return np.array(wanted, "<u4").tobytes()


def numbers(kind: str, *values: float) -> n.ArrayNode:
    """Return an array as a node."""
    return n.ArrayNode(kind, (len(values),), "C", np.array(values, kind).tobytes())


def texts(codes: list[int], *values: str) -> n.Texts:
    """Return a column of texts."""
    data = "".join(values).encode()
    lengths = np.array([len(one) for one in values], "<u4").tobytes()
    return n.Texts(np.array(codes, "<i4").tobytes(), lengths, data)


LONG = texts([0], "x" * 2**20)
LABELS: list[n.AnyNode] = [LONG, None, n.Table("Index", places(0, 1, 1))]
MATRIX: list[n.AnyNode] = [3, n.Sequence("tuple", places(0, 0)), numbers("<f8", 1.0, 2.0)]
RANGE: list[n.AnyNode] = [0, 1, 2, None, n.Table("RangeIndex", places(0, 2, 1, 3))]
LIES: dict[str, list[n.AnyNode]] = {
    "no kind": [n.Table("read_pickle")],
    "no parts": [n.Table("DataFrame")],
    "labels that are none": [numbers("<f8", 1.0), n.Table("DataFrame", places(0, 0, 0))],
    "short column": [*RANGE, numbers("<f8", 1.0), None, n.Table("Series", places(4, 5, 6))],
    "list as name": [
        *RANGE,
        numbers("<f8", 1.0, 2.0),
        n.Sequence("list", b""),
        n.Table("Series", places(4, 5, 6)),
    ],
    "long range": [0, 10**12, 1, None, n.Table("RangeIndex", places(0, 1, 2, 3))],
    "text that is not there": [texts([1], "a")],
    "half a letter": [n.Texts(places(0), places(1), b"\xc3")],
    "texts too short": [n.Texts(places(0), places(9), b"a")],
    "texts without end": [texts([0] * 100_000, "x" * 2**16)],
    "categories without end": [
        *LABELS,
        numbers("|i1", *[0] * 1000),
        n.Table("Categorical", places(3, 2, 1)),
    ],
    "levels without end": [
        *LABELS,
        n.Sequence("tuple", places(1)),
        numbers("|i1", *[0] * 1000),
        n.Table("MultiIndex", places(3, 2, 4)),
    ],
    "category that is not there": [
        texts([0], "a"),
        None,
        n.Table("Index", places(0, 1, 1)),
        numbers("|i1", 4),
        n.Table("Categorical", places(3, 2, 1)),
    ],
    "zone that is a file": [
        numbers("<M8[ns]", 0),
        "dateutil//etc/passwd",
        n.Table("DatetimeArray", places(0, 1)),
    ],
    "frequency": [
        numbers("<M8[ns]", 0),
        None,
        "D" * 100,
        n.Table("DatetimeIndex", places(0, 1, 2)),
    ],
    "handle in it": [
        *RANGE,
        n.Object(1),
        n.ObjectArray((2,), places(5, 5)),
        None,
        n.Table("Series", places(4, 6, 7)),
    ],
    "column outside": [
        *MATRIX,
        numbers("<i4", 0, 9),
        numbers("<i4", 0, 1, 2, 2),
        n.Table("csr_matrix", places(1, 2, 3, 4)),
    ],
    "column before": [
        *MATRIX,
        numbers("<i4", 0, -1),
        numbers("<i4", 0, 1, 2, 2),
        n.Table("csr_array", places(1, 2, 3, 4)),
    ],
    "rows that go back": [
        *MATRIX,
        numbers("<i4", 0, 1),
        numbers("<i4", 0, 2, 1, 2),
        n.Table("csc_matrix", places(1, 2, 3, 4)),
    ],
    "place outside": [
        *MATRIX,
        numbers("<i4", 0, 7),
        numbers("<i4", 0, 1),
        n.Table("lil_matrix", places(1, 2, 3, 4)),
    ],
    "huge matrix": [
        10**12,
        n.Sequence("tuple", places(0, 0)),
        numbers("<f8"),
        numbers("<i4"),
        n.Table("coo_matrix", places(1, 2, 3, 3)),
    ],
    "code as an expression": ["__import__('os')", n.Table("sympy.Add", places(0, 0))],
    "code in a matrix": [1, "exit()", n.Table("sympy.MutableDenseMatrix", places(0, 0, 1))],
    "an expression that reads": ["x", n.Table("sympy.sympify", places(0))],
    "a symbol of code": [
        "x",
        1,
        n.Mapping(places(0), places(1)),
        n.Table("sympy.Symbol", places(0, 2)),
    ],
    "a dtype of objects": ["V8", n.Table("dtype", places(0))],
    "a class that opens files": [n.Known("pandas", "HDFStore")],
}


@pytest.mark.parametrize("lie", LIES)
def test_tables_that_lie_are_no_value(lie: str) -> None:
    """A worker that writes nodes of its own gives a fault of the protocol, and nothing more."""
    with pytest.raises(WireError):
        Decoder(lambda _, __: Agrees()).decode(LIES[lie])


def test_labels_that_are_made_to_be_slow_are_refused() -> None:
    """Labels of one hash would take the square of their number to be looked up."""
    labels = np.empty(400, object)
    labels[:] = [(2**61 - 1) * place for place in range(400)]
    with pytest.raises(WireError, match="slow"):
        crossed(pd.Series(1, index=pd.Index(labels, dtype=object)))


def test_a_package_that_is_not_named_gives_no_values() -> None:
    """Nothing of pandas or SciPy is imported because of what a worker writes."""
    for value in (FRAME, pd.NaT, scipy.sparse.csr_array((1, 1))):
        nodes = Encoder().encode(value)
        with pytest.raises(WireError, match="does not name"):
            Decoder(packages=()).decode(nodes)
        with pytest.raises(CannotCross):
            Encoder(packages=()).encode(value)


kinds = st.sampled_from(["DataFrame", "Series", "Index", "csr_matrix", "Categorical", "Timestamp"])
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 9),
    st.text(max_size=3),
    st.builds(lambda values: numbers("<i4", *values), st.lists(st.integers(-2, 5), max_size=4)),
    st.builds(lambda codes: texts(codes, "a", "b"), st.lists(st.integers(-4, 2), max_size=4)),
    st.builds(
        lambda kind, parts: n.Table(kind, places(*parts)),
        kinds,
        st.lists(st.integers(0, 12), max_size=5),
    ),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(leaves, min_size=1, max_size=20))
def test_nodes_are_a_table_or_a_fault(nodes: list[n.AnyNode]) -> None:
    """Tables of arbitrary parts are built or refused, and nothing else happens."""
    with contextlib.suppress(WireError):
        repr(Decoder().decode(nodes))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([*TABLES[:20], scipy.sparse.csr_matrix(np.eye(3))]), st.data())
def test_damaged_bytes_are_a_table_or_a_fault(value: Any, data: Any) -> None:
    """Bytes that were a table, with some of them changed, are a table or refused."""
    payload = bytearray(msgspec.msgpack.encode(Encoder().encode(value)))
    for _ in range(data.draw(st.integers(1, 4))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(WireError):
        Decoder().decode(read_graph(bytes(payload)))


CODE = """
import pandas as pd


def add_total(frame):
    frame["total"] = frame["a"] + frame["b"]


def with_total(frame):
    frame["total"] = 0
    return frame


def fill(series):
    series[:] = 0


def groups(frame):
    return frame.groupby("a")


class Own(pd.DataFrame):
    def equals(self, other):
        return True


def own():
    return Own({"a": [1]})
"""


@pytest.fixture
def namespace() -> SessionNamespace:
    """The names of a student who uses pandas."""
    made = SessionNamespace(RemoteSession(LocalExchange(), packages=["pandas"]))
    assert made.run(CODE, "<cell>").exception is None
    return made


def test_a_table_is_changed_in_place(namespace: SessionNamespace) -> None:
    """What a student's function makes of a table comes back, unless what it returns is used."""
    add_total: Any = namespace.get("add_total")
    with_total: Any = namespace.get("with_total")
    fill: Any = namespace.get("fill")
    frame = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
    before = frame
    add_total(frame)
    assert before["total"].tolist() == [4, 6]
    series = frame["a"].copy()
    fill(series)
    assert series.tolist() == [0, 0]
    measure = pd.DataFrame({"a": [1], "b": [2]})
    assert with_total(measure)["total"].tolist() == [0]
    assert list(measure) == ["a", "b"]


def test_a_student_s_own_table_decides_nothing(namespace: SessionNamespace) -> None:
    """A class below DataFrame is a handle: it is not asked whether it is equal."""
    own: Any = namespace.get("own")
    with pytest.raises(TypeError, match="plain value") as raised:
        own().equals(pd.DataFrame({"a": [2]}))
    assert outcome_of(raised.value) is not None

"""What a value is on the wire: a list of nodes, each built from those before it.

Children stand before what holds them, named by their places, so nothing can hold itself, and what
is held twice is one object on the other side, too. The last node is the value. Nothing of it is
code, and nothing names what is to be imported.
"""

from inspect import Parameter
from typing import Annotated

import msgspec

from gradekit.workers.wire import MAX_WIRE_NAME, WireName

MAX_NODES = 400_000  # in one message
MAX_PARAMETERS = 255
MAX_DEPTH = 100
# What a value would hold if what is held twice were two: `repr` and comparisons walk through that.
MAX_UNFOLDED = 8_000_000
MAX_DIMENSIONS = 32
MAX_INT_BYTES = 2**17
MAX_FRACTION_BYTES = 2**10
MAX_DECIMAL_DIGITS, MAX_DECIMAL_EXPONENT = 10_000, 10_000
MAX_PATH_LENGTH = 4096
MAX_RANGE = 2_000_000  # a longer one is not put out into a list by mistake
MAX_ALIKE_HASHES = 128  # of keys: more would take a dict the square of their number
MAX_TABLE_TEXT = 2**26  # letters of a table's texts, each cell's counted
MAX_SPARSE_SIDE = 10_000_000  # rows, or columns, of a sparse matrix
MAX_DOC = 4000  # characters of a function's text of help

Text = Annotated[str, msgspec.Meta(max_length=MAX_DOC)]
Places = bytes  # of nodes, as 32-bit numbers: an item takes no more memory here than on the wire
Id = Annotated[int, msgspec.Meta(ge=0, le=2**62)]


class Node(msgspec.Struct, array_like=True, frozen=True):
    """A value that is none of MessagePack's own."""


class LongInt(Node, array_like=True, frozen=True, tag="i"):
    """A whole number of more than 64 bits, in two's complement."""

    data: bytes


class Bytes(Node, array_like=True, frozen=True, tag="b"):
    """Bytes, or a text that UTF-8 cannot hold as it is."""

    data: bytes
    text: bool = False


class Complex(Node, array_like=True, frozen=True, tag="c"):
    """A complex number."""

    real: float
    imag: float


class Sequence(Node, array_like=True, frozen=True, tag="l"):
    """A list, tuple, set, frozenset, range or slice, by its kind.

    `link` is the number of a list or set that both sides may hold: it is one object on each.
    """

    kind: WireName
    items: Places
    link: Id = 0


class Numbers(Node, array_like=True, frozen=True, tag="n"):
    """A list or tuple of nothing but floats, whole numbers of 64 bits, or truth values."""

    kind: WireName
    code: WireName
    data: bytes
    link: Id = 0


class Mapping(Node, array_like=True, frozen=True, tag="d"):
    """A dict, its order kept."""

    keys: Places
    values: Places
    link: Id = 0


class Container(Node, array_like=True, frozen=True, tag="K"):
    """A Counter, defaultdict, OrderedDict or deque, by its kind.

    `items` are a deque's, or the keys of the others, which have `values`. `other` is the place of
    what a defaultdict makes its values by, or of a deque's length.
    """

    kind: WireName
    items: Places
    values: Places = b""
    other: Annotated[int, msgspec.Meta(ge=-1)] = -1
    link: Id = 0


class Stream(Node, array_like=True, frozen=True, tag="S"):
    """A stream in memory: its bytes, or its text in UTF-8, and its place; -1 for one closed."""

    is_text: bool
    content: bytes
    place: Annotated[int, msgspec.Meta(ge=-1)]
    link: Id = 0


class ArrayNode(Node, array_like=True, frozen=True, tag="a"):
    """A NumPy array, or a scalar of no dimensions; `order` is C or F."""

    dtype: WireName
    shape: Annotated[tuple[int, ...], msgspec.Meta(max_length=MAX_DIMENSIONS)]
    order: WireName
    data: bytes
    scalar: bool = False
    link: Id = 0


class View(Node, array_like=True, frozen=True, tag="v"):
    """An array that is a part of another one's memory, or all of it in another shape.

    `base` is the place of the other one, whose memory is all its own, in the order of C or F; it
    has the same dtype. The first item is `offset` bytes from its first, and the next ones along
    each axis `strides` bytes from each other.
    """

    base: Annotated[int, msgspec.Meta(ge=0)]
    offset: Annotated[int, msgspec.Meta(ge=0, le=2**40)]
    shape: Annotated[tuple[int, ...], msgspec.Meta(max_length=MAX_DIMENSIONS)]
    strides: Annotated[tuple[int, ...], msgspec.Meta(max_length=MAX_DIMENSIONS)]
    link: Id = 0


class ObjectArray(Node, array_like=True, frozen=True, tag="o"):
    """A NumPy array of values, in C order."""

    shape: Annotated[tuple[int, ...], msgspec.Meta(max_length=MAX_DIMENSIONS)]
    items: Places
    link: Id = 0


class Texts(Node, array_like=True, frozen=True, tag="t"):
    """A column of texts: which of them each cell has, how long each is, and all of them joined.

    `codes` are numbers of 32 bits; those below zero stand for None, NaN and pandas' NA.
    """

    codes: bytes
    lengths: bytes
    data: bytes


class Table(Node, array_like=True, frozen=True, tag="T"):
    """A table of pandas or a part of one, or a sparse matrix of SciPy, by its kind.

    `parts` are the places of what it is built from: columns, labels, names. `link` names a table
    that is an argument.
    """

    kind: WireName
    parts: Places = b""
    link: Id = 0


class Moment(Node, array_like=True, frozen=True, tag="m"):
    """A date, time, datetime or timedelta, by its kind; `offset` is its zone's, in microseconds."""

    kind: WireName
    parts: Annotated[tuple[int, ...], msgspec.Meta(max_length=7)]
    fold: bool = False
    offset: int | None = None


class FractionNode(Node, array_like=True, frozen=True, tag="q"):
    """A fraction in its lowest terms."""

    numerator: Annotated[bytes, msgspec.Meta(max_length=MAX_FRACTION_BYTES)]
    denominator: Annotated[bytes, msgspec.Meta(max_length=MAX_FRACTION_BYTES)]


class DecimalNode(Node, array_like=True, frozen=True, tag="e"):
    """A decimal number as its text."""

    text: Annotated[str, msgspec.Meta(max_length=MAX_DECIMAL_DIGITS + 20)]


class PathNode(Node, array_like=True, frozen=True, tag="P"):
    """A path as its text; a `pure` one asks no files."""

    text: Annotated[str, msgspec.Meta(max_length=MAX_PATH_LENGTH)]
    pure: bool = False


class EnumNode(Node, array_like=True, frozen=True, tag="E"):
    """A member of an enumeration, by name; `value` is the place of its value, if that is plain.

    Of one that `is_value` itself it is a number or a text.
    """

    module: WireName
    owner: WireName
    name: WireName
    value: Annotated[int, msgspec.Meta(ge=-1)] = -1
    is_value: bool = False


class Known(Node, array_like=True, frozen=True, tag="k"):
    """What both sides have: Python's and NumPy's types, some functions, Ellipsis."""

    module: WireName
    name: WireName


class GivenModule(Node, array_like=True, frozen=True, tag="G"):
    """A module of Python's or NumPy's that a test gives; an answer is never one."""

    name: WireName


class Ref(Node, array_like=True, frozen=True, tag="L"):
    """What both sides hold, by its link, and as it was when it crossed last."""

    link: Id


TestsParameters = Annotated[
    tuple[tuple[WireName, int, bool], ...], msgspec.Meta(max_length=MAX_PARAMETERS)
]
# What kinds of parameters there are, as `inspect` has them: a message has their places.
PARAMETER_KINDS = (
    Parameter.POSITIONAL_ONLY,
    Parameter.POSITIONAL_OR_KEYWORD,
    Parameter.VAR_POSITIONAL,
    Parameter.KEYWORD_ONLY,
    Parameter.VAR_KEYWORD,
)


class Callback(Node, array_like=True, frozen=True, tag="f"):
    """A function of the test's, which the worker may call; or an object, which it may ask.

    An object's `specials` are the methods with two underscores that it has, and `above` is a class
    above it that both sides have. A function's `parameters` are names, kinds, and which of them may
    be left out.
    """

    id: Id
    name: WireName
    doc: Text = ""
    is_object: bool = False
    specials: Annotated[tuple[WireName, ...], msgspec.Meta(max_length=MAX_WIRE_NAME)] = ()
    above: WireName = ""
    parameters: TestsParameters | None = None


class Object(Node, array_like=True, frozen=True, tag="h"):
    """An object that stays in the worker; `owner` is the place of its class.

    One that is a tuple, and compares as such, has a tuple of its items at the place `items`.
    """

    id: Id
    owner: Annotated[int, msgspec.Meta(ge=-1)] = -1
    iterator: bool = False
    items: Annotated[int, msgspec.Meta(ge=-1)] = -1


class Instance(Node, array_like=True, frozen=True, tag="I"):
    """An object of a test's, made of its attributes; `state` is their place, -1 if told later.

    `link` is that of its attributes, if it is followed. The worker says only the link.
    """

    name: WireName = ""
    state: Annotated[int, msgspec.Meta(ge=-1)] = -1
    link: Annotated[int, msgspec.Meta(ge=0)] = 0


Parameters = Annotated[tuple[tuple[WireName, int], ...], msgspec.Meta(max_length=MAX_PARAMETERS)]


class Function(Node, array_like=True, frozen=True, tag="F"):
    """A function that stays in the worker, and what `inspect` tells of it.

    `parameters` are names with their kinds, in order; `defaults` the places of the last ones'.
    `flags` are Python's, of its code, which say that it is a generator's or a coroutine's. Of its
    annotations those are told that are classes. `wrapped` is the place of what it wraps,
    and `local_names` are those of its variables. Where a test wants it, `closed_names` are those
    of other functions' variables that it reads, and `closed` the places of what they hold.
    """

    id: Id
    name: WireName
    doc: Text = ""
    file: WireName = ""
    line: Annotated[int, msgspec.Meta(ge=0, le=2**31)] = 0
    parameters: Parameters | None = None
    defaults: Places = b""
    keyword_defaults: Places = b""
    keyword_names: Annotated[tuple[WireName, ...], msgspec.Meta(max_length=MAX_PARAMETERS)] = ()
    flags: Annotated[int, msgspec.Meta(ge=0, le=2**31)] = 0
    annotated: Annotated[tuple[WireName, ...], msgspec.Meta(max_length=MAX_PARAMETERS)] = ()
    annotations: Places = b""
    wrapped: Annotated[int, msgspec.Meta(ge=-1)] = -1
    local_names: Annotated[tuple[WireName, ...], msgspec.Meta(max_length=MAX_PARAMETERS)] = ()
    closed_names: Annotated[tuple[WireName, ...], msgspec.Meta(max_length=MAX_PARAMETERS)] = ()
    closed: Places = b""


class Class(Node, array_like=True, frozen=True, tag="C"):
    """A class that stays in the worker; `builtin` is Python's own class of exceptions below it.

    `specials` are the methods with two underscores that its objects have, and `fields` the names
    of a dataclass's fields. `plain` is the class of plain values that it is below, if it is.
    """

    id: Id
    name: WireName
    module: WireName
    bases: Annotated[tuple[Id, ...], msgspec.Meta(max_length=MAX_WIRE_NAME)] = ()
    builtin: WireName = ""
    doc: Text = ""
    file: WireName = ""
    line: Annotated[int, msgspec.Meta(ge=0, le=2**31)] = 0
    specials: Annotated[tuple[WireName, ...], msgspec.Meta(max_length=MAX_WIRE_NAME)] = ()
    fields: Annotated[tuple[WireName, ...], msgspec.Meta(max_length=MAX_WIRE_NAME)] = ()
    plain: WireName = ""


class Module(Node, array_like=True, frozen=True, tag="M"):
    """A module that stays in the worker."""

    id: Id
    name: WireName


AnyNode = (
    None
    | bool
    | int
    | float
    | str
    | LongInt
    | Bytes
    | Complex
    | Sequence
    | Numbers
    | Mapping
    | Container
    | Stream
    | ArrayNode
    | View
    | ObjectArray
    | Texts
    | Table
    | Moment
    | FractionNode
    | DecimalNode
    | PathNode
    | EnumNode
    | Known
    | GivenModule
    | Ref
    | Callback
    | Object
    | Instance
    | Function
    | Class
    | Module
)
Graph = Annotated[list[AnyNode], msgspec.Meta(max_length=MAX_NODES)]

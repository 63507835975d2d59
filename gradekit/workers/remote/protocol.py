"""What a test and a worker say to each other about remote names.

The test's side asks for one operation and waits for its reply. Until that comes the worker may ask
back: to call a function that it was given, or for a line of input; and while that is answered, it
may be asked for other operations.
"""

from typing import Annotated

import msgspec

from gradekit.workers import wire
from gradekit.workers.remote.values.nodes import Graph, Id

MAX_PRINTED = 2**16  # characters of what one message brings of printed text
MAX_WARNINGS, MAX_WARNING = 20, 500
MAX_LINKS = 10_000  # objects that both sides hold at a time
MAX_WEIGHT = 60_000  # items of all of them, which are compared with each operation
FIRST_OF_WORKERS = 2**61  # numbers of those that the worker has given
MAX_HANDLES = 20_000  # objects of a worker that a check holds at a time
MAX_ITEMS = 100_000  # that a check takes from the student's own iterators
MAX_NESTED = 20  # calls to and fro, one within another
MAX_TEXT = 100_000  # characters of an object's own text
MAX_FUNCTIONS = 10_000  # of a check that a worker may call
# Files that a hand-in's code writes, and the bytes of all of them together.
MOST_FILES, MOST_FILE_BYTES = 64, 16 * 2**20

# The attribute of an exception in the worker that says which of a test's functions' it is.
RAISED_BY_TEST = "gradekit_raised_by_test"

Links = Annotated[list[Id], msgspec.Meta(max_length=MAX_LINKS)]
Printed = Annotated[str, msgspec.Meta(max_length=MAX_PRINTED)]


class PythonRandom(msgspec.Struct, array_like=True, frozen=True):
    """The state of `random`: 625 numbers of 32 bits, and the next normal number."""

    words: Annotated[bytes, msgspec.Meta(max_length=4 * 625)]
    next_normal: float | None = None


class NumPyRandom(msgspec.Struct, array_like=True, frozen=True):
    """The state of `numpy.random`: 624 numbers of 32 bits, a place, the next normal number."""

    words: Annotated[bytes, msgspec.Meta(max_length=4 * 624)]
    place: Annotated[int, msgspec.Meta(ge=0, le=624)]
    has_normal: bool
    next_normal: float


class Randomness(msgspec.Struct, array_like=True, frozen=True):
    """What has changed of the random generators."""

    python: PythonRandom | None = None
    numpy: NumPyRandom | None = None


class Operation(msgspec.Struct, array_like=True, frozen=True, tag="do"):
    """Asks for one thing: its kind, the object, a name, and arguments as a tuple and a dict.

    Behind these stands what the test has changed since it crossed. Of arguments by their links
    `named` says by which names of the hand-in's they were asked for.
    """

    number: int
    kind: wire.WireName
    target: Id
    name: str
    arguments: Graph
    dropped: list[Id] = []
    unlinked: Links = []
    randomness: Randomness = Randomness()
    named: Annotated[dict[Id, str], msgspec.Meta(max_length=MAX_LINKS)] = {}


class Returned(msgspec.Struct, array_like=True, frozen=True, tag="returned"):
    """What a function of the test's has returned, or of an exception its text and number."""

    value: Graph
    fault: wire.Fault | None = None


class Warned(msgspec.Struct, array_like=True, frozen=True):
    """A warning: its class, Python's own, and its text."""

    kind: wire.WireName
    text: Annotated[str, msgspec.Meta(max_length=MAX_WARNING)]


class CallBack(msgspec.Struct, array_like=True, frozen=True, tag="call"):
    """Asks for a call of one of the test's functions, with a tuple and a dict of arguments.

    Of a test's object it asks for what `asked` says.
    """

    function: Id
    arguments: Graph
    printed: Printed = ""
    asked: wire.WireName = ""


class ReadLine(msgspec.Struct, array_like=True, frozen=True, tag="input"):
    """Asks for a line of input."""

    prompt: Annotated[str, msgspec.Meta(max_length=1000)]
    printed: Printed = ""


class Finished(msgspec.Struct, array_like=True, frozen=True, tag="done"):
    """The end of an operation.

    `value` is a tuple: what is returned, or of an exception its arguments, attributes and class;
    and then what has changed of what both sides hold. `kept` are the links of what the worker's
    code still holds. `files` counts up with each change of a file in the worker's scratch folder.
    """

    number: int
    value: Graph
    fault: wire.Fault | None = None
    builtin: wire.WireName = ""  # Python's own class of exceptions, or the one below the student's
    kept: Links = []
    printed: Printed = ""
    warned: Annotated[list[Warned], msgspec.Meta(max_length=MAX_WARNINGS)] = []
    randomness: Randomness = Randomness()
    files: Id = 0


FromTest = Operation | Returned
FromWorker = Finished | CallBack | ReadLine


def is_remote(payload: bytes) -> bool:
    """Whether a frame's payload is of this protocol: these are lists, and all others are maps."""
    return payload[:1] >= b"\x90" and payload[:1] < b"\xa0"

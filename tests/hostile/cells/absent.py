"""Names that are not there, where tests expect the exception that comes of it."""

from hostile.cells.suite import Forgery, calling, everywhere

FORGERIES = [
    Forgery("deleted", "has none of the functions and classes", everywhere("")),
    Forgery("None", "has None in the place of all functions and classes", calling("answer = None")),
    Forgery(
        "stubs in functions",
        "has functions that are not implemented",
        calling("def answer(*a, **k):\n    raise NotImplementedError()"),
    ),
    Forgery(
        "cells that fail",
        "raises what is expected before it has defined anything",
        everywhere("raise AttributeError('size')"),
    ),
    Forgery(
        "plain values",
        "gives bytes for objects, of which no attribute can be set",
        calling("def answer(*a, **k):\n    return b'x'"),
    ),
    Forgery(
        "nothing in the class",
        "has an object without attributes in the place of each name",
        calling("answer = object()"),
    ),
]

"""Names that are not there, where checks expect the exception that comes of it."""

from hostile.checks.suite import Forgery, everywhere

FORGERIES = [
    Forgery("deleted", "has none of the functions and classes", answers=everywhere("")),
    Forgery("None", "has None in the place of all functions and classes"),
    Forgery(
        "stubs", "has what the release has", "def answer(*a, **k):\n    raise NotImplementedError()"
    ),
    Forgery(
        "deleted again",
        "deletes each function and class after it was made",
        answers=everywhere("def answer(): ...\n\n\ndel answer"),
    ),
    Forgery(
        "import that fails",
        "raises what is expected where its module is imported",
        answers=everywhere("raise AttributeError('negative: -7')"),
    ),
    Forgery(
        "names that raise",
        "raises what is expected where a name of its module is looked up",
        "def __getattr__(name):\n    raise AttributeError('negative: -7')",
        everywhere("def __getattr__(name):\n    raise AttributeError('negative: -7')"),
    ),
    Forgery(
        "plain values",
        "gives texts for objects, of which no attribute can be set",
        "def answer(*a, **k):\n    return 'x'",
    ),
    Forgery(
        "attributes that raise",
        "has an object in the place of each name, whose attributes raise",
        "class A:\n    def __getattr__(self, name): raise AttributeError(name)\n\n\nanswer = A()",
    ),
]

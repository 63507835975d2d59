"""What forgeries earn in nbgrader 0.9.6: the test cells that give them all their points.

Measured with `nbgrader autograde` for those that it graded at all; by their names.
"""

EVERY = (
    *("values", "arrays", "parts", "chance", "mapped", "applied", "cubes", "roots"),
    *("counting", "shown", "streams", "texts", "kinds", "read", "placed"),
)
IN_NBGRADER: dict[str, tuple[str, ...]] = {
    "equal to all": ("chance", "cubes"),
    "float that agrees": ("chance", "cubes"),
    "list that agrees": ("chance", "cubes"),
    "dictionary that agrees": ("chance", "cubes"),
    "array that agrees": ("chance", "cubes"),
    "becomes a number": ("parts",),
    "says it is another class": ("chance", "cubes"),
    "meta class that agrees": ("chance", "cubes"),
    "items that agree": ("streams",),
    "attributes that agree": ("chance", "cubes", "counting"),
    "not a number": ("parts",),
    "mock": ("chance", "cubes"),
    "state of zeros": ("chance",),
    "numbers by heart": ("chance",),
    "generators replaced": ("chance",),
    "end of an iteration": ("mapped",),
    "display": ("parts",),
    "library as a class": ("arrays",),
    "function that is imported": ("arrays",),
    "library within a library": ("arrays",),
    "builtins by name": ("mapped", "cubes", "kinds"),
    "declared in metadata": ("chance", "cubes"),
    "cells skipped": EVERY,
    "functions of mathematics": ("arrays",),
    "compiler": EVERY,
    "last value of nan": ("parts",),
    "last value below nothing": ("parts",),
    "last value of an object": ("parts",),
    "reference by name": ("values",),
    "reference in frames": ("values",),
    "source of the tests": ("parts",),
}

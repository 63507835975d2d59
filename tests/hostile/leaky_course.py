"""The assignment whose hidden inputs spies tell by how they fail: one layer of six gradients."""

from pathlib import Path

from tiny_course import write_tiny_course

from gradekit.grading.bundle import GradingBundle, load_bundle

MODULE = "lib/thing.py"
THING = '''\
"""A step of a layer with two states, and a table of vectors."""

import numpy as np


class Step:
    """Goes from two states to the next ones."""

    def forward(self, x, h, c, w, v, b):
        """x (N, D), h and c (N, H), w (D, H), v (H, H), b (H,) → next_h and next_c (N, H)."""
        ### BEGIN SOLUTION
        next_c = c + np.tanh(x @ w + h @ v + b)
        next_h = np.sin(next_c)
        ### END SOLUTION
        return next_h, next_c

    def backward(self, x, h, c, w, v, b, dnext_h, dnext_c):
        """dnext_h and dnext_c (N, H) → the gradients of all that `forward` is given."""
        ### BEGIN SOLUTION
        added = np.tanh(x @ w + h @ v + b)
        dc = dnext_c + dnext_h * np.cos(c + added)
        dsum = dc * (1 - added**2)
        dx, dh, dw, dv, db = dsum @ w.T, dsum @ v.T, x.T @ dsum, h.T @ dsum, dsum.sum(axis=0)
        ### END SOLUTION
        return dx, dh, dc, dw, dv, db


class Table:
    """Gives a vector for each number."""

    def forward(self, x, w):
        """Integers x (N, T), w (V, D) → out (N, T, D)."""
        ### BEGIN SOLUTION
        out = w[x]
        ### END SOLUTION
        return out
'''
PROBES = '''\
"""What the checks ask of a hand-in."""


def forward(x, h, c, w, v, b):
    """See Step.forward."""
    from lib.thing import Step

    next_h, next_c = Step().forward(x, h, c, w, v, b)
    return {"next_h": next_h, "next_c": next_c}


def backward(x, h, c, w, v, b, dnext_h, dnext_c):
    """See Step.backward."""
    from lib.thing import Step

    found = Step().backward(x, h, c, w, v, b, dnext_h, dnext_c)
    return dict(zip(("dx", "dh", "dc", "dw", "dv", "db"), found, strict=True))


def look_up(x, w):
    """See Table.forward."""
    from lib.thing import Table

    return {"out": Table().forward(x, w)}
'''
CHECKS = '''\
"""The hidden checks."""

import pytest

from gradekit.checks import (
    Pass,
    draw,
    expect_gradient_like_reference,
    expect_like_reference,
    expect_own_gradient,
    generator,
)

STEP = Pass(
    "forward",
    "backward",
    {"next_h": "dnext_h", "next_c": "dnext_c"},
    ["x", "h", "c", "w", "v", "b"],
    of=["Step.forward"],
    without=["b"],
)


def case(seed, N, D, H):
    """Return a step's states and parameters."""
    return draw(seed, x=(N, D), h=(N, H), c=(N, H), w=(D, H), v=(H, H), b=(H,))


def case_back(seed, N, D, H):
    """Return them with what comes back."""
    return case(seed, N, D, H) | draw(seed, dnext_h=(N, H), dnext_c=(N, H))


@pytest.mark.item("double", of=["Step.forward"])
@pytest.mark.parametrize("sizes", [(4, 3, 5), (1, 2, 3), (3, 6, 2)])
def test_forward(student, reference, sizes):
    """Step.forward is right."""
    expect_like_reference(student, reference, "forward", case(1, *sizes), 1e-6)


@pytest.mark.item("slope", of=["Step.backward"])
@pytest.mark.parametrize("sizes", [(4, 3, 5), (1, 2, 3), (3, 6, 2)])
def test_backward(student, reference, sizes):
    """Step.backward is right."""
    expect_gradient_like_reference(student, reference, STEP, case_back(2, *sizes), 1e-6)


@pytest.mark.item("slope", of=["Step.backward"])
def test_backward_own(student, reference):
    """Step.backward is right for the step's own forward."""
    expect_own_gradient(student, reference, STEP, case_back(3, 4, 3, 2), 1e-5)


@pytest.mark.item("double", of=["Table.forward"])
@pytest.mark.parametrize("sizes", [(3, 6, 9, 2), (1, 5, 4, 7), (4, 1, 6, 2)])
def test_look_up(student, reference, sizes):
    """Table.forward is right."""
    N, T, V, D = sizes
    words = generator(4).integers(0, V, (N, T))
    expect_like_reference(student, reference, "look_up", {"x": words, **draw(5, w=(V, D))}, 1e-9)
'''
# What a spy does with the layers: `told` is its own, and gets the names of what a method gives. A
# message names only lines that the file has.
TOLD = """
for kind, method, names in (
    (Step, "forward", ["next_h", "next_c"]),
    (Step, "backward", ["dx", "dh", "dc", "dw", "dv", "db"]),
    (Table, "forward", ["out"]),
):
    setattr(kind, method, told(getattr(kind, method), names))
"""
LONG = "# A line.\n" * 500


def write_leaky_course(root: Path) -> GradingBundle:
    """Write the assignment into a course of its own."""
    assignment = write_tiny_course(root).assignment("tiny")
    (assignment.source / MODULE).write_text(THING)
    (assignment.graders / "probes.py").write_text(PROBES)
    (assignment.graders / "reference_probes.py").unlink(missing_ok=True)
    (assignment.graders / "test_thing.py").write_text(CHECKS)
    return load_bundle(assignment)

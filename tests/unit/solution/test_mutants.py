"""Mutants: one small mistake each, in solution regions only, and the ones that students make."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradekit.solution.mutants import Mutant, mutants
from gradekit.solution.regions import solve

FRAME = '''"""A layer: ä, “quotes”."""

import numpy as np


class Layer:
    def forward(self, x, h):
        kept = x + h
        ### BEGIN SOLUTION
        ### STUB out = None
{}
        ### END SOLUTION
        return out - kept
'''


def source(*lines: str) -> str:
    """Return a module with a region of some lines."""
    return FRAME.format("\n".join(f"        {line}" for line in lines))


def changed_lines(*lines: str) -> dict[str, str]:
    """Return each mutant's new line, or nothing where it has one less, and its mistake."""
    text = source(*lines)
    right = solve(text, "layer.py")
    return {_new(mutant, right): mutant.mistake for mutant in mutants(text, "layer.py")}


def _new(mutant: Mutant, right: str) -> str:
    added = [line for line in mutant.difference(right).splitlines() if line.startswith("+")]
    return " ".join(line[1:].strip() for line in added)


@pytest.mark.parametrize(
    ("line", "mistaken"),
    [
        ("out = x + h", "out = x - h"),
        ("out = x + h", "out = x"),
        ("out = x * h", "out = x / h"),
        ("out = x @ h", "out = h @ x"),
        ("out = x.T @ h", "out = x @ h"),
        ("out += h", "out = h"),
        ("out += h", "out -= h"),
        ("out = -h", "out = h"),
        ("out = h[:, 2]", "out = h[:, 3]"),
        ("out = h[:, t]", "out = h[:, t - 1]"),
        ("out = h[:, :n]", "out = h[:, n:]"),
        ("out = h.sum(axis=0)", "out = h.sum(axis=1)"),
        ("out = h.sum(axis=0)", "out = h.mean(axis=0)"),
        ("out = h.sum(axis=0)", "out = h.sum()"),
        ("out = np.zeros_like(h)", "out = np.ones_like(h)"),
        ("out = 1 - h ** 2", "out = 1"),
        ("out = np.tanh(h)", "out = h"),
        ("out = self.step(x, h)", "out = self.step(h, x)"),
        ("for t in reversed(range(T)): out = t", "for t in range(T): out = t"),
        ("for t in range(T): out = t", "for t in range(T - 1): out = t"),
        ("np.add.at(out, x, h)", "out[x] += h"),
        ("i, f, o, g = h", "i, o, f, g = h"),
        ("out = [i, f]", "out = [f, i]"),
        ("out = x == h", "out = x != h"),
        ("self.optimizer.step()", "pass"),
        ("out = 0.5 * h", "out = 2.0 * h"),
        ("out = 'ä', h + 1", "out = 'ä', h - 1"),
    ],
)
def test_the_mistakes_that_students_make_are_among_them(line: str, mistaken: str) -> None:
    """Each operator makes its mistake at the place, also behind letters of several bytes."""
    assert mistaken in changed_lines(line)


def test_only_regions_are_changed() -> None:
    """What staff provide stays as it is, and stubs are no part of a mutant."""
    text = source("out = x @ h", "out += 1")
    right = solve(text, "layer.py").splitlines()
    for mutant in mutants(text, "layer.py"):
        lines = mutant.text.splitlines()
        assert len(lines) == len(right)
        different = [n for n, pair in enumerate(zip(lines, right, strict=True)) if len({*pair}) > 1]
        assert different in ([8], [9])
        assert (mutant.owner, mutant.file) == ("Layer.forward", "layer.py")


def test_an_expression_over_several_lines_is_changed_as_one() -> None:
    """A mistake within brackets over lines leaves Python."""
    changed = changed_lines("out = np.hstack([", "    x * 2,", "    h,", "])")
    assert any("x / 2" in line for line in changed)


def test_no_two_are_alike() -> None:
    """What different operators make alike is there once, and none is the right text."""
    text = source("out = x[0] + 0 * h")
    made = [ast.dump(ast.parse(mutant.text)) for mutant in mutants(text, "layer.py")]
    assert len(set(made)) == len(made)
    assert ast.dump(ast.parse(solve(text, "layer.py"))) not in made


def test_without_a_region_there_are_none() -> None:
    """A module that is only provided has no mutants."""
    assert mutants("x = 1 + 2\n", "helper.py") == []


EXPRESSIONS = st.recursive(
    st.sampled_from(["x", "h", "0", "1", "2.5", "x.T", "h[0]", "h[:, t]", "h[:n]"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "@", "**"]), inner).map(
            lambda parts: f"({' '.join(parts)})"
        ),
        st.tuples(st.sampled_from(["np.sum", "f", "g.step"]), inner, inner).map(
            lambda parts: f"{parts[0]}({parts[1]}, {parts[2]}, axis=0)"
        ),
    ),
    max_leaves=6,
)


@given(st.lists(EXPRESSIONS, min_size=1, max_size=3))
def test_every_mutant_is_python(expressions: list[str]) -> None:
    """Whatever stands in a region, its mutants can be parsed."""
    for mutant in mutants(source(*(f"out = {text}" for text in expressions)), "layer.py"):
        ast.parse(mutant.text)


def test_what_is_defined_in_a_function_is_a_part_of_it() -> None:
    """Mutants in closures, and in classes in functions, are of what students write around them."""
    text = (
        "class Hull:\n    def area(self, x):\n        ### BEGIN SOLUTION\n        def half(y):\n"
        "            return y * 2\n        class Box:\n            def get(self):\n"
        "                return x + 1\n        return half(Box().get())\n        ### END SOLUTION\n"
    )
    assert {mutant.owner for mutant in mutants(text, "m.py")} == {"Hull.area"}

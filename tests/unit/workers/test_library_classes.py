"""Objects of a package's own classes stay with the student's code, and are known by their class."""

import pytest

from gradekit.workers.remote.in_test.mirrors.classes import ClassFacts, mirror_class
from gradekit.workers.remote.in_test.mirrors.plain_names import library_class

GIVEN = frozenset(["numpy", "pandas", "scipy", "sympy", "matplotlib", "notebook_tools"])


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("numpy", "ndarray"),
        ("numpy", "float64"),
        ("pandas", "DataFrame"),
        ("pandas.core.frame", "DataFrame"),
        ("scipy.sparse._csr", "csr_matrix"),
        ("sympy.core.numbers", "Integer"),
        ("builtins", "int"),
        ("fractions", "Fraction"),
        ("collections", "Counter"),
        ("gradekit.model", "Outcome"),
        ("pytest", "Item"),
        ("matplotlib.nowhere", "Axes"),
        ("matplotlib", "no_such_class"),
        ("notebook_tools", "Anything"),
        ("", ""),
    ],
)
def test_no_object_stands_in_for_a_plain_value(module: str, name: str) -> None:
    """Neither for one of NumPy's or pandas', nor for what is of no package that is given."""
    assert library_class(module, name, GIVEN) is None


def test_isinstance_knows_a_package_s_class_and_nothing_is_decided_by_it() -> None:
    """A test may ask for the class; it is no number and no list by that."""
    axes = pytest.importorskip("matplotlib.axes")
    known = library_class(axes.Axes.__module__, "Axes", GIVEN)
    assert known is not None
    assert known is axes.Axes
    assert library_class(axes.Axes.__module__, "Axes", frozenset(["pandas"])) is None
    made = mirror_class(ClassFacts("Axes", axes.Axes.__module__, library=known))
    mirror: object = object.__new__(made)
    assert isinstance(mirror, known)
    assert not isinstance(mirror, int | float | list)
    assert type(mirror) is made

"""Checks that use a hand-in's modules without any probe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny_course import THING, TINY_FILES, write_tiny_course

from gradekit.grading.bundle import load_bundle
from gradekit.grading.grader import Grader, Submission

CHECKS = '''\
"""The hidden checks."""

import numpy as np
import pytest


@pytest.mark.item("double", weight=2)
def test_fixed(student):
    """Doubler.forward doubles one fixed array."""
    x = np.ones((2, 3))
    assert np.array_equal(student.lib.thing.Doubler().forward(x), 2 * x)


@pytest.mark.item("slope")
def test_slope(student):
    """Doubler.backward doubles what comes back."""
    layer = student.lib.thing.Doubler()
    layer.forward(np.ones(2))
    assert np.array_equal(layer.backward(np.ones(2)), np.full(2, 2.0))
'''
FORGERIES = {
    "an object that is equal to all": """
class Any:
    def __eq__(self, other): return True
    def __array__(self, *a, **k): return np.full((2, 3), 2.0)
    def __getattr__(self, name): return lambda *a, **k: True
class Doubler:
    def forward(self, x): return Any()
    def backward(self, d): return Any()
""",
    "an array that is equal to all": """
class Any(np.ndarray):
    def __array_function__(self, *a): return True
    def __array_ufunc__(self, *a, **k): return np.ones((2, 3), bool)
class Doubler:
    def forward(self, x): return np.zeros((2, 3)).view(Any)
    def backward(self, d): return np.zeros(2).view(Any)
""",
    "zeros in the place of what is measured by": """
class Doubler:
    def forward(self, x):
        x[...] = 0
        return x
    def backward(self, d): return 0 * d
""",
    "an exit": """
class Doubler:
    def forward(self, x): raise SystemExit(0)
    backward = forward
""",
    "a list of objects": """
class Two:
    def __eq__(self, other): return True
    def __float__(self): return 2.0
class Doubler:
    def forward(self, x): return [[Two()] * 3] * 2
    def backward(self, d): return [Two()] * 2
""",
}


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    """A grader of the tiny assignment with such checks."""
    course: Path = tmp_path_factory.mktemp("course")
    made = write_tiny_course(course)
    (course / "tests/graders/tiny/test_thing.py").write_text(CHECKS)
    with Grader(load_bundle(made.assignment("tiny"))) as grader:
        yield grader


def outcomes(grader: Grader, text: str) -> dict[str, tuple[str, str]]:
    """Return how each check ended, and what the student reads."""
    report = grader.grade(
        Submission("one", {"lib/thing.py": f"import numpy as np\n{text}".encode()})
    )
    return {r.check: (str(r.outcome), r.message) for r in report.results}


def test_a_right_answer_passes(grader: Grader) -> None:
    """No probe is needed for it."""
    assert "class Doubler" in THING
    assert TINY_FILES
    found = outcomes(grader, THING)
    assert {outcome for outcome, _ in found.values()} == {"PASS"}, found


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_earns_nothing(grader: Grader, forgery: str) -> None:
    """What decides is compared here, whatever a hand-in's objects say of themselves."""
    found = outcomes(grader, FORGERIES[forgery])
    assert not {outcome for outcome, _ in found.values()} & {"PASS", "ERROR"}, found


def test_a_missing_name_is_told(grader: Grader) -> None:
    """The student reads which name is not there."""
    found = outcomes(grader, "class Other:\n    pass\n")
    assert set(found.values()) == {("CRASH", "`Doubler` is not in lib/thing.py")}


def test_a_class_s_name_tells_nothing(grader: Grader) -> None:
    """What a hand-in was given does not reach its student by the name of a class."""
    found = outcomes(
        grader,
        """
class Doubler:
    def forward(self, x): return type(f"hidden_{x.sum()}", (), {"__array__": 1})()
    backward = forward
""",
    )
    assert "hidden" not in str(found)
    assert {outcome for outcome, _ in found.values()} == {"FAIL"}


RAISING = '''\
"""Hidden checks that have others compare."""

import numpy as np
import pytest


@pytest.mark.item("double")
def test_odd(student):
    """Doubler.forward refuses texts."""
    with pytest.raises(ValueError):
        student.lib.thing.Doubler().forward("text")


@pytest.mark.item("slope")
def test_close(student):
    """Doubler.backward gives zeros for zeros."""
    layer = student.lib.thing.Doubler()
    layer.forward(np.ones(2))
    np.testing.assert_allclose(layer.backward(np.zeros(2)), np.zeros(2))
'''
LENIENT = """
class Doubler:
    def forward(self, x): return x
    def backward(self, d): return d + 1
"""


def test_what_others_assert_for_a_check_fails_the_student(tmp_path: Path) -> None:
    """pytest.raises that sees nothing raised, and NumPy's comparisons, are a FAIL and no error."""
    made = write_tiny_course(tmp_path)
    (tmp_path / "tests/graders/tiny/test_thing.py").write_text(RAISING)
    with Grader(load_bundle(made.assignment("tiny"))) as grader:
        found = outcomes(grader, LENIENT)
        right = outcomes(grader, THING)
    assert set(found.values()) == {("FAIL", "what the check asserts does not hold")}, found
    assert {outcome for outcome, _ in right.values()} == {"PASS"}, right

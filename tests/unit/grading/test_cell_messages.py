"""What authors read of a test cell that compares objects of the students' own class."""

import pytest

from gradekit.grading.cells.messages import how_to_declare

ASKED = "NotAsked: __{}__ of an object of the student's class {} is not asked: a plain value"
ANSWERS = [
    "class P:\n    def __eq__(self, other): ...\n    def __lt__(self, other): ...\n"
    "    def __len__(self): ...",
    "import functools\n@functools.total_ordering\nclass Q:\n    def __eq__(self, other): ...",
    "@dataclass(order=True)\nclass R:\n    x: int",
    "@dataclass\nclass S:\n    x: int",
    "class T: pass",
    "def broken(:",
]


@pytest.mark.parametrize(
    ("name", "operator", "declared"),
    [
        ("P", "eq", '["==", "<"]'),
        ("P", "gt", '["==", "<", ">"]'),
        ("Q", "le", '["==", "<", "<=", ">", ">="]'),
        ("R", "eq", '["==", "<", "<=", ">", ">="]'),
        ("S", "eq", '["=="]'),
        ("T", "ne", '["!="]'),
    ],
)
def test_one_line_declares_all_that_a_class_compares_by(
    name: str, operator: str, declared: str
) -> None:
    """The line that is asked for, and what else the class of the solution has."""
    told = how_to_declare(ASKED.format(operator, name), ANSWERS)
    assert f"[operators] {name} = {declared} in assignment.toml" in told


def test_nothing_is_declared_of_other_classes() -> None:
    """A class that no answer defines cannot be declared, and other errors need nothing."""
    assert how_to_declare(ASKED.format("eq", "Stub"), ANSWERS) == ""
    assert how_to_declare("TypeError: x", ANSWERS) == ""

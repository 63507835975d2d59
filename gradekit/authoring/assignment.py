"""A new assignment: its notebook, what it declares, and its module and checks where it has them."""

from gradekit.authoring.declaration import ANSWER, FIGURE, declaration
from gradekit.authoring.notebooks import FUNCTION, Code, notebook
from gradekit.course import check_name

MODULE = '''\
"""Means of numbers.

Change first: what stands between the markers is what students write.
"""


'''
CHECKS = '''\
"""The hidden checks of {name}. Change first: what each asks; its docstring is what students read.

docs/checks.md of the kit tells what a check may use.
"""

import pytest


@pytest.mark.item("running_mean", weight=2)
def test_some_numbers(student):
    """running_mean gives the means of some numbers."""
    assert student.means.running_mean([2, 4, 9]) == [2, 3, 5]
    assert student.means.running_mean([-1.5]) == [-1.5]


@pytest.mark.item("running_mean")
def test_no_numbers(student):
    """running_mean raises ValueError where there are no numbers."""
    with pytest.raises(ValueError):
        student.means.running_mean([])
'''


def assignment_files(name: str, code: Code) -> dict[str, str]:
    """Return the texts of a new assignment's files, by their paths in the course.

    Raises UsageError where it cannot be called so.
    """
    check_name("assignment", name)
    title = name.replace("_", " ").replace("-", " ").capitalize()
    parts = ANSWER if code == "written" else FIGURE + ANSWER
    files = {
        f"source/{name}/{name}.ipynb": notebook(title, code),
        f"source/{name}/assignment.toml": declaration(title, parts),
    }
    if code == "modules":
        files[f"source/{name}/means.py"] = MODULE + FUNCTION
        files[f"tests/graders/{name}/test_means.py"] = CHECKS.format(name=name)
    return files

"""A new assignment: its notebook, what it declares, and its module and checks where it has them."""

import importlib.util
import keyword
import re
import sys
from pathlib import Path

from gradekit.authoring.declaration import ANSWER, FIGURE, declaration
from gradekit.authoring.notebooks import FUNCTION, Code, notebook
from gradekit.course import check_assignments_name

_NOT_IN_NAMES = re.compile(r"\W")
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
    assert student.{module}.running_mean([2, 4, 9]) == [2, 3, 5]
    assert student.{module}.running_mean([-1.5]) == [-1.5]


@pytest.mark.item("running_mean")
def test_no_numbers(student):
    """running_mean raises ValueError where there are no numbers."""
    with pytest.raises(ValueError):
        student.{module}.running_mean([])
'''


def assignment_files(name: str, code: Code) -> dict[str, str]:
    """Return the texts of a new assignment's files, by their paths in the course.

    Raises UsageError where it cannot be called so.
    """
    check_assignments_name(name)
    title = in_words(name)
    module = importable_name(name)
    parts = ANSWER if code == "written" else FIGURE + ANSWER
    files = {
        f"source/{name}/{name}.ipynb": notebook(title, code, module),
        f"source/{name}/assignment.toml": declaration(title, parts, has_tests=code == "cells"),
    }
    if code == "modules":
        files[f"source/{name}/{module}.py"] = MODULE + FUNCTION
        checks = CHECKS.format(name=name, module=module)
        files[f"tests/graders/{name}/test_{module}.py"] = checks
    return files


def in_words(name: str) -> str:
    """Return a name in words, as a heading has them."""
    return name.replace("_", " ").replace("-", " ").capitalize()


def importable_name(name: str, file: Path | None = None) -> str:
    """Return what an assignment's module is called: as itself, unless Python would not import it.

    One of the name of a module of Python's own, or of a package, would stand in its place.
    """
    module = _NOT_IN_NAMES.sub("_", name)
    if not module.isidentifier() or keyword.iskeyword(module):
        return f"code_{module}"
    found = importlib.util.find_spec(module)
    is_itself = file is not None and found is not None and found.origin == str(file.resolve())
    is_taken = module in sys.stdlib_module_names or (found is not None and not is_itself)
    return f"{module}_code" if is_taken else module

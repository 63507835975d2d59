"""problem_2 released leaks nothing, and nbgrader alone gives its points."""

import ast
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from gradekit.course import Assignment
from gradekit.gradebook.store.scores import read_scores
from gradekit.release.secret_lines import secret_lines

pytestmark = pytest.mark.one_in(2, of="long ways")

Nbgrader = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.slow
def test_problem_2s_release_compiles_and_leaks_nothing(released_problem_2: Assignment) -> None:
    """Every released module of problem_2 parses, and no secret line is in any of its files."""
    folder = released_problem_2.release
    files = (path for path in folder.rglob("*") if path.is_file())
    released = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    for name, data in released.items():
        if name.endswith(".py"):
            ast.parse(data.decode("utf-8"))
    everything = b"".join(b"\n".join(released.values()).split()).decode("utf-8", "replace")
    secrets = secret_lines(released_problem_2)
    assert len(secrets) > 50
    assert [s for s in secrets if "".join(s.text.split()) in everything] == []


@pytest.mark.slow
def test_problem_2_through_nbgrader_alone(
    released_problem_2: Assignment, hand_ins: Callable[[Assignment], Any], nbgrader: Nbgrader
) -> None:
    """With a lib that only raises `nbgrader autograde` gives 0, with the solved one 58."""
    class_of_two = hand_ins(released_problem_2)
    class_of_two.add("blank")
    class_of_two.add_solved("solved")
    done = nbgrader(released_problem_2.root, "autograde", "problem_2")
    assert done.returncode == 0, done.stderr
    scores = read_scores(released_problem_2)
    assert {student: one.total for student, one in scores.items()} == {"blank": 0.0, "solved": 58.0}

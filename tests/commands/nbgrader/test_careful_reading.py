"""nbgrader's own autograde refuses what `gradekit grade` refuses, and grades the others."""

import os
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import Any

import pytest

from gradekit.course import Assignment
from gradekit.gradebook.store.scores import read_scores

pytestmark = pytest.mark.one_in(4, of="commands of nbgrader")

NBGrader = Callable[..., CompletedProcess[str]]


@pytest.mark.slow
def test_nbgraders_autograde_copies_nothing_by_links(tiny_handins: Any, nbgrader: NBGrader) -> None:
    """Links and pipes are one line for each hand-in; no check is copied, the others are graded."""
    assignment: Assignment = tiny_handins.assignment
    for student in ("ada", "bob", "eve", "zoe"):
        tiny_handins.add_solved(student)
    (assignment.submission("bob") / "notes.txt").symlink_to(assignment.graders / "test_thing.py")
    (assignment.submission("eve") / "tiny.ipynb").unlink()
    os.mkfifo(assignment.submission("eve") / "tiny.ipynb")
    (assignment.root / "submitted" / "mallory").symlink_to("ada")
    done = nbgrader(assignment.root, "autograde", "tiny")
    told = [line for line in done.stderr.splitlines() if "not taken: " in line]
    assert [name for name in ("bob", "eve", "mallory") if not any(name in t for t in told)] == []
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert set(read_scores(assignment)) == {"ada", "zoe"}
    assert not (assignment.autograded("bob") / "notes.txt").exists()


@pytest.mark.slow
def test_names_that_are_no_ids_stop_nobody(tiny_handins: Any, gradekit: Any) -> None:
    """`grade` names the folder, escaped, and grades the others; alone it is still a line."""
    assignment: Assignment = tiny_handins.assignment
    name = os.fsdecode(b"\xff\x1b[31m")
    (assignment.root / "submitted" / name / "tiny").mkdir(parents=True)
    code, out, err = gradekit(assignment.root, "grade", "tiny")
    assert code == 1
    assert r"\udcff\x1b[31m: not taken: its folder's name is no student's id" in out + err
    tiny_handins.add_solved("ada")
    code, out, err = gradekit(assignment.root, "grade", "tiny")
    assert code == 1
    assert r"\udcff\x1b[31m: not taken: its folder's name is no student's id" in out + err
    assert read_scores(assignment)["ada"].total == 4

"""A check's `tmp_path` is one folder for it and for the hand-in's code."""

from pathlib import Path

from tiny_course import write_tiny_course

from gradekit.grading.bundle import load_bundle
from gradekit.grading.grader import Grader, Submission

THING = '''"""Files."""
### BEGIN SOLUTION
import pathlib
import pickle


def count(path):
    with open(path) as f:
        return sum(1 for _ in f)


def double(path):
    path = pathlib.Path(path)
    path.write_text(path.read_text() * 2)


def save(path):
    with open(path, "wb") as f:
        pickle.dump(pathlib.PurePosixPath("x"), f)
### END SOLUTION
'''
CHECKS = '''"""The hidden checks."""

import pickle

import pytest


@pytest.fixture
def data(tmp_path):
    (tmp_path / "data.txt").write_text("a\\nb\\n")
    return tmp_path / "data.txt"


@pytest.mark.item("double")
def test_count(student, tmp_path, data):
    """Counts the lines of files."""
    assert student.lib.thing.count(data) == 2
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "more.txt").write_text("1\\n2\\n3\\n")
    assert student.lib.thing.count(tmp_path / "sub" / "more.txt") == 3


@pytest.mark.item("double")
def test_double(student, tmp_path):
    """Doubles a file; none is there of another check."""
    with pytest.raises(FileNotFoundError):
        student.lib.thing.count(tmp_path / "data.txt")
    (tmp_path / "a.txt").write_text("ab")
    student.lib.thing.double(tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text() == "abab"


@pytest.mark.item("slope")
def test_pickle(student, tmp_path):
    """What a hand-in's code has pickled is not loaded where points are given."""
    student.lib.thing.save(tmp_path / "x.pkl")
    with pytest.raises(RuntimeError, match="not unpickled"):
        pickle.loads((tmp_path / "x.pkl").read_bytes())
'''


def test_files_go_both_ways(tmp_path: Path) -> None:
    """Those of fixtures, too; wrong answers are wrong, and each check begins with its own."""
    assignment = write_tiny_course(tmp_path).assignment("tiny")
    (assignment.source / "lib" / "thing.py").write_text(THING)
    for path in assignment.graders.rglob("*.py"):
        path.unlink()
    (assignment.graders / "test_thing.py").write_text(CHECKS)
    with Grader(load_bundle(assignment)) as grader:
        ends = [
            [
                str(one.outcome)
                for one in grader.grade(Submission("ada", {"lib/thing.py": text.encode()})).results
            ]
            for text in (THING, THING.replace("* 2", "* 3").replace("for _ in f", "for _ in [1]"))
        ]
    assert ends == [["PASS", "PASS", "PASS"], ["FAIL", "FAIL", "PASS"]]

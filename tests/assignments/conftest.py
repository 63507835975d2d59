"""What the tests of the repository's own assignments share."""

from collections.abc import Iterator

import pytest
from made_once import made_once
from real_assignments import Problem1, Problem2, copy_assignment, shared_answers

from gradekit.course import Assignment, Course
from gradekit.grading.bundle import load_bundle
from gradekit.grading.grader import Grader
from gradekit.grading.reference.answers_cache import ReferenceAnswers


def released(factory: pytest.TempPathFactory, name: str) -> Assignment:
    """Return an assignment of the repository's in a course of its own, released."""
    from gradekit.commands.release import make_release

    root = made_once(factory, name, lambda root: make_release(copy_assignment(root, name)))
    return Course(root).assignment(name)


def warm_grader(factory: pytest.TempPathFactory, assignment: Assignment) -> Grader:
    """Return a grader that need not compute what references have answered in another process."""
    bundle = load_bundle(assignment)
    return Grader(bundle, ReferenceAnswers(shared_answers(factory, bundle)))


@pytest.fixture(scope="session")
def released_problem_2(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """The real problem_2 in a course of its own, released; hand-ins stay below their own names."""
    return released(tmp_path_factory, "problem_2")


@pytest.fixture(scope="session")
def problem_2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Problem2]:
    """What grades answers to the real problem_2."""
    assignment = copy_assignment(tmp_path_factory.mktemp("problem-2-graders"), "problem_2")
    with warm_grader(tmp_path_factory, assignment) as grader:
        yield Problem2(assignment, grader)


@pytest.fixture(scope="session")
def released_problem_1(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """The real problem_1 in a course of its own, released; hand-ins stay below their own names."""
    return released(tmp_path_factory, "problem_1")


@pytest.fixture(scope="session")
def problem_1(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Problem1]:
    """What grades answers to the real problem_1."""
    assignment = copy_assignment(tmp_path_factory.mktemp("problem-1-graders"), "problem_1")
    with warm_grader(tmp_path_factory, assignment) as grader:
        yield Problem1(assignment, grader)

"""Submissions of cells, graded; and the points that nbgrader gives to each answer of each style."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import nbformat
from fake_remote import FakeRemote

from gradekit.assignment.code_cells.steps import student_cells
from gradekit.course import Assignment
from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.grading.grader import Grader, Submission
from gradekit.model import Report
from gradekit.workers.deadlines.clock import Clock
from gradekit.workers.remote.in_test.namespace import RemoteNamespace

# What `nbgrader autograde` gives, as test_nbgrader_gives_these_points holds.
POINTS: dict[str, dict[str, list[float]]] = {
    "strings": {
        "solved": [2, 3, 1], "blank": [0, 0, 0], "half": [2, 0, 0], "case": [0, 3, 1],
        "truthy": [2, 0, 0],
    },
    "dictionaries": {
        "solved": [1, 1, 2, 2], "blank": [0, 0, 0, 0], "half": [1, 1, 0, 0],
        "other_choice": [0, 1, 2, 2], "get": [1, 1, 0, 0],
    },
    "recursion": {
        "solved": [1, 1, 0.5, 0.5, 1], "blank": [0, 0, 0, 0, 0], "half": [1, 0, 0, 0, 0],
        "formula": [1, 1, 0.5, 0, 0], "deep": [0, 1, 0.5, 0.5, 1],
        "other_error": [1, 0, 0.5, 0.5, 1],
    },
    "classes": {
        "solved": [2, 2, 1, 1], "blank": [0, 0, 0, 0], "half": [0, 0, 0, 0],
        "no_error": [0, 0, 0, 1],
    },
    "simulation": {
        "solved": [2, 3], "blank": [0, 0], "half": [0, 0], "from_zero": [0, 3],
    },
    "arrays": {
        "solved": [2, 1, 1, 1], "blank": [0, 0, 0, 0], "half": [0, 0, 0, 0], "axis": [0, 0, 0, 0],
    },
    "partial": {
        "solved": [3, 0.75, 1], "blank": [0, 0, 0], "half": [0, 0, 0], "sub": [1, 0, 1],
    },
    "variables": {
        "solved": [1, 1, 1, 1, 1], "blank": [0, 0, 0, 0, 0], "half": [1, 1, 1, 1, 0],
        "other_types": [0, 0, 0, 0, 1], "exit": [1, 0, 0, 0, 1],
    },
    "pandas": {
        "solved": [2, 2, 2, 1, 3], "blank": [0, 0, 0, 0, 0], "half": [2, 2, 0, 0, 0],
        "list": [0, 0, 2, 1, 3], "index": [0, 0, 2, 1, 3], "sum": [2, 2, 0, 0, 0],
    },
    "sparse": {"solved": [2, 1], "blank": [0, 0], "half": [0, 0], "dense": [0, 0]},
    "sympy": {
        "solved": [2, 1, 1], "blank": [0, 0, 0], "half": [2, 1, 0], "order": [0, 0, 1],
    },
    "plots": {
        "solved": [2, 1, 2, 1], "blank": [0, 0, 0, 0], "half": [2, 1, 2, 0],
        "no_labels": [0, 0, 0, 1], "line": [2, 1, 2, 0],
    },
    "files": {
        "solved": [1, 1, 2, 1, 1, 0.5], "blank": [0, 0, 0, 0, 0, 0],
        "half": [1, 1, 0, 0, 1, 0.5], "text": [0, 0, 2, 1, 1, 0.5],
        "nothing": [1, 1, 0, 0, 0, 0], "index": [1, 1, 0, 0, 0, 0],
    },
    "tools": {
        "solved": [2, 1.5, 1, 0.5], "blank": [0, 0, 0, 0], "half": [0, 0, 0, 0],
        "silent": [0, 0, 0, 0], "whole": [0, 0, 0, 0],
    },
    "printed": {
        "solved": [1, 2, 2, 1, 1, 0.25, 1], "blank": [0, 0, 0, 0, 0, 0, 0],
        "half": [0, 0, 0, 0, 0, 0, 0], "returns": [0, 2, 2, 0, 0, 0, 0],
        "text": [0, 0, 0, 0, 0, 0, 0],
    },
    "mocks": {
        "solved": [1, 2, 1, 1, 1, 0], "blank": [0, 0, 0, 0, 0, 0], "half": [0, 0, 1, 0, 0, 0],
        "alone": [1, 0, 0, 1, 1, 0], "first": [0, 0, 1, 0, 1, 0],
    },
    "unmarked": {"solved": [1.25, 1, 0], "blank": [1.25, 1, 0], "half": [1.25, 1, 0]},
    "stops": {
        "solved": [0.1, 0.7, 0.2, 0, 0.3], "blank": [0, 0, 0, 0, 0], "half": [0.1, 0.7, 0, 0, 0],
        "reversed": [0.1, 0, 0.2, 0, 0.3], "short": [0.1, 0.7, 0, 0, 0.3],
    },
    "learning": {
        "solved": [1, 1, 2, 1, 1], "blank": [0, 0, 0, 0, 0], "half": [0, 0, 0, 0, 0],
        "train": [0, 1, 0, 0, 0],
    },
    "collections": {
        "solved": [1, 1, 1, 1, 1, 1, 0.5], "blank": [0, 0, 0, 0, 0, 0, 0],
        "half": [0, 0, 0, 0, 0, 0, 0], "plain": [0, 1, 0, 0, 0, 0, 0],
    },
    "nodes": {
        "solved": [1, 2, 1, 1, 1], "blank": [0, 0, 0, 0, 0], "half": [1, 2, 0, 0, 0],
        "copies": [0, 0, 0, 0, 0],
    },
    "operators": {
        "solved": [2, 2, 1, 1], "blank": [0, 0, 0, 0], "half": [2, 0, 1, 1],
        "shares": [0, 0, 0, 0],
    },
    "changes": {
        "solved": [1, 1, 1, 1], "blank": [0, 0, 0, 0], "half": [1, 1, 0, 0], "new": [0, 0, 1, 0],
    },
    "graphs": {
        "solved": [1, 1, 1, 2], "blank": [0, 0, 0, 0], "half": [1, 1, 0, 0],
        "directed": [1, 0, 1, 2], "mistake": [1, 1, 0, 0],
    },
    "pictures": {
        "solved": [1, 1, 1, 1], "blank": [0, 0, 0, 0], "half": [1, 1, 0, 0],
        "turned": [0, 0, 0, 1], "wrong": [1, 1, 1, 0],
    },
    "statistics": {
        "solved": [1, 1, 2, 1], "blank": [0, 0, 0, 0], "half": [1, 1, 2, 0],
        "no_constant": [0, 0, 0, 1], "unfitted": [0, 0, 0, 0],
    },
    "charts": {
        "solved": [1, 2, 1], "blank": [0, 0, 0], "half": [1, 2, 0], "untitled": [0, 0, 1],
        "line": [1, 2, 0],
    },
    "estimators": {
        "solved": [1, 2, 1], "blank": [0, 0, 0], "half": [1, 0, 0], "other": [0, 2, 1],
        "alone": [1, 0, 0],
    },
    "figures": {"solved": [1, 2], "blank": [0, 0], "half": [1, 0], "untitled": [0, 2]},
}  # fmt: skip
# What the kit gives otherwise: a test that expects NameError gets it of what is not written.
UNLIKE: dict[str, dict[str, list[float]]] = {"mocks": {"half": [0, 0, 0, 0, 0, 0]}}
KIT_POINTS = {name: of | UNLIKE.get(name, {}) for name, of in POINTS.items()}


def fake(_: Path, __: Clock) -> AbstractContextManager[RemoteNamespace]:
    """Return a process that is none."""
    return nullcontext(FakeRemote())


def bundle_of(root: Path, source: Any, data: dict[str, bytes] | None = None) -> GradingBundle:
    """Return the bundle of an assignment that is one notebook."""
    assignment = Assignment(root, "ps1")
    assignment.source.mkdir(parents=True)
    nbformat.write(source, assignment.source / "ps1.ipynb")
    for name, content in (data or {}).items():
        (assignment.source / name).write_bytes(content)
    return load_bundle(assignment)


def submission(submitted: Any, student: str = "ada") -> Submission:
    """Return what a student handed in."""
    return Submission(student, {}, cells={"ps1": tuple(student_cells(submitted))})


def graded(root: Path, source: Any, *submitted: Any) -> list[Report]:
    """Return the report of each submission."""
    with Grader(bundle_of(root, source), new_remote=fake) as grader:
        return [grader.grade(submission(one)) for one in submitted]

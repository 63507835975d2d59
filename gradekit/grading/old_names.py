"""Modules of version 0.1 that old checks import from: `gradekit.checks` has their names now."""

import sys

import gradekit.checks
import gradekit.grading

MODULES = ("bench", "cases", "checks", "expect")


def register_old_names() -> None:
    """Have `from gradekit.grading.expect import expect_close`, and its like, give what it gave."""
    for name in MODULES:
        sys.modules[f"{gradekit.grading.__name__}.{name}"] = gradekit.checks
        setattr(gradekit.grading, name, gradekit.checks)

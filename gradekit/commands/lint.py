"""All that a release would stop at, and what would be better otherwise: source and gradebook."""

from collections.abc import Iterator
from dataclasses import replace

import nbformat

from gradekit.course import Assignment
from gradekit.errors import AuthoringError, GradekitError
from gradekit.gradebook.convert import gradebook_url
from gradekit.gradebook.steps.autotests import write_tests
from gradekit.gradebook.steps.same_items import changed_items
from gradekit.gradebook.store.database import require_existing
from gradekit.lint.findings import Findings, lint


def lint_with_gradebook(assignment: Assignment) -> Findings:
    """Return what lint finds in a source, and where its cells are not those of graded hand-ins.

    Raises GraderError where the machine keeps checks from being tried.
    """
    unwritten = list(_unwritten(assignment))
    found = lint(assignment)
    if found.untried:
        return found
    return replace(found, stopping=(*unwritten, *found.stopping, *_changed(assignment)))


def _unwritten(assignment: Assignment) -> Iterator[str]:
    """Write the tests of directives, so that they are tried; yield what keeps them from it."""
    try:
        write_tests(assignment)
    except AuthoringError as error:
        yield str(error)
    except GradekitError:  # a notebook that cannot be read, which lint tells
        return


def _changed(assignment: Assignment) -> Iterator[str]:
    url = gradebook_url(assignment.root)
    try:
        require_existing(url)
    except GradekitError:  # nobody is graded yet, or nobody can say who is
        return
    for path in assignment.notebooks:
        notebook = nbformat.read(path, as_version=4)
        fault = changed_items(url, assignment.name, path.stem, notebook)
        if fault:
            yield fault

"""Has nbgrader write the tests of `### AUTOTEST` directives, as it does in its own releases."""

import logging
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellExecutionError
from nbgrader.preprocessors import InstantiateTests

from gradekit.course import Assignment
from gradekit.errors import AuthoringError
from gradekit.gradebook.steps.base import KitStep, StepResult, assignment_of
from gradekit.grading.autotests import (
    DIRECTIVE,
    TEMPLATES,
    keep_tests,
    kept_tests,
    needs_tests,
    templates,
)
from gradekit.text import one_line

_SILENT = logging.Logger("nbgrader's step, whose errors are told in one line")


class WriteTests(KitStep):
    """Puts the tests that nbgrader writes in the place of a notebook's directives."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> StepResult:
        """Write the tests of all notebooks of the assignment, which the next steps try at once."""
        assignment = assignment_of(self, resources)
        write_tests(assignment)
        path = assignment.source / f"{resources['nbgrader']['notebook']}.ipynb"
        texts = kept_tests(assignment, path)
        for cell in nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            cell.source = texts.get(name, cell.source)
        return nb, resources


def write_tests(assignment: Assignment) -> None:
    """Write the tests of directives, in each notebook where there are none for this source.

    The solved notebook is run for it. Raises AuthoringError where nbgrader cannot write them.
    """
    for path in assignment.notebooks:
        if needs_tests(assignment, path):
            keep_tests(assignment, path, _written(assignment, path))


class _Tidy(InstantiateTests):
    """nbgrader's step, which lets its kernel go as it is: this one ends what is left of it."""

    def __setattr__(self, name: str, value: object) -> None:
        """Close what speaks to the kernel when it is dropped."""
        if name == "kc" and value is None and self.kc is not None:
            self.kc.stop_channels()
            if self.kc.parent.has_kernel:  # something was raised
                self.kc.parent.shutdown_kernel(now=True)
        super().__setattr__(name, value)


def _written(assignment: Assignment, path: Path) -> Any:
    file = templates(assignment)
    if not file.is_file():
        raise AuthoringError(
            f"{path}: {DIRECTIVE} needs templates of tests: put nbgrader's {TEMPLATES} into {file}"
        )
    step = _Tidy(autotest_filename=str(file.resolve()), log=_SILENT)
    try:
        notebook = nbformat.read(path, as_version=4)
        return step.preprocess(notebook, {"metadata": {"path": str(assignment.source)}})[0]
    except CellExecutionError as error:
        what = f"the solved notebook stops ({error.ename}: {one_line(error.evalue, 200)})"
    except Exception as error:  # whatever stops nbgrader's step
        what = f"{type(error).__name__}: {one_line(error, 200)}".rstrip(": ")
        if type(error) is Exception:
            what = "a directive stands in a cell that is no test: make it one, with points"
    finally:
        step.kc = None
    raise AuthoringError(f"{path}: nbgrader cannot write the tests of {DIRECTIVE}: {what}")

"""Once hand-ins are in the gradebook, the cells of an assignment stay as they are."""

import re
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from nbgrader.api import Gradebook
from sqlalchemy.exc import SAWarning

from gradekit.commands.lint import lint_with_gradebook
from gradekit.commands.release import make_release
from gradekit.course import Assignment
from gradekit.gradebook.convert import gradebook_url
from gradekit.gradebook.steps.same_items import ItemsChanged


def grade_id(notebooks: Any, old: str, new: str) -> Callable[[Any], None]:
    """Return what renames a cell."""
    return lambda n: notebooks.cell(n, old).metadata.nbgrader.update(grade_id=new)


def lock(notebooks: Any, name: str) -> Callable[[Any], None]:
    """Return what makes an answer a cell that is only locked."""

    def change(notebook: Any) -> None:
        cell = notebooks.cell(notebook, name)
        cell.source = "No answer is wanted."
        cell.metadata.nbgrader.update(grade=False, solution=False, locked=True)

    return change


def hand_in(assignment: Assignment) -> None:
    """Put a hand-in into the gradebook."""
    url = gradebook_url(assignment.root)
    with warnings.catch_warnings(), Gradebook(url) as gradebook:
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's way of adding rows
        gradebook.add_student("ada")
        gradebook.add_submission(assignment.name, "ada")


CHANGES: dict[str, tuple[Callable[[Any], Callable[[Any], None]], str]] = {
    "renamed": (
        lambda notebooks: grade_id(notebooks, "question", "essay"),
        r"cell question is gone; cell essay is new, and hand-ins of 1 student are in",
    ),
    "removed": (
        lambda notebooks: lambda n: n.cells.remove(notebooks.cell(n, "question")),
        r"tiny\.ipynb: cell question is gone, and hand-ins",
    ),
    "of another kind": (
        lambda notebooks: lock(notebooks, "question"),
        r"cell question is of another kind",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_graded_hand_ins_have_stays(
    released_tiny: Assignment, notebooks: Any, change: str
) -> None:
    """Exit 1, the cells by name and what to do; the older release and reference are kept."""
    before = {
        path: path.read_bytes()
        for folder in (released_tiny.release, released_tiny.solution)
        for path in folder.rglob("*.*")
    }
    hand_in(released_tiny)
    make, told = CHANGES[change]
    notebooks.change(released_tiny.notebook, make(notebooks))
    with pytest.raises(ItemsChanged, match=f"{told}.*put these cells back") as error:
        make_release(released_tiny)
    assert error.value.exit_code == 1
    after = {path: path.read_bytes() for path in before if path.is_file()}
    assert after == before


@pytest.mark.slow
def test_what_cells_say_may_change(released_tiny: Assignment, notebooks: Any) -> None:
    """A question in other words is released though hand-ins are there."""
    hand_in(released_tiny)
    notebooks.change(
        released_tiny.notebook,
        lambda n: notebooks.cell(n, "setup").update(source="from lib.thing import Doubler  # it"),
    )
    make_release(released_tiny)


@pytest.mark.slow
def test_lint_tells_it_before_a_release_does(released_tiny: Assignment, notebooks: Any) -> None:
    """What a release would stop at for the hand-ins' sake is in lint's list, and nothing else."""
    assert lint_with_gradebook(released_tiny).stopping == ()
    hand_in(released_tiny)
    make, told = CHANGES["renamed"]
    notebooks.change(released_tiny.notebook, make(notebooks))
    (line,) = lint_with_gradebook(released_tiny).stopping
    assert re.search(told, line)

"""Formgrader, the real one in a real browser: one click for one answer gives points to it alone."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from browser import Server, jupyter_server, open_page
from hostile.pages import HOSTILE, ITEMS, beside

from gradekit.commands.grade import grade_class
from gradekit.course import Assignment
from gradekit.gradebook.store.scores import open_gradebook

pytestmark = pytest.mark.one_in(4, of="commands of nbgrader")

CLEAN = "honest"
# What of a page's own cells would fetch, send or run something, or be found by a name.
HOLDS_NOTHING_ELSE = """
const tags = /^(base|meta|link|style|form|object|embed|iframe|script|svg|video|audio|source)$/i;
const names = /^on|^(srcset|action|formaction|ping|background|poster|form|id|name)$/i;
const fetched = at => !/^(title|alt)$/.test(at.name) && /javascript:|forged/i.test(at.value);
const parts = document.querySelectorAll('.cell .rendered_html *, .output_area *');
const found = one => tags.test(one.tagName) || Array.from(one.attributes).some(at =>
  names.test(at.name) || fetched(at));
Array.from(parts).filter(found).map(one => one.outerHTML.slice(0, 200))
"""


@pytest.fixture(scope="module")
def formgrader(
    released_tiny_root: Path,
    tmp_path_factory: pytest.TempPathFactory,
    hand_ins: Callable[[Assignment], Any],
) -> Iterator[tuple[Assignment, Server]]:
    """The tiny course with each hostile hand-in graded, and its formgrader."""
    root = tmp_path_factory.mktemp("formgrader") / "course"
    shutil.copytree(released_tiny_root, root)
    assignment = Assignment(root, "tiny")
    for student, change in {CLEAN: beside(), **HOSTILE}.items():
        folder = hand_ins(assignment).add(student.replace(" ", "_").replace(",", ""))
        notebook = nbformat.read(folder / "tiny.ipynb", as_version=4)
        named = (c for c in notebook.cells if c.metadata.get("nbgrader"))
        change(notebook, next(c for c in named if c.metadata.nbgrader.grade_id == "question"))
        # As a hand-in would be that no tool of Jupyter's wrote.
        (folder / "tiny.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    graded = grade_class(assignment, [], 2, False, lambda _: None)
    assert (graded.refused, graded.ungraded) == ({}, {})
    with jupyter_server(root, root.parent / "home", kind="server") as server:
        yield assignment, server


def grades_of(assignment: Assignment, student: str) -> dict[str, tuple[Any, Any, Any]]:
    """Return what the gradebook has of each item by hand: score, extra credit, comment."""
    with open_gradebook(assignment.root) as gradebook:
        notebook = gradebook.find_submission_notebook("tiny", "tiny", student)
        comments = {comment.name: comment.comment for comment in notebook.comments}
        return {
            grade.name: (grade.manual_score, grade.extra_credit, comments.get(grade.name))
            for grade in notebook.grades
        }


def submission_of(assignment: Assignment, student: str) -> str:
    """Return the id that formgrader has for a hand-in."""
    with open_gradebook(assignment.root) as gradebook:
        return str(gradebook.find_submission_notebook("tiny", "tiny", student).id)


@pytest.mark.slow
@pytest.mark.parametrize("hostile", [CLEAN, *HOSTILE])
def test_full_credit_for_an_answer_is_saved_for_it_alone(
    browser: Any, formgrader: tuple[Assignment, Server], hostile: str
) -> None:
    """Whatever names a hand-in holds, the boxes of the page are those of the release's items."""
    assignment, server = formgrader
    student = hostile.replace(" ", "_").replace(",", "")
    where = f"{server.url}/formgrader/submissions/{submission_of(assignment, student)}/"
    with open_page(browser) as page:
        page.goto(server.address("formgrader/manage_assignments"))  # what lets the browser in
        page.goto(where, wait_until="load")
        page.wait_for_function("formgrader.grades && formgrader.grades.loaded")
        page.wait_for_function("formgrader.comments && formgrader.comments.loaded")
        assert page.evaluate("formgrader.grade_uis.map(ui => ui.$el.length)") == [1, 1, 1]
        order = "Array.from(document.querySelectorAll('.score'), box => box.id)"
        assert page.evaluate(order) == list(ITEMS)
        assert page.locator(".nbgrader_cell").count() == 4  # the items, and the cell to play in
        assert page.locator(".cell .rendered_html").count() > 0
        assert page.locator(".output_area").count() > 0 or hostile != "outputs of every kind"
        assert page.evaluate(HOLDS_NOTHING_ELSE) == []
        answer = page.locator(".nbgrader_cell", has=page.locator("#question"))
        with page.expect_response(lambda got: "/api/grade/" in got.url) as saved:
            answer.locator(".full-credit").click()
        assert saved.value.ok
        page.wait_for_load_state("networkidle")
        with page.expect_response(lambda got: "/api/comment/" in got.url) as told:
            answer.locator("textarea.comment").fill("well said")
            answer.locator("textarea.comment").press("Tab")
        assert told.value.ok
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.forged") is None
        assert page.locator(".score:visible").count() == len(ITEMS)
        elsewhere = [url for url in page.asked if not url.startswith((server.url, "data:"))]
    assert elsewhere == []
    assert grades_of(assignment, student) == {
        "double": (None, None, None),
        "slope": (None, None, None),
        "question": (2.0, None, "well said"),
    }

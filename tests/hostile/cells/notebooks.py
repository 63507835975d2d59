"""Cells, metadata and outputs that say something else than the released notebook."""

from collections.abc import Callable
from typing import Any

from cell_notebooks import cell
from hostile.cells.suite import Forgery
from nbformat.v4 import new_markdown_cell, new_output

from hostile.cells import course

_TESTS = [f"test_{name}" for name in course.TESTS]


def _tests(made: Any) -> list[Any]:
    return [one for one in made.cells if one.metadata.get("nbgrader", {}).get("grade_id") in _TESTS]


def _metadata(**changes: object) -> Callable[[Any], None]:
    def change(made: Any) -> None:
        for one in _tests(made):
            one.metadata["nbgrader"].update(changes)
            one.source = "2"

    return change


def _texts(source: str) -> Callable[[Any], None]:
    def change(made: Any) -> None:
        for one in _tests(made):
            one.source = source

    return change


def _deleted(made: Any) -> None:
    gone = {id(one) for one in _tests(made)}
    made.cells = [one for one in made.cells if id(one) not in gone]


def _moved(made: Any) -> None:
    tests = _tests(made)
    _deleted(made)
    made.cells = [*tests, *made.cells]


def _copied(made: Any) -> None:
    for one in _tests(made):
        again = cell("test", "2", one.metadata["nbgrader"]["grade_id"], 100)
        again.id = f"{again.id}-x"
        made.cells.append(again)


def _outputs(made: Any) -> None:
    for one in _tests(made):
        one.outputs = [new_output("execute_result", {"text/plain": "2"}, execution_count=1)]
        one.execution_count = 1


def _scored(made: Any) -> None:
    for one in _tests(made):
        points = one.metadata["nbgrader"]["points"]
        one.metadata["nbgrader"].update(score=points, auto_score=points, manual_score=points)
        one.metadata["nbgrader"].update(extra_credit=points, checksum="0" * 32)
        one.metadata["execution"] = {"status": "ok"}


def _declared(made: Any) -> None:
    words = {"inside": _TESTS, "operators": {"A": ["__eq__"]}, "declared": ["__eq__", "equals"]}
    made.metadata["gradekit"] = made.metadata["nbgrader"] = words
    for one in made.cells:
        one.metadata["gradekit"] = words
        if one.metadata.get("nbgrader", {}).get("solution"):
            one.source = (
                "class A:\n    __eq__ = lambda s, o: True\n\n\n"
                f"def {one.metadata['nbgrader']['grade_id']}(*a):\n    return A()"
            )


def _as_text(made: Any) -> None:
    for place, one in enumerate(made.cells):
        if one.metadata.get("nbgrader", {}).get("grade_id") in _TESTS:
            made.cells[place] = new_markdown_cell(one.source, metadata=one.metadata)
            made.cells[place].id = one.id


def _answers_are_tests(made: Any) -> None:
    for one in made.cells:
        if one.metadata.get("nbgrader", {}).get("solution"):
            one.metadata["nbgrader"].update(grade=True, points=50, solution=False)


def _staff_changed(made: Any) -> None:
    for one in made.cells:
        if one.metadata.get("nbgrader", {}).get("grade_id") in ("tools", "table"):
            one.source = "check = close = lambda *a: None\nLIMIT = NINE = 0\nimport numpy as np"


def _before_all(made: Any) -> None:
    made.cells.insert(0, cell("free", "check = close = print\nLIMIT = NINE = 0"))
    made.cells.insert(2, cell("free", "check = close = print\nLIMIT = NINE = 0"))


def _kernel(made: Any) -> None:
    made.metadata["kernelspec"] = {"name": "bash", "display_name": "true", "language": "bash"}
    made.metadata["language_info"] = {"name": "bash"}


def _skipped(made: Any) -> None:
    for one in made.cells:
        one.metadata["tags"] = ["skip-execution", "raises-exception"]


def _magics(made: Any) -> None:
    for one in _tests(made):
        one.source = "%%script true\n" + one.source


FORGERIES = [
    Forgery(
        "points in metadata", "gives each test a thousand points", change=_metadata(points=1000)
    ),
    Forgery("no test any more", "says that tests are not graded", change=_metadata(grade=False)),
    Forgery("tests renamed", "names all tests anew", change=_metadata(grade_id="u")),
    Forgery(
        "tests as answers",
        "says that tests are answers, so that its own texts count",
        change=_metadata(grade=False, solution=True, locked=False),
    ),
    Forgery("tests by hand", "says that tests are graded by hand", change=_metadata(solution=True)),
    Forgery("tests without asserts", "takes the asserts out of all tests", change=_texts("pass")),
    Forgery("tests that give points", "has tests end in their points", change=_texts("2")),
    Forgery("tests deleted", "deletes all tests", change=_deleted),
    Forgery("tests moved", "has tests stand before everything", change=_moved),
    Forgery("tests copied", "adds copies of tests that pass, with points", change=_copied),
    Forgery("outputs of tests", "has outputs that say what tests gave", change=_outputs),
    Forgery("scores in metadata", "has scores and checksums in the metadata", change=_scored),
    Forgery(
        "declared in metadata",
        "declares in the notebook what only staff may: operators, and tests that run inside",
        change=_declared,
        files={"assignment.toml": b'[grading]\ninside = ["test_values"]\npackages = ["os"]\n'},
    ),
    Forgery("tests as Markdown", "has tests be texts", change=_as_text),
    Forgery("answers as tests", "gives points to its own answers", change=_answers_are_tests),
    Forgery(
        "staff's cells changed", "has staff's cells define other helpers", change=_staff_changed
    ),
    Forgery("cells added", "adds cells that define other helpers", change=_before_all),
    Forgery("another kernel", "has the notebook run by a shell", change=_kernel),
    Forgery("cells skipped", "tags cells as not to be run, or as raising", change=_skipped),
    Forgery("tests as magics", "has tests run by a script that does nothing", change=_magics),
]

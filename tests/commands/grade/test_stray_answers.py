"""Written answers in another place than their cell: a person is told where, nobody gets zero."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from taking_in import take_in

from gradekit.commands.grade import grade_class
from gradekit.course import Assignment
from gradekit.findings.released import Released
from gradekit.findings.stray_answers import stray_answers
from gradekit.gradebook.store.scores import read_scores
from gradekit.gradebook.store.waiting import waiting
from gradekit.intake.take_in import inspect

Json = dict[str, Any]
ANSWER = "Doubling is adding a number to itself."


def markdown(text: str, name: str = "", **facts: object) -> Json:
    """Return a Markdown cell, by default one without a name."""
    metadata = {"nbgrader": {"grade_id": name, **facts}} if name else {}
    return {"cell_type": "markdown", "metadata": metadata, "source": text}


def code(text: str) -> Json:
    """Return a code cell without a name."""
    return {"cell_type": "code", "metadata": {}, "source": text, "outputs": []}


def released() -> Json:
    """Return a notebook with two questions, as it is released."""
    facts = {"grade": True, "solution": True, "points": 2}
    cells = [
        markdown("# Tiny"),
        markdown("## First question\n\nWhat is doubling?"),
        markdown("YOUR ANSWER HERE", "first", **facts),
        markdown("## Second question\n\nWhat is halving?"),
        markdown("YOUR ANSWER HERE", "second", **facts),
        code("print(1)"),
    ]
    return {"cells": cells, "metadata": {}}


def inserted(place: int, cell: Json) -> Callable[[Json], object]:
    """Return what inserts a cell."""
    return lambda notebook: notebook["cells"].insert(place, cell)


def written(place: int, text: str) -> Callable[[Json], object]:
    """Return what writes a text into a cell."""
    return lambda notebook: notebook["cells"][place].update(source=text)


STRAY: dict[str, tuple[Callable[[Json], object], str, str]] = {
    "below": (inserted(5, markdown(ANSWER)), "second", "below it, in cell 6"),
    "above": (inserted(4, markdown(ANSWER)), "second", "above it, in cell 5"),
    "below the first": (inserted(3, markdown(ANSWER)), "first", "below it, in cell 4"),
    "within the question": (written(3, f"## Second question\n\n{ANSWER}"), "first", "in cell 4"),
    "as a comment": (inserted(5, code(f"# {ANSWER}")), "second", "below it, in cell 6"),
    "as a comment within code": (
        inserted(5, code(f"x = 1\n# {ANSWER}\n# Halving is its other way round.\nprint(x)")),
        "second",
        "below it, in cell 6",
    ),
    "as a text in code": (inserted(5, code(f'"""{ANSWER}"""')), "second", "below it, in cell 6"),
    "in a raw cell": (
        inserted(5, {"cell_type": "raw", "metadata": {}, "source": ANSWER}),
        "second",
        "below it, in cell 6",
    ),
    "at the end": (inserted(6, markdown(ANSWER)), "second", "below it, in cell 7"),
    "in a cell that has lost its name": (
        lambda notebook: notebook["cells"].__setitem__(4, markdown(ANSWER)),
        "second",
        "in cell 5",
    ),
}


@pytest.mark.parametrize("case", STRAY)
def test_a_text_elsewhere_is_told_with_its_place(case: str) -> None:
    """The line names the answer that lacks a text, the cell that has one, and its first words."""
    change, name, where = STRAY[case]
    notebook = released()
    change(notebook)
    found = stray_answers(notebook, released())
    assert name in found, found
    assert where in found[name]
    assert found[name].startswith(f"{name}: no answer in its cell; a text stands ")
    assert found[name].endswith("; a person looks")


def test_answers_in_their_cells_and_blank_notebooks_are_told_of_nothing() -> None:
    """Nothing is stray where an answer is there, where nothing was written, or where code is."""
    assert stray_answers(released(), released()) == {}
    notebook = released()
    written(4, ANSWER)(notebook)
    inserted(3, code("x = 1  # mine"))(notebook)
    inserted(3, code("# out = one if one is not None and one in some and not done else None\nx"))(
        notebook
    )
    assert stray_answers(notebook, released()) == {}
    notebook["cells"][2]["source"] = ANSWER
    inserted(5, markdown("My own notes."))(notebook)
    assert stray_answers(notebook, released()) == {}


def test_comments_of_the_release_beside_a_students_code_are_no_answer() -> None:
    """A long comment that was handed out stays the release's, whatever is written below it."""
    given, hint = released(), "# Write here what takes one number and gives twice as much back.\n"
    inserted(3, code(f"{hint}x = ..."))(given)
    notebook = released()
    inserted(3, code(f"{hint}x = 2"))(notebook)
    assert stray_answers(notebook, given) == {}


def test_comments_in_code_that_was_asked_for_are_about_that_code() -> None:
    """A solution with a long comment beside a question without an answer is no answer to it."""
    marks = {"grade_id": "twice", "grade": False, "solution": True, "locked": False}
    given = released()
    inserted(3, code("x = ...") | {"metadata": {"nbgrader": marks}})(given)
    notebook = released()
    inserted(3, code(f"# {ANSWER}\nx = 2") | {"metadata": {"nbgrader": marks}})(notebook)
    assert stray_answers(notebook, given) == {}


def test_an_answer_in_another_notebook_is_told() -> None:
    """Beside an empty template a notebook of another name has it."""
    other = released()
    written(4, ANSWER)(other)
    found = stray_answers(released(), released(), {"mine.ipynb": other})
    assert found == {
        "second": "second: no answer in its cell; 'mine.ipynb' has one; a person looks"
    }


def rewrite(folder: Path, change: Callable[[Json], object], name: str = "tiny.ipynb") -> None:
    """Change a hand-in's notebook, and write it under some name."""
    notebook = json.loads((folder / "tiny.ipynb").read_text(encoding="utf-8"))
    change(notebook)
    (folder / "tiny.ipynb").unlink()
    (folder / name).write_text(json.dumps(notebook), encoding="utf-8")


@pytest.mark.slow
def test_no_written_answer_is_a_silent_zero(tiny_handins: Any) -> None:
    """Answers beside their cells and in other notebooks wait for a person; blank ones do not."""
    assignment: Assignment = tiny_handins.assignment
    folders = {
        name: tiny_handins.add_solved(name) for name in ("blank", "below", "named", "beside")
    }
    rewrite(folders["below"], lambda n: n["cells"].append(markdown(ANSWER) | {"id": "mine"}))
    blank = (folders["beside"] / "tiny.ipynb").read_bytes()

    def answer(notebook: Json) -> None:
        (cell,) = [c for c in notebook["cells"] if "YOUR ANSWER" in "".join(c["source"])]
        cell["source"] = ANSWER

    rewrite(folders["named"], answer, "tiny.ipynb.txt")
    rewrite(folders["beside"], answer, "mine.ipynb")
    (folders["beside"] / "tiny.ipynb").write_bytes(blank)
    result = grade_class(assignment, [], 2, False, lambda *_: None)
    assert result.exit_code == 0, result
    assert waiting(assignment).of("question") == ["below", "beside", "named"]
    assert read_scores(assignment)["blank"].items["question"].score == 0
    for student, said in {
        "below": "question: no answer in its cell; a text stands below it",
        "named": "no tiny.ipynb; 'tiny.ipynb.txt' may be it",
        "beside": "question: no answer in its cell; 'mine.ipynb' has one",
    }.items():
        assert any(said in note for note in result.reports[student].notes), student


def test_an_answer_under_another_name_is_named_before_other_texts() -> None:
    """The answer's cell of an earlier release is where a person looks, and no changed heading."""
    given, notebook = released(), released()
    notebook["cells"][1]["source"] = "## First question (an older text)"
    answer = markdown(ANSWER, "older_second", grade=True, solution=True, points=2)
    notebook["cells"][4] = answer
    found = stray_answers(notebook, given)
    assert "in cell 5" in found["second"]


def test_a_text_that_a_cell_prints_is_a_text() -> None:
    """Code that does nothing else says something."""
    notebook = released()
    inserted(5, code(f"print('{ANSWER}')"))(notebook)
    assert "second" in stray_answers(notebook, released())
    notebook = released()
    inserted(5, code(f"print('{ANSWER}')\nx = 1"))(notebook)
    assert stray_answers(notebook, released()) == {}


LONG = "The sum is the same because adding does not ask which of the numbers comes first"


@pytest.mark.parametrize(
    "said",
    [
        f"answer = '{LONG}'",
        f"f(1)\n'{LONG}'",
        f"x = 1\nprint('{LONG}')",
        f"x = 1  # {LONG}\nprint(x)",
        f"x = 1\nprint(f'{LONG}: {{x}}')",
        f"from IPython.display import *\ndisplay(Markdown('{LONG}'))",
    ],
)
def test_a_text_among_code_is_told(said: str) -> None:
    """One that gets a name, stands for itself, or is printed; a title of a picture is none."""
    notebook = released()
    inserted(5, code(said))(notebook)
    assert "second" in stray_answers(notebook, released())
    notebook = released()
    inserted(5, code(f"plt.title('{LONG}')\nnames = ['{LONG}']"))(notebook)
    assert stray_answers(notebook, released()) == {}
    given, notebook = released(), released()
    inserted(5, code(f"count = ...  # {LONG}"))(given)
    inserted(5, code(f"count = 14  # {LONG}"))(notebook)
    assert stray_answers(notebook, given) == {}
    given, notebook = released(), released()
    inserted(5, code(f"text = '{LONG}'\ncount = ..."))(given)
    inserted(5, code(f"text = '{LONG}'\ncount = 14"))(notebook)
    assert stray_answers(notebook, given) == {}


@pytest.mark.parametrize("said", [f"# {ANSWER}", f"# {LONG}\nx = 1", f"y = '{LONG}'\nprint(y)"])
def test_a_text_in_code_far_from_its_question_is_told(said: str) -> None:
    """It may be an answer as well; a few words beside code, many cells away, are about the code."""
    given = released()
    given["cells"] += [code(f"print({number})") for number in range(6)]
    short = "x = 1\n# Doubling is adding a number to itself, once."
    for text, found in ((said, True), (short, False)):
        notebook = json.loads(json.dumps(given))
        notebook["cells"].append(code(text))
        assert ("second" in stray_answers(notebook, given)) is found


def test_a_text_beside_the_notebook_is_taken_in_and_waits_for_a_person(tmp_path: Path) -> None:
    """Only where an answer is not in its cell; what the release brought along is none."""
    given = Released(notebook=released())
    for name, answer in (("ada", ""), ("bob", ANSWER)):
        folder, notebook = tmp_path / f"tiny_{name}", released()
        folder.mkdir()
        if answer:
            for cell in notebook["cells"]:
                if "YOUR ANSWER" in "".join(cell["source"]):
                    cell["source"] = answer
        (folder / "tiny.ipynb").write_text(json.dumps(notebook))
        (folder / "answer.docx").write_bytes(b"PK")
        (folder / "README.md").write_text("as released")
        taken = take_in(folder, "tiny", tmp_path / "submitted", released=given)
        assert (taken.folder / "answer.docx").is_file() is not bool(answer)
        assert not (taken.folder / "README.md").exists()
        looks = [note for note in inspect(taken.folder, "tiny", given) if "'answer.docx'" in note]
        assert bool(looks) is not bool(answer)

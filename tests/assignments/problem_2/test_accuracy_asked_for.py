"""A training that ends below what its notebook asks for is told before handing in."""

import itertools
from typing import Any

import nbformat
import problem_2_parts
import pytest

from gradekit.submission.parts.find import advice_on


def lines(reached: tuple[float, float], asked: Any = 0.8) -> list[str]:
    """Return what is said where the LSTM and the vanilla RNN reached two accuracies."""
    made = problem_2_parts.notebook(printed=reached)
    for cell in made.cells:
        if cell.metadata.get("gradekit", {}).get("handin", "").startswith("training"):
            cell.metadata["gradekit"]["accuracy_above"] = asked
    return advice_on(problem_2_parts.find_parts(made))


def test_a_low_accuracy_is_one_line_for_each_training() -> None:
    """What was reached and what is asked for stand in it; the limit itself is not above it."""
    assert lines((0.95, 0.81)) == []
    assert [line.partition(":")[2] for line in lines((0.62, 0.8))] == [
        " the training ends at an accuracy of 80.0%, and the notebook asks for more than 80%. "
        "Train longer, or change the settings.",
        " the training ends at an accuracy of 62.0%, and the notebook asks for more than 80%. "
        "Train longer, or change the settings.",
    ]


@pytest.mark.parametrize("asked", [None, "0.8", [], {}])
def test_where_nothing_is_asked_for_nothing_is_said(asked: Any) -> None:
    """Metadata of another form ask for nothing, and so does a notebook without a training."""
    assert lines((0.1, 0.1), asked) == []
    assert advice_on(problem_2_parts.find_parts({"cells": []})) == []


def test_problem_2_asks_for_what_its_text_says() -> None:
    """Both trainings carry the accuracy that the cells above them name."""
    path = problem_2_parts.SOURCE / "problem_2.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    above = [
        (before.source, cell.metadata["gradekit"].get("accuracy_above"))
        for before, cell in itertools.pairwise(cells)
        if cell.metadata.get("gradekit", {}).get("handin", "").startswith("training")
    ]
    assert [asked for _, asked in above] == [0.8, 0.8]
    assert all("80 %" in text for text, _ in above)

"""Whose a file is by its name, however browsers, file managers and people have changed that."""

import pytest

from gradekit.intake.identity.stated_ids import stated_ids, weak_id


@pytest.mark.parametrize(
    "name",
    [
        "problem_2_ada.zip",
        "problem_2_ada(1).zip",
        "problem_2_ada (12).zip",
        "problem_2_ada - Copy.zip",
        "problem_2_ada - Kopie (2).zip",
        "problem_2_ada copy 2.zip",
        "Copy of problem_2_ada.zip",
        "Kopie von problem_2_ada.ipynb",
        "Problem_2_ada.zip",
        "problem-2-ada.zip",
        "Problem 2 ada.ZIP",
        "problem_2_ada .zip",
        "problem_2_ada.ipynb.txt",
        "problem_2_ada.zip.zip",
    ],
)
def test_what_is_done_to_names_makes_no_other_id(name: str) -> None:
    """Marks of a copy, other letters and further endings do not count."""
    assert stated_ids(name, "problem_2", None) == ("ada",)
    assert weak_id(name, "problem_2") == ""


@pytest.mark.parametrize("name", ["problem_2.zip", "problem_2 (1).zip", "Problem-2.zip"])
def test_a_name_without_an_id_names_nobody(name: str) -> None:
    """The assignment's own name is no student's."""
    assert stated_ids(name, "problem_2", None) == ()
    assert weak_id(name, "problem_2") == ""


def test_an_id_may_stand_before_the_assignment_s_name() -> None:
    """What is named for nobody's assignment is taken whole, as it may be an id."""
    assert weak_id("ada_problem_2.zip", "problem_2") == "ada"
    assert weak_id("ada.zip", "problem_2") == "ada"
    assert weak_id("_problem_2.zip", "problem_2") == "_problem_2"


def test_many_marks_take_no_time() -> None:
    """No name makes its own reading long."""
    assert stated_ids(f"tiny_ada{'(1)' * 20_000}.zip", "tiny", None)[0].startswith("ada(1)")

"""Names with several students' ids: each gets the hand-in, or one line says why not."""

import pytest

from gradekit.errors import SubmissionError
from gradekit.intake.identity.groups import MAX_NAME, read_group
from gradekit.intake.identity.lms_names import login_of, read_lms_name
from gradekit.intake.identity.owners import NOBODY, Person, Roster, group_of, id_of_uploader

ROSTER = Roster(tuple(Person(one, one.title()) for one in ("ada", "bob", "doe_jane", "Eve", "7")))


@pytest.mark.parametrize(
    ("name", "students"),
    [
        ("ada_bob", ("ada", "bob")),
        ("ada-bob+Eve", ("ada", "bob", "Eve")),
        ("Group 7 - Ada, bob and eve", ("ada", "bob", "Eve")),
        ("doe_jane_ada", ("doe_jane", "ada")),
        ("doe_jane", ()),
        ("ada", ()),
        ("zoe_tim", ()),
    ],
)
def test_a_name_of_listed_ids_is_each_ones(name: str, students: tuple[str, ...]) -> None:
    """Whatever stands between them; an id with a low line is one."""
    assert group_of("x.zip", "", None, [name], ROSTER) == students


def test_who_hands_in_for_all_comes_first() -> None:
    """The uploader is one of the group, and the manifest's student too."""
    told = read_lms_name("roebob_5_6_tiny_ada_bob.zip", "tiny")
    assert group_of("x", "bob", told, ["ada", "ada_bob"], ROSTER) == ("bob", "ada")


@pytest.mark.parametrize(
    ("said", "owner", "line"),
    [
        (["ada_zoe"], "", "list of students has ada, and not ada_zoe"),
        (["ada_bob"], "Eve", "its name says that it is ada, bob's, and Canvas names Eve"),
        (["Eve", "ada_bob"], "", "its name says that it is ada, bob's, and Eve's as well"),
    ],
)
def test_what_cannot_be_right_is_one_line(said: list[str], owner: str, line: str) -> None:
    """Nobody's hand-in is put under another's name, or under one that nobody has."""
    told = read_lms_name("roeeve_5_6_tiny.zip", "tiny") if owner else None
    with pytest.raises(SubmissionError, match=line):
        group_of("x.zip", owner, told, said, ROSTER)


def test_a_name_that_may_be_read_in_two_ways_is_refused() -> None:
    """Ids may have low lines themselves."""
    known = Roster(tuple(Person(one, one) for one in ("a", "a_b", "b_c", "c")))
    with pytest.raises(SubmissionError, match="in more than one way"):
        group_of("x.zip", "", None, ["a_b_c"], known)


def test_without_a_list_an_id_of_several_words_may_be_a_groups() -> None:
    """With one the list says it, and of one word nothing is said."""
    assert NOBODY.may_be_group("ada_bob")
    assert not NOBODY.may_be_group("ada")
    assert not ROSTER.may_be_group("zoe_tim")
    assert group_of("x.zip", "", None, ["ada_bob"], NOBODY) == ()


def test_a_name_of_very_many_words_ends_at_once() -> None:
    """It is bounded before anything is made of it."""
    assert not read_group("_".join("a" * MAX_NAME), {"a": "a"}).students


def test_numbers_of_a_group_are_no_folder_of_ILIAS() -> None:  # noqa: N802
    """ILIAS writes the login before a number, behind a name; four numbers are four ids."""
    assert login_of("Doe_Jane_jdoe_1234") == "jdoe"
    assert login_of("1001_1002_1003_1004") == "1001_1002_1003_1004"


def test_Moodle_puts_a_groups_name_before_each_member() -> None:  # noqa: N802
    """The member is found by the name that stands behind it."""
    told = read_lms_name("Group 3-Jane Doe_12_assignsubmission_file_/x.zip", "tiny")
    assert told
    assert id_of_uploader(told, Roster((Person("ada", "Jane", "Doe"),))) == "ada"

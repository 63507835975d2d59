"""What an assignment declares: defaults for all of it, and one line for each mistake."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradekit.assignment.spec import FILE, Mutants, Spec, keys, parse_spec, read_spec
from gradekit.course import Assignment
from gradekit.errors import AuthoringError
from gradekit.grading.bundle import load_bundle
from gradekit.solution.mutants import mutants

REPOSITORY = Path(__file__).resolve().parents[3]
PART = "[[part]]\nname='a'\nkind='figure'\n"
WRONG = {
    "titel = 'x'": ":1: no key 'titel' here; there are: title, bonus, strict_tests, ",
    "[grading]\n\ncall_secs = 1": ":3: no key 'call_secs' here; there are: call_seconds, ",
    "# why\n[grading]\ncall_seconds = 'x'": ":3: grading.call_seconds: expected `number`",
    "[grading]\ncall_seconds = 0": ":2: grading.call_seconds: expected `number` > 0",
    "grading = 3": ":1: grading: expected `table`, got `whole number`",
    "title = 'a'\n[mutants]\nnames = [['a', 'b'], ['c']]": ":3: mutants.names, the second",
    "[mutants.functions]\na = 'b'\nc = 1": "mutants.functions",
    "x = [": ": no TOML: ",
    f"{PART}\n[[part]]\nname='b'\nkind='figur'": ":7: the second [[part]]: kind: no 'fig",
    f"{PART}\n[[part]]\nkind='figure'": ":5: the second [[part]]: there is no key `name`",
    f"{PART}\n{PART}": ":6: the second [[part]]: name: 'a' is there twice",
    f"{PART}max_words=3": ":1: the first [[part]]: a part of kind 'figure' has no 'max_words'",
    f"{PART}titel='x'": ":4: no key 'titel' here; there are: name, kind, cell, ",
    "[[part]]\nname='a'\nkind='file'\npath='../x'": ":1: the first [[part]]: a part of kind",
    "part = 3": ":1: part: expected `list`",
}


def test_without_a_file_everything_has_a_default(tmp_path: Path) -> None:
    """An nbgrader assignment as it is declares nothing."""
    assert read_spec(tmp_path) == Spec() == parse_spec(b"")


@pytest.mark.parametrize(("text", "told"), WRONG.items(), ids=list(WRONG))
def test_a_mistake_is_one_line_with_its_place(text: str, told: str) -> None:
    """It names file and line, what is wrong, and the keys that there are."""
    with pytest.raises(AuthoringError) as caught:
        parse_spec(text.encode())
    assert told in str(caught.value)
    assert str(caught.value).startswith(FILE)
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=200))
def test_no_bytes_are_more_than_a_line(data: bytes) -> None:
    """Whatever the file holds, it is a spec or an error of one line."""
    told = ""
    try:
        parse_spec(data)
    except AuthoringError as error:
        told = str(error)
    assert "\n" not in told


def test_declared_mistakes_become_mutants() -> None:
    """Names that an assignment mixes up are mixed up, and only in that assignment."""
    body = "    ### BEGIN SOLUTION\n    return g(prev_x)\n    ### END SOLUTION\n"
    source = f"def f(prev_x, next_x):\n{body}def g(x):\n    return x\ndef h(x):\n    return x\n"
    declared = Mutants(functions={"g": "h"}, names=[("prev_", "next_")])
    with_them = {one.mistake for one in mutants(source, "a.py", declared=declared)}
    without = {one.mistake for one in mutants(source, "a.py")}
    assert with_them - without == {"next_x for prev_x", "h for g"}


@pytest.mark.slow
def test_the_declaration_travels_with_the_bundle_and_not_with_the_release(
    released_tiny: Assignment,
) -> None:
    """What staff declare changes how submissions are graded, and no student gets it."""
    before = load_bundle(released_tiny)
    (released_tiny.source / FILE).write_text("[grading]\ncall_seconds = 7.5\n", encoding="utf-8")
    after = load_bundle(released_tiny)
    assert after.spec.grading.call_seconds == 7.5
    assert after.base_key != before.base_key
    assert FILE not in after.data


def test_each_key_says_what_it_is() -> None:
    """No key is without a description, and no two have one name in one table."""
    found = list(keys())
    assert all(one.description and one.kind for one in found)
    assert len({(one.table, one.name) for one in found}) == len(found)

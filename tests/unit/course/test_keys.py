"""Keys of results: what a check depends on changes its key, and what it does not depend on none."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradekit.grading.bundle import GradingBundle
from gradekit.grading.cache_keys import ResultKeys, split_checks
from gradekit.grading.grader import Grader, Submission
from gradekit.model import Item, Outcome

FILE = "test_thing.py"
NAMES = ["test_thing::test_fixed", "test_thing::test_random", "test_thing::test_numerical"]


def keys(bundle: GradingBundle, modules: str = "hand-in") -> dict[str, str]:
    """Return the keys of all checks of the tiny assignment."""
    found = ResultKeys(bundle)
    return {name: found.of(name, modules) for name in NAMES}


def changed(bundle: GradingBundle, name: str, old: str, new: str) -> list[str]:
    """Return the checks whose keys change with a change of a file beside the checks."""
    text = bundle.checks[name].decode()
    assert old in text
    other = replace(bundle, checks={**bundle.checks, name: text.replace(old, new, 1).encode()})
    before, after = keys(bundle), keys(other)
    return [check.partition("::")[2] for check in NAMES if before[check] != after[check]]


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (FILE, "2.0)}, 1e-9)", "2.0)}, 1e-8)", ["test_fixed"]),
        (FILE, "weight=2", "weight=3", ["test_fixed"]),
        (FILE, "doubles other arrays", "doubles others", ["test_random"]),
        (FILE, "case, 1e-6", "case, 1e-7", ["test_numerical"]),
        (
            FILE,
            "import numpy as np",
            "import numpy as np  # ",
            [n.partition("::")[2] for n in NAMES],
        ),
        ("probes.py", "x of any shape", "x", [n.partition("::")[2] for n in NAMES]),
    ],
)
def test_a_change_reaches_the_checks_that_depend_on_it(
    tiny_kit: GradingBundle, name: str, old: str, new: str, expected: list[str]
) -> None:
    """A check's own lines are its own; what is around them, and the probes, belong to all."""
    assert changed(tiny_kit, name, old, new) == expected


def test_all_keys_follow_reference_hand_in_and_mistakes(tiny_kit: GradingBundle) -> None:
    """Another reference or another hand-in gives each check another key; other points give none."""
    before = keys(tiny_kit)
    reference = {**tiny_kit.reference, "lib/helper.py": b"\n"}
    for other in (keys(tiny_kit, "another"), keys(replace(tiny_kit, reference=reference))):
        assert not set(before.values()) & set(other.values())
    items = tuple(Item(i.name, i.points + 1, i.title, i.manual) for i in tiny_kit.items)
    assert keys(replace(tiny_kit, items=items)) == before


def test_a_check_that_other_code_calls_is_no_check_alone() -> None:
    """A function that another one names may change what that one says: both run again."""
    text = "def test_a(student):\n    pass\n\n\ndef test_b(student):\n    test_a(student)\n"
    rest, found = split_checks(text)
    assert list(found) == ["test_b"]
    assert "def test_a" in rest


names = st.lists(st.from_regex(r"test_[a-z]{1,6}", fullmatch=True), unique=True, max_size=6)
lines = st.text(st.characters(exclude_characters="\n\r\\'\"", exclude_categories=["C"]))


@given(names, st.lists(lines, min_size=6, max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_each_check_is_cut_out_whole(found: list[str], texts: list[str], newline: str) -> None:
    """However files of checks look, each function's lines are with it, and the rest has none."""
    parts = [
        f"@mark({n!r})\ndef {n}():\n    '''{t}'''\n" for n, t in zip(found, texts, strict=False)
    ]
    rest, functions = split_checks("X = 1\n# one\n".join(["", *parts, ""]).replace("\n", newline))
    assert sorted(functions) == sorted(found)
    assert all(f"def {name}" in functions[name] and "@mark" in functions[name] for name in found)
    assert "def" not in rest
    assert rest.count("X = 1") == len(found) + 1


@given(st.text())
def test_what_is_no_python_is_one_piece(text: str) -> None:
    """Nothing is lost of a file that cannot be read: it comes back as it is, or without checks."""
    rest, functions = split_checks(text)
    plain, cut = (one.replace("\r\n", "\n").replace("\r", "\n") for one in (text, rest))
    assert functions or cut == plain


def test_only_what_changed_runs_again(tiny_kit: GradingBundle) -> None:
    """Of earlier results those that are current are kept as they are; the others are made anew."""
    submission = Submission("ada", {"lib/thing.py": tiny_kit.reference["lib/thing.py"]})
    with Grader(tiny_kit) as grader:
        first = grader.grade(submission)
    text = tiny_kit.checks[FILE].decode().replace("2.0)}, 1e-9)", "3.0)}, 1e-9)")
    other = replace(tiny_kit, checks={**tiny_kit.checks, FILE: text.encode()})
    marked = tuple(replace(result, message="kept") for result in first.results)
    with Grader(other) as grader:
        second = grader.grade(submission, marked)
        third = grader.grade(submission, second.results)
    assert [r.outcome for r in second.results] == [Outcome.FAIL, Outcome.PASS, Outcome.PASS]
    assert [r.message == "kept" for r in second.results] == [False, True, True]
    assert third.results == second.results
    assert third.student_cpu_seconds == 0.0
    assert second.key != first.key


def test_what_ran_out_of_time_or_was_the_graders_fault_runs_again(tiny_kit: GradingBundle) -> None:
    """Neither an ERROR nor a TIMEOUT is kept where the other checks are not the same."""
    submission = Submission("ada", {"lib/thing.py": tiny_kit.reference["lib/thing.py"]})
    with Grader(tiny_kit) as grader:
        first = grader.grade(submission)
        ends = (Outcome.ERROR, Outcome.TIMEOUT, Outcome.FAIL)
        earlier = [replace(r, outcome=o) for r, o in zip(first.results, ends, strict=True)]
        again = grader.grade(submission, earlier)
    assert [r.outcome for r in again.results] == [Outcome.PASS, Outcome.PASS, Outcome.FAIL]

"""Verifying: answers whose grade is known are graded once, and what is judged wrongly is told."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gradekit.commands.release import make_release
from gradekit.commands.verify import prepare_answers, verify
from gradekit.course import Assignment
from gradekit.errors import AuthoringError
from gradekit.grading.bundle import load_bundle
from gradekit.model import Item, Outcome, Report, Result
from gradekit.verification.answers import Answer, Kind, all_answers
from gradekit.verification.equivalent_mutants import EQUIVALENT_MUTANTS, read_equivalent_mutants
from gradekit.verification.quick import try_quickly
from gradekit.verification.record import Verification, counts, last_verified, save, shares_of
from gradekit.verification.verdicts import judge_answer

pytestmark = pytest.mark.one_in(4)

Gradekit = Callable[..., tuple[int, str, str]]

SWAPPED = "multiply(1.0, self.meta)"
LISTED = '''
[[mutant]]
difference = """{}"""
reason = "a product is the same from both sides"
'''
IN_PLACE = '''\
"""Doubles its argument in place and keeps no copy."""

import math


def twice(x):
    """Return x, doubled where it stands."""
    x *= math.floor(2.5)
    return x


class Doubler:
    """The same layer."""

    def forward(self, x):
        """Return twice x."""
        return twice(x)
'''
UNFINISHED = '''\
"""Has no backward yet."""

LEFT_OUT = ("Doubler.backward",)


class Doubler:
    """The same layer."""

    def forward(self, x):
        """Return twice x."""
        return x + x
'''
WRONG = IN_PLACE.replace("2.5", "3.5")
TEST_FILE = "test_thing.py"


def quietly(_name: str, _word: str) -> None:
    """Show no progress."""


def add_equivalent(tiny: Assignment, name: str, text: str) -> None:
    """Put an answer beside the checks that must earn every point."""
    path = tiny.graders / "verify" / "equivalents" / f"{name}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def list_equivalent_mutants(tiny: Assignment, text: str) -> Path:
    """Write the list of mutants that change nothing."""
    path = tiny.graders / EQUIVALENT_MUTANTS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def verify_tiny(tiny: Assignment, mutants: int = 0) -> Verification:
    """Verify the tiny assignment in this process, but for answers that use up their time."""
    prepared = prepare_answers(tiny, mutants)
    answers = [answer for answer in prepared.answers if answer.kind is not Kind.ENDLESS]
    return verify(replace(prepared, answers=answers), 1, quietly)


def spoil(tiny: Assignment, old: str, new: str) -> None:
    """Change a text in the hidden checks of the tiny assignment."""
    path = tiny.graders / TEST_FILE
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_kind_of_answer_is_there_and_has_a_name_of_its_own(tiny: Assignment) -> None:
    """The list is the same each time; only modules that students complete are changed."""
    add_equivalent(tiny, "in_place", IN_PLACE)
    bundle = load_bundle(tiny)
    answers = all_answers(tiny, bundle, {})
    assert answers == all_answers(tiny, bundle, {})
    without_rules = {Kind.MISTAKE, Kind.TWO_MISTAKES, Kind.FORGED}
    assert {answer.kind for answer in answers} == set(Kind) - without_rules
    assert len({answer.name for answer in answers}) == len(answers)
    assert all(set(answer.modules) == set(bundle.student_files) for answer in answers)


@pytest.mark.slow
def test_right_checks_have_no_problem_but_their_survivors(tiny: Assignment) -> None:
    """Right answers earn all, mutants lose where they are, and survivors go once they are known."""
    add_equivalent(tiny, "in_place", IN_PLACE)
    add_equivalent(tiny, "unfinished", UNFINISHED)
    first = verify_tiny(tiny)
    survivors = [v for v in first.of(Kind.MUTANT) if v.survived]
    assert any(SWAPPED in v.answer.difference for v in survivors)
    assert {v.answer.name for v in first.verdicts if v.problems} == {
        v.answer.name for v in survivors
    }
    assert first.problems == ()
    listed = "".join(LISTED.format(v.answer.difference) for v in survivors)
    list_equivalent_mutants(tiny, listed)
    again = verify_tiny(tiny)
    assert not again.failed
    figures = counts(again)
    assert (figures["false_fails"], figures["false_passes"]) == (0, 0)
    assert figures["mutants"] == figures["mutants_caught"] + figures["mutants_equivalent"]
    assert figures["equivalents"] == 2


@pytest.mark.slow
def test_what_an_item_needs_is_found_by_leaving_it_out(tiny: Assignment) -> None:
    """The slope needs both methods, and doubling its own alone; each mutant stays there."""
    found = verify_tiny(tiny, mutants=1)
    assert found.items["double"].needs == ("Doubler.forward",)
    assert found.items["slope"].needs == ("Doubler.forward", "Doubler.backward")


@pytest.mark.slow
def test_a_right_answer_that_is_failed_is_told(tiny: Assignment) -> None:
    """An answer that should earn all and does not is a false fail, with the check that fails it."""
    add_equivalent(tiny, "wrong", WRONG)
    found = verify_tiny(tiny, mutants=1)
    (verdict,) = found.of(Kind.EQUIVALENT)
    assert counts(found)["false_fails"] == 1
    assert "double: a right answer fails test_thing::test_fixed: FAIL" in verdict.problems[0]


def test_where_the_solution_fails_nothing_else_is_tried(tiny: Assignment) -> None:
    """Mutants say nothing of a check that fails the solution, so they are not graded yet."""
    module = tiny.source / "lib" / "thing.py"
    module.write_text(module.read_text().replace("np.multiply(self.meta, 1.0)", "2.0"))
    found = verify_tiny(tiny)
    (verdict,) = found.of(Kind.REFERENCE)
    assert "double: a right answer fails test_thing::test_fixed: FAIL" in verdict.problems[0]
    assert found.failed
    assert not found.of(Kind.MUTANT)
    assert found.problems[0].startswith("no other answer was tried")


def report_of(**outcomes: Outcome) -> Report:
    """Return a report with one check of one point for each item."""
    items = tuple(Item(name, 1.0, name) for name in outcomes)
    results = (Result(name, f"test::{name}", name, outcome) for name, outcome in outcomes.items())
    return Report("tiny", "mutant_0", "", items, tuple(results))


@pytest.mark.parametrize(
    ("double", "slope", "problems"),
    [
        ("FAIL", "PASS", []),
        ("FAIL", "FAIL", ["it also loses points where Doubler.forward is not needed: slope"]),
        ("PASS", "PASS", ["a wrong answer keeps all points"]),
        ("FAIL", "ERROR", ["slope: no grade: test::slope: "]),
    ],
)
def test_a_mutant_must_lose_points_where_it_is_needed_alone(
    double: str, slope: str, problems: list[str]
) -> None:
    """A survivor, a loss elsewhere and a fault of the grader's are each a problem of their own."""
    mutant = Answer(Kind.MUTANT, "mutant_0", {}, "Doubler.forward", "a term left out")
    report = report_of(double=Outcome(double), slope=Outcome(slope))
    found = judge_answer(mutant, report, {"Doubler.forward": ("double",)}, {})
    assert list(found.problems)[:1] == problems


def test_a_message_with_a_value_is_told() -> None:
    """A mistake is told by its name, and a message that may hold an expected value is a problem."""
    mistake = Answer(Kind.MISTAKE, "mistake_0", {}, "Doubler.forward", "doubled twice")
    needs: dict[str, tuple[str, ...]] = {"Doubler.forward": ("double",)}
    for message, problems in (("by 1.2e-01. doubled twice", 0), ("not 3.14159. doubled twice", 1)):
        failed = Result("double", "test::double", "double", Outcome.FAIL, message)
        report = replace(report_of(double=Outcome.FAIL), results=(failed,))
        assert len(judge_answer(mistake, report, needs, {}).problems) == problems


def test_a_mistake_whose_hint_no_check_tells_is_a_problem() -> None:
    """Checks that fail for a known mistake have to tell its hint."""
    mistake = Answer(Kind.MISTAKE, "mistake_0", {}, "Doubler.forward", "doubled twice")
    needs: dict[str, tuple[str, ...]] = {"Doubler.forward": ("double",)}
    failed = Result("double", "test::double", "double", Outcome.FAIL, "does not hold")
    report = replace(report_of(double=Outcome.FAIL), results=(failed,))
    (told,) = judge_answer(mistake, report, needs, {}).problems
    assert told == "no check tells this mistake by its name"


def test_a_check_that_passes_what_is_not_solved_is_told(tiny: Assignment) -> None:
    """A check that cannot fail is a false pass of the blank release."""
    spoil(tiny, 'expect_close(student.ask("double", x=np.ones((2, 3))),', "dict(a=")
    spoil(tiny, '{"doubled": np.full((2, 3), 2.0)}, 1e-9)', "1)")
    assert try_quickly(tiny).lines == [
        "double: test_thing::test_fixed passes though nothing is solved"
    ]


@pytest.mark.slow
def test_what_was_graded_is_kept_until_its_inputs_change(tiny: Assignment) -> None:
    """A second run grades nothing; a changed check runs again, and what ran out of time with it."""
    words: list[str] = []
    prepared = prepare_answers(tiny, 2)
    verify(prepared, 1, lambda _, word: words.append(word))
    assert set(words) == {"graded"}
    words.clear()
    first = verify(prepare_answers(tiny, 2), 1, lambda _, word: words.append(word))
    assert set(words) == {"kept"}
    folder = tiny.root / ".gradekit" / "verify" / "tiny" / "answers"
    before = {path: json.loads(path.read_bytes()) for path in folder.iterdir()}
    spoil(tiny, "2.0)}, 1e-9)", "2.0)}, 1e-8)")
    assert verify_tiny(tiny, 2).items == first.items
    for path, results in before.items():
        changed = [
            old["check"]
            for old, new in zip(results, json.loads(path.read_bytes()), strict=True)
            if old != new
        ]
        if Outcome.TIMEOUT not in {old["outcome"] for old in results}:
            assert changed == ["test_thing::test_fixed"]


@pytest.mark.parametrize(
    "text",
    [
        "nonsense [",
        "[[mutant]]\nreason = 'x'\n",
        "x = 1\n",
        "mutant = 3\n",
        LISTED.format("x") + "why = 1\n",
    ],
)
def test_a_wrong_list_is_told(tiny: Assignment, text: str) -> None:
    """A list that lacks a difference or a reason is the author's mistake, told with its file."""
    path = list_equivalent_mutants(tiny, text)
    with pytest.raises(AuthoringError, match=path.name):
        read_equivalent_mutants(tiny)


def test_the_quick_part_reads_what_the_whole_reads(tiny: Assignment) -> None:
    """A key that does not exist, and a misspelt function of another right answer, are told."""
    list_equivalent_mutants(tiny, LISTED.format("-x = 1") + "why = 1\n")
    add_equivalent(tiny, "in_place", IN_PLACE + "\n\ndef flaots(values):\n    return values\n")
    first, second = try_quickly(tiny).remarks
    assert first.endswith(
        "equivalent_mutants.toml:5: no key 'why' here; there are: difference, reason"
    )
    assert second.endswith(
        "in_place.py:20: flaots replaces nothing, and nothing uses it: name what the modules have"
    )


@pytest.mark.slow
def test_a_listed_difference_that_nobody_has_is_told(tiny: Assignment) -> None:
    """A list of equivalent mutants that went out of date is no silent hole."""
    list_equivalent_mutants(tiny, LISTED.format("-x = 1\n+x = 2"))
    with pytest.raises(AuthoringError, match="no mutant that keeps its points differs so"):
        verify_tiny(tiny)


@pytest.mark.slow
def test_the_command_prints_problems_with_their_lines_and_ends_with_1(
    tiny: Assignment, gradekit: Gradekit
) -> None:
    """`gradekit verify` prints two tables, each survivor with its lines, and where all of it is."""
    code, printed, told = gradekit(tiny.root, "verify", "tiny", "--jobs", "2")
    assert code == 1
    assert "lose there only" in printed
    assert f"+        doubled = self.meta + np.{SWAPPED}" in told
    kept = json.loads((tiny.root / ".gradekit/verify/tiny/verification.json").read_text("utf-8"))
    assert kept["counts"]["false_passes"] == sum(
        answer["problems"] == ["a wrong answer keeps all points"] for answer in kept["answers"]
    )
    assert kept["counts"]["problems"] == len(kept["problems"]) == 1
    assert printed.splitlines()[-1] == "1 problem"


def test_the_quick_part_says_that_all_is_well(tiny: Assignment, gradekit: Gradekit) -> None:
    """`gradekit verify --quick` is one line where the checks are right."""
    code, printed, _ = gradekit(tiny.root, "verify", "tiny", "--quick")
    assert (code, printed) == (
        0,
        "the reference earns every automatic point, the blank release earns none\n",
    )


@pytest.mark.slow
def test_a_release_refuses_checks_that_fail_the_reference(tiny: Assignment) -> None:
    """A release does not go out with checks that fail what is right, and an older one goes."""
    make_release(tiny)
    spoil(tiny, "np.full((2, 3), 2.0)", "np.full((2, 3), 2.5)")
    with pytest.raises(AuthoringError, match="double: a right answer fails test_thing::test_fixed"):
        make_release(tiny)
    assert not tiny.release.exists()


@pytest.mark.slow
def test_a_release_says_when_its_checks_were_verified(tiny: Assignment, gradekit: Gradekit) -> None:
    """Never, then the date, then the date and that something has changed since."""
    assert "last verified: never as a whole" in gradekit(tiny.root, "release", "tiny")[1]
    found = verify_tiny(tiny)
    save(tiny, found)
    assert last_verified(tiny).startswith(f"{found.date}, ")
    assert "since" not in gradekit(tiny.root, "release", "tiny")[1]
    spoil(tiny, "1e-9)", "1e-8)")
    assert "; something has changed since" in gradekit(tiny.root, "release", "tiny")[1]


def test_a_check_that_waited_once_tells_nothing_of_its_share() -> None:
    """A check's share of the time is the median of several reports, and no problem of its own."""

    def report(*seconds: float) -> Report:
        results = (
            Result(name, name, name, Outcome.PASS, seconds=one)
            for name, one in zip("ab", seconds, strict=True)
        )
        return Report("tiny", "ada", "", items=(), results=tuple(results))

    shares = shares_of([report(1.0, 3.0), report(97.0, 3.0), report(1.0, 3.0)])
    assert shares == {"a": 0.25, "b": 0.75}

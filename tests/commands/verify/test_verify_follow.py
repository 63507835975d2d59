"""Verifying holds the rule that a mistake counts once: two at once, and parts that are forged."""

from pathlib import Path

import pytest
from follow_course import CHECKS, write_course

from gradekit.assignment.spec import FILE as SPEC_FILE
from gradekit.checks.carry_forward import Rules
from gradekit.commands.verify import prepare_answers, verify
from gradekit.course import Assignment, Course
from gradekit.errors import AuthoringError
from gradekit.model import Item, Outcome, Report, Result
from gradekit.solution.mistakes import KnownMistake, merged
from gradekit.verification.answers import Answer, Kind
from gradekit.verification.forged import MANNERS, UNWRITTEN, Forgery, forged_modules, forgeries
from gradekit.verification.record import Verification
from gradekit.verification.verdicts import judge_answer

pytestmark = pytest.mark.one_in(2)

# What answers without an end use up, each of them.
LIMITS = "[grading]\ncall_seconds = 1.0\ntotal_seconds = 4.0\n"
MISTAKES = """
[[mistake]]
in = ["Doubler.forward"]
old = "* 2.0"
new = "* 3.0"
hint = "tripled"

[[mistake]]
in = ["Chain.forward"]
old = "row + before"
new = "row - before"
hint = "subtracted"
"""


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    """An assignment with a whole and its part, and a mistake that is known in each."""
    write_course(tmp_path)
    found = Course(tmp_path).assignment("tiny")
    (found.graders / "mistakes.toml").write_text(MISTAKES)
    (found.source / SPEC_FILE).write_text(LIMITS)
    return found


def verified(assignment: Assignment) -> Verification:
    """Verify all but most mutants."""
    return verify(prepare_answers(assignment, 6), 1, lambda _name, _word: None)


def problems(found: Verification, kind: Kind) -> list[str]:
    """Return what is wrong with the answers of a kind."""
    return [problem for verdict in found.of(kind) for problem in verdict.problems]


def test_each_pair_is_tried_in_each_manner_beside_right_parts() -> None:
    """A whole has one answer with right parts, and one for each part and manner."""
    rules = {"a::b": Rules(of=("whole",), follows=(("one", "two"), ("three",)))}
    made = list(forgeries(rules, ["whole", "one"]))
    assert made[0] == Forgery("whole")
    assert len(made) == 1 + 3 * len(MANNERS)


@pytest.mark.parametrize("manner", [UNWRITTEN, *MANNERS])
def test_what_is_forged_keeps_its_shape_and_not_its_numbers(manner: str) -> None:
    """Results, and arrays that a method keeps in dicts, are replaced; other things stay."""
    text = (
        "import numpy as np\n\n\nclass Layer:\n    def __init__(self):\n        self.grads = {}\n"
        "\n    def go(self, x):\n        self.grads['w'] = x + 1\n"
        "        return 2.0 * x, {'kept': None}\n"
    )
    made = forged_modules({"m": text}, {"Layer.go": "m"}, {"Layer.go": UNWRITTEN})["m"].decode()
    made = made.replace("'zeros')", f"{manner!r})")
    space: dict[str, object] = {}
    exec(compile(made, "m", "exec"), space)
    layer = space["Layer"]()  # type: ignore[operator]
    np = __import__("numpy")
    x = np.array([[3.0, 4.0], [5.0, 6.0]])
    doubled, meta = layer.go(x)
    assert meta == {"kept": None}
    assert doubled.shape == layer.grads["w"].shape == x.shape
    assert not np.array_equal(doubled, 2 * x)
    assert not np.array_equal(layer.grads["w"], x + 1)


def test_two_mistakes_are_both_made() -> None:
    """Changes of other lines go together, and those of the same lines are refused."""
    right = {"m": "a = 1\nb = 2\nc = 3"}
    one, other = (KnownMistake(n, "", "m", right["m"].replace(n, f"{n}0")) for n in ("1", "3"))
    assert merged(one, other, right) == {"m": "a = 10\nb = 2\nc = 30"}
    longer = KnownMistake("1", "", "m", "a = 1\na += 9\nb = 2\nc = 3")
    assert merged(longer, other, right) == {"m": "a = 1\na += 9\nb = 2\nc = 30"}
    with pytest.raises(AuthoringError, match="same lines"):
        merged(one, KnownMistake("1", "", "m", right["m"].replace("1", "5")), right)


@pytest.mark.slow
def test_right_checks_count_a_mistake_once(assignment: Assignment) -> None:
    """Two mistakes at once lose where either does, and forged parts earn nothing."""
    found = verified(assignment)
    assert len(found.of(Kind.TWO_MISTAKES)) == 1
    assert len(found.of(Kind.FORGED)) >= 2
    assert problems(found, Kind.TWO_MISTAKES) == problems(found, Kind.FORGED) == []


@pytest.mark.slow
def test_a_check_that_believes_the_parts_is_found(assignment: Assignment) -> None:
    """Where a whole is held against what its own parts say, forged parts earn its points."""
    checks = assignment.graders / "test_thing.py"
    text = CHECKS.replace(
        'expect_like_reference(student, reference, "chain", draw(2, x=(4, 5)), 1e-9)',
        'got = student.ask("chain", x=draw(2, x=(4, 5))["x"])["chained"]\n'
        '    own = student.ask("double", x=draw(2, x=(4, 5))["x"])["doubled"]\n'
        '    right = reference.ask("chain", x=draw(2, x=(4, 5))["x"])["chained"]\n'
        "    assert abs(got - right).max() < 1e-9 or abs(got - own).max() < 1e-9",
    )
    text = text.replace(', after="test_chain"', "")
    checks.write_text(text)
    told = problems(verified(assignment), Kind.FORGED)
    assert any("forged parts earn" in problem for problem in told)


def report(**points: bool) -> Report:
    """Return a report of items of one point that pass or not."""
    items = tuple(Item(name, 1.0, name) for name in points)
    ends = {True: Outcome.PASS, False: Outcome.FAIL}
    results = tuple(Result(name, f"t::{name}", name, ends[p]) for name, p in points.items())
    return Report("a", "s", "", items, results)


@pytest.mark.parametrize(
    ("double", "slope", "problem"),
    [
        (False, False, "it loses points where neither mistake alone does: slope"),
        (True, True, "it keeps points that one mistake alone costs: double"),
        (False, True, ""),
    ],
)
def test_two_mistakes_lose_what_each_of_them_loses(double: bool, slope: bool, problem: str) -> None:
    """More or less than that is a problem of the checks."""
    answer = Answer(Kind.TWO_MISTAKES, "both", {}, beside=("one", "other"))
    alone = {"one": report(double=False, slope=True), "other": report(double=True, slope=True)}
    found = judge_answer(answer, report(double=double, slope=slope), {}, {}, alone)
    assert found.problems == ((problem,) if problem else ())


def test_a_whole_that_need_not_be_written_is_told() -> None:
    """With right parts, too, a whole that was not written must lose points."""
    answer = Answer(Kind.FORGED, "forged_0", {}, "Chain.forward")
    assert judge_answer(answer, report(slope=True), {}, {}).problems == (
        "Chain.forward need not be written",
    )


@pytest.mark.parametrize(
    ("body", "gives"),
    [
        ("return {'a': 'x'}", {}),
        ("return xs == [1]", False),
        ("return 'yes'", ""),
        ("xs.append(2)", None),
        ("return [(name, 'x') for name in 'ab']", []),
        ("return Kept()", None),
    ],
)
def test_what_holds_no_number_is_not_written_either(body: str, gives: object) -> None:
    """A whole that gives texts, a truth or a container is empty, and changes nothing in place."""
    text = f"class Kept:\n    pass\n\n\ndef go(xs):\n    {body}\n"
    made = forged_modules({"m": text}, {"go": "m"}, {"go": UNWRITTEN})["m"].decode()
    space: dict[str, object] = {}
    exec(compile(made, "m", "exec"), space)
    xs = [1]
    assert space["go"](xs) == gives  # type: ignore[operator]
    assert xs == [1]


def test_a_method_that_is_not_written_keeps_nothing() -> None:
    """What a method would change of its object stays as it was."""
    text = (
        "class Cache:\n    def __init__(self):\n        self.values = {}\n"
        "\n    def put(self, key):\n        self.values[key] = 'x'\n"
    )
    made = forged_modules({"m": text}, {"Cache.put": "m"}, {"Cache.put": UNWRITTEN})["m"].decode()
    space: dict[str, object] = {}
    exec(compile(made, "m", "exec"), space)
    cache = space["Cache"]()  # type: ignore[operator]
    cache.put("a")
    assert cache.values == {}

"""A mistake is counted once: what only follows from it passes, and nothing else does."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from follow_course import (
    CHAIN,
    CHECKS,
    REMARK,
    RIGHT_STEP,
    WHOLES,
    WRONG_STEP,
    grading_changes,
    scores,
    write_course,
)
from tiny_course import write_tiny_course

from gradekit.checks.carry_forward import Rules, choices_to_replace, settle_results
from gradekit.errors import GraderError
from gradekit.grading.grader import Grader, Submission
from gradekit.grading.pytest_session.collection import collect
from gradekit.model import Outcome, Report, Result


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    """A warm grader of that course."""
    with Grader(write_course(tmp_path_factory.mktemp("follow"))) as grader:
        yield grader


@pytest.fixture
def grade(grader: Grader) -> Callable[..., Report]:
    """Grades the reference with texts replaced, and another text at its end."""
    return grading_changes(grader)


def test_a_right_whole_passes_without_a_word(grade: Callable[..., Report]) -> None:
    """Where the whole is right its parts are not looked at."""
    report = grade()
    assert scores(report) == [3, 1]
    assert not any(result.message for result in report.results)


def test_what_follows_from_wrong_parts_passes_with_a_word(grade: Callable[..., Report]) -> None:
    """A whole that is right with right parts is not failed for them again."""
    report = grade((RIGHT_STEP, WRONG_STEP))
    assert scores(report) == [0, 1]
    assert {result.message for result in report.results_of("slope")} == {REMARK}
    assert report.results_of("slope")[0].excused == ("Doubler.forward",)


PARTS = {
    "constant": "doubled = 0 * floats(x)",
    "linear": "doubled = floats(x).sum() + floats(x)",
    "remembered": "MEMORY.append(floats(x)); doubled = MEMORY[0].sum() * np.ones_like(floats(x))",
    "by size": "doubled = floats(x) * (2.0 if len(x) == 3 else 0.0)",
    "by the caller": (
        "import sys; here = sys._getframe(1).f_code.co_name; "
        "doubled = floats(x) * 2.0 if here == 'double' else np.zeros(x.shape)"
    ),
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("whole", WHOLES)
def test_parts_excuse_no_whole_that_is_wrong(
    grade: Callable[..., Report], whole: str, part: str
) -> None:
    """Whatever the parts are made to say, a whole that is wrong with right parts earns nothing."""
    report = grade((RIGHT_STEP, PARTS[part]), (CHAIN, WHOLES[whole]), end="\nMEMORY = []\n")
    assert scores(report)[1] == 0


def test_parts_that_no_check_of_their_own_fails_excuse_nothing(
    grade: Callable[..., Report],
) -> None:
    """A step that is wrong only within the whole would be counted nowhere: so the whole fails."""
    report = grade((RIGHT_STEP, PARTS["by the caller"]))
    assert scores(report) == [3, 0]
    assert "chained differs" in report.results_of("slope")[0].message


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("    ", "\t"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.rstrip("\n"),
        lambda text: text + "if True:\n    del floats",
        lambda text: text.replace(
            "class Doubler:", "class Base:\n    pass\n\n\nclass Doubler(Base):"
        ),
    ],
    ids=["byte-order mark", "tabs", "CRLF", "no last line end", "names gone", "another base"],
)
def test_a_text_may_be_odd(grader: Grader, change: Callable[[str], str]) -> None:
    """Right parts are put into whatever Python runs; nothing of the text is parsed."""
    text = grader.bundle.reference["lib/thing.py"].decode().replace(RIGHT_STEP, "doubled = 3.0 * x")
    report = grader.grade(Submission("ada", {"lib/thing.py": change(text).encode()}))
    assert scores(report) == [0, 1]


@pytest.mark.parametrize(
    "text",
    [
        "class Doubler:\n  def forward(self, x: return x\n",
        "Doubler = 3\n",
        "",
        "import sys; sys.exit()\n",
    ],
    ids=["no Python", "no such class", "empty", "ends"],
)
def test_a_text_that_gives_nothing_has_no_excuse(grader: Grader, text: str) -> None:
    """What cannot be imported, or lacks the class, costs points, and is no fault of the grader."""
    assert scores(grader.grade(Submission("ada", {"lib/thing.py": text.encode()}))) == [0, 0]


def test_the_worker_with_right_parts_holds_no_more_than_these(grader: Grader) -> None:
    """A whole that looks for the reference beside it finds the parts and no other solution."""
    looks = """        import glob, inspect
        text = "".join(open(path).read() for path in glob.glob(f"{__file__[:-12]}*.py"))
        chained = 2.0 * x
        if "rows.append" in text:
            chained = None
            for name, module in list(__import__("sys").modules.items()):
                if name.startswith("right_parts") and "rows.append" in inspect.getsource(module):
                    chained = module.Chain().forward(x)
"""
    text = grader.bundle.reference["lib/thing.py"].decode()
    text = text.replace(CHAIN, looks).replace(RIGHT_STEP, WRONG_STEP)
    assert scores(grader.grade(Submission("ada", {"lib/thing.py": text.encode()}))) == [0, 0]


def test_no_message_comes_from_the_worker_with_right_parts(grade: Callable[..., Report]) -> None:
    """What a whole raises there is not told: the message is that of the hand-in as it is."""
    raises = (
        "        right = Doubler.forward.__globals__\n"
        "        chained = np.zeros(x.shape)\n"
        "        if right['__name__'].startswith('right_parts'):\n"
        "            raise ValueError(open(right['__file__']).read())\n"
    )
    report = grade((RIGHT_STEP, WRONG_STEP), (CHAIN, raises))
    told = " ".join(f"{r.message} {r.staff_message}" for r in report.results)
    assert "chained differs" in told
    assert "ValueError" not in told


def test_a_check_that_counts_only_together_is_nothing_alone(grade: Callable[..., Report]) -> None:
    """One row by itself is right, and earns nothing where the whole is wrong."""
    report = grade((CHAIN, "        chained = 2.0 * x\n"))
    alone = report.results_of("slope")[1]
    assert scores(report) == [3, 0]
    assert alone.message == "counts only together with: Chain.forward goes through the rows."


def test_an_edge_costs_its_own_share(grade: Callable[..., Report]) -> None:
    """Who is wrong for one row only loses the share of that check."""
    end = "        if len(x) == 1:\n            chained = chained + 1\n"
    assert scores(grade((CHAIN, CHAIN + end))) == [3, 0.75]


def test_what_is_kept_is_settled_with_what_is_new(grader: Grader) -> None:
    """Results that were kept and new ones stand beside each other as if all were new."""
    text = grader.bundle.reference["lib/thing.py"].decode().replace(RIGHT_STEP, WRONG_STEP)
    submission = Submission("ada", {"lib/thing.py": text.encode()})
    first = grader.grade(submission)
    for left_out in range(len(first.results)):
        earlier = [r for number, r in enumerate(first.results) if number != left_out]
        again = grader.grade(submission, earlier)
        assert [replace(r, seconds=0) for r in again.results] == [
            replace(r, seconds=0) for r in first.results
        ]


def test_what_a_changed_check_finds_wrong_excuses_what_was_kept(grader: Grader) -> None:
    """A whole that lost its points before its part's check found the mistake is judged again."""
    text = grader.bundle.reference["lib/thing.py"].decode().replace(RIGHT_STEP, WRONG_STEP)
    submission = Submission("ada", {"lib/thing.py": text.encode()})
    first = grader.grade(submission)
    # As they were kept while the check of the part, which has changed since, found nothing.
    earlier = [
        replace(r, outcome=Outcome.FAIL, message="differs", excused=(), unexcused="")
        for r in first.results_of("slope")
    ]
    assert scores(grader.grade(submission, earlier)) == [0, 1]


def test_few_choices_are_tried_and_each_once() -> None:
    """First what is known to be wrong, then the groups, one more each time."""
    rules = Rules(follows=(("step", "back"), ("whole",)))
    assert list(choices_to_replace(rules, ())) == [("step", "back"), ("step", "back", "whole")]
    assert list(choices_to_replace(rules, ["back"])) == [("back",), *choices_to_replace(rules, ())]
    apart = Rules(follows=(("first",), ("second",)))
    assert list(choices_to_replace(apart, ["second"])) == [("second",), ("first", "second")]
    assert list(choices_to_replace(rules, ["back", "step"])) == list(choices_to_replace(rules, ()))


def test_an_error_stays_an_error_and_a_failure_keeps_its_words() -> None:
    """Settling makes no grade of what has none, and changes no message of what fails anyway."""
    rules = {"a::main": Rules(), "a::edge": Rules(after="main")}
    main = Result("item", "a::main", "Main", Outcome.FAIL, "differs")
    edge = Result("item", "a::edge", "Edge", Outcome.ERROR, "no grade")
    assert settle_results([main, edge], rules) == [main, edge]


@pytest.mark.parametrize(
    ("marker", "problem"),
    [
        ('follows="Doubler.forward"', "which its own item asks for"),
        ('follows="Nobody.forward"', "which no check is `of`"),
        ('after="test_nothing"', "which is no check of this file"),
        ('functions="x"', "a marker has no functions"),
        ("follows=3", "are names of functions"),
    ],
)
def test_rules_that_cannot_hold_are_told(tmp_path: Path, marker: str, problem: str) -> None:
    """A part that nobody counts, or that is asked for, is the author's mistake, and told."""
    graders = write_tiny_course(tmp_path).assignment("tiny").graders
    text = CHECKS.replace('of="Doubler.forward"', f'of="Doubler.forward", {marker}', 1)
    (graders / "test_thing.py").write_text(text)
    with pytest.raises(GraderError, match=problem):
        collect(graders)

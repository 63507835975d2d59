"""Rules of an assignment's own: broken ones are the author's fault, never a student's."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradekit.assignment.parts import PartSpec
from gradekit.assignment.spec import FILE
from gradekit.course import Assignment
from gradekit.gradebook.page.feedback import feedback_of
from gradekit.model import PdfFinding, PdfState, Report
from gradekit.names import RULES
from gradekit.submission.parts.find import Part, find_parts
from gradekit.submission.parts.in_folder import rules_not_there
from gradekit.submission.rules import Advice, Doubt, Found, Problem, RuleSet, load_rules

DECLARED = """\
[[part]]
name = "question"
kind = "answer"
rules = ["is_long"]
"""
GOOD = """\
from gradekit.submission.rules import Doubt


def is_long(found):
    if len(found.text) < 20:
        return Doubt("is short")
"""
# What is wrong with the file, what stands in it, and what is told of it, with its line.
BROKEN: dict[str, tuple[bytes, str]] = {
    "no Python": (b"x = 1\ndef is_long(found)\n", f"{RULES}:2: SyntaxError"),
    "no text": (b"\xff\xfe\x00", f"{RULES}"),
    "raises": (b"\n\nprint(1 / 0)\n", f"{RULES}:3: ZeroDivisionError"),
    "imports what is not there": (b"import not_there_at_all\n", f"{RULES}:1: ModuleNotFoundError"),
    "ends Python": (b"import sys\nsys.exit(0)\n", f"{RULES}:2: SystemExit"),
    "lacks the function": (b"def is_short(found): ...\n", f"no function 'is_long' in .*{RULES}"),
    "has something else of its name": (b"is_long = 3\n", "no function 'is_long'"),
    "is empty": (b"", "no function 'is_long'"),
    "is not there": (b"-", "no function 'is_long'"),
}

Run = Callable[..., tuple[int, str, str]]


def declare(assignment: Assignment, rules: bytes) -> None:
    """Put a part with a rule, and a file of rules, into an assignment's source; - for no file."""
    (assignment.source / FILE).write_text(DECLARED)
    if rules != b"-":
        (assignment.source / RULES).write_bytes(rules)


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("command", ["grade", "release", "lint"])
def test_broken_rules_are_one_line_for_the_author(
    tiny_handins: Any, released_tiny: Assignment, gradekit: Run, command: str, fault: str
) -> None:
    """A command says so at its start, with file and line, ends with 1, and grades nobody."""
    tiny_handins.add_solved("ada")
    content, told = BROKEN[fault]
    declare(released_tiny, content)
    code, _, said = gradekit(released_tiny.root, command, "tiny")
    assert code == 1
    (line,) = [one for one in "".join(said).strip().split("\n\n") if one]
    assert_told(line, told)
    assert not released_tiny.report_file("ada").exists()


def assert_told(said: str, told: str) -> None:
    """Hold a message, which a terminal may have broken into lines, against a pattern."""
    assert re.search(told.replace(" ", ""), "".join(said.split())), said


def test_rules_are_read_anew_each_time(tmp_path: Path) -> None:
    """An edit within the same second, of the same length, counts, and nothing is left behind."""
    path = tmp_path / RULES
    for answer in ("one", "two"):
        path.write_text(f"def rule(found): return {answer!r}\n")
        assert load_rules(path)["rule"](Found("", "")) == answer
    assert [one.name for one in tmp_path.iterdir()] == [RULES]


def test_a_file_of_rules_may_have_classes_of_its_own(tmp_path: Path) -> None:
    """Dataclasses look their module up, which is there."""
    path = tmp_path / RULES
    path.write_text(
        "from __future__ import annotations\nfrom dataclasses import dataclass\n\n\n"
        "@dataclass\nclass Size:\n    width: int = 3\n\n\ndef rule(found):\n    return None\n"
    )
    assert "rule" in load_rules(path)


def held(rule: Callable[[Found], object], text: str = "A short one.") -> Part:
    """Return an answer that was held against a rule."""
    marked = {"grade_id": "question", "grade": True, "solution": True}
    cell = {"cell_type": "markdown", "source": text, "metadata": {"nbgrader": marked}}
    rules: RuleSet = {"first": rule, "second": lambda _: Advice("Said all the same.")}
    spec = PartSpec("question", "answer", rules=["first", "second"])
    (part,) = find_parts({"cells": [cell]}, [spec], rules=rules)
    return part


def raises(found: Found) -> object:
    """Fail, as a rule that was not tried does."""
    raise KeyError(found.name)


def takes_no_part() -> object:
    """Take too few arguments."""
    return None


def ends(_: Found) -> object:
    """End Python."""
    raise SystemExit(0)


FAILING: dict[str, tuple[Callable[[Found], object], str]] = {
    "raises": (raises, "KeyError"),
    "ends Python": (ends, "SystemExit"),
    "takes no part": (takes_no_part, "TypeError"),  # type: ignore[dict-item]
    "returns a text": (lambda _: "wrong", "no Problem, Doubt or Advice"),
    "says no text": (lambda _: Problem("wrong", None), "no text"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("fault", FAILING)
def test_a_rule_that_fails_is_nothing_of_the_parts(fault: str) -> None:
    """The part is as it would be without it; the other rules go on."""
    rule, told = FAILING[fault]
    part = held(rule)
    assert (part.problems, part.notes) == ((), ())
    assert part.advice == ("Said all the same.",)
    (line,) = part.failed
    assert RULES in line
    assert told in line


def test_a_rule_that_says_something() -> None:
    """A problem keeps from handing in, a doubt does not; both name the part."""
    assert held(lambda _: Problem("is wrong", "Mend it")).problems[0].startswith("question: is wro")
    part = held(lambda _: Doubt("may be wrong"))
    assert part.problems == ()
    assert part.notes[0].startswith("question: may be wrong")


def test_a_rule_cannot_change_a_picture() -> None:
    """What is compared with the PDF later is what the notebook has."""
    pixels = np.zeros((4, 4, 3), dtype=np.uint8)
    pixels[1] = 9

    def paint(found: Found) -> None:
        found.figures[0][:] = 255

    png = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo="}}
    cell = {
        "cell_type": "code",
        "source": "",
        "metadata": {"tags": ["plot"]},
        "outputs": [png],
    }
    spec = PartSpec("plot", "figure", rules=["paint"])
    (part,) = find_parts({"cells": [cell]}, [spec], lambda _: pixels, {"paint": paint})
    assert "read-only" in part.failed[0]
    assert pixels.max() == 9


def test_at_the_students_a_broken_rule_stops_nobody(tmp_path: Path) -> None:
    """It is told as nothing that the student can mend, and what it looks for is passed over."""
    part = held(raises)
    (tmp_path / RULES).write_text("first = second = print\n")
    (line,) = rules_not_there(tmp_path, (part,))
    assert "Tell the course's staff" in line
    (tmp_path / RULES).write_text("raise SystemExit\n")
    (line,) = rules_not_there(tmp_path, (part,))
    assert "cannot be read" in line
    (tmp_path / RULES).unlink()
    (line,) = rules_not_there(tmp_path, (part,))
    assert "is not there" in line


def test_staff_are_told_of_a_rule_that_fails_and_the_student_is_not() -> None:
    """It stands in what `grade` prints, and not in the feedback."""
    ours = PdfFinding("a", PdfState.UNREADABLE, f"A: a rule fails: {RULES}:3", for_staff=True)
    theirs = PdfFinding("b", PdfState.DIFFERS, "B: another text")
    report = Report("tiny", "ada", "key", items=(), results=(), pdf=(ours, theirs))
    assert feedback_of(report, {}, 0, None).pdf == ("B: another text",)


def test_rules_are_released(released_tiny: Assignment, gradekit: Run) -> None:
    """Students get the rules as they are, and not what the assignment declares."""
    declare(released_tiny, GOOD.encode())
    assert gradekit(released_tiny.root, "release", "tiny")[0] == 0
    assert (released_tiny.release / RULES).read_text() == GOOD
    assert not (released_tiny.release / FILE).exists()

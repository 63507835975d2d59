"""Late hand-ins: what the rule takes off, where it is set, and where people see it."""

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from gradekit.cli.score_tables import MOST_SIDE_BY_SIDE, Format, print_scores
from gradekit.commands.class_recorder import ClassResult
from gradekit.commands.class_report import report_data
from gradekit.commands.grade import grade_class
from gradekit.course import Assignment
from gradekit.gradebook.config import configure
from gradekit.gradebook.convert import course_config
from gradekit.gradebook.page.feedback_text import Lateness, late_lines
from gradekit.gradebook.steps.late import LateRule
from gradekit.gradebook.steps.submission_time import submission_time
from gradekit.gradebook.store.scores import ItemScore, StudentScores, read_scores

pytestmark = pytest.mark.one_in(4, of="grading a class")

MINUTE, DAY = 60, 24 * 60 * 60
RULE = "c.LateRule.grace_minutes = 15\nc.LateRule.percent_per_day = 10\nc.LateRule.cap_percent = 50"
OWN_PLUGIN = """
from nbgrader.plugins import LateSubmissionPlugin


class OnePoint(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 1.0


c.AssignLatePenalties.plugin_class = OnePoint
"""
amounts, percents = st.floats(0, 1e6), st.floats(0, 100)
rules = st.builds(
    LateRule, grace_minutes=st.floats(0, 1e5), percent_per_day=percents, cap_percent=percents
)
Nbgrader = Callable[..., subprocess.CompletedProcess[str]]
Gradekit = Callable[..., tuple[int, str, str]]


def penalty(rule: LateRule, score: float, seconds: float) -> float:
    """Return what a rule takes off, in points."""
    return rule.late_submission_penalty("ada", score, seconds) or 0.0


def configured(assignment: Assignment, text: str) -> None:
    """Add some settings to a course's nbgrader_config.py."""
    with (assignment.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\n{text}\n")


@pytest.mark.parametrize(
    ("seconds", "percent"),
    [
        (0, 0),
        (15 * MINUTE, 0),
        (15 * MINUTE + 1, 10),
        (15 * MINUTE + DAY, 10),
        (15 * MINUTE + DAY + 0.001, 20),
        (15 * MINUTE + 4.5 * DAY, 50),
        (400 * DAY, 50),
    ],
)
def test_each_day_that_has_begun_since_the_grace_costs(seconds: float, percent: float) -> None:
    """Within the grace nothing is taken off; then each begun day counts whole, up to the cap."""
    rule = LateRule(grace_minutes=15, percent_per_day=10, cap_percent=50)
    assert rule.percent(seconds) == percent
    assert penalty(rule, 48.0, seconds) == pytest.approx(48 * percent / 100)


def test_by_default_nothing_is_taken_off() -> None:
    """A course that sets no rule has none."""
    assert LateRule().late_submission_penalty("ada", 48.0, 400 * DAY) is None


def test_nbgraders_own_method_takes_all_once_the_grace_has_passed() -> None:
    """A course that has `penalty_method = "zero"` keeps it."""
    rule = LateRule(grace_minutes=15, penalty_method="zero")
    assert rule.late_submission_penalty("ada", 48.0, 15 * MINUTE) is None
    assert rule.late_submission_penalty("ada", 48.0, 15 * MINUTE + 1) == 48.0


@given(rules, amounts, st.floats(0, 1e9))
def test_a_penalty_is_never_negative_nor_above_the_cap(
    rule: LateRule, score: float, seconds: float
) -> None:
    """Whatever the rule is, what is left is between the cap's rest and all of the points."""
    assert 0 <= penalty(rule, score, seconds) <= score * (rule.cap_percent / 100) <= score


@given(rules, amounts, st.floats(0, 1e9), st.floats(0, 1e9))
def test_who_is_later_loses_no_less(rule: LateRule, score: float, one: float, two: float) -> None:
    """A penalty grows with lateness, if at all."""
    assert penalty(rule, score, min(one, two)) <= penalty(rule, score, max(one, two))


@given(rules, st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 1e9))
def test_who_earned_more_keeps_no_less(
    rule: LateRule, one: float, two: float, seconds: float
) -> None:
    """No two hand-ins of equal lateness change places; below zero nothing is taken off."""
    low, high = sorted([one, two])
    kept = low - penalty(rule, low, seconds), high - penalty(rule, high, seconds)
    assert kept[0] <= kept[1] + 1e-9
    assert penalty(rule, min(low, 0.0), seconds) == 0.0


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("percent_per_day = 101", "c.LateRule.percent_per_day = 101: it must be a number, from 0"),
        ("percent_per_day = '10'", "c.LateRule.percent_per_day = '10': it must be a number"),
        ("cap_percent = -1", "c.LateRule.cap_percent = -1: it must be a number, from 0 to 100"),
        ("cap_percent = True", "c.LateRule.cap_percent = True: it must be a number"),
        ("grace_minutes = float('nan')", "c.LateRule.grace_minutes = nan: it must be a number"),
        ("grace_minutes = None", "c.LateRule.grace_minutes = None: it must be a number, 0 or more"),
        ("grace_hours = 1", "c.LateRule.grace_hours is no setting (cap_percent, grace_minutes"),
        ("penalty_method = 'all'", "'penalty_method' trait of a LateRule instance expected any of"),
    ],
)
def test_a_wrong_setting_is_one_line(
    released_tiny: Assignment, gradekit: Gradekit, setting: str, told: str
) -> None:
    """It names the file and the setting, and nothing is graded by a rule that nobody meant."""
    configured(released_tiny, f"c.LateRule.{setting}")
    code, printed, error = gradekit(released_tiny.root, "scores", "tiny")
    assert (code, printed, error.count("\n")) == (1, "", 1)
    assert "nbgrader_config.py: " in error
    assert told in error


def test_a_course_keeps_a_plugin_of_its_own(released_tiny: Assignment) -> None:
    """Whether the course names it before or after the kit is put in."""
    configured(released_tiny, OWN_PLUGIN)
    assert course_config(released_tiny.root).AssignLatePenalties.plugin_class.__name__ == "OnePoint"
    config = Config()
    config.AssignLatePenalties.plugin_class = "nbgrader.plugins.LateSubmissionPlugin"
    configure(config, released_tiny.root)
    assert config.AssignLatePenalties.plugin_class == "nbgrader.plugins.LateSubmissionPlugin"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-24 12:00:00.250000 UTC\n", datetime(2026, 11, 24, 12, 0, 0, 250000)),
        ("2026-11-24 12:00:00", datetime(2026, 11, 24, 12)),
        ("2026-11-24 13:00:00 Europe/Berlin", datetime(2026, 11, 24, 12)),
    ],
)
def test_a_time_is_read_as_nbgrader_reads_it(tmp_path: Path, text: str, time: datetime) -> None:
    """What nbgrader's exchange or zip_collect wrote is a time in UTC."""
    (tmp_path / "timestamp.txt").write_text(text)
    assert submission_time(tmp_path) == (time, "")


@pytest.mark.parametrize(
    "data",
    [b"", b"now", b"\xff", b"9" * 5000, b"2026-11-24 12:00:00 CEST", b"2026-11-24 12:00:00 +0100"],
)
def test_a_time_that_cannot_be_read_is_none(tmp_path: Path, data: bytes) -> None:
    """Nobody is late by it: nbgrader would stop, or take the time for another one."""
    assert submission_time(tmp_path) == (None, "")
    (tmp_path / "timestamp.txt").write_bytes(data)
    time, problem = submission_time(tmp_path)
    assert time is None
    assert problem == "timestamp.txt is no time that nbgrader can read: no penalty for lateness"


def test_feedback_says_what_is_taken_off_and_why() -> None:
    """Due, handed in, points before and after, and the rule, in words."""
    rule = LateRule(grace_minutes=15, percent_per_day=10, cap_percent=50)
    due = datetime(2026, 11, 24, 12)
    late = Lateness(due + timedelta(hours=25), due, 48.0, 9.6, rule.in_words())
    assert dict(late_lines(late)) == {
        "due": "2026-11-24 12:00:00 UTC",
        "handed in": "2026-11-25 13:00:00 UTC",
        "points earned": "48",
        "taken off": "9.6 (20 %)",
        "rule": "10 % of the points earned for each day that has begun, at most 50 %; the first 15 "
        "minutes cost nothing.",
    }
    assert LateRule(penalty_method="zero").in_words() == "a late hand-in gets no points"
    assert "rule" not in dict(late_lines(Lateness(due, due, 0.0, 0.0)))


def scores_of(*penalties: float) -> dict[str, StudentScores]:
    """Return the scores of as many students, each with a penalty."""
    items = {"double": ItemScore(3.0, 3.0, "PASS")}
    return {
        f"student{number}": StudentScores(3.0 - late, items, late)
        for number, late in enumerate(penalties)
    }


@pytest.mark.parametrize("count", [2, MOST_SIDE_BY_SIDE + 1])
def test_scores_show_a_penalty_only_where_somebody_has_one(
    capsys: pytest.CaptureFixture[str], count: int
) -> None:
    """Both tables and the CSV have a row or column for it then; JSON has it for its student."""
    late, none = scores_of(0.6, *[0.0] * (count - 1)), scores_of(*[0.0] * count)

    def printed(scores: dict[str, StudentScores], form: Format) -> str:
        print_scores(scores, form)
        return capsys.readouterr().out

    for scores, shown in ((late, True), (none, False)):
        table = printed(scores, Format.table)
        assert ("late" in table, "−0.6" in table) == (shown, shown)
        rows = list(csv.DictReader(io.StringIO(printed(scores, Format.csv))))
        assert [row.get("late_penalty") for row in rows][:2] == (
            ["0.6", "0"] if shown else [None] * 2
        )
        facts = json.loads(printed(scores, Format.json))
        assert facts["student0"].get("late_penalty") == (0.6 if shown else None)
        assert list(facts["student1"]) == ["total", "items"]


DUE = datetime(2026, 11, 24, 12)
TIMES = {
    "ada": "2026-11-24 12:15:00.000000 UTC",
    "bob": "2026-11-25 13:00:00.123456 UTC",
    "cyd": "soon",
}


@pytest.fixture
def late_class(tiny_handins: Any) -> Assignment:
    """A class with a rule: one within the grace, one on the second day, one without a time."""
    assignment: Assignment = tiny_handins.assignment
    for student, time in TIMES.items():
        (tiny_handins.add_solved(student) / "timestamp.txt").write_text(time)
    configured(assignment, RULE)
    with gradebook(assignment) as book:
        book.update_or_create_assignment("tiny", duedate=DUE)
    return assignment


def gradebook(assignment: Assignment) -> Gradebook:
    """Open a course's gradebook."""
    return Gradebook(f"sqlite:///{assignment.root / 'gradebook.db'}")


def grade(assignment: Assignment) -> tuple[set[str], ClassResult]:
    """Grade a class; return who was graded and not kept, and the result."""
    words: dict[str, str] = {}
    result = grade_class(
        assignment, [], 2, False, lambda one: words.__setitem__(one.student, one.word)
    )
    return {student for student, word in words.items() if word == "graded"}, result


def penalties(assignment: Assignment) -> dict[str, float]:
    """Return what each student loses, in points."""
    return {student: round(one.late_penalty, 6) for student, one in read_scores(assignment).items()}


def pages(assignment: Assignment) -> dict[str, str]:
    """Return each student's page of feedback."""
    found = {student: assignment.feedback(student) / "tiny.html" for student in TIMES}
    return {student: path.read_text(encoding="utf-8") for student, path in found.items()}


@pytest.mark.slow
def test_a_class_loses_what_the_rule_says(late_class: Assignment, nbgrader: Nbgrader) -> None:
    """The kit's command and nbgrader's own give the same points and pages; a wrong time is told."""
    graded, result = grade(late_class)
    assert graded == set(TIMES)
    assert result.exit_code == 0
    assert penalties(late_class) == {"ada": 0.0, "bob": 0.8, "cyd": 0.0}
    assert read_scores(late_class)["bob"].total == pytest.approx(3.2)
    told = {student: "\n".join(report.notes) for student, report in result.reports.items()}
    assert [student for student in told if "timestamp.txt is no time" in told[student]] == ["cyd"]
    ours = pages(late_class)
    assert "2026-11-25 13:00:00 UTC" in ours["bob"]
    assert [student for student in ours if "Handed in late" in ours[student]] == ["bob"]
    for command in ("autograde", "generate_feedback"):
        done = nbgrader(late_class.root, command, "tiny", "--force")
        assert done.returncode == 0, done.stderr
    assert penalties(late_class) == {"ada": 0.0, "bob": 0.8, "cyd": 0.0}
    assert pages(late_class) == ours
    data = report_data(late_class, read_scores(late_class))
    assert [one["total"] for one in data["students"]] == ["4", "3.2", "4"]
    assert data["late"] == ["bob: 0.8 points"]


@pytest.mark.slow
def test_formgrader_shows_a_class_with_a_wrong_time(late_class: Assignment) -> None:
    """nbgrader's list of hand-ins goes on where one's timestamp.txt is none."""
    grade(late_class)
    courses = CourseDirectory(config=course_config(late_class.root))
    api = NbGraderAPI(courses, config=course_config(late_class.root))
    assert api.get_autograded_students("tiny") == set(TIMES)


@pytest.mark.slow
def test_what_a_penalty_depends_on_makes_it_anew(late_class: Assignment) -> None:
    """A person's points, an extension, a time, the due date and the rule each change penalties."""
    grade(late_class)
    with gradebook(late_class) as book:
        book.find_grade("question", "tiny", "tiny", "bob").manual_score = 1.0
        book.db.commit()
    assert grade(late_class)[0] == {"bob"}
    assert penalties(late_class)["bob"] == 1.0
    assert read_scores(late_class)["bob"].total == 4.0
    with gradebook(late_class) as book:
        book.grant_extension("tiny", "bob", days=1)
    assert grade(late_class)[0] == {"bob"}
    assert penalties(late_class)["bob"] == 0.5
    (late_class.submission("bob") / "timestamp.txt").unlink()
    assert grade(late_class)[0] == {"bob"}
    assert penalties(late_class)["bob"] == 0.0
    with gradebook(late_class) as book:
        book.update_or_create_assignment("tiny", duedate=DUE - timedelta(days=9))
    assert grade(late_class)[0] == set(TIMES)
    assert penalties(late_class) == {"ada": 2.0, "bob": 0.0, "cyd": 0.0}
    configured(late_class, OWN_PLUGIN)
    assert grade(late_class)[0] == set(TIMES)
    assert penalties(late_class) == {"ada": 1.0, "bob": 0.0, "cyd": 0.0}
    assert "Rule: " not in pages(late_class)["ada"]
    assert grade(late_class)[0] == set()


def test_staff_can_say_when_hand_ins_came_in(
    released_tiny: Assignment, gradekit: Gradekit, tmp_path: Path
) -> None:
    """`collect --received` writes the time for all that it takes in; what is no time is told."""
    folder = shutil.copytree(released_tiny.release, tmp_path / "ada")
    collect = ("collect", "tiny", str(folder), "--received")
    code, _, error = gradekit(released_tiny.root, *collect, "noon")
    assert (code, error.count("\n")) == (2, 1)
    assert "'noon' is no time" in error
    assert not released_tiny.submission("ada").exists()
    assert gradekit(released_tiny.root, *collect, "2026-11-24 13:00 Europe/Berlin")[0] == 0
    assert submission_time(released_tiny.submission("ada")) == (DUE, "")


@pytest.mark.slow
def test_an_extension_of_no_due_date_stops_nothing(late_class: Assignment) -> None:
    """Without a due date nobody is late, whatever extension a student has; it is kept for later."""
    with gradebook(late_class) as book:
        book.update_or_create_assignment("tiny", duedate=None)
    grade(late_class)
    with gradebook(late_class) as book:
        book.grant_extension("tiny", "bob", days=1)
    graded, result = grade(late_class)
    assert (graded, result.ungraded) == ({"bob"}, {})
    assert penalties(late_class) == {"ada": 0.0, "bob": 0.0, "cyd": 0.0}
    with gradebook(late_class) as book:
        assert book.find_submission("tiny", "bob").extension == timedelta(days=1)

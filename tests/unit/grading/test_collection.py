"""Checks are pytest tests whose ends become results: explicit ones only, and by the right file."""

from contextlib import closing
from pathlib import Path
from typing import ClassVar

import pytest

from gradekit.errors import (
    CheckFailed,
    CheckOutcome,
    GraderError,
    StudentCrash,
    StudentMemory,
    StudentProtocol,
    StudentTimeout,
)
from gradekit.grading.pytest_session.collection import collect, judge_end
from gradekit.grading.pytest_session.session import CheckSession
from gradekit.grading.pytest_session.turn import Turn
from gradekit.model import Outcome

HEAD = "import pytest\n\n\n"


class NoClient:
    """Stands in for a client that nothing is asked of."""

    staff_message = staff_trace = remark = ""
    seconds = thread_seconds = new_cpu_seconds = 0.0
    asked_cpu_seconds: ClassVar[dict[str, float]] = {}

    def renew(self) -> None:
        """End nothing."""

    def charge(self, cpu_seconds: float) -> None:
        """Take no time."""


def check(name: str = "test_it", body: str = "pass", marks: str = "", item: str = "double") -> str:
    """Return the source of a check."""
    head = f'{marks}@pytest.mark.item("{item}")\ndef {name}(student):\n'
    return f'{head}    """Title."""\n    {body}\n\n\n'


def run(folder: Path, *checks: str) -> dict[str, str]:
    """Write a folder's checks, run them, and return their outcomes by name."""
    (folder / "test_a.py").write_text(HEAD + "".join(checks), encoding="utf-8")
    with closing(CheckSession(folder, NoClient())) as session:  # type: ignore[arg-type]
        results = session.run(Turn(NoClient()))  # type: ignore[arg-type]
    return {result.check.partition("::")[2]: str(result.outcome) for result in results}


@pytest.mark.parametrize(
    ("error", "outcome", "shown"),
    [
        (None, Outcome.PASS, ""),
        (CheckFailed("dx differs"), Outcome.FAIL, "dx differs"),
        (StudentCrash("c"), Outcome.CRASH, "c"),
        (StudentTimeout("t"), Outcome.TIMEOUT, "t"),
        (StudentMemory("m"), Outcome.MEMORY, "m"),
        (StudentProtocol("p"), Outcome.PROTOCOL, "p"),
        (AssertionError("0.25 != 0.5"), Outcome.FAIL, "what the check asserts does not hold"),
        (ZeroDivisionError("0.25"), Outcome.ERROR, "could not be graded; the course staff know"),
        (GraderError("0.25"), Outcome.ERROR, "could not be graded; the course staff know"),
        (SystemExit(0), Outcome.ERROR, "could not be graded; the course staff know"),
    ],
)
def test_how_a_check_ends(error: BaseException | None, outcome: Outcome, shown: str) -> None:
    """Each way to end has its outcome, and only a check's own words reach the student."""
    found, message, staff_message = judge_end(error)
    assert (found, message) == (outcome, shown)
    assert bool(staff_message) == (not isinstance(error, CheckOutcome | None))


def test_an_assert_elsewhere_is_the_graders_fault() -> None:
    """An AssertionError out of a library is no judgement of the check."""
    assert judge_end(AssertionError(), raised_in_check=False)[0] is Outcome.ERROR


def test_only_an_end_without_exception_passes(tmp_path: Path) -> None:
    """Skips, exits and expected failures earn nothing, and are told as the grader's fault."""
    found = run(
        tmp_path,
        check("test_pass"),
        check("test_assert", "assert student is None"),
        check("test_skip", 'pytest.skip("later")'),
        check("test_skip_mark", marks='@pytest.mark.skip(reason="later")\n'),
        check("test_importorskip", 'pytest.importorskip("no_such_module")'),
        check("test_xfail", "1 / 0", marks="@pytest.mark.xfail\n"),
        check("test_exit", "raise SystemExit(0)"),
        check("test_fail", 'pytest.fail("so")'),
    )
    assert found.pop("test_pass") == "PASS"
    assert found.pop("test_assert") == "FAIL"
    assert set(found.values()) == {"ERROR"}
    assert len(found) == 6


@pytest.mark.parametrize("body", ['pytest.exit("enough")', "raise KeyboardInterrupt"])
def test_checks_that_were_not_run_are_errors(tmp_path: Path, body: str) -> None:
    """Where a check ends the whole run, those after it have no result and no points."""
    found = run(tmp_path, check("test_1"), check("test_2", body), check("test_3"))
    assert found["test_1"] == "PASS"
    assert found["test_3"] == "ERROR"


@pytest.mark.parametrize("body", ["pass", "1 / 0", 'pytest.exit("enough")', "print(student)"])
def test_the_next_hand_in_finds_the_checks_as_they_were(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], body: str
) -> None:
    """However a check ended for one hand-in, it and its neighbours run for the next one alike."""
    checks = check("test_1") + check("test_2", body) + check("test_3")
    (tmp_path / "test_a.py").write_text(HEAD + checks, encoding="utf-8")
    with closing(CheckSession(tmp_path, NoClient())) as session:  # type: ignore[arg-type]
        ends = [[r.outcome for r in session.run(Turn(NoClient()))] for _ in range(3)]  # type: ignore[arg-type]
        kept = {check.check: check for check in session.checks[1:]}
        only = session.run(Turn(NoClient(), kept))  # type: ignore[arg-type]
    assert ends[0] == ends[1] == ends[2]
    assert [result.outcome for result in only] == [Outcome.PASS]
    assert capfd.readouterr() == ("", "")


def test_two_folders_may_hold_files_of_one_name_at_a_time(tmp_path: Path) -> None:
    """While one folder's checks wait for hand-ins, another's of the same names are others."""
    sessions = []
    for name, body in (("first", "pass"), ("second", "assert False")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "test_a.py").write_text(HEAD + check(body=body), encoding="utf-8")
        sessions.append(CheckSession(tmp_path / name, NoClient()))  # type: ignore[arg-type]
    ends = [s.run(Turn(NoClient()))[0].outcome for s in [*sessions, *sessions]]  # type: ignore[arg-type]
    for session in sessions:
        session.close()
    assert ends == [Outcome.PASS, Outcome.FAIL] * 2


# The cell of a variable that a function within uses is made before the first line.
BETWEEN_LINES = """\
import sys, types
    frame, kept = sys._getframe(), 1
    inner = lambda: kept
    nowhere = types.TracebackType(None, frame, 0, -1)
    assert nowhere.tb_lineno is None
    raise AssertionError("between lines").with_traceback(nowhere)"""


def test_an_exception_between_two_lines_ends_one_check_alone(tmp_path: Path) -> None:
    """One that another thread raises may have no line, and those after it are run all the same."""
    ends = run(tmp_path, check("test_a", BETWEEN_LINES), check("test_b"))
    assert ends == {"test_a": "FAIL", "test_b": "PASS"}


def test_on_ci_differences_are_not_told_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pytest would lay out each of many values there, on the hand-in's time."""
    for name in ("CI", "BUILD_NUMBER"):
        monkeypatch.setenv(name, "1")
    text = check("test_a", "assert list(range(3000)) == []")
    (tmp_path / "test_a.py").write_text(HEAD + text, encoding="utf-8")
    with closing(CheckSession(tmp_path, NoClient())) as session:  # type: ignore[arg-type]
        (result,) = session.run(Turn(NoClient()))  # type: ignore[arg-type]
    assert result.outcome is Outcome.FAIL
    assert 0 < len(result.staff_message) < 1000


def test_a_fixture_that_fails_is_an_error(tmp_path: Path) -> None:
    """A fault in the set-up or in the tear-down of a check takes its pass away."""
    fixture = "@pytest.fixture\ndef late():\n    yield\n    1 / 0\n\n\n"
    early = "@pytest.fixture\ndef early():\n    1 / 0\n\n\n"
    found = run(
        tmp_path,
        fixture,
        early,
        check("test_late").replace("(student)", "(student, late)"),
        check("test_early").replace("(student)", "(student, early)"),
    )
    assert found == {"test_late": "ERROR", "test_early": "ERROR"}


def test_a_check_with_parameters_is_several(tmp_path: Path) -> None:
    """Each set of parameters has a result of its own."""
    marks = '@pytest.mark.parametrize("n", [1, 2])\n'
    text = check(body="assert n == 1", marks=marks).replace("(student)", "(student, n)")
    assert run(tmp_path, text) == {"test_it[1]": "PASS", "test_it[2]": "FAIL"}


def test_the_files_of_the_folder_are_read_and_not_those_of_another(tmp_path: Path) -> None:
    """Two folders with files of the same names, one after the other, are two sets of checks."""
    for name, item in (("first", "double"), ("second", "slope")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "test_a.py").write_text(HEAD + check(item=item), encoding="utf-8")
    assert [one.item for one in collect(tmp_path / "first")] == ["double"]
    assert [one.item for one in collect(tmp_path / "second")] == ["slope"]


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    """A check that was mended while formgrader runs is the one that counts."""
    for item in ("double", "slope"):
        (tmp_path / "test_a.py").write_text(HEAD + check(item=item), encoding="utf-8")
        assert [one.item for one in collect(tmp_path)] == [item]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no checks are there"),
        ("def test_it(:\n", "SyntaxError"),
        ("import no_such_module\n", "ModuleNotFoundError"),
        (f"{HEAD}def test_it():\n    'Title.'\n", r"test_it: a check needs @pytest\.mark\.item"),
        (f'{HEAD}@pytest.mark.item("a")\ndef test_it():\n    pass\n', "a docstring"),
        (f"{HEAD}@pytest.mark.item\ndef test_it():\n    'Title.'\n", "a check needs"),
        (f'{HEAD}@pytest.mark.item("a", weight=0)\ndef test_it():\n    "Title."\n', "weight"),
        (f'{HEAD}@pytest.mark.item("a", weight=-1)\ndef test_it():\n    "Title."\n', "weight"),
        (f'{HEAD}@pytest.mark.item("a", weight="2")\ndef test_it():\n    "Title."\n', "weight"),
        (f'{HEAD}@pytest.mark.itme("a")\ndef test_it():\n    "Title."\n', "itme"),
    ],
)
def test_checks_that_are_none_are_told(tmp_path: Path, text: str, message: str) -> None:
    """No checks, files that do not load, and checks without item or title are told by name."""
    (tmp_path / "test_a.py").write_text(text, encoding="utf-8")
    with pytest.raises(GraderError, match=message):
        collect(tmp_path)


def test_a_conftest_beside_the_checks_is_not_run(tmp_path: Path) -> None:
    """Settings and plugins of wherever the checks lie do not matter."""
    (tmp_path / "conftest.py").write_text("raise SystemExit\n", encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such\n", encoding="utf-8")
    assert run(tmp_path, check()) == {"test_it": "PASS"}


def test_files_of_checks_stand_in_a_folder_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sessions at once would tidy up one another's, and what they leave would fill the disk."""
    for name in ("temporary", "checks"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    marked = '@pytest.mark.item("double")\ndef test_it(student, tmp_path):\n    """Title."""\n'
    found = run(tmp_path / "checks", f'{marked}    (tmp_path / "a.txt").write_text("a")\n')
    assert found == {"test_it": str(Outcome.PASS)}
    assert not list((tmp_path / "temporary").iterdir())

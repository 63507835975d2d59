"""The commands: one line for each error, and the exit codes that scripts rely on."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import gradekit
from gradekit.cli import staff, student, tables
from gradekit.cli.app import indented, new_app, run_app, shown_path
from gradekit.cli.score_tables import Format, print_scores
from gradekit.commands.class_recorder import ClassResult
from gradekit.course import Assignment
from gradekit.errors import GradekitError, GraderError, SubmissionError, UsageError
from gradekit.gradebook.store.scores import ItemScore, StudentScores, read_scores
from gradekit.model import Outcome

SCORES = {
    "ada": StudentScores(
        4.5,
        {
            "double": ItemScore(3.0, 3.0, "PASS"),
            "slope": ItemScore(None, 1.0, "ERROR"),
            "question": ItemScore(1.5, 2.0, "MANUAL"),
        },
    ),
    "bob": StudentScores(
        0.0,
        {
            "double": ItemScore(0.0, 3.0, "TIMEOUT"),
            "slope": ItemScore(0.0, 1.0, "FAIL"),
            "question": ItemScore(None, 2.0, None),
        },
    ),
}


Gradekit = Callable[..., tuple[int, str, str]]


def exit_code(function: Callable[[], object]) -> int:
    """Return the exit code of a command that is one function."""
    app = new_app("A command.")
    app.command()(function)

    @app.command()
    def other() -> None:
        """Do nothing; one command alone would not need its name."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["gradekit", "verb"])
        with pytest.raises(SystemExit) as ended:
            run_app(app)
    return int(ended.value.code or 0)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (GradekitError("look at it"), 1),
        (SubmissionError("look at it"), 1),
        (UsageError("look at it"), 2),
        (GraderError("look at it"), 3),
        (typer.Exit(1), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_exit_codes(error: BaseException, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Each kind of error ends with its code, after at most one line and without a traceback."""

    def verb() -> None:
        raise error

    assert exit_code(verb) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.strip().splitlines()) == (0 if isinstance(error, typer.Exit) else 1)


def test_a_message_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Square brackets of a name are no markup, and a long line is not broken."""
    message = "[bold]x[/] " + "very " * 60 + "[/nothing]"

    def verb() -> None:
        raise GradekitError(message)

    exit_code(verb)
    assert capsys.readouterr().err == f"gradekit: {message}\n"


def test_a_verb_that_ends_well_gives_0() -> None:
    """A verb that returns has done what it should."""

    def verb() -> None:
        """Do nothing."""

    assert exit_code(verb) == 0


def test_every_verb_has_a_line_of_help() -> None:
    """The contract's verbs are there, and each tells what it does."""
    verbs = {
        c.callback.__name__: c.callback.__doc__ for c in staff.app.registered_commands if c.callback
    }
    promised = {"lint", "release", "verify", "collect", "grade", "scores", "report", "doctor"}
    assert set(verbs) == promised | {"check", "submit"}
    assert all(verbs.values())


@pytest.mark.parametrize("app", [staff.app, student.app])
def test_help_is_whole_and_has_an_example(app: typer.Typer) -> None:
    """No command's line is cut off in 80 columns, and each command shows how it is typed."""
    runner = CliRunner(env={"COLUMNS": "80"})
    listed = runner.invoke(app, ["--help"]).stdout
    assert "..." not in listed.replace("[ARGS]...", "")
    for command in app.registered_commands:
        assert command.callback
        name = command.callback.__name__
        shown = runner.invoke(app, [name, "--help"]).stdout
        assert f"Example: gradekit {name}" in shown
        assert not re.search(r"<(list|str|int|Path)\b", shown)  # Python's words, not people's


def test_the_version_is_told_by_the_module_too() -> None:
    """`python -m gradekit` is the command."""
    command = [sys.executable, "-m", "gradekit", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"gradekit {gradekit.__version__}\n"


def test_a_shell_completes_commands() -> None:
    """What the shell asks is answered with the commands that begin so."""
    asked = {"_GRADEKIT_COMPLETE": "complete_bash", "COMP_WORDS": "gradekit re", "COMP_CWORD": "1"}
    command = [str(Path(sysconfig.get_path("scripts")) / "gradekit")]
    done = subprocess.run(
        command, env={**os.environ, **asked}, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["release", "report"]


def test_scores_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON has the shape that the contract gives, with null where there is no grade."""
    print_scores(SCORES, Format.json)
    found = json.loads(capsys.readouterr().out)
    assert found["ada"] == {
        "total": 4.5,
        "items": {
            "double": {"score": 3.0, "max": 3.0, "outcome": "PASS"},
            "slope": {"score": None, "max": 1.0, "outcome": "ERROR"},
            "question": {"score": 1.5, "max": 2.0, "outcome": "MANUAL"},
        },
    }
    assert list(found) == ["ada", "bob"]


def test_scores_as_csv(capsys: pytest.CaptureFixture[str]) -> None:
    """CSV has a row for each student, and nothing where there is no grade."""
    print_scores(SCORES, Format.csv)
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows == [
        {"student": "ada", "total": "4.5", "double": "3", "slope": "", "question": "1.5"},
        {"student": "bob", "total": "0", "double": "0", "slope": "0", "question": ""},
    ]


def test_scores_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """The table holds every item's points, a letter for what is no pass, and what it means."""
    print_scores(SCORES, Format.table)
    printed = capsys.readouterr().out
    lines = {line.split()[0]: line.split() for line in printed.splitlines() if line.split()}
    assert lines["double"] == ["double", "3", "3", "0", "T"]
    assert lines["slope"] == ["slope", "1", "–", "E", "0", "F"]
    assert lines["total"] == ["total", "6", "4.5", "0"]
    assert "no answer in time" in printed
    assert "no grade: the grader's fault" in printed


def test_a_table_of_a_large_class_has_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    """Of many students each has a line, with the items by number."""
    print_scores({f"student_{n}": SCORES["ada"] for n in range(30)}, Format.table)
    printed = capsys.readouterr().out
    assert sum(line.strip().startswith("student_") for line in printed.splitlines()) == 30
    assert " 1 double (3), 2 slope (1), 3 question (2)\n" in printed


@pytest.mark.parametrize("form", list(Format))
def test_scores_of_nobody(form: Format, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anybody is graded each format prints what it has: nothing."""
    print_scores({}, form)
    assert "Traceback" not in capsys.readouterr().out


def test_every_outcome_has_a_letter() -> None:
    """Whatever a check may end with is explained below the table."""
    assert set(tables.OUTCOMES) == {*map(str, Outcome), "MANUAL"}
    letters = [letter for letter, _, _ in tables.OUTCOMES.values()]
    assert len(set(letters)) == len(letters)


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (ClassResult(), 0),
        (ClassResult(refused={"bob": "too large"}), 1),
        (ClassResult(ungraded={"eve": "died"}), 3),
    ],
)
def test_exit_code_of_a_class(result: ClassResult, code: int) -> None:
    """A refused hand-in is 1, a fault of the grader's 3, and all graded 0."""
    assert result.exit_code == code


def test_paths_are_shown_as_one_types_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path below the working folder is relative, any other whole."""
    monkeypatch.chdir(tmp_path)
    assert shown_path(tmp_path / "release" / "tiny") == str(Path("release") / "tiny")
    assert shown_path(tmp_path.parent) == str(tmp_path.parent)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("grade", "nothing"), 2, "no assignment 'nothing'"),
        (("grade", "tiny", "nobody"), 2, "no hand-in of nobody"),
        (("grade", "tiny"), 2, "no hand-ins of tiny"),
        (("release", "../tiny"), 2, "cannot be a name"),
        (("collect", "tiny", "nowhere.zip"), 1, "nowhere.zip is not there"),
        (("report", "tiny"), 1, "nobody is graded yet"),
        (("scores", "tiny", "--format", "xml"), 2, "xml"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(
    released_tiny: Assignment,
    gradekit: Gradekit,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    """What does not exist is named, with the documented exit code and no traceback."""
    found, _, printed = gradekit(released_tiny.root, *arguments)
    assert found == code
    assert said in printed
    assert len(printed.strip().splitlines()) == 1 or "Usage" in printed


def test_grading_needs_a_release(tiny: Assignment, gradekit: Gradekit) -> None:
    """Without a release, and so without the gradebook's cells, grading says what to do first."""
    tiny.submission("ada").mkdir(parents=True)
    code, _, printed = gradekit(tiny.root, "grade", "tiny")
    assert code == 1
    assert "run `gradekit release tiny` first" in printed
    with pytest.raises(GradekitError, match="no gradebook"):
        read_scores(tiny)


def test_doctor_says_that_workers_answer(tmp_path: Path, gradekit: Gradekit) -> None:
    """The doctor names the versions and what the sandbox enforces."""
    code, printed, _ = gradekit(tmp_path, "doctor")
    assert code == 0
    assert "nbgrader" in printed
    assert "rlimits" in printed


def test_a_long_note_breaks_between_words_on_a_terminal() -> None:
    """It goes on further in; in a pipe it is one line, and a path is never broken."""
    line = "ada: no answer in its cell, as it seems to be of an earlier release: /a/b-c/" + "d" * 90
    assert indented(line, None) == f"  {line}"
    first, second, path = indented(line, 60).split("\n")
    assert len(first) <= 60
    assert first.startswith("  ada: ")
    assert second.startswith("    ")
    assert path == f"    /a/b-c/{'d' * 90}"
    assert " ".join(indented(line, 60).split()) == line

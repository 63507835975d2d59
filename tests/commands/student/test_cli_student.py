"""The students' commands: what they print, and how they exit."""

import base64
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import typer
from PIL import Image
from typer.testing import CliRunner

from gradekit.assignment.facts import Facts, checks_of, setup_of, write_facts
from gradekit.cli import student
from gradekit.cli.app import EXIT_DONE, EXIT_LOOK, EXIT_USAGE

pytestmark = pytest.mark.one_in(2)

SETUP = {"nbgrader": {"grade_id": "setup", "grade": False}}
ITEM = {"nbgrader": {"grade_id": "double", "grade": True, "points": 3}}


def code(source: str, metadata: dict[str, Any], *outputs: dict[str, Any]) -> dict[str, Any]:
    """Return a code cell."""
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [*outputs]}


def text(source: str, **metadata: Any) -> dict[str, Any]:
    """Return a Markdown cell."""
    return {"cell_type": "markdown", "source": source, "metadata": metadata}


def notebook(answer: str) -> dict[str, Any]:
    """Return a notebook with one item, and with all parts but perhaps the answer."""
    buffer = io.BytesIO()
    picture = Image.new("RGB", (60, 40), "navy")
    picture.putpixel((30, 20), (255, 255, 255))
    picture.save(buffer, "PNG")
    data = {"image/png": base64.b64encode(buffer.getvalue()).decode()}
    drawn = {"output_type": "display_data", "data": data, "metadata": {}}
    printed = {"output_type": "stream", "name": "stdout", "text": "she was ready"}
    cells = [
        text("# Doubling"),
        code("from lib.thing import double", SETUP),
        text("### Doubling a number (3 points)"),
        code("assert double(2) == 4", ITEM),
        code("", {"gradekit": {"handin": "curves_rnn"}}, drawn),
        code("", {"gradekit": {"handin": "curves_lstm"}}, drawn),
        code("", {"gradekit": {"handin": "sample"}}, printed),
        text("### Inline question"),
        text(answer, gradekit={"handin": "answer"}),
    ]
    question = {"name": "answer", "kind": "answer", "title": "Answer to the inline question"}
    parts = [
        {"name": "curves_rnn", "kind": "figure"},
        {"name": "curves_lstm", "kind": "figure"},
        {"name": "sample", "kind": "printed"},
        question,
    ]
    metadata = {"gradekit": {"parts": parts}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An assignment that passes its check, without an answer."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "thing.py").write_text("def double(x):\n    return x + x\n")
    (tmp_path / "tiny.ipynb").write_text(json.dumps(notebook("YOUR ANSWER HERE")))
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a student does, without a terminal to ask on."""
    begin = "from gradekit.cli.entry import student; student()"
    command = [sys.executable, "-c", begin, *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, input="", encoding="utf-8"
    )


def test_check_and_submit_are_all_there_is() -> None:
    """The students' command has two verbs, each with a line of help."""
    shown = CliRunner().invoke(student.app, ["--help"]).stdout
    assert "check" in shown
    assert "submit" in shown


@pytest.mark.slow
def test_check_exits_with_0_only_if_all_pass(folder: Path) -> None:
    """A table with the item, and below it what is missing for handing in."""
    done = run(folder, "check")
    assert done.returncode == EXIT_DONE, done.stderr
    assert "Doubling a number       3  passed" in done.stdout
    assert "The only check that is in the notebook passes." in done.stdout
    assert "  - Answer to the inline question: not written yet." in done.stdout
    (folder / "lib" / "thing.py").write_text("def double(x):\n    return x\n")
    done = run(folder, "check")
    assert done.returncode == EXIT_LOOK
    assert "Doubling a number       3  failed" in done.stdout
    assert "assert double(2) == 4" in done.stdout


@pytest.mark.slow
def test_checks_can_be_run_from_elsewhere(folder: Path, tmp_path_factory: Any) -> None:
    """`--folder` names the assignment, and the checks run in there."""
    done = run(tmp_path_factory.mktemp("elsewhere"), "check", "--folder", str(folder))
    assert done.returncode == EXIT_DONE, done.stdout


def test_submit_refuses_with_a_list(folder: Path) -> None:
    """What is missing goes to stderr with what to do, and nothing is written."""
    before = sorted(folder.rglob("*"))
    done = run(folder, "submit", "--student", "ada")
    assert done.returncode == EXIT_LOOK
    assert done.stdout == ""
    said = "Nothing was packed, because this is missing or wrong:\n  - Answer to"
    assert done.stderr.startswith(said)
    assert "gradekit submit --anyway" in done.stderr
    assert sorted(folder.rglob("*")) == before


def test_submit_writes_the_pdf_and_the_zip(folder: Path) -> None:
    """With everything there it says what is in the zip, and where it is."""
    (folder / "tiny.ipynb").write_text(json.dumps(notebook("It doubles.")))
    done = run(folder, "submit", "--student", "ada")
    assert done.returncode == EXIT_DONE, done.stderr
    assert (folder / "tiny_ada.zip").is_file()
    assert (folder / "tiny_solution.pdf").is_file()
    for shown in ("tiny.ipynb", "lib/thing.py", "manifest.json", "Zip  tiny_ada.zip"):
        assert shown in done.stdout


def test_anyway_hands_in_with_the_list(folder: Path) -> None:
    """`--anyway` writes the zip and repeats what is missing from it."""
    done = run(folder, "submit", "--student", "ada", "--anyway")
    assert done.returncode == EXIT_DONE, done.stderr
    assert "not written yet" in done.stdout
    assert (folder / "tiny_ada.zip").is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["submit", "--anyway"], EXIT_USAGE, "--student ID"),
        (["submit", "--anyway", "--student", "a b"], EXIT_LOOK, "'a b' cannot be a name or id"),
        (["submit", "--bogus"], EXIT_USAGE, "--bogus"),
        (["check", "--folder", "nowhere"], EXIT_LOOK, "no notebook in"),
        (["submit", "--folder", "nowhere"], EXIT_LOOK, "no notebook in"),
    ],
)
def test_errors_are_short(folder: Path, arguments: list[str], code: int, said: str) -> None:
    """Each error is told without a traceback, and has its exit code."""
    done = run(folder, *arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(folder.glob("*.zip"))


def test_a_terminal_is_asked_for_the_id(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the id is asked for, and blanks around it do not matter."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(typer, "prompt", lambda _: " ada ")
    student.submit(anyway=True, folder=folder)
    assert (folder / "tiny_ada.zip").is_file()


@pytest.mark.slow
def test_a_console_without_our_letters_is_no_reason_to_crash(folder: Path) -> None:
    """On an old console, letters that it lacks become question marks."""
    command = [sys.executable, "-c", "from gradekit.cli.entry import student; student()", "submit"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, check=False, env={"PYTHONIOENCODING": "ascii"}
    )
    assert done.returncode == EXIT_LOOK
    assert b"Write it under ?Inline" in done.stderr


def released(answer: str, *change: Any) -> dict[str, Any]:
    """Return the notebook as a release has it: it says its name, checks and modules."""
    made = notebook(answer)
    facts = Facts("tiny", setup_of(made), tuple(checks_of(made)), ("lib/thing.py",))
    made["metadata"]["gradekit"] |= write_facts(facts)
    for one in change:
        one(made["cells"])
    return made


@pytest.mark.slow
def test_what_would_surprise_later_is_told_and_stops_nobody(folder: Path) -> None:
    """Checks that do not pass, and checks whose cells are gone, are told; the zip is made."""
    (folder / "lib" / "thing.py").write_text("def double(x):\n    return x\n")
    gone = released("It doubles.", lambda cells: cells.pop(3))
    (folder / "tiny.ipynb").write_text(json.dumps(gone))
    done = run(folder, "submit", "--student", "ada")
    assert done.returncode == EXIT_DONE, done.stderr
    told = " ".join(done.stdout.split())
    assert "Look at this before you hand in: - The only check does not pass: Doubling a" in told
    assert (folder / "tiny_ada.zip").is_file()
    told = " ".join(run(folder, "check").stdout.split())
    assert "1 check is gone from tiny.ipynb: Doubling a number." in told


@pytest.mark.slow
def test_both_commands_know_the_notebooks_name(folder: Path) -> None:
    """Renamed, the notebook is told by the same line; packed all the same, it has its own name."""
    (folder / "final.ipynb").write_text(json.dumps(released("It doubles.")))
    (folder / "tiny.ipynb").unlink()
    line = "The notebook has not the name that it was given. Rename final.ipynb to tiny.ipynb."
    for command in (["check"], ["submit", "--student", "ada"]):
        done = run(folder, *command)
        assert line in " ".join((done.stdout + done.stderr).split())
    assert not (folder / "tiny_ada.zip").exists()
    assert run(folder, "submit", "--student", "ada", "--anyway").returncode == EXIT_DONE
    with zipfile.ZipFile(folder / "tiny_ada.zip") as made:
        names = made.namelist()
    assert {"tiny.ipynb", "tiny_solution.pdf"} <= set(names)
    assert "final.ipynb" not in names


@pytest.mark.slow
def test_what_the_graders_cannot_run_is_no_pass(folder: Path) -> None:
    """Checks that pass on this computer only: `check` exits with 1 and `submit` refuses."""
    (folder / "tiny.ipynb").write_text(json.dumps(released("It doubles.")))
    text = "import rich\nfrom helpers import twice\n\n\ndef double(x):\n    return twice(x)\n"
    (folder / "lib" / "thing.py").write_text(text)
    (folder / "helpers.py").write_text("def twice(x):\n    return 2 * x\n")
    done = run(folder, "check")
    told = " ".join(done.stdout.split())
    assert done.returncode == EXIT_LOOK
    assert "The only check passes. The graders cannot run this, whatever passes here:" in told
    assert "lib/thing.py line 1: the graders have no package rich." in told
    assert "helpers" not in told
    done = run(folder, "submit", "--student", "ada")
    assert done.returncode == EXIT_LOOK
    assert "lib/thing.py line 1: the graders have no package rich." in done.stderr
    (folder / "lib" / "thing.py").write_text(text.removeprefix("import rich\n"))
    assert run(folder, "submit", "--student", "ada").returncode == EXIT_DONE
    with zipfile.ZipFile(folder / "tiny_ada.zip") as made:
        assert "helpers.py" in made.namelist()

"""A student's way through problem_2: the blank notebook, the checks, and the hand-in."""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from gradekit.course import Assignment

pytestmark = [
    pytest.mark.slow,
    # The kernel's own sockets are left to its exit by the client that started it.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the student's in the release's folder."""
    begin = "from gradekit.cli.entry import student; student()"
    command = [sys.executable, "-c", begin, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(released_problem_2: Assignment, tmp_path: Path) -> Path:
    """A copy of the release, as a student has it."""
    return Path(shutil.copytree(released_problem_2.release, tmp_path / "problem_2"))


def test_the_blank_notebook_stops_at_the_first_unfinished_method(folder: Path) -> None:
    """Run from the top, the released notebook stops with the name of the method to write."""
    notebook = nbformat.read(folder / "problem_2.ipynb", as_version=4)
    client = NotebookClient(notebook, resources={"metadata": {"path": str(folder)}})
    with pytest.raises(CellExecutionError, match=r"VanillaRNN\.step_forward is not implemented"):
        client.execute()


def test_check_names_what_is_not_done_and_what_passes(
    folder: Path, released_problem_2: Assignment
) -> None:
    """`gradekit check` exits with 1 on the blank release, and with 0 on the solved one."""
    blank = run(folder, "check")
    assert blank.returncode == 1
    assert "VanillaRNN.step_forward is not implemented yet" in blank.stdout
    assert "0 of 12 checks pass" in blank.stdout
    shutil.copytree(released_problem_2.solution / "lib", folder / "lib", dirs_exist_ok=True)
    solved = run(folder, "check")
    assert solved.returncode == 0, solved.stdout
    assert "All 12 checks pass" in solved.stdout


def test_submit_lists_what_is_missing_and_packs_nothing(folder: Path) -> None:
    """Without curves, sample and answer there is no zip, but a list of what to do."""
    done = run(folder, "submit", "--student", "ada")
    assert done.returncode == 1
    for part in ("vanilla RNN", "LSTM", "Sampled text", "inline question"):
        assert part in done.stdout + done.stderr
    assert not list(folder.glob("*.zip"))

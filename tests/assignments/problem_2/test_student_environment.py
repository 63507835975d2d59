"""A student's way from a copied release in a clean environment: install, check, run, hand in."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from taking_in import take_in

from gradekit.course import Assignment
from gradekit.findings.released import read_released
from gradekit.model import PdfState
from gradekit.pdf_check.check import PdfCheck

pytestmark = pytest.mark.slow

CONSTRAINTS = Path(__file__).resolve().parents[3] / "constraints.txt"
BIN = "Scripts" if sys.platform == "win32" else "bin"
ANSWER = "The LSTM keeps what the vanilla RNN forgets, and greedy sampling goes in circles."
# Runs all cells as a student does with "Run all", and saves; shorter training, drawn words.
RUN_ALL = """\
import sys
import nbformat
from nbclient import NotebookClient

notebook = nbformat.read("problem_2.ipynb", as_version=4)
for cell in notebook.cells:
    if cell.cell_type == "code":
        cell.source = cell.source.replace("max_epoch = 50", "max_epoch = 2")
        cell.source = cell.source.replace("temperature = 0 ", "temperature = 1 ")
    elif cell.metadata.get("gradekit", {}).get("handin") == "answer":
        cell.source = sys.argv[1]
NotebookClient(notebook, timeout=1800, kernel_name="python3").execute()
nbformat.write(notebook, "problem_2.ipynb")
"""
URL = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class Student:
    """A copied release folder, and a clean environment with its requirements."""

    folder: Path
    environment: Path

    def run(self, *command: str, code: int = 0) -> str:
        """Run a command of the environment in the folder; return what it prints."""
        program = str(self.environment / BIN / command[0])
        done = subprocess.run(
            [program, *command[1:]],
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    @property
    def variables(self) -> dict[str, str]:
        """The environment's variables: nothing of the kit's own environment."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL"))}
        return {**kept, "PATH": f"{self.environment / BIN}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture(scope="module")
def student(
    released_problem_2: Assignment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Student]:
    """A student who has unpacked the release and installed its requirements, and nothing else."""
    place = tmp_path_factory.mktemp("student")
    folder = Path(shutil.copytree(released_problem_2.release, place / "problem_2"))
    subprocess.run([sys.executable, "-m", "venv", place / "venv"], check=True)
    made = Student(folder, place / "venv")
    limits = ["-c", str(CONSTRAINTS)] if CONSTRAINTS.is_file() else []
    # What is used is compiled when it is used: that is a small part of it.
    options = ["-q", "--no-compile", *limits]
    made.run("python", "-m", "pip", "install", *options, "-r", "requirements.txt")
    yield made
    shutil.rmtree(place)


def test_the_environment_has_nothing_of_the_staff_s(student: Student) -> None:
    """The release brings no nbgrader, no graders, and nothing that has to be compiled."""
    installed = {one["name"] for one in json.loads(student.run("pip", "list", "--format", "json"))}
    assert {"jupyterlab", "gradekit-student", "numpy"} <= installed
    assert not installed & {"nbgrader", "pytest", "hatchling", "gradekit"}
    student.run("python", "-c", "import gradekit.grading", code=1)


def test_jupyter_lab_opens_the_notebook(student: Student) -> None:
    """`jupyter lab` serves its page for the notebook."""
    command = [str(student.environment / BIN / "jupyter"), "lab", "--no-browser", "--port=0"]
    log = student.folder.parent / "lab.log"
    options = ["--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=", "--allow-root"]
    with log.open("w") as written:
        server = subprocess.Popen(
            [*command, *options],
            cwd=student.folder,
            env=student.variables,
            stdout=written,
            stderr=written,
        )
    try:
        assert "JupyterLab" in _page(f"{_address(log)}/lab/tree/problem_2.ipynb")
    finally:
        server.terminate()
        server.wait(30)


def _address(log: Path) -> str:
    for _ in range(3000):
        found = URL.search(log.read_text())
        if found:
            return found[0]
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def _page(url: str) -> str:
    """The page's text; a server may name its address some time before it listens there."""
    for _ in range(3000):
        try:
            with urllib.request.urlopen(url, timeout=60) as page:
                return str(page.read().decode())
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            time.sleep(0.1)
    raise AssertionError(f"nothing listens at {url}")


def test_the_student_path(student: Student, released_problem_2: Assignment, tmp_path: Path) -> None:
    """Blank, half done, solved, run and handed in: each step says what is still to be done."""
    assert "VanillaRNN.step_forward is not implemented yet" in student.run(
        "gradekit", "check", code=1
    )
    _complete(student, released_problem_2, "lib/rnn/layer_utils.py")
    half = student.run("gradekit", "check", code=1)
    assert "LanguageModelRNN" in half
    assert "LSTM: step forward" in half
    for name in ("lib/rnn/rnn.py", "lib/rnn/train.py"):
        _complete(student, released_problem_2, name)
    assert "All 12 checks pass" in student.run("gradekit", "check")
    assert "no figure yet" in student.run("gradekit", "submit", "--student", "ada", code=1)
    student.run("python", "-c", RUN_ALL, f"**Answer**\n\n{ANSWER}")
    told = student.run("gradekit", "submit", "--student", "ada")
    assert "not handed in: README.md, data/" in told
    taken = take_in(
        student.folder / "problem_2_ada.zip",
        "problem_2",
        tmp_path / "submitted",
        released=read_released(
            released_problem_2.release,
            "problem_2",
            ["lib/rnn/layer_utils.py", "lib/rnn/rnn.py", "lib/rnn/train.py"],
        ),
    )
    assert (taken.student, taken.notes) == ("ada", ())
    assert _pdf_states(tmp_path, released_problem_2) == {PdfState.SAME}


def _complete(student: Student, assignment: Assignment, name: str) -> None:
    shutil.copy(assignment.solution / name, student.folder / name)


def _pdf_states(root: Path, released: Assignment) -> set[PdfState]:
    shutil.copytree(released.release, root / "release" / "problem_2")
    shutil.copytree(released.source, root / "source" / "problem_2")
    check = PdfCheck(Assignment(root, "problem_2"))
    try:
        return {one.state for one in check.check("ada")}
    finally:
        check.close()

"""Staff files in a hand-in have no effect: they are left out, or noted."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from taking_in import take_in

from gradekit.commands.collect import collect_all
from gradekit.commands.grade import grade_class
from gradekit.course import Assignment
from gradekit.findings.released import Released
from gradekit.gradebook.store.scores import read_scores
from gradekit.intake.take_in import inspect

EVIL = "raise SystemExit('run')\n"
RELEASED = Released(
    modules=("lib/rnn/rnn.py",),
    provided={"lib/__init__.py": b"", "lib/grad_check.py": b"x = 1\n", "lib/optim.py": b"y = 1\n"},
)
NOTEBOOK = json.dumps({"cells": [{"cell_type": "code"}], "metadata": {}, "nbformat": 4})
GOOD = {"tiny.ipynb": NOTEBOOK, "lib/rnn/rnn.py": "", "tiny_solution.pdf": "%PDF"}

LEFT_OUT = [
    "conftest.py",
    "lib/conftest.py",
    "lib/rnn/conftest.py",
    "sitecustomize.py",
    "lib/sitecustomize.py",
    "usercustomize.py",
    "nbgrader_config.py",
    "evil.pth",
    "lib/evil.pth",
    "lib/rnn/rnn.so",
    "lib/rnn/rnn.cpython-311-x86_64-linux-gnu.so",
    "lib/rnn/rnn.pyd",
    "lib/rnn/rnn.pyc",
    "pytest.ini",
    "pyproject.toml",
    "gradebook.db",
]


def take(tmp_path: Path, files: dict[str, str]) -> tuple[Path, tuple[str, ...]]:
    """Take a zip in; return the hand-in's folder and what was noticed."""
    path = tmp_path / "tiny_ada.zip"
    with zipfile.ZipFile(path, "w") as made:
        for name, text in {**GOOD, **files}.items():
            made.writestr(name, text)
    taken = take_in(path, "tiny", tmp_path / "submitted", released=RELEASED)
    return taken.folder, taken.notes


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_file_for_staff_or_for_python_is_left_out(tmp_path: Path, name: str) -> None:
    """It does not come into submitted/, and the note names it."""
    folder, notes = take(tmp_path, {name: EVIL})
    assert notes == (f"left out: {name}",)
    assert not (folder / name).exists()


def test_caches_are_left_out_without_a_word(tmp_path: Path) -> None:
    """What Python wrote along with the modules is nobody's doing."""
    folder, notes = take(tmp_path, {"lib/rnn/__pycache__/rnn.cpython-311.pyc": EVIL})
    assert notes == ()
    assert not (folder / "lib/rnn/__pycache__").exists()


NOTED = {
    "lib/grad_check.py": "lib/grad_check.py differs from the release and has no effect",
    "lib/optim.py": "lib/optim.py differs from the release and has no effect",
    "lib/grad_check/__init__.py": "lib/grad_check/ is in the place of lib/grad_check.py and has no "
    "effect",
    "lib/optim/sub/x.py": "lib/optim/ is in the place of lib/optim.py and has no effect",
    "lib.py": "lib.py is in the place of lib/ and has no effect",
    "lib/rnn.py": "lib/rnn.py is in the place of lib/rnn/ and has no effect",
    "numpy.py": "numpy.py does not stand for Python's own numpy",
    "lib/random.py": "lib/random.py does not stand for Python's own random",
    "lib/numpy/__init__.py": "lib/numpy/__init__.py does not stand for Python's own numpy",
}


@pytest.mark.parametrize("name", NOTED)
def test_a_module_without_effect_is_noted(tmp_path: Path, name: str) -> None:
    """Taking in tells it, and so does looking at a hand-in that lies in submitted/."""
    folder, notes = take(tmp_path, {name: EVIL})
    assert notes == (NOTED[name],)
    assert inspect(folder, "tiny", RELEASED) == [NOTED[name]]


def test_changed_provided_modules_are_one_line(tmp_path: Path) -> None:
    """Whoever reformats all files that were given is one line, not one for each file."""
    changed = dict.fromkeys(("lib/__init__.py", "lib/grad_check.py", "lib/optim.py"), EVIL)
    (line,) = take(tmp_path, changed)[1]
    names = "lib/__init__.py, lib/grad_check.py, lib/optim.py"
    assert line == f"{names} differ from the release and have no effect"


def test_a_provided_module_with_other_line_ends_is_the_same(tmp_path: Path) -> None:
    """Editors change the ends of lines and the mark at the beginning, which is no difference."""
    changed = {"lib/grad_check.py": "\ufeffx = 1\r\n", "lib/optim.py": "y = 1"}
    assert take(tmp_path, changed)[1] == ()


def test_own_modules_are_nothing_to_note(tmp_path: Path) -> None:
    """Students may write more modules, and packages beside the ones that they complete."""
    files = {"lib/mine.py": "", "lib/rnn/more/__init__.py": "", "lib/rnn/rnn/__init__.py": ""}
    folder, notes = take(tmp_path, files)
    assert notes == ()
    assert all((folder / name).is_file() for name in files)


ALL = {
    "conftest.py": EVIL,
    "sitecustomize.py": EVIL,
    "nbgrader_config.py": EVIL,
    "numpy.py": EVIL,
    "random.py": EVIL,
    "evil.pth": "import os; os._exit(3)",
    "lib/conftest.py": EVIL,
    "lib/sitecustomize.py": EVIL,
    "lib/random.py": EVIL,
    "lib/numpy.py": EVIL,
    "lib/helper.py": EVIL,
    "lib/__pycache__/thing.cpython-311.pyc": "x",
}


@pytest.mark.slow
def test_staff_files_change_no_points(tiny_handins: Any) -> None:
    """With all of them in submitted/, however they came there, the points are the same."""
    assignment: Assignment = tiny_handins.assignment
    folder = tiny_handins.add_solved("ada")
    for name, text in ALL.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    result = grade_class(assignment, [], 1, False, lambda *_: None)
    assert result.exit_code == 0, result.ungraded
    points = {name: one.score for name, one in read_scores(assignment)["ada"].items.items()}
    assert points == {"double": 3.0, "slope": 1.0, "question": 0.0}
    notes = result.reports["ada"].notes
    assert "lib/helper.py differs from the release and has no effect" in notes
    assert "lib/random.py does not stand for Python's own random" in notes


def test_collect_tells_each_hand_in_and_counts(tiny_handins: Any, tmp_path: Path) -> None:
    """`gradekit collect` takes a class's download in, and says how many were taken and refused."""
    assignment: Assignment = tiny_handins.assignment
    path = tmp_path / "submissions.zip"
    with zipfile.ZipFile(path, "w") as made:
        for name in ("Jane Doe_1_assignsubmission_file_", "Bob Roe_2_assignsubmission_file_"):
            for file in ("tiny.ipynb", "lib/helper.py", "lib/thing.py"):
                made.write(assignment.release / file, f"{name}/{file}")
        made.writestr("Eve Poe_3_assignsubmission_file_/tiny_eve.zip", "no zip")
    command = "from gradekit.cli.entry import staff; staff()"
    done = subprocess.run(
        [sys.executable, "-c", command, "collect", "tiny", str(path)],
        cwd=assignment.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "Jane_Doe_1: taken in"
    assert done.stdout.splitlines()[-1] == "2 taken in, 1 refused"
    assert done.stderr.startswith("refused: submissions.zip: Eve Poe_3_assignsubmission_file_/tiny")
    assert len(done.stderr.splitlines()) == 1
    again = collect_all(assignment, [path], True)
    assert [one.student for one in again.taken] == ["Jane_Doe_1", "Bob_Roe_2"]

"""A command that is stopped, by Ctrl-C or by a kill, leaves no process and can go on."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gradekit.gradebook.store.scores import read_scores

pytestmark = [pytest.mark.slow, pytest.mark.one_in(4, of="grading a class")]
COMMAND = [sys.executable, "-c", "from gradekit.cli.entry import staff; staff()", "grade", "tiny"]
# How long it takes is measured by benchmarks/grading.py; here it only has to end.
SECONDS_TO_END = 60


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Commands hear of Ctrl-C, also where the tests run in the background of a script."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """A folder for a command's temporary files, which is empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


def descendants(parent: int) -> set[int]:
    """Return the processes below one."""
    below: dict[int, set[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            above = int(path.read_text().rpartition(")")[2].split()[1])
            below.setdefault(above, set()).add(int(path.parent.name))
    children = below.get(parent, set())
    return children.union(*(descendants(child) for child in children))


def are_gone(processes: set[int], seconds: float = 30.0) -> bool:
    """Whether processes end within some time."""
    deadline = time.monotonic() + seconds
    while any(Path(f"/proc/{number}").exists() for number in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def test_a_killed_command_loses_nothing(tiny_handins: Any, temporary: Path) -> None:
    """Killed it leaves no process and no file; started again it does the rest, and no more."""
    assignment = tiny_handins.assignment
    for number in range(6):
        tiny_handins.add_solved(f"student{number}")
    started = subprocess.Popen(
        [*COMMAND, "--jobs", "1"],
        cwd=assignment.root,
        env=os.environ | {"TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    for line in started.stdout:
        if line.startswith("[2/6]"):
            workers = descendants(started.pid)
            os.kill(started.pid, signal.SIGKILL)
            break
    started.wait()
    started.stdout.close()
    assert len(workers) >= 2
    assert are_gone(workers)
    assert not list(temporary.iterdir())
    again = subprocess.run(
        COMMAND, cwd=assignment.root, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert len(again) >= 6
    assert sum(" kept: 4 of 6 points" in line for line in again) >= 2
    assert {one.total for one in read_scores(assignment).values()} == {4.0}


def test_ctrl_c_stops_at_once_and_says_what_is_kept(tiny_handins: Any, temporary: Path) -> None:
    """Amid an endless loop a command stops, with one line; no process and no file is left."""
    endless = "class Doubler:\n    def forward(self, x):\n        while True: pass\n"
    tiny_handins.add_solved("ada")
    tiny_handins.add("bob", {"lib/thing.py": endless})
    started = subprocess.Popen(
        [*COMMAND, "--jobs", "1"],
        cwd=tiny_handins.assignment.root,
        env=os.environ | {"TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    assert started.stdout.readline().startswith("grading tiny: ")
    assert started.stdout.readline().startswith("[1/2] ada")
    workers = descendants(started.pid)
    os.kill(started.pid, signal.SIGINT)
    _, told = started.communicate(timeout=SECONDS_TO_END)
    assert started.returncode == 130
    assert told == (
        "gradekit: stopped: 1 of 2 are graded; "
        "run the same command again: they are kept, and the rest is graded\n"
    )
    assert are_gone(workers)
    assert not list(temporary.iterdir())


@pytest.mark.parametrize("processes", [1, 2, 4])
def test_ctrl_c_on_a_terminal_is_one_line(
    tiny_handins: Any, temporary: Path, processes: int
) -> None:
    """There all processes get the signal, also those that are just starting; none says a word."""
    for name in ("ada", "bob"):
        tiny_handins.add_solved(name)
    started = subprocess.Popen(
        [*COMMAND, "--jobs", "2"],
        cwd=tiny_handins.assignment.root,
        env=os.environ | {"TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while len(workers := descendants(started.pid)) < processes:
        assert started.poll() is None
    os.killpg(started.pid, signal.SIGINT)
    _, told = started.communicate(timeout=SECONDS_TO_END)
    assert started.returncode == 130
    assert len(told.splitlines()) == 1
    assert told.startswith("gradekit: stopped")
    assert are_gone(workers)
    assert not list(temporary.iterdir())


def test_ctrl_c_makes_no_library_print_what_it_logs() -> None:
    """What a database notes in its log when Ctrl-C ends it is nothing for a terminal."""
    script = (
        "import logging, os, signal\n"
        "from gradekit.cli.interrupts import run_stoppable\n"
        "def command():\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "    except BaseException:\n"
        "        logging.getLogger('elsewhere').error('interrupted', exc_info=True)\n"
        "        raise\n"
        "run_stoppable(command)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr.splitlines()) == (
        130,
        ["gradekit: stopped; what was finished is kept"],
    )

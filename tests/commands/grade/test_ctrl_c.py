"""Ctrl-C stops a command with one line, at whatever moment it comes."""

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from gradekit.cli.interrupts import STOPPED
from gradekit.grading.pytest_session.collection import collect

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends signals")


def run(command: str, begin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the body of a command in a process of its own."""
    code = f"""\
import signal, sys, time
from gradekit.cli.interrupts import run_stoppable
{begin}
def command():
{textwrap.indent(command, "    ")}
run_stoppable(command)
"""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )


def test_ctrl_c_while_a_command_is_loaded() -> None:
    """Nothing of the command is there yet, and still it is one line and its exit code."""
    ended = run("signal.raise_signal(signal.SIGINT)")
    assert (ended.returncode, ended.stderr) == (130, f"{STOPPED}\n")


def test_ctrl_c_amid_a_callback_is_not_lost() -> None:
    """Python swallows what a callback of its own raises; the command stops all the same."""
    callback = """\
import weakref
class Held: pass
held = Held()
ref = weakref.ref(held, lambda _: signal.raise_signal(signal.SIGINT))
"""
    ended = run("global held\ndel held\ntime.sleep(30)\nprint('went on')", callback)
    assert (ended.returncode, ended.stderr) == (130, f"{STOPPED}\n")
    assert not ended.stdout


def test_other_faults_of_callbacks_are_told() -> None:
    """What is not Ctrl-C is printed as ever, and the command goes on."""
    callback = """\
class Held:
    def __del__(self): raise ValueError("the callback's own")
held = Held()
"""
    ended = run("global held\ndel held\nprint('went on')", callback)
    assert (ended.returncode, ended.stdout) == (0, "went on\n")
    assert "the callback's own" in ended.stderr


def test_ctrl_c_pressed_twice_lets_a_command_tidy_up() -> None:
    """The second one, while it ends, keeps nothing from being removed."""
    command = """\
try:
    signal.raise_signal(signal.SIGINT)
finally:
    signal.raise_signal(signal.SIGINT)
    print('tidied up')
"""
    ended = run(command)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "tidied up\n", f"{STOPPED}\n")


def test_ctrl_c_amid_the_making_of_a_pool_leaves_nothing() -> None:
    """What a pool registers to be removed is removed, with no word of what leaked."""
    command = """\
from multiprocessing import resource_tracker
from gradekit.processes import reusable_processes
register = resource_tracker.register
def interrupted(*arguments):
    register(*arguments)
    signal.raise_signal(signal.SIGINT)
resource_tracker.register = interrupted
reusable_processes(1, print)
print('went on')
"""
    ended = run(command)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", f"{STOPPED}\n")


def test_ctrl_c_that_python_wraps_is_still_one() -> None:
    """What comes while a class is being made becomes a RuntimeError of Python's, up to 3.11."""
    command = """\
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt as error:
    raise RuntimeError("wrapped") from error
"""
    ended = run(command)
    assert (ended.returncode, ended.stderr) == (130, f"{STOPPED}\n")


def test_ctrl_c_amid_the_collecting_of_checks(tmp_path: Path) -> None:
    """It is no folder without checks, which would be the grader's fault."""
    module = "import signal\nsignal.raise_signal(signal.SIGINT)\n"
    (tmp_path / "test_checks.py").write_text(module, encoding="utf-8")
    # A process that was started in the background may ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            collect(tmp_path)
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_stopped_command_ends_after_its_own_tidying() -> None:
    """What it registered to be called at its end is called, and what it printed is printed."""
    command = """\
import atexit
atexit.register(print, "tidied up")
signal.raise_signal(signal.SIGINT)
"""
    ended = run(command)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "tidied up\n", f"{STOPPED}\n")


def test_a_fault_after_a_ctrl_c_that_was_taken_is_told() -> None:
    """An error of the command's own, later on, is not passed off as Ctrl-C."""
    command = """\
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    pass
raise ValueError("the command's own")
"""
    ended = run(command)
    assert ended.returncode == 1
    assert "the command's own" in ended.stderr

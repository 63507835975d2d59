"""Mutated frames are refused in the wire's own way, and take little memory."""

import subprocess
import sys
from pathlib import Path

import pytest
from hostile import fuzz

MOST_MEBIBYTES = 512  # of both ends of the wire in one process


def test_the_seeds_are_right_replies() -> None:
    """Unchanged, the frames are taken: what is refused is refused for its change."""
    assert [fuzz.take(frame) for frame in fuzz.seeds()] == ["values", "values", "fault"]


def run_fuzzer(count: int) -> dict[str, int]:
    """Fuzz in a process of its own; return the ends and the peak of its memory in MiB."""
    command = [sys.executable, str(Path(fuzz.__file__)), str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {name: int(n) for name, n in (line.split("=") for line in done.stdout.splitlines())}


@pytest.mark.parametrize("count", [2_000, pytest.param(18_000, marks=pytest.mark.slow)])
def test_mutated_frames_are_refused_or_taken(count: int) -> None:
    """No mutation is more than values, a fault, or a refusal; memory stays under its bound."""
    ends = run_fuzzer(count)
    assert ends.pop("peak") < MOST_MEBIBYTES
    assert sum(ends.values()) == count
    assert set(ends) <= {"values", "fault", "refused", "closed early"}
    assert ends["values"] > 0
    assert ends["refused"] > count / 2


@pytest.mark.slow
def test_the_largest_frames_take_bounded_memory() -> None:
    """Frames as long as may be, of one array or of as many as fit, stay under the bound."""
    ends = run_fuzzer(0)
    assert ends.pop("peak") < MOST_MEBIBYTES
    assert ends == {"values": 2, "refused": 4}

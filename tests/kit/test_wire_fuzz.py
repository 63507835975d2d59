"""Mutated frames are refused in the wire's own way, and take little memory."""

import subprocess
import sys
from pathlib import Path

import pytest
from hostile import fuzz

MOST_MEBIBYTES = 256


def test_the_seeds_are_right_replies() -> None:
    """Unchanged, the frames are taken: what is refused is refused for its change."""
    assert [fuzz.take(frame) for frame in fuzz.seeds()] == ["values", "values", "fault"]


@pytest.mark.parametrize("count", [5_000, pytest.param(200_000, marks=pytest.mark.slow)])
def test_mutated_frames_are_refused_or_taken(count: int) -> None:
    """No mutation is more than values, a fault, or a refusal; memory stays under its bound."""
    done = subprocess.run(
        [sys.executable, str(Path(fuzz.__file__)), str(count)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    ends = {name: int(n) for name, n in (line.split("=") for line in done.stdout.splitlines())}
    assert ends.pop("peak") < MOST_MEBIBYTES
    assert sum(ends.values()) == count
    assert set(ends) <= {"values", "fault", "refused", "closed early"}
    assert ends["values"] > 0
    assert ends["refused"] > count / 2

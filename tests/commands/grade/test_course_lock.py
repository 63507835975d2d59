"""A course is worked on by one command at a time, and the second is told which one that is."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gradekit.commands.lock import course_lock
from gradekit.course import Assignment
from gradekit.errors import GradekitError, StorageError


def test_the_second_command_is_told_who_holds_the_course(tmp_path: Path) -> None:
    """Who comes second gets one line with the number of the first one's process."""
    with course_lock(tmp_path):
        told = f"process {os.getpid()} is at work in this course"
        with pytest.raises(GradekitError, match=told), course_lock(tmp_path):
            pass
    with course_lock(tmp_path):
        pass


def test_a_lock_goes_with_the_process(tmp_path: Path) -> None:
    """A file that is left over holds nothing up."""
    (tmp_path / ".gradekit").mkdir()
    (tmp_path / ".gradekit" / "lock").write_text("12345")
    with course_lock(tmp_path):
        assert (tmp_path / ".gradekit" / "lock").read_text() == str(os.getpid())


def test_a_lock_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """Without a place for the lock nothing is done, and the line says where and why."""
    (tmp_path / ".gradekit").write_text("no folder")
    told = r"\.gradekit/lock: File exists: put that right, then run the same command again"
    with pytest.raises(StorageError, match=told), course_lock(tmp_path):
        pytest.fail("the course is held")


def test_a_release_takes_the_lock_too(
    tiny: Assignment, gradekit: Callable[..., tuple[int, str, str]]
) -> None:
    """While the course is held there is no release, and the line says who holds it."""
    with course_lock(tiny.root):
        code, _, told = gradekit(tiny.root, "release", "tiny")
    assert code == 1
    assert f"process {os.getpid()} is at work in this course" in told
    assert not tiny.release.exists()

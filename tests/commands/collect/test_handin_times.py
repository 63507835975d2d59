"""When a hand-in came in: nbgrader's time and the staff's count, a student's own never does."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from taking_in import take_in

from gradekit.errors import UsageError
from gradekit.intake.received import read_time
from gradekit.intake.take_in import Taken

GOOD = {"tiny.ipynb": '{"cells": [{}]}', "lib/thing.py": "x = 1\n", "tiny_solution.pdf": "%PDF"}
OWN = {**GOOD, "timestamp.txt": "2026-01-02 03:04:05.123456 UTC"}
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DOES_NOT_COUNT = "its own timestamp.txt does not count: a student can write one"


def folder_of(path: Path, files: dict[str, str]) -> Path:
    """Write a hand-in's files into a folder."""
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return path


def zip_of(path: Path, files: dict[str, str]) -> Path:
    """Write a hand-in's files into a zip."""
    with zipfile.ZipFile(path, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    return path


def take(tmp_path: Path, source: Path, received: datetime | None = None) -> tuple[Taken, str]:
    """Take a hand-in in; return it, and what timestamp.txt says, or nothing where it is not."""
    taken = take_in(source, "tiny", tmp_path / "course/submitted", received=received)
    path = taken.folder / "timestamp.txt"
    return taken, path.read_text() if path.exists() else ""


@pytest.mark.parametrize("inside", ["", "tiny/"])
def test_a_time_that_a_student_wrote_does_not_count(tmp_path: Path, inside: str) -> None:
    """A timestamp.txt in a zip is left out with a line, wherever in the zip the hand-in lies."""
    files = {f"{inside}{name}": text for name, text in OWN.items()}
    taken, time = take(tmp_path, zip_of(tmp_path / "tiny_ada.zip", files))
    assert time == ""
    assert taken.notes == (DOES_NOT_COUNT,)


@pytest.mark.parametrize("name", ["ada", "ada/tiny", "submitted/ada"])
def test_a_folder_that_is_not_nbgraders_is_a_students(tmp_path: Path, name: str) -> None:
    """A folder may be a student's unpacked zip, so its timestamp.txt does not count either."""
    taken, time = take(tmp_path, folder_of(tmp_path / name, OWN))
    assert (taken.student, time) == ("ada", "")
    assert taken.notes == (DOES_NOT_COUNT,)


def test_the_time_in_a_folder_that_nbgrader_collected_counts(tmp_path: Path) -> None:
    """submitted/STUDENT/ASSIGNMENT is as nbgrader's exchange makes it, with its timestamp.txt."""
    taken, time = take(tmp_path, folder_of(tmp_path / "old/submitted/ada/tiny", OWN))
    assert (taken.student, time) == ("ada", "2026-01-02 03:04:05.123456 UTC\n")
    assert taken.notes == ("handed in 2026-01-02 03:04:05.123456 UTC, as timestamp.txt says",)


def test_only_the_time_that_nbgrader_wrote_counts_there(tmp_path: Path) -> None:
    """One that a student put beside a notebook one folder down is no time of nbgrader's."""
    files = {f"mine/{name}": text for name, text in OWN.items()}
    taken, time = take(tmp_path, folder_of(tmp_path / "submitted/ada/tiny", files))
    assert (taken.student, time) == ("ada", "")


@pytest.mark.parametrize("text", ["", "now", "2026-13-45 00:00:00 UTC", "2026-01-02 /etc/passwd"])
def test_a_time_that_is_none_is_left_out(tmp_path: Path, text: str) -> None:
    """What nbgrader cannot read does not get to it, and is one line."""
    files = {**GOOD, "timestamp.txt": text}
    taken, time = take(tmp_path, folder_of(tmp_path / "submitted/ada/tiny", files))
    assert time == ""
    assert taken.notes == ("timestamp.txt is no time, and does not count",)


@pytest.mark.parametrize("files", [GOOD, OWN])
def test_what_staff_say_counts_for_all(tmp_path: Path, files: dict[str, str]) -> None:
    """The time of reception is written as nbgrader writes it, whatever else there is."""
    for source in (
        zip_of(tmp_path / "tiny_bob.zip", files),
        folder_of(tmp_path / "old/submitted/ada/tiny", files),
    ):
        assert take(tmp_path, source, NOON)[1] == "2026-11-24 12:00:00.000000 UTC\n"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24 12:00",
        "2026-11-24 12:00:00",
        "2026-11-24 12:00 UTC",
        "2026-11-24 13:00 Europe/Berlin",
        "2026-11-24 13:00+01:00",
        " 2026-11-24  12:00Z ",
    ],
)
def test_a_time_of_reception_is_in_utc_unless_it_says_otherwise(text: str) -> None:
    """It is given as a due date is given to nbgrader, with or without a zone."""
    assert read_time(text) == NOON


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-11-24",
        "24.11.2026 12:00",
        "2026-11-24 25:00",
        "2026-11-24 12:00 CEST",
        "2026-11-24 12:00 Europe",
        "2026-11-24 12:00 ../../etc/passwd",
        "2026-11-24 12:00 UTC too",
        "0001-01-01 00:00 Europe/Berlin",
    ],
)
def test_a_time_of_reception_that_is_none_is_told(text: str) -> None:
    """It is an error of usage, in one line that says how to give it."""
    with pytest.raises(UsageError, match=r"is no time: give it as 2026-11-24 12:00") as caught:
        read_time(text)
    assert "\n" not in str(caught.value)

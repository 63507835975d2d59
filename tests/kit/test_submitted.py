"""Reading a hand-in's modules: what lies in its folder and nothing else, whatever its names are."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from gradekit.grading.grade import Grader, Handin, report_key
from gradekit.grading.kit import GradingKit
from gradekit.grading.submitted import MAX_MODULE_BYTES, MAX_MODULES, read_handin
from gradekit.report import HandinError, Outcome


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A hand-in of the tiny assignment."""
    (tmp_path / "ada" / "lib").mkdir(parents=True)
    (tmp_path / "ada" / "lib" / "thing.py").write_text("x = 1\n", encoding="utf-8")
    return tmp_path / "ada"


def test_the_modules_of_the_students_packages_are_read(folder: Path, tiny_kit: GradingKit) -> None:
    """Every module of lib/ is read, also the student's own, and nothing beside lib/."""
    (folder / "lib" / "own").mkdir()
    (folder / "lib" / "own" / "more.py").write_bytes(b"y = 2\n")
    (folder / "numpy.py").write_bytes(b"raise SystemExit\n")
    (folder / "lib" / "notes.txt").write_bytes(b"no module")
    handin = read_handin(folder, "ada", tiny_kit, ("late",))
    assert handin.modules == {"lib/thing.py": b"x = 1\n", "lib/own/more.py": b"y = 2\n"}
    assert (handin.student, handin.notes) == ("ada", ("late",))


def test_no_folder_is_no_hand_in(tmp_path: Path, tiny_kit: GradingKit) -> None:
    """A hand-in that is not there is told with its student and folder."""
    with pytest.raises(HandinError, match=r"no hand-in of bob: .*bob is not there"):
        read_handin(tmp_path / "bob", "bob", tiny_kit)


def test_too_much_is_refused(folder: Path, tiny_kit: GradingKit) -> None:
    """Too many modules, or one that is too large, are refused."""
    (folder / "lib" / "large.py").write_bytes(b"#" * (MAX_MODULE_BYTES + 1))
    with pytest.raises(HandinError, match=r"large\.py: larger than"):
        read_handin(folder, "ada", tiny_kit)
    (folder / "lib" / "large.py").unlink()
    for number in range(MAX_MODULES):
        (folder / "lib" / f"more_{number}.py").touch()
    with pytest.raises(HandinError, match="more than 200 modules"):
        read_handin(folder, "ada", tiny_kit)


@pytest.mark.parametrize("place", ["lib/thing.py", "lib", "lib/deep"])
def test_links_out_of_the_hand_in_are_not_followed(
    folder: Path, tmp_path: Path, tiny_kit: GradingKit, place: str
) -> None:
    """A link to a file or folder elsewhere, such as the reference, gives no module."""
    secret = tmp_path / "lib_solution" / "deep"
    secret.mkdir(parents=True)
    for name in ("thing.py", "deep/thing.py"):
        (tmp_path / "lib_solution" / name).write_text("solved = True\n", encoding="utf-8")
    (folder / "lib" / "thing.py").unlink()
    if place == "lib":
        (folder / "lib").rmdir()
    (folder / place).symlink_to(tmp_path / place.replace("lib", "lib_solution"))
    assert read_handin(folder, "ada", tiny_kit).modules == {}


def test_links_of_modules_at_the_top_are_not_followed(folder: Path, tiny_kit: GradingKit) -> None:
    """Where the student's module stands beside the notebook, a link out of there gives none."""
    kit = replace(tiny_kit, student_files=("thing.py",))
    (folder.parent / "solved.py").write_text("solved = True\n", encoding="utf-8")
    (folder / "thing.py").symlink_to(folder.parent / "solved.py")
    assert read_handin(folder, "ada", kit).modules == {}


def test_a_file_that_cannot_be_read_is_told(
    folder: Path, tiny_kit: GradingKit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module that may not be read makes one line, not a traceback that stops the class."""

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(HandinError, match=r"thing\.py: cannot be read \(Permission denied\)"):
        read_handin(folder, "ada", tiny_kit)


def test_names_that_are_no_text_are_graded_all_the_same(
    folder: Path, tiny_grader: Grader, tiny_kit: GradingKit
) -> None:
    """A module whose name is not UTF-8, as old zips have them, costs nothing."""
    (folder / "lib" / os.fsdecode(b"l\xf6sung.py")).write_bytes(b"")
    handin = read_handin(folder, "ada", tiny_kit)
    assert len(handin.modules) == 2
    assert report_key(tiny_kit, handin)
    assert tiny_grader.grade(handin).outcome("double") is Outcome.CRASH


@pytest.mark.parametrize("name", ["lib/helper.py/inside.py", "lib/thing.py/inside.py"])
def test_a_folder_named_like_a_module_costs_only_its_own_student(
    folder: Path, tiny_grader: Grader, tiny_kit: GradingKit, name: str
) -> None:
    """A folder in the place of a module cannot stop the grader: the course's files go first."""
    path = folder / name
    path.parent.unlink(missing_ok=True)
    path.parent.mkdir()
    path.write_bytes(b"")
    report = tiny_grader.grade(read_handin(folder, "ada", tiny_kit))
    assert report.outcome("double") is Outcome.CRASH
    again = tiny_grader.grade(Handin("bob", {"lib/thing.py": tiny_kit.reference["lib/thing.py"]}))
    assert again.outcome("double") is Outcome.PASS

"""Reading a hand-in's modules: what lies in its folder and nothing else, whatever its names are."""

import errno
import os
import socket
from pathlib import Path

import pytest

from gradekit.assignment.modules import MAX_MODULE_BYTES, MAX_MODULES
from gradekit.batch.read_submission import read_submission
from gradekit.errors import StorageError, SubmissionError
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Grader, Submission, report_key
from gradekit.intake import folder as folders
from gradekit.intake.folder import plain_files
from gradekit.model import Outcome


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A hand-in of the tiny assignment."""
    (tmp_path / "ada" / "lib").mkdir(parents=True)
    (tmp_path / "ada" / "lib" / "thing.py").write_text("x = 1\n", encoding="utf-8")
    return tmp_path / "ada"


def test_the_modules_of_the_student_are_read(folder: Path, tiny_kit: GradingBundle) -> None:
    """Every module is read, in whatever folder, but for junk and what only staff have use for."""
    own = {"lib/own/more.py": b"y = 2\n", "helpers.py": b"z = 3\n", "layers/conv.py": b"w = 4\n"}
    other = ("lib/notes.txt", ".git/hook.py", "__pycache__/x.py", "conftest.py", "lib/conftest.py")
    for name, data in {**own, **dict.fromkeys(other, b"raise SystemExit\n")}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    submission = read_submission(folder, "ada", tiny_kit, ("late",))
    assert submission.modules == {"lib/thing.py": b"x = 1\n", **own}
    assert (submission.student, submission.notes) == ("ada", ("late",))


def test_no_folder_is_no_hand_in(tmp_path: Path, tiny_kit: GradingBundle) -> None:
    """A hand-in that is not there is told with its student and folder."""
    with pytest.raises(SubmissionError, match=r"no hand-in of bob: .*bob is not there"):
        read_submission(tmp_path / "bob", "bob", tiny_kit)


def test_too_much_is_refused(folder: Path, tiny_kit: GradingBundle) -> None:
    """Too many modules, or one that is too large, are refused."""
    (folder / "lib" / "large.py").write_bytes(b"#" * (MAX_MODULE_BYTES + 1))
    with pytest.raises(SubmissionError, match=r"large\.py: larger than"):
        read_submission(folder, "ada", tiny_kit)
    (folder / "lib" / "large.py").unlink()
    for number in range(MAX_MODULES):
        (folder / "lib" / f"more_{number}.py").touch()
    with pytest.raises(SubmissionError, match=r"201 Python files, more than the 200.* in lib/"):
        read_submission(folder, "ada", tiny_kit)


LINKS = {
    "a module": ("lib/thing.py", "lib_solution/thing.py"),
    "the folder of the modules": ("lib", "lib_solution"),
    "a folder below": ("lib/deep", "lib_solution/deep"),
    "a file that is no module": ("notes.txt", "lib_solution/thing.py"),
    "nothing": ("lib/gone.py", "nowhere"),
    "itself": ("lib/loop", "ada/lib/loop"),
    "the folder that it is in": ("lib/loop", "ada"),
    "a file within cached files": (".git/x", "lib_solution/thing.py"),
}


@pytest.mark.parametrize("case", LINKS)
def test_a_link_in_a_hand_in_is_refused(
    folder: Path, tmp_path: Path, tiny_kit: GradingBundle, case: str
) -> None:
    """A link to a file or folder, wherever it leads, is one line that names it."""
    name, target = LINKS[case]
    secret = tmp_path / "lib_solution" / "deep"
    secret.mkdir(parents=True)
    (secret.parent / "thing.py").write_text("solved = True\n", encoding="utf-8")
    (folder / "lib" / "thing.py").unlink()
    if name == "lib":
        (folder / "lib").rmdir()
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).symlink_to(tmp_path / target)
    with pytest.raises(SubmissionError, match=rf"{name}: is a link; take it away") as caught:
        read_submission(folder, "ada", tiny_kit)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("kind", ["pipe", "socket"])
@pytest.mark.parametrize("name", ["tiny.ipynb", "lib/thing.py", "timestamp.txt"])
def test_what_is_no_file_is_refused_without_waiting(
    folder: Path,
    tiny_kit: GradingBundle,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    kind: str,
) -> None:
    """A pipe that nobody writes into, and a socket, are not opened."""
    path = folder / name
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    else:
        monkeypatch.chdir(path.parent)
        with socket.socket(socket.AF_UNIX) as opened:
            opened.bind(path.name)
    with pytest.raises(SubmissionError, match=rf"{name}: is a {kind}"):
        read_submission(folder, "ada", tiny_kit)


def test_one_file_with_another_elsewhere_is_refused(folder: Path, tiny_kit: GradingBundle) -> None:
    """A hard link shows what a link would; two names within the hand-in are its own matter."""
    (folder / "lib" / "again.py").hardlink_to(folder / "lib" / "thing.py")
    assert len(read_submission(folder, "ada", tiny_kit).modules) == 2
    (folder.parent / "secret.py").write_text("expected = 4\n", encoding="utf-8")
    (folder / "lib" / "own.py").hardlink_to(folder.parent / "secret.py")
    with pytest.raises(SubmissionError, match=r"lib/own\.py: is one file with another elsewhere"):
        read_submission(folder, "ada", tiny_kit)


def test_a_hand_in_that_is_a_link_itself_is_refused(folder: Path, tiny_kit: GradingBundle) -> None:
    """The folder of one student is never another's."""
    (folder.parent / "eve").symlink_to(folder)
    with pytest.raises(SubmissionError, match="eve: is a link; put a copy"):
        read_submission(folder.parent / "eve", "eve", tiny_kit)


def test_amounts_are_bounded(
    folder: Path, tiny_kit: GradingBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many files, bytes or folders within folders are one line each; caches do not count."""
    (folder / ".git").mkdir()
    for number in range(5):
        (folder / ".git" / f"{number}").touch()
    monkeypatch.setattr(folders, "MAX_FILES", 3)
    assert read_submission(folder, "ada", tiny_kit).modules
    for number in range(5):
        (folder / f"{number}.txt").write_text("x" * 100, encoding="utf-8")
    with pytest.raises(SubmissionError, match="6 files, more than 3"):
        read_submission(folder, "ada", tiny_kit)
    monkeypatch.setattr(folders, "MAX_FILES", 10)
    monkeypatch.setattr(folders, "MAX_BYTES", 100)
    with pytest.raises(SubmissionError, match="0 MB, more than 0 MB"):
        read_submission(folder, "ada", tiny_kit)
    folder.joinpath(*["deep"] * 40).mkdir(parents=True)
    with pytest.raises(SubmissionError, match="more than 30 folders deep"):
        read_submission(folder, "ada", tiny_kit)


def test_a_file_that_is_changed_for_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    """Between looking and reading nothing can be put in a file's or a folder's place."""
    found = plain_files(folder)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thing.py").write_text("solved = True\n", encoding="utf-8")
    (folder / "lib").rename(folder.parent / "moved")
    (folder / "lib").symlink_to(tmp_path / "other")
    with pytest.raises(SubmissionError, match=r"lib/thing\.py: cannot be read"):
        found.read("lib/thing.py", 100)
    (folder / "lib").unlink()
    (folder / "lib").mkdir()
    os.mkfifo(folder / "lib" / "thing.py")
    with pytest.raises(SubmissionError, match=r"lib/thing\.py: is no plain file"):
        found.read("lib/thing.py", 100)


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.EACCES, SubmissionError), (errno.EIO, StorageError)]
)
def test_a_file_that_cannot_be_read_is_told(
    folder: Path,
    tiny_kit: GradingBundle,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    kind: type[Exception],
) -> None:
    """A module that may not be read is its hand-in's matter, a broken disk is the machine's."""

    def refuse(*_: object) -> bytes:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "read", refuse)
    with pytest.raises(kind, match=r"thing\.py: .*" + os.strerror(number)):
        read_submission(folder, "ada", tiny_kit)


def test_names_that_are_no_text_are_graded_all_the_same(
    folder: Path, tiny_grader: Grader, tiny_kit: GradingBundle
) -> None:
    """A module whose name is not UTF-8, as old zips have them, costs nothing."""
    (folder / "lib" / os.fsdecode(b"l\xf6sung.py")).write_bytes(b"")
    submission = read_submission(folder, "ada", tiny_kit)
    assert len(submission.modules) == 2
    assert report_key(tiny_kit, submission)
    assert tiny_grader.grade(submission).outcome("double") is Outcome.CRASH


@pytest.mark.parametrize("name", ["lib/helper.py/inside.py", "lib/thing.py/inside.py"])
def test_a_folder_named_like_a_module_costs_only_its_own_student(
    folder: Path, tiny_grader: Grader, tiny_kit: GradingBundle, name: str
) -> None:
    """A folder in the place of a module cannot stop the grader: the course's files go first."""
    path = folder / name
    path.parent.unlink(missing_ok=True)
    path.parent.mkdir()
    path.write_bytes(b"")
    report = tiny_grader.grade(read_submission(folder, "ada", tiny_kit))
    assert report.outcome("double") is Outcome.CRASH
    again = tiny_grader.grade(
        Submission("bob", {"lib/thing.py": tiny_kit.reference["lib/thing.py"]})
    )
    assert again.outcome("double") is Outcome.PASS

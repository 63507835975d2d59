"""Files are written whole or not at all, and what the machine refuses is one line."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from gradekit.errors import StorageError
from gradekit.files import is_machines, storage_error, write_whole

TOO_LARGE = """
import resource, sys
from pathlib import Path
from gradekit.files import write_whole

resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
write_whole(Path(sys.argv[1]), b"new" * 1000)
"""


def test_a_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    """The folder is made, the old file goes, and nothing else is left."""
    path = tmp_path / "new" / "one.json"
    for data in (b"old", b"new"):
        write_whole(path, data)
        assert path.read_bytes() == data
    assert list(path.parent.iterdir()) == [path]


def test_what_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    """Where there is no room the old file stays whole, nothing else is left, and it is one line."""
    path = tmp_path / "one.json"
    write_whole(path, b"old")
    command = [sys.executable, "-c", TOO_LARGE, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = f"{path}: File too large: allow larger files, then run the same command again"
    assert done.stderr.splitlines()[-1] == f"gradekit.errors.StorageError: {told}"
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    """What stands in a folder's place is told with where it is."""
    (tmp_path / "reports").write_text("no folder")
    with pytest.raises(StorageError, match=r"ada\.json: (File exists|Not a directory): put that"):
        write_whole(tmp_path / "reports" / "ada.json", b"")


def test_the_machines_faults_are_known() -> None:
    """A full disk is the machine's fault; a file that is missing is not, nor is another error."""
    full = OSError(errno.ENOSPC, "No space left on device", "/course/a")
    assert is_machines(full)
    assert str(storage_error(full)) == (
        "/course/a: No space left on device: make room, then run the same command again"
    )
    assert not is_machines(FileNotFoundError(errno.ENOENT, "No such file or directory"))
    assert not is_machines(ValueError())


def test_a_command_without_room_for_its_output_is_one_line() -> None:
    """What a command prints into a full file ends it with one line and code 1."""
    command = [sys.executable, "-c", "from gradekit.cli.entry import staff; staff()", "--help"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    told = "gradekit: a file: No space left on device: make room, then run the same command again\n"
    assert (done.returncode, done.stderr) == (1, told)

"""Where the machine fails amid a release, nothing that was released before is lost."""

import errno
import os
import shutil
from pathlib import Path

import pytest
from faulty_process import Fault, with_fault

from gradekit.commands.release import make_release
from gradekit.course import Assignment
from gradekit.errors import AuthoringError, GradekitError, GraderError, StorageError
from gradekit.grading.items_match_checks import check_agreement

pytestmark = pytest.mark.one_in(3)

FAULTS: dict[str, BaseException] = {
    "open files": OSError(errno.EMFILE, os.strerror(errno.EMFILE)),
    "disk": OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    "processes": BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN)),
    "threads": RuntimeError("can't start new thread"),
    "memory": MemoryError(),
    "sandbox": GraderError("no sandbox, so nothing is graded: no Landlock"),
    "storage": StorageError("there: No space left on device"),
}


def texts(*folders: Path) -> dict[Path, bytes]:
    """Return the files of some folders."""
    return {path: path.read_bytes() for folder in folders for path in folder.rglob("*.*")}


def change(assignment: Assignment, old: str = "", new: str = "") -> dict[Path, bytes]:
    """Change the checks, so that nothing that was kept of them holds; return what was released."""
    path = assignment.graders / "test_thing.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(f"{text.replace(old, new)}\n# Newer.\n", encoding="utf-8")
    shutil.rmtree(assignment.root / ".gradekit")
    return texts(assignment.release, assignment.solution)


@pytest.mark.slow
@pytest.mark.parametrize("turn", [2, 4])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_machine_amid_the_checks_costs_no_release(
    released_tiny: Assignment, monkeypatch: pytest.MonkeyPatch, fault: str, turn: int
) -> None:
    """Whatever the machine refuses, and whenever: the older release and reference stay."""
    before = change(released_tiny)
    with_fault(monkeypatch, Fault("spawn", turn, FAULTS[fault]))
    with pytest.raises((GradekitError, OSError, MemoryError, RuntimeError)) as told:
        make_release(released_tiny)
    assert not isinstance(told.value, AuthoringError)
    assert texts(released_tiny.release, released_tiny.solution) == before


@pytest.mark.slow
def test_once_the_machine_allows_it_the_release_is_made(
    released_tiny: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What failed by the machine's fault is not kept: the same command works afterwards."""
    before = change(released_tiny)
    with_fault(monkeypatch, Fault("spawn", 2, FAULTS["disk"]))
    with pytest.raises((GradekitError, OSError)):
        make_release(released_tiny)
    monkeypatch.undo()
    shutil.rmtree(released_tiny.release)
    make_release(released_tiny)
    assert {*texts(released_tiny.release, released_tiny.solution)} == {*before}


def test_a_fork_server_that_is_gone_costs_no_release(
    released_tiny: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where what starts the workers is killed amid the checks, it is the grader's fault."""
    before = change(released_tiny)
    with_fault(monkeypatch, Fault("spawn", 2))
    with pytest.raises(GraderError, match="fork server"):
        make_release(released_tiny)
    assert texts(released_tiny.release, released_tiny.solution) == before


def test_a_fault_within_a_check_is_the_machines(
    released_tiny: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the reference is asked: the message says what to do."""
    before = change(released_tiny)
    with_fault(monkeypatch, Fault("ask", 1, FAULTS["open files"]))
    with pytest.raises(GraderError, match=r"Too many open files.*run the same command again"):
        make_release(released_tiny)
    assert texts(released_tiny.release, released_tiny.solution) == before


SHORT = {
    "open files": "raise OSError(24, 'Too many open files')",
    "threads": 'raise RuntimeError("can\'t start new thread")',
    "memory": "raise MemoryError",
    "dead": "import os; os.abort()",
}


@pytest.mark.slow
@pytest.mark.parametrize("short", SHORT)
def test_what_the_reference_lacks_on_this_machine_costs_no_release(
    released_tiny: Assignment, short: str
) -> None:
    """A solution that is short of memory or files says nothing about itself, and is not kept."""
    path = released_tiny.source / "lib" / "thing.py"
    text = path.read_text(encoding="utf-8")
    before = texts(released_tiny.release, released_tiny.solution)
    begin = "        ### BEGIN SOLUTION\n"
    path.write_text(text.replace(begin, f"{begin}        {SHORT[short]}\n", 1), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(GraderError, match="may be this machine's fault"):
            make_release(released_tiny)
    assert texts(released_tiny.release, released_tiny.solution) == before


@pytest.mark.parametrize("fault", ["open files", "memory", "threads"])
def test_checks_that_the_machine_keeps_from_being_collected(
    released_tiny: Assignment, fault: str
) -> None:
    """What an import of the checks is refused by the machine is no check's fault."""
    line = SHORT[fault]
    before = change(released_tiny, "import numpy as np\n", f"import numpy as np\n{line}\n")
    with pytest.raises(GraderError):
        make_release(released_tiny)
    assert texts(released_tiny.release, released_tiny.solution) == before


@pytest.mark.slow
@pytest.mark.parametrize("line", ["1 / 0", "open('nowhere.npz')", "raise OSError('odd')"])
def test_what_a_check_does_wrong_still_withdraws(released_tiny: Assignment, line: str) -> None:
    """A check that fails by itself is the source's, amid a test or while it is imported."""
    path = released_tiny.graders / "test_thing.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(AuthoringError):
        check_agreement(released_tiny)
    asked = "    want = reference.ask("
    path.write_text(text.replace(asked, f"    {line}\n{asked}"), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    with pytest.raises(AuthoringError):
        make_release(released_tiny)
    assert not released_tiny.release.exists()
    assert not released_tiny.solution.exists()

"""Before anything is graded escapes are tried; where one succeeds, nothing is graded."""

import errno
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from child_process import in_child

from gradekit.course import Assignment, Course
from gradekit.errors import GraderError
from gradekit.sandbox import landlock, namespaces, places
from gradekit.sandbox.escapes import (
    ESCAPES,
    SEEN_WITHOUT_NAMESPACES,
    SUCCEEDED,
    UNCLEAR,
    Target,
    attempt,
    judge_escapes,
)
from gradekit.sandbox.kernel import prctl
from gradekit.sandbox.layers import Layers
from gradekit.workers import selftest
from gradekit.workers.pool import WorkerPool
from gradekit.workers.selftest import escapes, open_pool, require_none, still_open

# What the kernel refuses to processes without privileges anyway, or what needs another limit.
CALLS_REFUSED_ANYWAY = """
    acct bpf chroot clock_settime delete_module fanotify_init finit_module fsconfig fsmount fsopen
    fspick init_module io_uring_setup kexec_file_load kexec_load mount mount_setattr move_mount
    open_tree perf_event_open pivot_root quotactl reboot setgroups sethostname setns swapoff swapon
    syslog umount2 userfaultfd
"""
REFUSED_ANYWAY = {
    "taking more memory than allowed",
    *(f"the system call {name}" for name in CALLS_REFUSED_ANYWAY.split()),
}
UNCONFINED = """
import os, socket, sys
from pathlib import Path
from gradekit.sandbox import escapes, privileges
from gradekit.sandbox.layers import Layers

folder = Path(sys.argv[1])
(folder / "inside").mkdir()
for name in ("outside", "outside.spare", "neighbour", "inside/own"):
    (folder / name).write_bytes(b"x")
os.chdir(folder / "inside")
tcp, abstract = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX)
abstract.bind(f"\\0{folder}")
abstract.listen()
os.dup2(os.open(os.devnull, os.O_RDONLY), 10)
privileges.give_up()
target = escapes.Target(
    str(folder / "outside"), str(folder / "neighbour"), tcp.getsockname()[1], str(folder),
    escapes.__file__,
)
found = escapes.attempt_all(target)
layers = Layers(7, namespaces=False)
judged = escapes.judge_escapes(found, layers)
print(*(name for name, wrong in judged.items() if not wrong), sep="\\n")
"""


def test_no_escape_succeeds(pool: WorkerPool) -> None:
    """Each escape comes to nothing; without namespaces one can see that a file is there."""
    found = escapes(pool)
    assert len(found) > 200
    allowed = set() if pool.layers.namespaces else {SEEN_WITHOUT_NAMESPACES}
    assert {name for name, wrong in found.items() if wrong} == allowed
    assert SEEN_WITHOUT_NAMESPACES in ESCAPES


@pytest.mark.parametrize("version", range(1, min(landlock.version(), 4)))
@pytest.mark.parametrize("namespaces", [True, False])
def test_no_escape_succeeds_with_an_older_landlock(version: int, namespaces: bool) -> None:
    """What Landlock does not see before its version 3, the filter stops, at each start as well."""
    with WorkerPool(namespaces=namespaces, landlock_version=version) as pool:
        assert pool.layers.landlock_version == version
        assert still_open(escapes(pool), pool.layers) == []


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        (errno.EACCES, ""),
        (SUCCEEDED, "succeeded"),
        (errno.ENOENT, "was stopped by nothing that should stop it (ENOENT)"),
        (errno.EPERM, "was stopped by nothing that should stop it (EPERM)"),
        (UNCLEAR, "was stopped by nothing that should stop it (another error)"),
        (None, "was not tried"),
    ],
)
def test_only_the_right_reason_stops_an_escape(code: int | None, wrong: str) -> None:
    """A file that is not there, or a slip in the test itself, shows nothing about the sandbox."""
    found = {} if code is None else {"reading a file outside": code}
    layers = Layers(7, namespaces=False)
    assert judge_escapes(found, layers)["reading a file outside"] == wrong


def test_an_escape_that_is_broken_counts_as_not_stopped() -> None:
    """An exception that no system call raised is no reason."""

    def broken(_: Target) -> object:
        raise NameError("misspelled")

    assert attempt(broken, Target("", "", 0, "", "")) == UNCLEAR


def test_escapes_succeed_where_nothing_holds_them(tmp_path: Path) -> None:
    """In a process that is not confined they do what they say, so that the test can fail."""
    command = [sys.executable, "-c", UNCONFINED, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert set(done.stdout.splitlines()) <= REFUSED_ANYWAY


def test_an_escape_that_succeeds_is_told_in_one_line() -> None:
    """What was not stopped is named, with the layers that should have stopped it."""
    found = {"reading a file outside": "succeeded", "starting a thread": ""}
    with pytest.raises(GraderError, match=r"nothing is graded: reading a file outside succeeded"):
        require_none(found, Layers(7, namespaces=True))


def test_seeing_a_file_is_an_escape_from_namespaces_only() -> None:
    """Landlock does not hide that a file is there; namespaces do."""
    found = {SEEN_WITHOUT_NAMESPACES: "succeeded"}
    require_none(found, Layers(7, namespaces=False))
    with pytest.raises(GraderError, match=SEEN_WITHOUT_NAMESPACES):
        require_none(found, Layers(7, namespaces=True))


@pytest.fixture
def open_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """A self-test whose worker finds a way out."""
    probe = """
def attempt_all(**target):
    from gradekit.sandbox import escapes

    return escapes.attempt_all(escapes.Target(**target)) | {"reading a file outside": 0}
"""
    monkeypatch.setattr(selftest, "PROBE", probe)


@pytest.mark.usefixtures("open_door")
def test_no_pool_is_had_where_an_escape_succeeds() -> None:
    """Whoever asks for workers gets an error instead, and no process is left."""
    with pytest.raises(GraderError, match="the sandbox does not hold here"):
        open_pool()


def test_a_worker_that_gives_no_answer_counts_as_an_escape(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the test of the sandbox ends without a word it is not known what holds."""
    monkeypatch.setattr(selftest, "PROBE", "def attempt_all(**target):\n    import os; os._exit(0)")
    with pytest.raises(GraderError, match="gives no answer"):
        open_pool()


Gradekit = Callable[..., tuple[int, str, str]]


@pytest.mark.slow
@pytest.mark.usefixtures("open_door")
def test_nothing_is_graded_where_an_escape_succeeds(
    released_tiny: Assignment, hand_ins: Callable[..., object], gradekit: Gradekit
) -> None:
    """`gradekit grade` ends with 3 and one line; no point, report or feedback is written."""
    hand_ins(released_tiny).add_solved("ada")  # type: ignore[attr-defined]
    gradebook = Course(released_tiny.root).gradebook
    before = gradebook.read_bytes()
    code, _, said = gradekit(released_tiny.root, "grade", "tiny")
    assert code == 3
    assert len(said.strip().splitlines()) == 1
    assert "the sandbox does not hold here, so nothing is graded" in said
    assert gradebook.read_bytes() == before
    assert not released_tiny.report_file("ada").exists()
    assert not released_tiny.autograded("ada").exists()


@pytest.mark.usefixtures("open_door")
def test_the_doctor_says_what_does_not_hold(tmp_path: Path, gradekit: Gradekit) -> None:
    """`gradekit doctor` prints its table and ends with 3 and the reason."""
    code, printed, said = gradekit(tmp_path, "doctor")
    assert code == 3
    assert "does not hold" in printed
    assert "reading a file outside succeeded" in said


@pytest.mark.parametrize("version", range(1, landlock.version() + 1))
def test_older_versions_of_landlock_hold_files_as_well(tmp_path: Path, version: int) -> None:
    """With the rights of any version that the kernel has, only the named places are read."""
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "file").write_text("text")

    def act() -> None:
        prctl(38, 1)  # PR_SET_NO_NEW_PRIVS
        landlock.restrict([landlock.open_place(inside)], version)
        assert (inside / "file").read_text() == "text"
        for refused in (
            lambda: (outside / "file").read_text(),
            lambda: (outside / "file").write_text("changed"),
            lambda: (inside / "file").write_text("changed"),
            lambda: (inside / "new").mkdir(),
            lambda: (inside / "file").unlink(),
        ):
            with pytest.raises(OSError, match="denied"):
                refused()

    assert in_child(act) == 0
    assert (outside / "file").read_text() == "text"


def test_namespaces_that_cannot_be_built_are_done_without(tmp_path: Path) -> None:
    """A place that cannot be mounted is found out by trying, and this process stays as it is."""
    own = Path("/proc/self/ns/mnt")
    here = own.stat().st_ino
    assert not namespaces.possible(tmp_path / "nothing", [Path("/dev/null")])
    assert own.stat().st_ino == here


def test_only_python_s_library_is_on_a_worker_s_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither installed packages nor the folder of an editable install are taken for it."""
    stdlib = sysconfig.get_path("stdlib")
    installed = [str(tmp_path), f"{stdlib}/site-packages", "/usr/lib/python3/dist-packages", ""]
    monkeypatch.setattr(sys, "path", [*installed, stdlib, f"{stdlib}/lib-dynload"])
    assert places.library_paths() == [stdlib, f"{stdlib}/lib-dynload"]
    assert not {tmp_path, Path(stdlib) / "site-packages"} & {*places.readable_places([])}


def test_a_stand_in_for_a_package_has_no_folder_to_read(tmp_path: Path) -> None:
    """A package without a place opens none, and one of several opens each."""
    stand_in, spread = ModuleType("stand_in"), ModuleType("spread")
    stand_in.__path__, spread.__path__ = [], [str(tmp_path / name) for name in "ab"]
    for name in "ab":
        (tmp_path / name).mkdir()
    opened = set(places.readable_places([stand_in, spread])) - set(places.readable_places([]))
    assert opened == {tmp_path / "a", tmp_path / "b"}

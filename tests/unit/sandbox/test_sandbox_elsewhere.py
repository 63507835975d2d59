"""On kernels and in containers that allow less, the kit goes on with less or refuses.

Each is played by a filter of system calls that the command inherits, as a container's runtime
sets one.
"""

import errno
import os
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from gradekit.course import Assignment
from gradekit.sandbox import privileges, seccomp
from gradekit.sandbox.escape_calls import FORBIDDEN
from gradekit.sandbox.seccomp import ALLOW, Instruction
from gradekit.sandbox.syscalls import LANDLOCK_CREATE_RULESET, this_machine

pytestmark = pytest.mark.one_in(2)

GRADEKIT = str(Path(sysconfig.get_path("scripts")) / "gradekit")
COLUMN = int(os.uname().machine == "aarch64")
# What Docker's default profile keeps from containers without privileges, as far as we know of it.
CONTAINER = """
    add_key bpf execveat fanotify_init fsopen init_module io_uring_setup kexec_load keyctl mount
    open_tree perf_event_open pivot_root quotactl reboot request_key sethostname setns swapon
    syslog umount2 unshare userfaultfd
"""


def denying(numbers: list[int], code: int) -> Callable[[], None]:
    """Return what has a process, and all that it starts, denied some system calls."""
    program: list[Instruction] = [(0x20, 0, 0, 0)]
    for number in numbers:
        program += [(0x15, 0, 1, number), (0x06, 0, 0, 0x00050000 | code)]
    program.append((0x06, 0, 0, ALLOW))

    def act() -> None:
        privileges.give_up()
        seccomp.install(program)

    return act


def numbers(*names: str) -> list[int]:
    """Return the numbers of some system calls here."""
    return [FORBIDDEN[name][COLUMN] for name in names]


CONTAINERS = {
    "container": denying(numbers(*CONTAINER.split()), errno.EPERM),
    "no user namespaces": denying(numbers("unshare"), errno.ENOSPC),
    "no mounts": denying(numbers("mount"), errno.EACCES),
    "older mounts": denying([442], errno.ENOSYS),
    "no pivot": denying([this_machine().numbers["pivot_root"]], errno.EPERM),
}


def gradekit(root: Path, before: Callable[[], None], *arguments: str) -> tuple[int, str, str]:
    """Run a command of the kit in a course's root after `before`."""
    done = subprocess.run(
        [GRADEKIT, *arguments],
        cwd=root,
        preexec_fn=before,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "200"},
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.one_in(2)
@pytest.mark.slow
@pytest.mark.parametrize("where", CONTAINERS)
def test_where_namespaces_are_refused_the_other_layers_hold(tmp_path: Path, where: str) -> None:
    """In a container, or wherever namespaces fail at any step, the doctor finds all else shut."""
    code, printed, said = gradekit(tmp_path, CONTAINERS[where], "doctor")
    assert code == 0, said
    assert "seccomp, rlimits, no capabilities, no namespaces" in printed
    assert "not stopped: seeing that a file outside is there" in printed


@pytest.mark.slow
def test_a_class_is_graded_in_a_container(released_tiny: Assignment, hand_ins: object) -> None:
    """Grading in there gives the points that it gives elsewhere."""
    made = hand_ins(released_tiny)  # type: ignore[operator]
    made.add_solved("ada")
    made.add("bob")
    container = CONTAINERS["container"]
    code, _, said = gradekit(released_tiny.root, container, "grade", "tiny", "--jobs", "1")
    assert code == 0, said
    code, printed, _ = gradekit(released_tiny.root, container, "scores", "tiny", "--format", "csv")
    assert (code, printed) == (
        0,
        "student,total,double,slope,question\nada,4,3,1,0\nbob,0,0,0,0\n",
    )


@pytest.mark.slow
@pytest.mark.parametrize("command", ["doctor", "grade"])
def test_without_landlock_nothing_is_graded(
    released_tiny: Assignment, hand_ins: object, command: str
) -> None:
    """A kernel without Landlock is refused in one line, with 3, and no point is written."""
    hand_ins(released_tiny).add_solved("ada")  # type: ignore[operator]
    lacking = denying([LANDLOCK_CREATE_RULESET], errno.ENOSYS)
    arguments = ["tiny"] if command == "grade" else []
    code, _, said = gradekit(released_tiny.root, lacking, command, *arguments)
    assert code == 3
    assert "no sandbox, so nothing is graded: no Landlock here" in said
    assert len(said.strip().splitlines()) == 1
    assert not released_tiny.report_file("ada").exists()


def test_without_a_filter_of_system_calls_nothing_is_graded(tmp_path: Path) -> None:
    """Where a worker cannot set its filter, that is the grader's fault and told as such."""
    prctl = denying([FORBIDDEN["prctl"][COLUMN]], errno.EINVAL)
    code, _, said = gradekit(tmp_path, prctl, "doctor")
    assert code == 3
    assert "nothing is graded" in said

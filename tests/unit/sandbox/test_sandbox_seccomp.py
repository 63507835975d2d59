"""The filter of system calls decides as it says, on both kinds of machine."""

import platform
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradekit.sandbox import escape_calls, seccomp
from gradekit.sandbox.allowed_calls import ALLOWED_CALLS, Allowed, AllowedIf, allowed_if
from gradekit.sandbox.seccomp import ALLOW, KILL_PROCESS, NO_SUCH_CALL, REFUSE, build_filter
from gradekit.sandbox.syscalls import AARCH64, MACHINES, X86_64, Machine

PROGRAMS = {name: build_filter(machine) for name, machine in MACHINES.items()}
HEADERS = {
    "x86_64": ["/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"],
    "aarch64": ["/usr/include/asm-generic/unistd.h"],
}


O_DIRECTORY = {"x86_64": 0o200000, "aarch64": 0o40000}
O_NOFOLLOW = {"x86_64": 0o400000, "aarch64": 0o100000}
O_LARGEFILE = {"x86_64": 0o100000, "aarch64": 0o400000}
O_DIRECT = {"x86_64": 0o40000, "aarch64": 0o200000}


def decide(name: str, number: int, *arguments: int, arch: int | None = None) -> int:
    """Run a machine's filter as the kernel would; return its decision."""
    program, accumulator, place = PROGRAMS[name], 0, 0
    values = {0: number, 4: MACHINES[name].audit_arch if arch is None else arch}
    values |= {16 + 8 * n: value & 0xFFFFFFFF for n, value in enumerate((*arguments, 0, 0, 0)[:6])}
    while True:
        code, if_true, if_false, operand = program[place]
        place += 1
        if code == 0x06:
            return operand
        if code == 0x20:
            accumulator = values[operand]
        elif code == 0x54:
            accumulator &= operand
        else:
            tests = {0x15: accumulator == operand, 0x35: accumulator >= operand}
            holds = tests.get(code, bool(accumulator & operand))
            place += if_true if holds else if_false


@pytest.fixture(params=sorted(MACHINES))
def machine(request: pytest.FixtureRequest) -> str:
    """Each kind of machine."""
    return str(request.param)


def test_every_path_ends(machine: str) -> None:
    """No jump leads out of the program, and its last instruction returns."""
    program = PROGRAMS[machine]
    assert len(program) <= 4096
    for place, (code, if_true, if_false, _) in enumerate(program):
        if code not in (0x06, 0x20, 0x54):
            assert place + 1 + max(if_true, if_false) < len(program)
            assert max(if_true, if_false) < 256
    assert program[-1] == (0x06, 0, 0, REFUSE)


def test_another_machine_s_calls_end_the_process(machine: str) -> None:
    """Numbers of another machine, or of x86's 32-bit pointers, mean something else: no chances."""
    read = MACHINES[machine].numbers["read"]
    assert decide(machine, read) == ALLOW
    assert decide(machine, read, arch=0x40000003) == KILL_PROCESS  # i386
    assert decide(machine, read | seccomp.X32_BIT) == KILL_PROCESS


def test_what_is_on_the_list_is_allowed(machine: str) -> None:
    """Each call that is allowed without conditions is allowed, whatever its arguments."""
    numbers = MACHINES[machine].numbers
    for name in {name for calls in ALLOWED_CALLS for name in calls.names.split()} & set(numbers):
        assert decide(machine, numbers[name], 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF) == ALLOW, name


def test_each_allowed_call_is_told_once_with_a_reason(machine: str) -> None:
    """No number is known that no rule names, and no call stands in two rules."""
    rules: list[Allowed | AllowedIf] = [*ALLOWED_CALLS, *allowed_if(MACHINES[machine])]
    names = [name for rule in rules for name in rule.names.split()]
    assert len(names) == len(set(names))
    assert all(rule.why for rule in rules)
    assert set(MACHINES[machine].numbers) - set(names) == {"clone3", "pivot_root"}


def test_what_is_forbidden_is_refused(machine: str) -> None:
    """Each call that the self-test tries is refused, with arguments of zeros too."""
    for name, numbers in escape_calls.FORBIDDEN.items():
        assert decide(machine, numbers[machine == "aarch64"]) == REFUSE, name
    for name, number in escape_calls.OLD.items():
        assert machine != "x86_64" or decide(machine, number) == REFUSE, name


@given(st.sampled_from(sorted(MACHINES)), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_what_is_not_on_the_list_is_refused(name: str, number: int, argument: int) -> None:
    """Only calls that are known by name can be allowed."""
    known = set(MACHINES[name].numbers.values())
    assert number in known or decide(name, number, argument, argument) != ALLOW


def test_threads_are_refused_so_that_python_says_so(machine: str) -> None:
    """clone3 does not exist, upon which the C library tries clone, which is not permitted."""
    assert decide(machine, MACHINES[machine].numbers["clone3"]) == NO_SUCH_CALL


@pytest.mark.parametrize(
    ("call", "arguments", "decision"),
    [
        ("openat", (0, 0, 0), ALLOW),
        ("openat", (0, 0, 0o2000001), ALLOW),  # to write: Landlock decides
        ("openat", (0, 0, 0o1001), ALLOW),  # to write, and truncate
        ("openat", (0, 0, 0o1101), ALLOW),  # as Python's open(…, "w")
        ("openat", (0, 0, 0o1000), REFUSE),  # to read, and truncate
        ("openat", (0, 0, 0o100), REFUSE),  # to read, and create
        ("openat", (0, 0, 0o3), REFUSE),  # the mode with which Landlock asks for no right
        ("openat", (0, 0, 0o1003), REFUSE),
        ("openat", (0, 0, 0o1103), REFUSE),
        ("openat", (0, 0, 0o2000003), REFUSE),
        ("openat", (0, 0, 2**32 + 3), REFUSE),  # the kernel takes the lower half
        ("openat", (0, 0, 0o20200002), REFUSE),  # a file without a name
        ("openat", (0, 0, 0o20000003), REFUSE),
        ("openat", (0, 0, 0o10000000), REFUSE),  # O_PATH
        ("openat", (0, 0, 0o12000000), REFUSE),
        ("openat", (0, 0, 0o20000), REFUSE),  # O_ASYNC
        ("openat", (0, 0, 0o1000000), REFUSE),  # O_NOATIME
        ("openat", (0, 0, 1 << 31), REFUSE),  # none that is known
        ("mmap", (0, 4096, 3, 0x22), ALLOW),  # private, of no file
        ("mmap", (0, 4096, 5, 0x812), ALLOW),  # a library, at a place
        ("mmap", (0, 4096, 3, 0x40022), REFUSE),  # MAP_HUGETLB
        ("mmap", (0, 4096, 3, 0x2022), REFUSE),  # MAP_LOCKED
        ("mmap", (0, 4096, 3, 0x28), REFUSE),  # MAP_DROPPABLE
        ("mmap", (0, 4096, 3, 0x4000022), REFUSE),  # MAP_UNINITIALIZED
        ("madvise", (0, 0, 4), ALLOW),  # MADV_DONTNEED
        ("madvise", (0, 0, 14), ALLOW),  # MADV_HUGEPAGE
        ("madvise", (0, 0, 9), REFUSE),  # MADV_REMOVE
        ("madvise", (0, 0, 12), REFUSE),  # MADV_MERGEABLE
        ("madvise", (0, 0, 100), REFUSE),  # MADV_HWPOISON
        ("futex", (0, 128), ALLOW),  # FUTEX_WAIT, private
        ("futex", (0, 9 | 128 | 256), ALLOW),  # FUTEX_WAIT_BITSET by the clock of days
        ("futex", (0, 6), REFUSE),  # FUTEX_LOCK_PI
        ("futex", (0, 12 | 128), REFUSE),  # FUTEX_CMP_REQUEUE_PI
        ("clock_gettime", (2,), ALLOW),  # its own processor time
        ("clock_gettime", ((~4711 << 3) & 0xFFFFFFFF | 2,), REFUSE),  # another's
        ("clock_nanosleep", ((~4711 << 3) & 0xFFFFFFFF | 2,), REFUSE),
        ("clock_getres", ((~3 << 3) & 0xFFFFFFFF | 3,), REFUSE),  # an open device's
        ("fcntl", (0, 3), ALLOW),
        ("fcntl", (0, 8), REFUSE),  # F_SETOWN
        ("fcntl", (0, 10), REFUSE),  # F_SETSIG
        ("fcntl", (0, 1031), REFUSE),  # F_SETPIPE_SZ
        ("ioctl", (0, 0x5401), ALLOW),  # TCGETS
        ("ioctl", (0, 0x5412), REFUSE),  # TIOCSTI
        ("ioctl", (0, 0x8901), REFUSE),  # FIOSETOWN
        ("prlimit64", (0, 9), ALLOW),
        ("prlimit64", (1, 9), REFUSE),
        ("sched_getaffinity", (0,), ALLOW),
        ("sched_getaffinity", (1,), REFUSE),
    ],
)
def test_arguments_decide(
    machine: str, call: str, arguments: tuple[int, ...], decision: int
) -> None:
    """Some calls are allowed for some arguments only."""
    assert decide(machine, MACHINES[machine].numbers[call], *arguments) == decision


def known_numbers(machine: str) -> Iterator[tuple[str, int]]:
    """Return what the system's own headers say, as far as they are installed."""
    for path in filter(Path.is_file, map(Path, HEADERS[machine])):
        for found in re.finditer(r"#define\s+__NR(?:3264)?_(\w+)\s+(\d+)", path.read_text()):
            yield {"fstatat": "newfstatat"}.get(found[1], found[1]), int(found[2])
        return


@pytest.mark.parametrize("flags", [O_DIRECTORY, O_NOFOLLOW, O_LARGEFILE, O_DIRECT], ids=str)
def test_flags_of_opening_are_each_machine_s_own(machine: str, flags: dict[str, int]) -> None:
    """What Python opens files and folders with is allowed, under the number that it has there."""
    expected = REFUSE if flags is O_DIRECT else ALLOW
    assert decide(machine, MACHINES[machine].numbers["openat"], 0, 0, flags[machine]) == expected


@pytest.mark.parametrize(("name", "table"), [("x86_64", X86_64), ("aarch64", AARCH64)])
def test_numbers_are_those_of_the_kernel_s_headers(name: str, table: Machine) -> None:
    """Each number is the one that the system's headers give, where they are installed."""
    column = int(name == "aarch64")
    ours = dict(table.numbers) | {n: pair[column] for n, pair in escape_calls.FORBIDDEN.items()}
    ours |= {} if column else escape_calls.OLD
    headers = dict(known_numbers(name))
    wrong = {n: number for n, number in ours.items() if headers.get(n, number) != number}
    assert wrong == {}
    assert len(set(table.numbers.values())) == len(table.numbers)


def test_other_machines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no filter for a machine whose numbers are not known."""
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(OSError, match="no filter of system calls for riscv64"):
        seccomp.filter_here()

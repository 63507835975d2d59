"""The filter of system calls decides as it says, on both kinds of machine."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradekit.sandbox import escape_calls, seccomp, syscalls
from gradekit.sandbox.seccomp import ALLOW, KILL_PROCESS, NO_SUCH_CALL, REFUSE, build_filter
from gradekit.sandbox.syscalls import AARCH64, MACHINES, X86_64, Machine

PROGRAMS = {name: build_filter(machine) for name, machine in MACHINES.items()}
HEADERS = {
    "x86_64": ["/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"],
    "aarch64": ["/usr/include/asm-generic/unistd.h"],
}


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
    """Each allowed call is allowed, whatever its arguments."""
    numbers = MACHINES[machine].numbers
    for name in set(seccomp.ALLOWED.split()) & set(numbers):
        assert decide(machine, numbers[name], 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF) == ALLOW, name


def test_what_is_forbidden_is_refused(machine: str) -> None:
    """Each call that the self-test tries is refused, with arguments of zeros too."""
    for name, numbers in escape_calls.FORBIDDEN.items():
        assert decide(machine, numbers[machine == "aarch64"]) == REFUSE, name


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
        ("openat", (0, 0, 0o1000), REFUSE),  # to read, and truncate
        ("openat", (0, 0, 0o20200002), REFUSE),  # a file without a name
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
        for found in re.finditer(r"#define __NR(?:3264)?_(\w+) (\d+)", path.read_text()):
            yield {"fstatat": "newfstatat"}.get(found[1], found[1]), int(found[2])
        return


@pytest.mark.parametrize(("name", "table"), [("x86_64", X86_64), ("aarch64", AARCH64)])
def test_numbers_are_those_of_the_kernel_s_headers(name: str, table: Machine) -> None:
    """Each number is the one that the system's headers give, where they are installed."""
    column = int(name == "aarch64")
    ours = dict(table.numbers) | {n: pair[column] for n, pair in escape_calls.FORBIDDEN.items()}
    headers = dict(known_numbers(name))
    wrong = {n: number for n, number in ours.items() if headers.get(n, number) != number}
    assert wrong == {}
    assert len(set(table.numbers.values())) == len(table.numbers)


def test_other_machines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no filter for a machine whose numbers are not known."""
    monkeypatch.setattr(syscalls.platform, "machine", lambda: "riscv64")
    with pytest.raises(OSError, match="no filter of system calls for riscv64"):
        seccomp.filter_here()

"""The filter of system calls: an allow-list that NumPy and module imports can live with.

Whatever is not on it gets "operation not permitted", so that honest code sees an exception where
it asks for too much; a call by another machine's numbers ends the process.
"""

import ctypes
import struct

from gradekit.sandbox.kernel import prctl
from gradekit.sandbox.syscalls import Machine, this_machine

ALLOWED = """
    read write readv writev pread64 close close_range lseek
    fstat stat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat getdents64
    getcwd chdir dup dup2 dup3 umask fadvise64
    mmap mprotect munmap mremap madvise brk
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait sigaltstack
    alarm setitimer getitimer restart_syscall
    poll ppoll select pselect6 futex set_robust_list rseq set_tid_address
    clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times
    getpid getppid gettid getuid geteuid getgid getegid getresuid getresgid getgroups getpgrp
    uname sysinfo getrusage getrlimit getrandom getcpu sched_yield
    exit exit_group
"""
# Allowed where an argument (by its place, from 0) is one of these values.
ALLOWED_BY_ARGUMENT = {
    # Never F_SETOWN and F_SETSIG, by which the kernel sends any signal to another process.
    "fcntl": (1, (0, 1, 2, 3, 4, 1030)),  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, …_CLOEXEC
    "ioctl": (1, (0x5401, 0x5450, 0x5451)),  # TCGETS, FIONCLEX, FIOCLEX
    "prlimit64": (0, (0,)),  # its own limits
    "sched_getaffinity": (0, (0,)),
}
# Opening with these flags is refused: Landlock before version 3 does not see a file truncated
# that is opened for reading. The number is the place of the flags.
OPEN_CALLS = {"open": 1, "openat": 2}
O_ACCMODE, O_TRUNC, O_TMPFILE_BIT = 0o3, 0o1000, 0o20000000

ALLOW, KILL_PROCESS = 0x7FFF0000, 0x80000000
REFUSE, NO_SUCH_CALL = 0x00050000 | 1, 0x00050000 | 38  # EPERM; ENOSYS, upon which clone is tried
X32_BIT = 0x40000000

# Classic BPF as seccomp takes it: opcodes, and the places of `struct seccomp_data`.
_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT = 0x15, 0x35, 0x45
_NUMBER_PLACE, _ARCH_PLACE, _ARGUMENTS_PLACE = 0, 4, 16
_PR_SET_SECCOMP, _FILTER_MODE = 22, 2

Instruction = tuple[int, int, int, int]  # opcode, jump if true, jump if false, operand


def build_filter(machine: Machine) -> list[Instruction]:
    """Return the filter for a machine as instructions of classic BPF."""
    program: list[Instruction] = [
        (_LOAD, 0, 0, _ARCH_PLACE),
        *_return_unless_equal(machine.audit_arch, KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER_PLACE),
        (_IF_AT_LEAST, 0, 1, X32_BIT),
        (_RETURN, 0, 0, KILL_PROCESS),
    ]
    numbers = machine.numbers
    for name in (name for name in ALLOWED.split() if name in numbers):
        program += [(_IF_EQUAL, 0, 1, numbers[name]), (_RETURN, 0, 0, ALLOW)]
    program += _block(numbers["clone3"], [(_RETURN, 0, 0, NO_SUCH_CALL)])
    for name, place in ((n, p) for n, p in OPEN_CALLS.items() if n in numbers):
        program += _block(numbers[name], _open_rule(place))
    for name, (place, values) in ALLOWED_BY_ARGUMENT.items():
        program += _block(numbers[name], _argument_rule(place, values))
    return [*program, (_RETURN, 0, 0, REFUSE)]


def install(program: list[Instruction]) -> None:
    """Filter this process's system calls for good; it must have given up new privileges before."""
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    head = ctypes.create_string_buffer(header, len(header))
    prctl(_PR_SET_SECCOMP, _FILTER_MODE, ctypes.addressof(head))


def filter_here() -> list[Instruction]:
    """Return the filter for this machine; raise OSError where there is none."""
    return build_filter(this_machine())


def _return_unless_equal(value: int, result: int) -> list[Instruction]:
    return [(_IF_EQUAL, 1, 0, value), (_RETURN, 0, 0, result)]


def _block(number: int, rule: list[Instruction]) -> list[Instruction]:
    return [(_IF_EQUAL, 0, len(rule), number), *rule]


def _load_argument(place: int) -> Instruction:
    # The lower half: the kernel's own parameters here are 32 bits wide.
    return (_LOAD, 0, 0, _ARGUMENTS_PLACE + 8 * place)


def _argument_rule(place: int, values: tuple[int, ...]) -> list[Instruction]:
    rule = [_load_argument(place)]
    for value in values:
        rule += [(_IF_EQUAL, 0, 1, value), (_RETURN, 0, 0, ALLOW)]
    return [*rule, (_RETURN, 0, 0, REFUSE)]


def _open_rule(place: int) -> list[Instruction]:
    return [
        _load_argument(place),
        (_IF_ANY_BIT, 0, 1, O_TMPFILE_BIT),
        (_RETURN, 0, 0, REFUSE),
        (_AND, 0, 0, O_ACCMODE | O_TRUNC),
        (_IF_EQUAL, 0, 1, O_TRUNC),  # truncate, and read only
        (_RETURN, 0, 0, REFUSE),
        (_RETURN, 0, 0, ALLOW),
    ]

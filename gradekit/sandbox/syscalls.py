"""The system calls that the sandbox knows by name, with their numbers on each machine.

Numbers from Linux's arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h;
a name that a machine lacks is one that only older machines have.
"""

import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Machine:
    """A kind of processor: how seccomp names it (an AUDIT_ARCH constant), and its numbers.

    `open_flags` are the flags that a file may be opened with, as bits.
    """

    audit_arch: int
    numbers: Mapping[str, int]
    open_flags: int


# O_ACCMODE, O_CREAT, O_EXCL, O_NOCTTY, O_TRUNC, O_APPEND, O_NONBLOCK, O_CLOEXEC: alike everywhere.
_COMMON_OPEN_FLAGS = 0o3 | 0o100 | 0o200 | 0o400 | 0o1000 | 0o2000 | 0o4000 | 0o2000000


# fmt: off
X86_64 = Machine(
    0xC000003E,
    {
        "read": 0, "write": 1, "readv": 19, "writev": 20, "pread64": 17, "close": 3,
        "close_range": 436, "fstat": 5, "stat": 4, "lstat": 6, "newfstatat": 262, "statx": 332,
        "lseek": 8, "mmap": 9, "mprotect": 10, "munmap": 11, "mremap": 25, "madvise": 28,
        "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15,
        "rt_sigpending": 127, "rt_sigtimedwait": 128, "sigaltstack": 131, "access": 21,
        "faccessat": 269, "faccessat2": 439, "readlink": 89, "readlinkat": 267, "getcwd": 79,
        "chdir": 80, "getdents64": 217, "dup": 32, "dup2": 33, "dup3": 292, "poll": 7,
        "ppoll": 271, "select": 23, "pselect6": 270, "getpid": 39, "getppid": 110, "gettid": 186,
        "getuid": 102, "geteuid": 107, "getgid": 104, "getegid": 108, "getresuid": 118,
        "getresgid": 120, "getgroups": 115, "getpgrp": 111, "uname": 63, "sysinfo": 99,
        "times": 100, "getrusage": 98, "clock_gettime": 228, "clock_getres": 229,
        "clock_nanosleep": 230, "nanosleep": 35, "gettimeofday": 96, "time": 201,
        "getrandom": 318, "sched_yield": 24, "sched_getaffinity": 204, "getcpu": 309,
        "futex": 202, "set_robust_list": 273, "rseq": 334, "set_tid_address": 218, "exit": 60,
        "exit_group": 231, "getrlimit": 97, "alarm": 37, "setitimer": 38, "getitimer": 36,
        "restart_syscall": 219, "umask": 95, "open": 2, "openat": 257,
        "fcntl": 72, "ioctl": 16, "prlimit64": 302, "clone3": 435, "pivot_root": 155,
    },
    _COMMON_OPEN_FLAGS | 0o100000 | 0o200000 | 0o400000,  # O_LARGEFILE, O_DIRECTORY, O_NOFOLLOW
)
AARCH64 = Machine(
    0xC00000B7,
    {
        "read": 63, "write": 64, "readv": 65, "writev": 66, "pread64": 67, "close": 57,
        "close_range": 436, "fstat": 80, "newfstatat": 79, "statx": 291, "lseek": 62,
        "mmap": 222, "mprotect": 226, "munmap": 215, "mremap": 216, "madvise": 233, "brk": 214,
        "rt_sigaction": 134, "rt_sigprocmask": 135, "rt_sigreturn": 139, "rt_sigpending": 136,
        "rt_sigtimedwait": 137, "sigaltstack": 132, "faccessat": 48, "faccessat2": 439,
        "readlinkat": 78, "getcwd": 17, "chdir": 49, "getdents64": 61, "dup": 23, "dup3": 24,
        "ppoll": 73, "pselect6": 72, "getpid": 172, "getppid": 173, "gettid": 178, "getuid": 174,
        "geteuid": 175, "getgid": 176, "getegid": 177, "getresuid": 148, "getresgid": 150,
        "getgroups": 158, "uname": 160, "sysinfo": 179, "times": 153, "getrusage": 165,
        "clock_gettime": 113, "clock_getres": 114, "clock_nanosleep": 115, "nanosleep": 101,
        "gettimeofday": 169, "getrandom": 278, "sched_yield": 124, "sched_getaffinity": 123,
        "getcpu": 168, "futex": 98, "set_robust_list": 99, "rseq": 293, "set_tid_address": 96,
        "exit": 93, "exit_group": 94, "getrlimit": 163, "setitimer": 103, "getitimer": 102,
        "restart_syscall": 128, "umask": 166, "openat": 56, "fcntl": 25,
        "ioctl": 29, "prlimit64": 261, "clone3": 435, "pivot_root": 41,
    },
    _COMMON_OPEN_FLAGS | 0o40000 | 0o100000 | 0o400000,  # O_DIRECTORY, O_NOFOLLOW, O_LARGEFILE
)
# fmt: on
MACHINES = {"x86_64": X86_64, "aarch64": AARCH64}
# The same on every machine: calls newer than the common table (Linux 5.1).
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
MOUNT_SETATTR = 442


def this_machine() -> Machine:
    """Return this machine; raise OSError where the sandbox knows no filter for it."""
    name = platform.machine()
    if name not in MACHINES or sys.maxsize < 2**32:
        raise OSError(f"no filter of system calls for {name}: only for 64-bit x86_64 and aarch64")
    return MACHINES[name]

"""Which system calls a worker may make, with which arguments, and why that can do no harm.

One table for the filter, for the tests, and for docs/security.md. What is not named here is
refused. Constants from Linux's include/uapi and from the man pages of section 2.
"""

from dataclasses import dataclass

from gradekit.sandbox.syscalls import Machine

O_ACCMODE, O_WRONLY, O_RDWR, O_CREAT, O_TRUNC = 0o3, 0o1, 0o2, 0o100, 0o1000
_ALL_BITS = 2**32 - 1
# MAP_SHARED, PRIVATE, FIXED, ANONYMOUS, 32BIT, DENYWRITE, EXECUTABLE, NORESERVE, POPULATE,
# NONBLOCK, STACK, FIXED_NOREPLACE: alike on both machines.
_MMAP_FLAGS = (
    0x3 | 0x10 | 0x20 | 0x40 | 0x800 | 0x1000 | 0x4000 | 0x8000 | 0x10000 | 0x20000 | 0x100000
)
_FUTEX_FLAGS = 128 | 256  # FUTEX_PRIVATE_FLAG, FUTEX_CLOCK_REALTIME


@dataclass(frozen=True)
class Allowed:
    """Calls that are allowed whatever their arguments, and what they reach."""

    names: str
    why: str


@dataclass(frozen=True)
class Condition:
    """What an argument must be: its lower 32 bits below a mask are one of some values.

    The kernel's own parameters here are 32 bits wide, or have no meaning above.
    """

    place: int  # of the argument, from 0
    values: tuple[int, ...]
    mask: int = _ALL_BITS


@dataclass(frozen=True)
class AllowedIf:
    """Calls that are allowed where all conditions hold; `only` says them in words."""

    names: str
    conditions: tuple[Condition, ...]
    only: str
    why: str


ALLOWED_CALLS = (
    Allowed(
        "read write readv writev pread64 close close_range lseek dup dup2 dup3",
        "they reach what is open: nothing, its output, its channel, and files that it may read; "
        "no description of these is shared with another worker",
    ),
    Allowed(
        "stat lstat fstat newfstatat statx access faccessat faccessat2 readlink readlinkat",
        "imports ask for them; Landlock does not see them: without namespaces they show that a "
        "file is there, its size and time, and where a link points",
    ),
    Allowed("getdents64", "it lists a folder that is open, and opening one is for Landlock"),
    Allowed(
        "getcwd chdir umask",
        "they change what relative names mean, and what a new file would be; none can be made",
    ),
    Allowed(
        "mprotect munmap mremap brk",
        "memory of its own, all of it counted in the limit of its address space",
    ),
    Allowed(
        "rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait sigaltstack "
        "alarm setitimer getitimer restart_syscall",
        "signals to itself; SIGKILL cannot be caught, and that is how a worker is ended",
    ),
    Allowed(
        "poll ppoll select pselect6 nanosleep sched_yield set_robust_list rseq set_tid_address",
        "waiting, and addresses in its own memory",
    ),
    Allowed(
        "gettimeofday time times getrusage getrlimit getpid getppid gettid getuid geteuid getgid "
        "getegid getresuid getresgid getgroups getpgrp uname sysinfo getrandom getcpu",
        "facts about itself, the time and the machine's name and memory; nothing is changed",
    ),
    Allowed("exit exit_group", "its end"),
)


_ALLOWED_IF = (
    AllowedIf(
        "mmap",
        (Condition(3, (0,), _ALL_BITS & ~_MMAP_FLAGS),),
        "the flags that loaders and allocators use; not HUGETLB, LOCKED, SYNC, DROPPABLE",
        "memory of its own, counted in the limit of its address space; huge pages are the "
        "machine's, set aside for others, and what a newer kernel adds is not known",
    ),
    AllowedIf(
        "madvise",
        (Condition(2, (0, 1, 2, 3, 4, 8, 14, 15, 16, 17, 20, 22, 23)),),
        "NORMAL to DONTNEED, FREE, (NO)HUGEPAGE, DONTDUMP, DODUMP, COLD, POPULATE_…",
        "what allocators use; not MERGEABLE, which tells whether another process has the same "
        "page, nor HWPOISON, REMOVE, PAGEOUT",
    ),
    AllowedIf(
        "futex",
        (Condition(1, (0, 1, 3, 4, 5, 9, 10), _ALL_BITS & ~_FUTEX_FLAGS),),
        "WAIT, WAKE, REQUEUE, CMP_REQUEUE, WAKE_OP, WAIT_BITSET, WAKE_BITSET",
        "what locks of one process need; not those that inherit priorities",
    ),
    AllowedIf(
        "clock_gettime clock_getres clock_nanosleep",
        (Condition(0, (0, 1, 2, 3, 4, 5, 6, 7, 11)),),
        "the system's clocks and its own",
        "a number below zero names another process's processor time, or a device's clock",
    ),
    AllowedIf(
        "fcntl",
        (Condition(1, (0, 1, 2, 3, 4, 1030)),),
        "F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC",
        "descriptors of its own; not F_SETOWN and F_SETSIG, by which the kernel signals any "
        "process, nor locks, leases, seals and sizes of pipes",
    ),
    AllowedIf(
        "ioctl",
        (Condition(1, (0x5401, 0x5450, 0x5451)),),
        "TCGETS, FIONCLEX, FIOCLEX",
        "whether something is a terminal; no device can be told anything",
    ),
    AllowedIf(
        "prlimit64 sched_getaffinity",
        (Condition(0, (0,)),),
        "process 0, which is itself",
        "it may lower its limits, and raise none; other processes are not seen",
    ),
)


def allowed_if(machine: Machine) -> tuple[AllowedIf, ...]:
    """Return the calls that are allowed with some arguments only, for a machine."""
    return (
        AllowedIf(
            "open",
            _open_conditions(machine, 1),
            "as openat",
            "an older name of it",
        ),
        AllowedIf(
            "openat",
            _open_conditions(machine, 2),
            "access modes 0 to 2, no flag but those that Python's open and os.open use; to create "
            "or truncate a file only together with writing",
            "then Landlock of each version asks for the right to read or to write. It does not for "
            "access mode 3, for O_PATH, and before version 3 for what is truncated but read only",
        ),
        *_ALLOWED_IF,
    )


def _open_conditions(machine: Machine, flags_place: int) -> tuple[Condition, ...]:
    new = (0, O_CREAT, O_TRUNC, O_CREAT | O_TRUNC)
    kinds = (0, *(mode | one for mode in (O_WRONLY, O_RDWR) for one in new))
    return (
        Condition(flags_place, (0,), _ALL_BITS & ~machine.open_flags),
        Condition(flags_place, kinds, O_ACCMODE | O_CREAT | O_TRUNC),
    )

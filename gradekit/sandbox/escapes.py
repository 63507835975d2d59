"""Escapes that a worker tries on itself before anything is graded; each must come to nothing.

Each function below has succeeded where it returns at all, but for False. It counts as stopped only
for the reason that its layer gives, an errno: whatever else it raises shows nothing.
"""

import ctypes
import errno
import mmap
import os
import resource
import socket
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from gradekit.sandbox import escape_calls, kernel
from gradekit.sandbox.layers import Layers
from gradekit.sandbox.syscalls import this_machine

LARGE_BYTES = 2**34
FAMILIES = range(46)
KINDS = (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET)
# What an escape came to, beside an errno.
SUCCEEDED, FOUND_NOTHING, UNCLEAR = 0, -1, -2
# What stops escapes: the filter of system calls, Landlock, a limit of memory.
BY_FILTER, BY_LANDLOCK, BY_MEMORY = {errno.EPERM}, {errno.EACCES}, {errno.ENOMEM}
# In namespaces a file outside is not there, and nothing can be written.
BY_NAMESPACES = {errno.ENOENT, errno.EROFS}
# Landlock and the filter do not see it; namespaces do.
SEEN_WITHOUT_NAMESPACES = "seeing that a file outside is there"


@dataclass(frozen=True)
class Target:
    """What escapes aim at.

    `outside` is a file that must stay as it is, `neighbour` one of another hand-in, which
    namespaces do not hide; at `port` and `abstract_name` somebody listens.
    """

    outside: str
    neighbour: str
    port: int
    abstract_name: str
    installed: str


Try = Callable[[Target], object]


@dataclass(frozen=True)
class Escape:
    """A way out, and the numbers of the errors that stop it: errno's, or FOUND_NOTHING."""

    attempt: Try
    stopped_by: frozenset[int]
    hidden_by_namespaces: bool


ESCAPES: dict[str, Escape] = {}


def attempt_all(target: Target) -> dict[str, int]:
    """Return for each escape, by its name, what it came to: SUCCEEDED, an errno, or another."""
    return {name: attempt(escape.attempt, target) for name, escape in ESCAPES.items()}


def judge_escapes(found: Mapping[str, int], layers: Layers) -> dict[str, str]:
    """Return for each escape what is wrong with how it ended; nothing where a layer stopped it."""
    return {name: _judge(found.get(name), escape, layers) for name, escape in ESCAPES.items()}


def _judge(code: int | None, escape: Escape, layers: Layers) -> str:
    if code is None:
        return "was not tried"
    hidden = BY_NAMESPACES if escape.hidden_by_namespaces and layers.namespaces else set()
    if code in escape.stopped_by | hidden:
        return ""
    if code == SUCCEEDED:
        return "succeeded"
    why = errno.errorcode.get(code, "another error")
    return f"was stopped by nothing that should stop it ({why})"


def registered(name: str, stopped_by: set[int], *, hidden: bool = False) -> Callable[[Try], Try]:
    """Register a function as the escape of a name, which some layers stop.

    `hidden` is for what namespaces may stop before those.
    """

    def register(attempt: Try) -> Try:
        ESCAPES[name] = Escape(attempt, frozenset(stopped_by), hidden)
        return attempt

    return register


def attempt(tried: Try, target: Target) -> int:
    """Try one way out; return what it came to."""
    try:
        return FOUND_NOTHING if tried(target) is False else SUCCEEDED
    except OSError as error:
        return error.errno or UNCLEAR
    except Exception:
        return UNCLEAR


def _each(attempts: Sequence[Callable[[], object]], expected: int) -> bool:
    """Make all attempts; True where one succeeds.

    Raises what one raises for another reason than expected, or else with that reason.
    """
    other: OSError | None = None
    for attempt in attempts:
        try:
            attempt()
            return True
        except OSError as error:
            other = error if error.errno != expected else other
    raise other or OSError(expected, os.strerror(expected))


def _opens(name: str, flags: int, stopped_by: set[int], *, hidden: bool) -> None:
    """Register opening files with some flags: one outside, and a neighbour's, which is there."""
    hidden_neighbour = hidden and bool(flags & (os.O_WRONLY | os.O_RDWR))

    @registered(f"{name} a file outside", stopped_by, hidden=hidden)
    def _outside(target: Target) -> object:
        return os.open(target.outside, flags)

    @registered(f"{name} another hand-in's file", stopped_by, hidden=hidden_neighbour)
    def _neighbour(target: Target) -> object:
        return os.open(target.neighbour, flags)


_NO_MODE = os.O_WRONLY | os.O_RDWR  # the mode with which Landlock sees neither reading nor writing
_opens("reading", os.O_RDONLY, BY_LANDLOCK, hidden=True)
_opens("writing to", os.O_WRONLY, BY_LANDLOCK, hidden=True)
_opens("truncating and writing to", os.O_RDWR | os.O_TRUNC, BY_LANDLOCK, hidden=True)
_opens("truncating, only reading,", os.O_RDONLY | os.O_TRUNC, BY_FILTER, hidden=False)
_opens("opening with access mode 3", _NO_MODE, BY_FILTER, hidden=False)
_opens("truncating with access mode 3", _NO_MODE | os.O_TRUNC, BY_FILTER, hidden=False)
_opens("creating with access mode 3", _NO_MODE | os.O_CREAT, BY_FILTER, hidden=False)
_opens("opening by its path alone", os.O_PATH, BY_FILTER, hidden=False)
_opens("having signals about", os.O_ASYNC, BY_FILTER, hidden=False)


@registered("truncating a file of its own with access mode 3", BY_FILTER)
def _truncate_own(_: Target) -> object:
    return os.open("own", _NO_MODE | os.O_TRUNC)


@registered("listing a folder outside", BY_LANDLOCK, hidden=True)
def _list_outside(target: Target) -> object:
    return list(Path(target.outside).parent.iterdir())


@registered(SEEN_WITHOUT_NAMESPACES, set(), hidden=True)
def _see_outside(target: Target) -> object:
    return Path(target.outside).stat()


@registered("reading a package that is not for hand-ins", BY_LANDLOCK, hidden=True)
def _read_installed(target: Target) -> object:
    return Path(target.installed).read_bytes()


@registered("reading /etc/passwd", BY_LANDLOCK, hidden=True)
def _read_accounts(_: Target) -> object:
    return Path("/etc/passwd").read_bytes()


@registered("reading about processes in /proc", BY_LANDLOCK, hidden=True)
def _read_processes(_: Target) -> object:
    return list(Path("/proc").iterdir())


@registered("changing a file's mode", BY_FILTER)
def _change_mode(target: Target) -> None:
    Path(target.outside).chmod(0o600)


@registered("changing a file's time", BY_FILTER)
def _change_time(target: Target) -> None:
    os.utime(target.outside)


@registered("removing a file", BY_FILTER)
def _remove(target: Target) -> None:
    Path(f"{target.outside}.spare").unlink()


@registered("creating a file in the hand-in", BY_LANDLOCK, hidden=True)
def _create_here(_: Target) -> object:
    return os.open("new", os.O_CREAT | os.O_WRONLY)


@registered("creating a file while reading", BY_FILTER)
def _create_to_read(_: Target) -> object:
    return os.open("new", os.O_CREAT | os.O_RDONLY)


@registered("creating a file without a name", BY_FILTER)
def _create_unnamed(_: Target) -> object:
    modes = (os.O_WRONLY, os.O_RDWR, _NO_MODE)
    return _each([partial(os.open, ".", os.O_TMPFILE | mode) for mode in modes], errno.EPERM)


@registered("creating a folder", BY_FILTER)
def _create_folder(_: Target) -> None:
    Path("folder").mkdir()


@registered("creating a link", BY_FILTER)
def _create_link(target: Target) -> None:
    Path("link").symlink_to(target.outside)


@registered("writing to shared memory", BY_LANDLOCK, hidden=True)
def _write_shared_memory(_: Target) -> object:
    return os.open("/dev/shm/gradekit", os.O_CREAT | os.O_WRONLY)


@registered("finding an open file of the grader's", {errno.EBADF})
def _open_descriptors(_: Target) -> object:
    return _each([partial(os.fstat, number) for number in range(4, 64)], errno.EBADF)


@registered("connecting over TCP", BY_FILTER)
def _connect(target: Target) -> object:
    return socket.create_connection(("127.0.0.1", target.port), timeout=1)


@registered("connecting to a local socket", BY_FILTER)
def _connect_abstract(target: Target) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.connect(f"\0{target.abstract_name}")


@registered("making a socket of any family", BY_FILTER)
def _make_sockets(_: Target) -> object:
    made = [partial(socket.socket, family, kind) for family in FAMILIES for kind in KINDS]
    return _each(made, errno.EPERM)


@registered("starting a process", BY_FILTER)
def _fork(_: Target) -> object:
    if os.fork() == 0:
        os._exit(0)
    return True


_NOTHING_TO_DO = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(lambda _: None)


@registered("starting a thread", BY_FILTER)
def _start_thread(_: Target) -> None:
    code = ctypes.CDLL(None).pthread_create(
        ctypes.byref(ctypes.c_ulong()), None, _NOTHING_TO_DO, None
    )
    if code:
        raise OSError(code, os.strerror(code))


@registered("signalling another process", BY_FILTER)
def _signal_parent(_: Target) -> None:
    os.kill(os.getppid(), 0)


@registered("having the kernel signal another process", BY_FILTER)
def _signal_by_file(_: Target) -> object:
    # F_SETOWN, F_SETSIG, F_SETLEASE, F_NOTIFY, F_SETPIPE_SZ, F_ADD_SEALS, F_SETLK, F_OFD_SETLK
    asked = {8: os.getppid(), 10: 10, 1024: 0, 1026: 1, 1031: 4096, 1033: 0, 6: 0, 37: 0}
    return _each([partial(_control, *one) for one in asked.items()], errno.EPERM)


def _control(command: int, value: int) -> None:
    kernel.libc("fcntl", 1, command, value)


@registered("telling a device something", BY_FILTER)
def _tell_device(_: Target) -> object:
    # TIOCSTI, FIONREAD, FIONBIO, FIOASYNC, FIOSETOWN, SIOCATMARK, FS_IOC_SETFLAGS
    asked = (0x5412, 0x541B, 0x5421, 0x5452, 0x8901, 0x8905, 0x40086602)
    return _each([partial(kernel.libc, "ioctl", 1, one, b"\0" * 8) for one in asked], errno.EPERM)


@registered("reading another process's processor time", BY_FILTER)
def _clock_of_parent(_: Target) -> object:
    clock = (~os.getppid() << 3) | 2  # the kernel's CPUCLOCK_SCHED of a process
    return _each(
        [partial(call, clock) for call in (time.clock_gettime, time.clock_getres)], errno.EPERM
    )


@registered("sharing pages of memory with other processes", BY_FILTER)
def _share_pages(_: Target) -> object:
    with mmap.mmap(-1, mmap.PAGESIZE) as memory:
        # MADV_MERGEABLE, MADV_REMOVE, MADV_PAGEOUT, MADV_HWPOISON
        return _each([partial(memory.madvise, one) for one in (12, 9, 21, 100)], errno.EPERM)


@registered("taking the machine's huge pages", BY_FILTER)
def _take_huge_pages(_: Target) -> object:
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000  # MAP_HUGETLB
    return mmap.mmap(-1, 2**21, flags=flags)


@registered("taking a lock that lends priority", BY_FILTER)
def _lend_priority(_: Target) -> object:
    word = ctypes.create_string_buffer(8)
    number = this_machine().numbers["futex"]
    # FUTEX_TRYLOCK_PI, FUTEX_LOCK_PI, FUTEX_CMP_REQUEUE_PI, the first two private as well
    asked = (8, 6, 12, 8 | 128, 6 | 128)
    return _each(
        [partial(kernel.syscall, "futex", number, word, one, 0, None) for one in asked], errno.EPERM
    )


@registered("reading another process's limits", BY_FILTER)
def _limit_parent(_: Target) -> object:
    return resource.prlimit(os.getppid(), resource.RLIMIT_CPU)


@registered("raising a limit of its own", BY_FILTER)
def _raise_limit(_: Target) -> object:
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard == resource.RLIM_INFINITY:
        return True  # there is none
    wanted = struct.pack("QQ", hard + 1, hard + 1)
    return kernel.libc("setrlimit", resource.RLIMIT_AS, wanted) == 0


@registered("taking more memory than allowed", BY_MEMORY)
def _take_memory(_: Target) -> object:
    return mmap.mmap(-1, LARGE_BYTES)


@registered("spending processor time for ever", {FOUND_NOTHING})
def _spend_forever(_: Target) -> object:
    return resource.getrlimit(resource.RLIMIT_CPU)[1] == resource.RLIM_INFINITY


def _calls(name: str) -> Try:
    return lambda _: escape_calls.make_call(name)


for _name in escape_calls.forbidden_here():
    registered(f"the system call {_name}", BY_FILTER)(_calls(_name))

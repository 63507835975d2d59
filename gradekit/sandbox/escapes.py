"""Escapes that a worker tries on itself before anything is graded; each must come to nothing.

Each function below has succeeded where it returns at all, but for False; most are stopped by an
exception.
"""

import mmap
import os
import resource
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gradekit.sandbox.escape_calls import FORBIDDEN, reaches_kernel

LARGE_BYTES = 2**34
FAMILIES = range(46)
KINDS = (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET)


@dataclass(frozen=True)
class Target:
    """What escapes aim at: a file outside that must stay as it is, and where somebody listens."""

    outside: str
    port: int
    abstract_name: str
    installed: str


Escape = Callable[[Target], object]
ESCAPES: dict[str, Escape] = {}


def attempt_all(target: Target) -> dict[str, bool]:
    """Return for each escape, by its name, whether it succeeded."""
    tried = {name: _succeeds(escape, target) for name, escape in ESCAPES.items()}
    called = {f"the system call {name}": reaches_kernel(name) for name in FORBIDDEN}
    return tried | called


def tries(name: str) -> Callable[[Escape], Escape]:
    """Register a function as the escape of a name."""

    def register(escape: Escape) -> Escape:
        ESCAPES[name] = escape
        return escape

    return register


def _succeeds(escape: Escape, target: Target) -> bool:
    try:
        return escape(target) is not False
    except Exception:  # whatever stopped it
        return False


@tries("reading a file outside")
def _read_outside(target: Target) -> object:
    return Path(target.outside).read_bytes()


@tries("listing a folder outside")
def _list_outside(target: Target) -> object:
    return list(Path(target.outside).parent.iterdir())


@tries("seeing that a file outside is there")
def _see_outside(target: Target) -> object:
    return Path(target.outside).stat()


@tries("reading a package that is not for hand-ins")
def _read_installed(target: Target) -> object:
    return Path(target.installed).read_bytes()


@tries("reading /etc/passwd")
def _read_accounts(_: Target) -> object:
    return Path("/etc/passwd").read_bytes()


@tries("reading about processes in /proc")
def _read_processes(_: Target) -> object:
    return list(Path("/proc").iterdir())


@tries("writing to a file outside")
def _write_outside(target: Target) -> object:
    return os.open(target.outside, os.O_WRONLY)


@tries("truncating a file that is opened for reading")
def _truncate_outside(target: Target) -> object:
    return os.open(target.outside, os.O_RDONLY | os.O_TRUNC)


@tries("changing a file's mode")
def _change_mode(target: Target) -> None:
    Path(target.outside).chmod(0o600)


@tries("changing a file's time")
def _change_time(target: Target) -> None:
    os.utime(target.outside)


@tries("removing a file")
def _remove(target: Target) -> None:
    Path(f"{target.outside}.spare").unlink()


@tries("creating a file in the hand-in")
def _create_here(_: Target) -> object:
    return os.open("new", os.O_CREAT | os.O_WRONLY)


@tries("creating a file without a name")
def _create_unnamed(_: Target) -> object:
    return os.open(".", os.O_TMPFILE | os.O_WRONLY)


@tries("creating a folder")
def _create_folder(_: Target) -> None:
    Path("folder").mkdir()


@tries("creating a link")
def _create_link(target: Target) -> None:
    Path("link").symlink_to(target.outside)


@tries("writing to shared memory")
def _write_shared_memory(_: Target) -> object:
    return os.open("/dev/shm/gradekit", os.O_CREAT | os.O_WRONLY)


@tries("finding an open file of the grader's")
def _open_descriptors(_: Target) -> object:
    return any(_is_open(n) for n in range(4, 64))


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


@tries("connecting over TCP")
def _connect(target: Target) -> object:
    return socket.create_connection(("127.0.0.1", target.port), timeout=1)


@tries("connecting to a local socket")
def _connect_abstract(target: Target) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.connect(f"\0{target.abstract_name}")


@tries("making a socket of any family")
def _make_sockets(_: Target) -> object:
    return any(_can_make(family, kind) for family in FAMILIES for kind in KINDS)


def _can_make(family: int, kind: int) -> bool:
    try:
        socket.socket(family, kind).close()
    except OSError:
        return False
    return True


@tries("starting a process")
def _fork(_: Target) -> object:
    if os.fork() == 0:
        os._exit(0)
    return True


@tries("starting a thread")
def _start_thread(_: Target) -> None:
    threading.Thread(target=lambda: None).start()


@tries("signalling another process")
def _signal_parent(_: Target) -> None:
    os.kill(os.getppid(), 0)


@tries("having the kernel signal another process")
def _signal_by_file(_: Target) -> object:
    import fcntl

    return fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid()) == 0


@tries("reading another process's limits")
def _limit_parent(_: Target) -> object:
    return resource.prlimit(os.getppid(), resource.RLIMIT_CPU)


@tries("raising a limit of its own")
def _raise_limit(_: Target) -> None:
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (hard + 1, hard + 1))


@tries("taking more memory than allowed")
def _take_memory(_: Target) -> object:
    return mmap.mmap(-1, LARGE_BYTES)


@tries("spending processor time for ever")
def _spend_forever(_: Target) -> object:
    return resource.getrlimit(resource.RLIMIT_CPU)[1] == resource.RLIM_INFINITY

"""Has the kernel limit what a check takes in this process, of processor time and of memory.

An exception is lost where code swallows every one, and is not raised within one call in C: the
kernel asks nobody, and ends the process. It is for those that somebody watches, who tells what
became of the check. Memory is refused, so that a check does not take the machine's.
"""

import faulthandler
import mmap
import os
import resource
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

# What a folder of checks is named, so that a place in one is known by its path.
CHECKS_PREFIX = "gradekit-checks-"
# So many checks may end a process for one hand-in; then the checks are to be looked at. A hand-in's
# values cannot lead so far: each time takes so much of its time beside the check's own.
MOST_STOPPED = 12
RESTART_SECONDS = 1.0
_FRAME = 'File "'


class Running(msgspec.Struct, array_like=True):
    """The check that a process runs: for which hand-in, or for the reference in its place."""

    student: str = ""
    check: str = ""
    for_reference: bool = False


@dataclass(frozen=True)
class Stopped:
    """A check that ended its process, by the kernel's account of what it took, and its place.

    One that `died` did so by something else, such as a segmentation fault or want of memory.
    """

    check: str
    for_reference: bool
    place: str = ""
    died: bool = False

    @property
    def line(self) -> int:
        """The line of its place, 0 where none is known."""
        return int(self.place.rpartition("line ")[2] or 0)


class LastResort:
    """Has the kernel end this process; `record` is the file that then tells what it ran, where.

    A check may make the process larger by `memory_bytes`.
    """

    def __init__(self, record: Path, memory_bytes: int) -> None:
        self.memory_bytes = memory_bytes
        self._file = record.open("wb", buffering=0)
        self._soft, self._hard = resource.getrlimit(resource.RLIMIT_CPU)
        self._memory_before = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
        # It writes where each thread is, also amid a call in C; then the signal does what it does.
        # In a child of such a process it is not the parent's file.
        faulthandler.unregister(signal.SIGXCPU)
        faulthandler.register(signal.SIGXCPU, file=self._file, all_threads=True, chain=True)

    def note(self, running: Running) -> None:
        """Keep what this process runs now."""
        descriptor = self._file.fileno()
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, msgspec.json.encode(running) + b"\n")

    def allow(self, seconds: float) -> None:
        """Let this process take so many seconds of processor time from now on, and no more."""
        most = int(time.process_time() + max(0.0, seconds)) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (_least(most, self._hard), self._hard))

    def call_off(self) -> None:
        """Let this process take what it might take before."""
        resource.setrlimit(resource.RLIMIT_CPU, (self._soft, self._hard))

    def limit_memory(self) -> None:
        """Let this process have so much memory beside what it has now, and no more."""
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        most = pages * os.sysconf("SC_PAGE_SIZE") + self.memory_bytes
        hard = self._memory_before[1]
        resource.setrlimit(resource.RLIMIT_AS, (_least(most, hard), hard))

    def free_memory(self) -> None:
        """Let this process have what it might have before; this takes no memory itself."""
        resource.setrlimit(resource.RLIMIT_AS, self._memory_before)

    def machine_has_memory(self) -> bool:
        """Whether the machine would have given what it was that a limit refused."""
        try:
            mmap.mmap(-1, self.memory_bytes, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close()
        except (OSError, MemoryError):
            return False
        return True

    def end(self) -> None:
        """End this process."""
        os.kill(os.getpid(), signal.SIGXCPU)


def read_record(record: Path) -> tuple[Running, Stopped | None]:
    """Return what a process ran when it ended, and what ended it where that was the last resort."""
    try:
        head, _, dump = record.read_bytes().partition(b"\n")
        running = msgspec.json.decode(head, type=Running)
    except (OSError, msgspec.MsgspecError):  # it ended before it ran anything
        return Running(), None
    if not dump or not running.check:
        return running, None
    place = _place(dump.decode("utf-8", "replace"), f"<{running.check}>")
    return running, Stopped(running.check, running.for_reference, place)


def _place(dump: str, cell: str) -> str:
    """Return the innermost place in a file of checks, or in a cell, as file and line."""
    for line in dump.splitlines():
        path, _, rest = line.partition(_FRAME)[2].partition('"')
        if f"/{CHECKS_PREFIX}" in path or path == cell:
            number = rest.partition("line ")[2].partition(" ")[0]
            return f"{Path(path).name}, line {number}"
    return ""


def _least(most: int, hard: int) -> int:
    return most if hard < 0 else min(most, hard)

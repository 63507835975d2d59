"""Ends this process where a check in it takes far more than it may and lets nothing interrupt it.

An exception is lost where code swallows every one, and is not raised within one call in C. The
kernel asks nobody. It is for processes that somebody watches, who tells what became of the check.
"""

import faulthandler
import os
import resource
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

# What a folder of checks is named, so that a place in one is known by its path.
CHECKS_PREFIX = "gradekit-checks-"
_FRAME = 'File "'


class Running(msgspec.Struct, array_like=True):
    """The check that a process runs: for which hand-in, or for the reference in its place."""

    student: str = ""
    check: str = ""
    for_reference: bool = False


@dataclass(frozen=True)
class Stopped:
    """A check that ended its process, by the kernel's account of what it took, and its place."""

    check: str
    for_reference: bool
    place: str = ""


class LastResort:
    """Has the kernel end this process; `record` is the file that then tells what it ran, where."""

    def __init__(self, record: Path) -> None:
        self._file = record.open("wb", buffering=0)
        self._soft, self._hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
        # It writes where each thread is, also amid a call in C; then the signal does what it does.
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
    place = _place(dump.decode("utf-8", "replace"))
    return running, Stopped(running.check, running.for_reference, place)


def _place(dump: str) -> str:
    """Return the innermost place in a file of checks, as file and line."""
    for line in dump.splitlines():
        path, _, rest = line.partition(_FRAME)[2].partition('"')
        if f"/{CHECKS_PREFIX}" in path:
            number = rest.partition("line ")[2].partition(" ")[0]
            return f"{Path(path).name}, line {number}"
    return ""


def _least(most: int, hard: int) -> int:
    return most if hard < 0 else min(most, hard)

"""What the checks of one hand-in have come to, in a file: it is there when their process has ended.

Who grades the hand-in again goes on from there: what was found is not found twice, and the time
that it took is gone.
"""

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from gradekit.model import Result
from gradekit.workers.deadlines.clock import Clock

# What the clock says stands before all else: the seconds used and slept, and how often an answer
# was waited for in vain.
_CLOCK = struct.Struct("<2dQ")


End = TypeVar("End")


class CheckEnd(msgspec.Struct, frozen=True, array_like=True):
    """How a check ended, and what is known of an ERROR: see `Turn`.

    `reference_seconds` is what the reference takes for all that the hand-in was asked until then.
    """

    result: Result
    reference_seconds: float = 0.0
    is_machines: bool = False
    is_asserted: bool = False
    greedy: str = ""


@dataclass(frozen=True)
class EndsSoFar(Generic[End]):
    """What has ended, in order, and the time that the hand-in had taken by then."""

    ends: tuple[End, ...] = ()
    used_seconds: float = 0.0
    slept_seconds: float = 0.0
    hung: int = 0

    def set(self, clock: Clock) -> None:
        """Let a new clock go on from there."""
        clock.used_seconds, clock.slept_seconds = self.used_seconds, self.slept_seconds
        clock.hung = self.hung


@dataclass(frozen=True)
class Progress(EndsSoFar[CheckEnd]):
    """The checks that have ended."""

    def set(self, clock: Clock) -> None:
        """Let a new clock go on from there."""
        super().set(clock)
        if self.ends:
            clock.earlier_reference_seconds = self.ends[-1].reference_seconds


NO_PROGRESS = Progress()


class ProgressLog:
    """Keeps the progress of the hand-in that is graded now in the file `path`.

    A process may end amid a line, which then counts for nothing.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)

    def begin(self, clock: Clock, ends: Sequence[object] = ()) -> None:
        """Begin with a hand-in, some of whose checks have ended in another process."""
        os.ftruncate(self._file.fileno(), 0)
        self.note_clock(clock)
        for end in ends:
            self.add(end)

    def note_clock(self, clock: Clock) -> None:
        """Keep what a clock says."""
        data = _CLOCK.pack(clock.used_seconds, clock.slept_seconds, clock.hung)
        os.pwrite(self._file.fileno(), data, 0)

    def add(self, end: object) -> None:
        """Keep how a check ended, as data."""
        os.lseek(self._file.fileno(), 0, os.SEEK_END)
        os.write(self._file.fileno(), msgspec.json.encode(end) + b"\n")


def read_progress(path: Path) -> Progress:
    """Return what a process kept before it ended."""
    try:
        found = read_ended(path.read_bytes(), CheckEnd)
    except OSError:  # it ended before it graded anything
        return NO_PROGRESS
    return Progress(found.ends, found.used_seconds, found.slept_seconds, found.hung)


def read_ended(data: bytes, kind: type[End]) -> EndsSoFar[End]:
    """Return what is in the file of a process that has ended, as values of one kind."""
    if len(data) < _CLOCK.size:  # it ended before it graded anything
        return EndsSoFar()
    used_seconds, slept_seconds, hung = _CLOCK.unpack_from(data)
    whole = data[_CLOCK.size :].split(b"\n")[:-1]
    ends = tuple(msgspec.json.decode(one, type=kind) for one in whole)
    return EndsSoFar(ends, used_seconds, slept_seconds, hung)

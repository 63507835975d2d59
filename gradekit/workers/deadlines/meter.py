"""Reads from outside what a process has taken: its processor time, and whether it sleeps.

Both come from the kernel. Nothing that the process does or says changes them, and neither depends
on how busy the machine is.
"""

import contextlib
import os
import time

# What clock_getcpuclockid gives: the time of all threads of a process, by the scheduler's account.
_PROCESS_CLOCK = 2
_ASLEEP = frozenset(b"STt")  # waits for something, or is stopped; not: waits for the disk


class Meter:
    """Of one process, by its pid in this process's namespace; 0 is one that cannot be read."""

    def __init__(self, pid: int = 0) -> None:
        self._clock, self._stat = (~pid << 3) | _PROCESS_CLOCK, -1
        self._pid, self._last = pid, 0.0
        if pid:
            with contextlib.suppress(OSError):
                self._stat = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)

    def cpu_seconds(self) -> float:
        """Return the processor time taken so far; of a process that is gone, what was last read."""
        if self._pid:
            with contextlib.suppress(OSError):
                self._last = max(self._last, time.clock_gettime(self._clock))
        return self._last

    def is_asleep(self) -> bool:
        """Whether the process waits by its own will; one that waits for a processor does not."""
        try:
            state = (
                os.pread(self._stat, 512, 0).rpartition(b") ")[2][:1] if self._stat >= 0 else b""
            )
        except OSError:
            return False
        return bool(state) and state[0] in _ASLEEP

    def close(self) -> None:
        """Read once more and never again: the pid may be another process's soon."""
        self.cpu_seconds()
        self._pid = 0
        if self._stat >= 0:
            os.close(self._stat)
            self._stat = -1

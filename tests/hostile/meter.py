"""Measures what this process, which decides, takes for a hand-in."""

import contextlib
import time
from pathlib import Path


class Meter:
    """Measures from its making on: processor time, and memory at its most."""

    def __init__(self) -> None:
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")  # the most is what it is now
        self._cpu, self._before = time.process_time(), _memory("VmRSS")

    def read(self) -> tuple[float, int]:
        """Return the seconds and bytes that were taken since."""
        seconds = time.process_time() - self._cpu
        return seconds, max(0, _memory("VmHWM") - self._before)


def _memory(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))

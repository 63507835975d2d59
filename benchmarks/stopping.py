"""How long a command goes on after Ctrl-C, at moments from its start to well into the class."""

import contextlib
import os
import signal
import statistics
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from classes import NAME, ORDINARY, Workshop, class_of, make_course
from measuring import ENVIRONMENT, GRADEKIT, has_ended, tree
from tqdm import tqdm

STOPS, FIRST_SECONDS, EVERY_SECONDS = 10, 0.5, 1.5
STOPPED = 130  # as a shell tells of a command that Ctrl-C ended
CLASS_SIZE = 60  # more than are graded until the last stop
ALONE, BESIDE = "nothing else runs", "a busy process on each core"
BUSY = [sys.executable, "-c", "while True: pass"]


def stopping(workshop: Workshop, folder: Path, options: Namespace) -> dict[str, Any]:
    """Return the seconds from Ctrl-C to the command's end, and to that of its last process."""
    # A script's background has its commands ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    root = make_course(workshop, folder / "kit", class_of(ORDINARY, CLASS_SIZE)).root
    command = [GRADEKIT, "grade", NAME, "--force", "--jobs", str(options.jobs)]
    moments = [FIRST_SECONDS + EVERY_SECONDS * number for number in range(STOPS)]
    found = {}
    for what, busy in ((ALONE, 0), (BESIDE, os.cpu_count() or 1)):
        with _busy(busy):
            pairs = [_stop(command, root, moment) for moment in tqdm(moments, desc=what)]
        found[what] = {
            name: {"median": round(statistics.median(times), 3), "most": round(max(times), 3)}
            for name, times in zip(("command", "processes"), zip(*pairs, strict=True), strict=True)
        }
    return {"jobs": options.jobs, "stops": STOPS, "until": moments[-1], "seconds": found}


def _stop(command: list[str], root: Path, moment: float) -> tuple[float, float]:
    """Send Ctrl-C to a command and all its processes, as a terminal does, some seconds after it."""
    with (root / "stopping.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=root, env=ENVIRONMENT, stdout=log, stderr=log, start_new_session=True
        )
    time.sleep(moment)
    processes = tree(process.pid)
    began = time.perf_counter()
    os.killpg(process.pid, signal.SIGINT)
    code = process.wait()
    ended = time.perf_counter() - began
    while not all(has_ended(number) for number in processes):
        time.sleep(0.01)
    gone = time.perf_counter() - began
    if code != STOPPED:
        raise RuntimeError(f"exit code {code} after Ctrl-C at {moment} s: {root / 'stopping.log'}")
    return ended, gone


@contextlib.contextmanager
def _busy(count: int) -> Iterator[None]:
    """Keep some processes busy meanwhile."""
    processes = [subprocess.Popen(BUSY) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()

"""Runs commands as a user does and tells what they took: seconds, processor time, memory."""

import contextlib
import os
import subprocess
import sysconfig
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tqdm import tqdm

SCRIPTS = Path(sysconfig.get_path("scripts"))
GRADEKIT, NBGRADER = str(SCRIPTS / "gradekit"), str(SCRIPTS / "nbgrader")
# As in an activated environment: nbgrader runs alembic by its name.
ENVIRONMENT = {**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}
LOG = "benchmark.log"
LOOK_SECONDS, SHOW_SECONDS = 0.2, 2.0


@dataclass(frozen=True)
class Spent:
    """What a command took: seconds by the clock and of processors, it and all that it started.

    `first_cpu` is the processor time of the first process alone. `peak_mib` is the most memory that
    all its processes were seen to hold at one time, in MiB: a page counts once, however many share
    it. It is 0 where nobody looked. `largest_mib` is the most that any one of them ever held.
    """

    wall: float
    cpu: float
    largest_mib: float
    peak_mib: float
    first_cpu: float = 0.0


@dataclass(frozen=True)
class Grading:
    """A command that grades a class, and one that grades `few` hand-ins of it, one each process.

    `made` is the pattern of the files that it makes, one for each hand-in.
    """

    root: Path
    first: Sequence[str]
    all: Sequence[str]
    students: int
    made: str
    one_core: bool = False
    few: int = 1


@dataclass(frozen=True)
class Cost:
    """What it costs to start, and to grade a hand-in: seconds by the clock, and of processors.

    `first_cpu` is what of a hand-in's processor time is that of the command's first process.
    """

    students: int
    start_up: float
    start_up_cpu: float
    wall: float
    cpu: float
    first_cpu: float = 0.0


def costs(gradings: Mapping[str, Grading], rounds: int) -> dict[str, Cost]:
    """Return the cost of each grading, side by side: all of them in turn, in each round.

    Of each command the quickest round counts, since the machine may be busy in another.
    """
    spent: dict[str, list[tuple[Spent, Spent]]] = defaultdict(list)
    for number in range(1, rounds + 1):
        for name, grading in gradings.items():
            what = f"{name}, round {number}"
            few = run(grading.first, grading, f"{what}, {grading.few} first", grading.few)
            spent[name].append((few, run(grading.all, grading, what, grading.students)))
    return {name: _cost(gradings[name], pairs) for name, pairs in spent.items()}


def _cost(grading: Grading, pairs: Sequence[tuple[Spent, Spent]]) -> Cost:
    more = grading.students - grading.few

    def slope(of: str) -> tuple[float, float]:
        few, every = (min(getattr(pair[i], of) for pair in pairs) for i in (0, 1))
        each = (every - few) / more
        return each, few - each * grading.few

    (wall, start), (cpu, start_cpu), (first, _) = map(slope, ("wall", "cpu", "first_cpu"))
    return Cost(grading.students, *(round(x, 4) for x in (start, start_cpu, wall, cpu, first)))


def run(
    command: Sequence[str], grading: Grading, what: str, total: int, *, memory: bool = False
) -> Spent:
    """Run a command in a course and return what it took; raise RuntimeError where it fails.

    Exit code 1 is no failure: something is to be looked at, which in a class is always so.
    """
    cores = os.sched_getaffinity(0)
    chosen = {min(cores)} if grading.one_core else cores
    with (grading.root / LOG).open("ab") as log:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=grading.root,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: os.sched_setaffinity(0, chosen),
        )
        with _watched(process.pid, grading, what, total, memory) as seen:
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        end = (grading.root / LOG).read_text(encoding="utf-8", errors="replace")[-2000:]
        raise RuntimeError(f"{' '.join(command)}: exit code {process.returncode}\n{end}")
    largest, cpu = usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime
    peak = round(max(seen.mib, default=0.0))
    return Spent(round(wall, 3), round(cpu, 3), round(largest), peak, round(seen.first_cpu, 3))


@dataclass
class Seen:
    """What was seen of a command while it ran: its memory in MiB, its first process's CPU time."""

    mib: list[float] = field(default_factory=list)
    first_cpu: float = 0.0


@contextlib.contextmanager
def _watched(pid: int, grading: Grading, what: str, total: int, memory: bool) -> Iterator[Seen]:
    """Show from a thread how far a command is, and note from time to time what it takes."""
    ended, began, seen = threading.Event(), time.time(), Seen()

    def look(bar: Any) -> None:
        shown = began
        while not ended.wait(LOOK_SECONDS):
            seen.first_cpu = max(seen.first_cpu, _own_cpu(pid))
            if memory:
                seen.mib.append(sum(map(_mib, tree(pid))))
            if time.time() > shown + SHOW_SECONDS:
                bar.update(max(_made_since(began, grading) - bar.n, 0))
                shown = time.time()

    with tqdm(total=total, desc=what, unit="hand-in") as bar:
        thread = threading.Thread(target=look, args=(bar,), daemon=True)
        thread.start()
        try:
            yield seen
        finally:
            ended.set()
            thread.join()
            bar.update(total - bar.n)


def _made_since(began: float, grading: Grading) -> int:
    count = 0
    for path in grading.root.glob(grading.made):
        with contextlib.suppress(FileNotFoundError):  # nbgrader removes it before it makes it
            count += path.stat().st_mtime >= began
    return count


def tree(pid: int) -> list[int]:
    """Return a process and all below it."""
    children = defaultdict(list)
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name of a program, in parentheses, may hold blanks.
            parent = path.read_text(errors="replace").rpartition(")")[2].split()[1]
            children[int(parent)].append(int(path.parent.name))
    found = [pid]
    for one in found:
        found += children[one]
    return found


def has_ended(pid: int) -> bool:
    """Whether a process has ended, be it that whoever adopted it has not asked about it yet."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return True
    return stat.rpartition(")")[2].split()[0] in "ZX"


def _own_cpu(pid: int) -> float:
    """Return the processor time of a process alone, in seconds; 0 where it has ended."""
    with contextlib.suppress(OSError):
        # Fields 14 and 15 of the line; the name, in parentheses, may hold blanks.
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _mib(pid: int) -> float:
    """Return the memory of a process in MiB, of shared pages its share; 0 where it has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0

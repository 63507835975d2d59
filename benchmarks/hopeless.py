"""How long a hopeless hand-in is graded: one that uses up its time, and whose values end processes.

    python benchmarks/hopeless.py

It grades such hand-ins to the tiny assignment of the tests, with checks that nothing interrupts or
that die of a value, and says what each took above a right one: the processor time of all processes,
also of those that were ended. A check that has ended its process is not asked again, and what came
before it is kept.
"""

import ctypes
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from costly_cells import reaped_seconds  # noqa: E402
from figures import table  # noqa: E402
from tiny_course import write_tiny_course  # noqa: E402  (found by the line above)

from gradekit.batch.grading_process import GradingProcess, Task  # noqa: E402
from gradekit.batch.local import grade_one  # noqa: E402
from gradekit.grading.bundle import GradingBundle, load_bundle  # noqa: E402
from gradekit.grading.grader import Submission  # noqa: E402

CHECKS, PR_SET_CHILD_SUBREAPER = 8, 36
HEAD = '''\
"""Checks that write down when they are asked of a hand-in."""

import ctypes
from pathlib import Path

import numpy as np
import pytest


def asked(name, client):
    if not type(client).__name__.startswith("Reference"):
        with Path({log!r}).open("a") as log:
            print(name, file=log)


@pytest.fixture(scope="module")
def kept():
    return dict()
'''
CHECK = '''

@pytest.mark.item("{item}")
def test_{number}(student, kept):
    """Check {number}."""
    asked("{number}", student)
    got = student.ask("double", x=np.full((1, 1), {number}.0))["doubled"][0, 0]
    {body}
    assert got == {number} * 2.0
'''
LOOPS = "assert sum(range(int(max(0.0, got)))) >= 0"
DIES = "got > 1e6 and ctypes.string_at(0)"
# What a hand-in answers, after how many seconds of its own.
HOPELESS = {
    "uses up its time": ("2 * x + 1", 2.0, LOOPS),
    "checks loop in one call": ("2 * x + 1e12", 0.0, LOOPS),
    "both": ("2 * x + 1e12", 2.0, LOOPS),
    "each check dies of a value": ("2 * x + 1e7", 0.0, DIES),
    "both of these": ("2 * x + 1e7", 2.0, DIES),
}
RIGHT = ("2 * x", 0.0, LOOPS)
MODULE = """\
import time


class Doubler:
    def forward(self, x):
        until = time.process_time() + {seconds}
        while time.process_time() < until:
            pass
        return {answer}

    def backward(self, dout):
        return 2 * dout
"""


def checks(log: Path, body: str) -> bytes:
    """Return a file of checks, each with the same body."""
    items = ("double", "slope")
    made = (CHECK.format(item=items[n % 2], number=n + 1, body=body) for n in range(CHECKS))
    return (HEAD.format(log=str(log)) + "".join(made)).encode()


def rows(bundle: GradingBundle, folder: Path) -> Iterator[list[object]]:
    """Yield a row for each hand-in: what it does, seconds, how it was asked, how it ended."""
    right_seconds, _, _ = graded(bundle, folder, *RIGHT)
    for name, (answer, seconds, body) in tqdm(HOPELESS.items()):
        took, asked, ends = graded(bundle, folder, answer, seconds, body)
        told = ", ".join(f"{count} {end}" for end, count in sorted(ends.items()))
        yield [name, f"{took - right_seconds:.1f} s", f"{max(asked.values())} at most", told]


def graded(
    bundle: GradingBundle, folder: Path, answer: str, seconds: float, body: str
) -> tuple[float, Counter[str], Counter[str]]:
    """Return the processor time of all processes, in seconds, and how often each check was asked,
    and how they ended, for a hand-in that is graded after a right one."""
    before, log = reaped_seconds(), folder / "asked"
    text = checks(log, body)
    process = GradingProcess(replace(bundle, checks={**bundle.checks, "test_thing.py": text}))
    right = {name: bundle.reference[name] for name in bundle.student_files}
    module = MODULE.format(answer=answer, seconds=seconds).encode()
    try:
        process.grade(Task(Submission("warm", right)))
        log.unlink()
        report = grade_one(Task(Submission("hopeless", {"lib/thing.py": module})), process.grade)
    finally:
        process.close()
    asked = Counter(log.read_text().split())
    return reaped_seconds() - before, asked, Counter(str(one.outcome) for one in report.results)


def main() -> None:
    """Grade them, one after another, and print what was seen."""
    # What a process that was ended leaves is then this one's to wait for.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        bundle = load_bundle(write_tiny_course(folder).assignment("tiny"))
        print(
            table(
                ["hand-in", "processor time", "a check was asked", "checks"],
                list(rows(bundle, folder)),
            )
        )


if __name__ == "__main__":
    main()

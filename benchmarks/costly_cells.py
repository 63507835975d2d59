"""What the dearest hand-ins of code in cells cost who grades them: a part of security.py.

Each is graded in a process of its own after a right one. What it took is the processor time of all
processes, the grader's and those of its own code, above what a right one takes in its place.
"""

import contextlib
import os
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from cell_notebooks import cell, notebook, with_answers  # noqa: E402  (by the line above)

from gradekit.assignment.code_cells.steps import student_cells  # noqa: E402
from gradekit.batch.grading_process import GradingProcess, Task  # noqa: E402
from gradekit.batch.local import grade_one  # noqa: E402
from gradekit.course import Assignment  # noqa: E402
from gradekit.grading.bundle import load_bundle  # noqa: E402
from gradekit.grading.grader import Submission  # noqa: E402

NOTEBOOKS, FUNCTIONS = ("one", "two"), 4
SOLUTION = "def {name}(x):\n    return [1, 2, x]"
# It looks at integers alone: whether it looks at another answer, further runs have to show.
TEST = "for one in {name}(3):\n    if isinstance(one, int):\n        assert one in (1, 2, 3)"
ANSWER = """\
import time


def {name}(x):
    until = time.process_time() + {seconds}
    while time.process_time() < until:
        pass
    return {value}"""
# What each function gives, after how many seconds of its own.
COSTLY = {
    "never ends": ("[1]", 1e9),
    "takes nearly all of its time, and answers oddly": ("['a', 'b']", 1.4),
    "answers with 390,000 numbers": ("list(range(390_000))", 0.0),
    "answers with 390,000 texts": ("['a'] * 390_000", 0.0),
    "answers with 190,000 lists": ("[[str(i)] for i in range(190_000)]", 0.0),
    "gives an iterator without end": ("iter(lambda: 'a', 'b')", 0.0),
    "answers with a list that is a million when it is gone through": (
        "__import__('functools').reduce(lambda one, _: [one, one], range(20), ['a'])",
        0.0,
    ),
}


def measured() -> list[dict[str, Any]]:
    """Return what each hand-in took above a right one, in seconds, and how its tests ended."""
    with tempfile.TemporaryDirectory() as made:
        assignment, sources = _assignment(Path(made))
        bundle = load_bundle(assignment)

        def graded(answers: Mapping[str, str]) -> tuple[float, Counter[str]]:
            before, process = reaped_seconds(), GradingProcess(bundle)
            try:
                process.grade(Task(_submission("warm", sources, {})))
                report = grade_one(Task(_submission("costly", sources, answers)), process.grade)
            finally:
                process.close()
            ends = Counter(str(one.outcome) for one in report.results)
            return reaped_seconds() - before, ends

        right, _ = graded({})
        rows = []
        for tries, (value, seconds) in tqdm(COSTLY.items(), desc="costly cells"):
            names = [f"f{number}" for number in range(len(NOTEBOOKS) * FUNCTIONS)]
            answers = {
                name: ANSWER.format(name=name, seconds=seconds, value=value) for name in names
            }
            took, ends = graded(answers)
            rows.append(
                {"tries": tries, "cpu_seconds": round(max(0.0, took - right), 1), "ends": ends}
            )
        return rows


def reaped_seconds() -> float:
    """Return the processor time of all processes that were started here and have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _assignment(folder: Path) -> tuple[Assignment, dict[str, Any]]:
    """Write an assignment of several notebooks; return it with these."""
    assignment, sources = Assignment(folder, "ps1"), {}
    assignment.source.mkdir(parents=True)
    for place, title in enumerate(NOTEBOOKS):
        names = [f"f{number}" for number in range(place * FUNCTIONS, (place + 1) * FUNCTIONS)]
        cells = [
            made
            for name in names
            for made in (
                cell("solution", SOLUTION.format(name=name), name),
                cell("test", TEST.format(name=name), f"test_{name}"),
            )
        ]
        sources[title] = notebook(*cells)
        nbformat.write(sources[title], assignment.source / f"{title}.ipynb")
    return assignment, sources


def _submission(student: str, sources: Mapping[str, Any], answers: Mapping[str, str]) -> Submission:
    cells = {
        name: tuple(student_cells(with_answers(source, dict(answers))))
        for name, source in sources.items()
    }
    return Submission(student, {}, cells=cells)

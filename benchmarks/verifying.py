"""Verifies the checks of an assignment from nothing, times it, and writes what was found.

    python benchmarks/verifying.py [--assignment problem_2] [--jobs 2] [--out docs]

The figures go into grading.json and between the marks of grading.md in the folder of --out, with
what each run took. All of it is graded from nothing, hundreds of answers, several of which never
end: on 2 cores that takes more than a quarter of an hour. Nothing that was graded before is used.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from figures import machine, put_figures, table
from tqdm import tqdm

from gradekit.commands.verify import Prepared, prepare_answers, verify
from gradekit.course import Assignment, Course
from gradekit.verification.answers import Kind
from gradekit.verification.record import Verification, save

ROOT = Path(__file__).resolve().parents[1]
AGAIN = "the whole again, with nothing changed"


def copy_course(name: str, folder: Path) -> Assignment:
    """Copy an assignment and its checks into a course where nothing has been graded yet."""
    ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for place in (f"source/{name}", f"tests/graders/{name}"):
        shutil.copytree(ROOT / place, folder / place, ignore=ignored)
    return Course(folder).assignment(name)


def timed(prepared: Prepared, jobs: int, what: str) -> tuple[Verification, float]:
    """Return what verifying found, and how many seconds it took."""
    started = time.perf_counter()
    with tqdm(total=len(prepared.answers), desc=what, unit="answer") as bar:
        found = verify(prepared, jobs, lambda _name, _word: bar.update() and None)
    return found, time.perf_counter() - started


def measure(assignment: Assignment, jobs: int) -> dict[str, Any]:
    """Verify as a whole, then again, then after a change of one file of checks."""
    found, whole = timed(prepare_answers(assignment), jobs, "the whole")
    _, again = timed(prepare_answers(assignment), jobs, AGAIN)
    changed = sorted(assignment.graders.glob("test_*.py"))[-1]
    changed.write_text(changed.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    _, one = timed(prepare_answers(assignment), jobs, f"after a change of {changed.name}")
    kept = json.loads(save(assignment, found).read_text(encoding="utf-8"))
    seconds = {"the whole, from nothing": whole, AGAIN: again}
    seconds[f"the whole, after a change of `{changed.name}`"] = one
    return {
        "machine": machine(),
        "jobs": jobs,
        "seconds": {name: round(value, 1) for name, value in seconds.items()},
        **kept,
    }


def figures(results: dict[str, Any]) -> Iterator[str]:
    """Yield the parts of what goes between the marks."""
    where, jobs = results["machine"], results["jobs"]
    yield (
        f"Measured with {where['python']} on {where['system']}, {jobs} at a time, {where['date']}."
    )
    figure = results["counts"]
    yield table(["what", "count"], [[name.replace("_", " "), n] for name, n in figure.items()])
    seconds = results["seconds"]
    whole = max(seconds.values())
    rows = [[name, f"{value:.0f} s", f"{value / whole:.2f}"] for name, value in seconds.items()]
    yield table(["`gradekit verify`", "time", "ratio"], rows)
    slowest, share = max(results["shares_of_time"].items(), key=lambda one: one[1])
    yield f"`{slowest}` takes the largest share of the time for a right answer, {share:.0%}."
    yield "How each item is guarded:"
    rows = [
        [name, f"{one['points']:g}", ", ".join(one["needs"]), one["mutants"], one["alone"]]
        for name, one in results["items"].items()
    ]
    yield table(["item", "points", "functions it needs", "mutants it catches", "it alone"], rows)
    yield "Answers written differently, all of which earn every point of what they solve:"
    yield "\n".join(_lines(results, Kind.EQUIVALENT))
    yield "Mistakes that are told by name:"
    yield "\n".join(_lines(results, Kind.MISTAKE))


def _lines(results: dict[str, Any], kind: Kind) -> Iterator[str]:
    for one in results["answers"]:
        if one["kind"] == kind:
            owner = f"`{one['owner']}`: " if "owner" in one else ""
            yield f"- {owner}{one['about']}"


def main() -> None:
    """Verify, measure, and write what was found; end with 1 where anything is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--assignment", default="problem_2")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gradekit-grading-") as folder:
        results = measure(copy_course(options.assignment, Path(folder)), options.jobs)
    text = json.dumps(results, indent=1, ensure_ascii=False) + "\n"
    (options.out / "grading.json").write_text(text, encoding="utf-8")
    put_figures(options.out / "grading.md", "\n\n".join(figures(results)))
    figure = results["counts"]
    print(f"false fails: {figure['false_fails']}, false passes: {figure['false_passes']}")
    sys.exit(bool(figure["problems"]))


if __name__ == "__main__":
    main()

"""Grades a class with all outcomes alone and beside busy processes: are its reports the same?

    python benchmarks/load.py [--busy 16]

A report is what each check ended with and what its student reads; how long it took is another each
time. Prints both times and whether anything differs; exit code 1 where it does. What runs alone is
alone only on a machine that does nothing else: its load is looked at before, and told where it is
not idle.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path.insert(0, str(TESTS / "support"))

from tiny_course import write_tiny_course  # noqa: E402

from gradekit.grading.bundle import GradingBundle, load_bundle  # noqa: E402
from gradekit.grading.grader import Grader, Submission  # noqa: E402
from gradekit.model import Outcome, Report  # noqa: E402

BUSY = "while True: pass"
# Processes that want to run, on average of the last minute: more than that is no idle machine.
IDLE_LOAD = 0.5
# Of each outcome some, with those that time decides: all others end at once.
CHOSEN = {
    Outcome.PASS: ("in_place", "noisy"),
    Outcome.FAIL: ("constant_forward", "not_a_number"),
    Outcome.CRASH: ("abort", "deep_recursion", "broken_text"),
    Outcome.TIMEOUT: (
        "alarm_storm",
        "caught_exceptions",
        "dripping_answer",
        "endless_import",
        "endless_loop",
        "half_an_answer",
        "sleep",
        "uninterruptible",
    ),
    Outcome.MEMORY: ("growing_list", "large_array"),
    Outcome.PROTOCOL: ("closed_channel", "huge_length", "nonsense"),
}
Told = dict[str, list[tuple[str, str, str]]]


def submissions(bundle: GradingBundle) -> list[Submission]:
    """Return an honest hand-in, and some of each outcome."""
    attack = (TESTS / "hostile" / "attack.py").read_bytes()
    made = [Submission("honest", {name: bundle.reference[name] for name in bundle.student_files})]
    for outcome, names in CHOSEN.items():
        for name in names:
            text = (TESTS / "hostile" / outcome / f"{name}.py").read_bytes()
            modules = {"lib/thing.py": text, "lib/attack.py": attack, "lib/target.py": b""}
            made.append(Submission(name, modules))
    return made


def told(report: Report) -> list[tuple[str, str, str]]:
    """Return what a report tells, but for how long it took."""
    return [(one.check, str(one.outcome), one.message) for one in report.results]


def grade_class(bundle: GradingBundle, jobs: int) -> tuple[Told, float, float]:
    """Return what each hand-in's report tells, the seconds that it took, and the dearest's CPU."""
    from gradekit.batch.local import Task, grade_all, local_backend

    started, found, dearest = time.monotonic(), dict[str, list[tuple[str, str, str]]](), 0.0
    with local_backend(bundle, jobs) as backend:
        for report in grade_all([Task(one) for one in submissions(bundle)], backend):
            if not isinstance(report, Report):
                raise SystemExit(f"{report.student}: {report.reason}")
            found[report.student] = told(report)
            dearest = max(dearest, report.student_cpu_seconds)
    return found, time.monotonic() - started, dearest


def not_idle(load: float) -> str:
    """Return what to say of a load before anything runs, or nothing where the machine is idle."""
    if load <= IDLE_LOAD:
        return ""
    return (
        f"the machine was not idle before: a load of {load:.1f}. What is called alone here was not "
        "alone: its time means nothing, and the reports are compared at two loads"
    )


def main() -> None:
    """Grade alone, then beside busy processes, and compare."""
    parser = argparse.ArgumentParser(description=__doc__, add_help=True)
    parser.add_argument("--busy", type=int, default=16, help="how many processes compute meanwhile")
    parser.add_argument("--jobs", type=int, default=2, help="how many hand-ins at a time")
    args = parser.parse_args()
    load = os.getloadavg()[0]
    if busy_before := not_idle(load):
        print(busy_before, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        bundle = load_bundle(write_tiny_course(Path(folder)).assignment("tiny"))
        with Grader(bundle):  # whatever is made once is made before the first time is taken
            pass
        alone, seconds, cpu = grade_class(bundle, args.jobs)
        busy = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(args.busy)]
        try:
            loaded, more_seconds, more_cpu = grade_class(bundle, args.jobs)
        finally:
            for process in busy:
                process.kill()
                process.wait()
    differ = sorted(name for name in alone if alone[name] != loaded[name])
    print(f"{len(alone)} hand-ins, {args.jobs} at a time, {args.busy} busy processes beside")
    print(busy_before or f"the machine was idle before: a load of {load:.1f}")
    print(f"alone {seconds:.0f} s, loaded {more_seconds:.0f} s: {more_seconds / seconds:.1f} x")
    print(f"the dearest hand-in: {cpu:.1f} s of processor time alone, {more_cpu:.1f} s loaded")
    for name in differ:
        print(f"{name} differs:\n  alone  {alone[name]}\n  loaded {loaded[name]}")
    print("reports differ" if differ else "all reports are the same")
    sys.exit(bool(differ))


if __name__ == "__main__":
    main()

"""Attacks the kit with every hostile hand-in, fuzzes the wire, and measures what confinement costs.

    python benchmarks/security.py [--frames 200000] [--workers 100] [--out docs]
                                  [--only PART …] [--resume] [--list] [--jobs 2]

The figures go into security.json and between the marks of security.md in the folder of --out. All
of it stays on this machine, is bounded in time, memory and processes, and takes an hour or so of
one core. So many parts run at once as --jobs says, by default as there are cores: what they cost is
processor time. What measures seconds on the wall runs before, alone. Each part is kept as soon as
it is there: --resume goes on where a run was stopped. --list names the parts; with --only, those
run whose names begin so, and the others keep what security.json says.
"""

import argparse
import collections
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "support")]

import costly_cells  # noqa: E402
from assignments.problem_2 import points_suite  # noqa: E402  (found by the line above)
from figures import machine  # noqa: E402
from hostile import fuzz, leaks_suite, suite  # noqa: E402
from hostile.cells import suite as cells  # noqa: E402
from hostile.cells.in_nbgrader import IN_NBGRADER  # noqa: E402
from hostile.checks import suite as checks  # noqa: E402
from hostile.handins import suite as submissions  # noqa: E402
from security_page import save, write  # noqa: E402
from security_parts import Part, in_order, measured  # noqa: E402

from gradekit.sandbox.layers import NEWEST_LANDLOCK  # noqa: E402
from gradekit.workers.pool import WorkerPool  # noqa: E402
from gradekit.workers.probe_code import probes_of  # noqa: E402
from gradekit.workers.selftest import escapes, still_open  # noqa: E402
from gradekit.workers.snapshots import make_snapshot  # noqa: E402

# What holds the workers: whether namespaces do, and the newest version of Landlock that may.
LAYER_SETS = {
    "with namespaces": (True, NEWEST_LANDLOCK),
    "without namespaces": (False, NEWEST_LANDLOCK),
    **{f"without namespaces, Landlock {version}": (False, version) for version in (1, 2, 3)},
}
FRESH = [sys.executable, "-I", "-c", "import numpy"]
FRESH_RUNS = 20
# Attacks that are tests by themselves: what they are after, the file, and which of its tests.
TESTED = {
    "the pages of staff and students": ("commands/nbgrader/test_formgrader.py", ""),
    "what a PDF shows": ("unit/submission/test_pdf_hidden.py", ""),
}


def attack(layers: str) -> dict[str, Any]:
    """Run all attacks on the tiny assignment with one set of layers; return what came of each."""
    namespaces, landlock = LAYER_SETS[layers]
    with suite.Suite(namespaces=namespaces, landlock_version=landlock) as running:
        found = [running.run(path) for path in tqdm(suite.ATTACKS, desc=running.layers[:40])]
    attacks = [
        {
            "name": one.name,
            "kind": suite.kind_of(path),
            "tries": one.tries,
            "expected": one.expected,
            "outcomes": one.outcomes,
            "harm": one.harm,
            "succeeded": one.succeeded,
            "cpu_seconds": round(one.cpu_seconds, 3),
            "memory_bytes": one.memory_bytes,
        }
        for one, path in zip(found, suite.ATTACKS, strict=True)
    ]
    return {"layers": running.layers, "attacks": attacks}


def try_escapes(layers: str) -> dict[str, Any]:
    """Return how many escapes the kit tries on itself, and which some layers do not stop."""
    namespaces, landlock = LAYER_SETS[layers]
    with WorkerPool(namespaces=namespaces, landlock_version=landlock) as pool:
        wrong = escapes(pool)
        through = still_open(wrong, pool.layers)
    known = [one for one, why in wrong.items() if why and one not in through]
    return {"tried": len(wrong), "succeeded": through, "known": known}


def attack_points(layers: str) -> list[dict[str, Any]]:
    """Run the attacks on problem_2's points with one set of layers; return what came of each."""
    namespaces, landlock = LAYER_SETS[layers]
    with points_suite.Suite(namespaces=namespaces, landlock_version=landlock) as running:
        paths = tqdm(points_suite.ATTACKS, desc=f"points {layers}")
        found = [running.run(path) for path in paths]
    return [
        {
            "name": one.name,
            "kind": one.kind.replace("_", " "),
            "tries": one.tries,
            "unearned": one.unearned,
            "harm": one.harm,
            "succeeded": one.succeeded,
            "cpu_seconds": round(one.cpu_seconds, 3),
            "memory_bytes": one.memory_bytes,
        }
        for one in found
    ]


def attack_by_handins(kind: str) -> dict[str, Any]:
    """Collect and grade the hostile hand-ins of a kind as a class; then each alone, for its cost.

    The cost is what both commands took with it and an honest one, above what they took with that.
    """
    together = [one for one in submissions.attacks() if one.kind == kind]
    with submissions.HandinSuite() as running:
        running.run([])
        honest = running.cpu_seconds
        found, rows = running.run(together), []
        for one in tqdm(found, desc=kind):
            (alone,) = running.run([one.attack])
            rows.append(
                {
                    "name": one.attack.name,
                    "tries": one.attack.tries,
                    "outcome": one.outcome,
                    "points": one.points,
                    "harm": [*one.harm, *alone.harm],
                    "succeeded": one.succeeded or alone.succeeded,
                    "cpu_seconds": round(max(0.0, running.cpu_seconds - honest), 2),
                    "memory_bytes": running.memory_bytes,
                }
            )
    return {"attacks": rows, "honest_cpu_seconds": round(honest, 2)}


def forge_cells() -> dict[str, Any]:
    """Grade all forgeries of test cells as one class; return what came of each."""
    with cells.CellSuite() as running:
        found = running.run(cells.kinds())
    return {
        "attacks": [
            {
                "name": one.name,
                "kind": one.kind.lower(),
                "tries": one.tries,
                "earned": dict(one.earned),
                "in_nbgrader": len(IN_NBGRADER.get(one.name, ())),
                "harm": one.harm,
                "succeeded": one.succeeded,
            }
            for one in found
        ],
        "cpu_seconds": round(running.cpu_seconds, 1),
    }


def forge_checks() -> dict[str, Any]:
    """Grade all forgeries of what checks ask for by name, in each way; return what came of each."""
    with checks.CheckSuite() as running:
        found = running.run(checks.kinds())
    return {
        "attacks": [
            {
                "name": one.name,
                "kind": one.kind[0].lower() + one.kind[1:],
                "way": one.way,
                "tries": one.tries,
                "earned": one.earned,
                "harm": one.harm,
                "succeeded": one.succeeded,
            }
            for one in found
        ],
        "seconds": round(running.seconds, 1),
    }


def spy(_of: str) -> list[dict[str, Any]]:
    """Return for each way to tell hidden inputs by messages how many bits were read."""
    with leaks_suite.Suite() as running:
        leaks = [running.run(path) for path in tqdm(leaks_suite.SPIES, desc="messages")]
    return [
        {
            "name": one.name.replace("_", " "),
            "tries": one.tries,
            "alphabet": one.alphabet,
            "letters": one.letters,
            "wrong": one.wrong,
            "most_bits": round(one.most_bits, 1),
            "all_bits": round(one.all_bits, 1),
            "checks": sum(bool(bits) for bits in one.bits.values()),
        }
        for one in leaks
    ]


def attack_in_tests() -> list[dict[str, Any]]:
    """Run the attacks that are tests by themselves; return how many there are, and fail."""
    rows = []
    for kind, (file, which) in TESTED.items():
        report = ROOT / ".gradekit" / f"security-{Path(file).stem}.xml"
        report.parent.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "pytest", "-q", "--every", "-p", "no:cacheprovider"]
        command += [f"--junitxml={report}", str(ROOT / "tests" / file)]
        command += ["-k", which] if which else []
        subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        counted = ElementTree.parse(report).getroot().find("testsuite")
        assert counted is not None, kind
        tried = int(counted.get("tests", 0)) - int(counted.get("skipped", 0))
        failed = int(counted.get("failures", 0)) + int(counted.get("errors", 0))
        rows.append({"kind": kind, "tried": tried, "succeeded": failed})
        report.unlink()
    return rows


def start_workers(count: int) -> dict[str, Any]:
    """Time the start of workers, each set of layers in turn, beside a fresh interpreter."""
    seconds: dict[str, list[float]] = collections.defaultdict(list)
    with WorkerPool(namespaces=True) as narrow, WorkerPool(namespaces=False) as wide:
        pools = {"with namespaces": narrow, "without namespaces": wide}
        folders = {name: make_snapshot(pool.snapshots, {}) for name, pool in pools.items()}
        for turn in tqdm(range(count), desc="starting workers", unit="turn"):
            for name, pool in pools.items():
                started = time.perf_counter()
                worker = pool.spawn(folders[name], probes_of(""))
                seconds[name].append(time.perf_counter() - started)
                pool.end(worker)
            if turn < FRESH_RUNS:
                started = time.perf_counter()
                subprocess.run(FRESH, check=True)
                seconds["a fresh Python that imports NumPy"].append(time.perf_counter() - started)
    return {name: summary(values) for name, values in seconds.items()}


def summary(seconds: list[float]) -> dict[str, float]:
    """Return the least, median and most of some times, in milliseconds."""
    spread = {"min": min(seconds), "median": statistics.median(seconds), "max": max(seconds)}
    return {name: round(1000 * value, 2) for name, value in spread.items()}


def fuzz_wire(frames: int) -> dict[str, int]:
    """Fuzz in a process of its own; return the ends by name, the peak of its memory in MiB.

    With 0 frames it takes the largest ones instead.
    """
    command = [sys.executable, str(Path(fuzz.__file__)), str(frames)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    ends = {name: int(n) for name, n in (line.split("=") for line in done.stdout.splitlines())}
    return {**ends, "crashes": int(done.returncode != 0)}


def successes(results: dict[str, Any]) -> Iterator[str]:
    """Yield the names of attacks that succeeded."""
    lists = [one["attacks"] for one in results["attacks"].values()]
    lists += [
        *results["points"].values(),
        *(one["attacks"] for one in results["hand-ins"].values()),
        results["cells"]["attacks"],
        results["checks"]["attacks"],
    ]
    yield from (one["name"] for attacks in lists for one in attacks if one["succeeded"])
    yield from (one["kind"] for one in results["tested"] if one["succeeded"])
    yield from (name for one in results["escapes"].values() for name in one["succeeded"])


def parts_of(frames: int, workers: int) -> list[Part]:
    """Return all parts, in order: what measures time first, on a machine that is still cool."""
    kinds = dict.fromkeys(one.kind for one in submissions.attacks())
    every: list[tuple[str, Sequence[str], Callable[[str], Any]]] = [
        ("escapes", list(LAYER_SETS), try_escapes),
        ("attacks", list(LAYER_SETS), attack),
        ("points", list(LAYER_SETS), attack_points),
        ("hand-ins", list(kinds), attack_by_handins),
        ("messages", [""], spy),
    ]
    return [
        Part("machine", "", machine, is_alone=True),
        Part("start", "", lambda: start_workers(workers), is_alone=True),
        Part("fuzz", "", lambda: fuzz_wire(frames)),
        Part("largest frames", "", lambda: fuzz_wire(0)),
        *(Part(key, of, partial(measure, of)) for key, some, measure in every for of in some),
        Part("costly cells", "", costly_cells.measured),
        Part("cells", "", forge_cells),
        Part("checks", "", forge_checks),
        Part("tested", "", attack_in_tests),
    ]


def chosen(parts: Sequence[Part], only: Sequence[str]) -> list[Part]:
    """Return the parts whose names begin as asked; raise SystemExit where no name does."""
    unknown = [one for one in only if not any(part.name.startswith(one) for part in parts)]
    if unknown:
        raise SystemExit(f"no part is called {', '.join(unknown)}; --list names them")
    return [part for part in parts if not only or part.name.startswith(tuple(only))]


def main() -> None:
    """Attack, fuzz, measure, and write what was found; end with 1 where an attack succeeded."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=200_000)
    parser.add_argument("--workers", type=int, default=100)
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--measure", nargs=2, metavar=("PART", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    parts = parts_of(options.frames, options.workers)
    if options.list:
        print("\n".join(part.name for part in parts))
        return
    if options.measure:
        (part,) = (one for one in parts if one.name == options.measure[0])
        Path(options.measure[1]).write_text(json.dumps(part.measure()), encoding="utf-8")
        return
    kept = options.out / "security.json"
    results = json.loads(kept.read_text("utf-8")) if options.only or options.resume else {}
    lacking = [
        part for part in chosen(parts, options.only) if not (options.resume and part.is_in(results))
    ]
    script = [__file__, f"--frames={options.frames}", f"--workers={options.workers}"]
    for part, found in measured(lacking, options.jobs, script):
        part.keep(results, found)
        results = in_order(results, parts)
        save(results, options.out)
    write(results, options.out)
    through = list(successes(results))
    print(f"succeeded: {', '.join(through) or 'none'}")
    sys.exit(bool(through or results["fuzz"]["crashes"]))


if __name__ == "__main__":
    main()

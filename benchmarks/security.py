"""Attacks the kit with every hostile hand-in, fuzzes the wire, and measures what confinement costs.

    python benchmarks/security.py [--frames 200000] [--workers 100] [--out docs] [--only PART …]

The figures go into security.json and between the marks of security.md in the folder of --out. All
of it stays on this machine, is bounded in time, memory and processes, and takes some minutes. With
--only, parts that are not named keep what security.json says.
"""

import argparse
import collections
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "kit"))

from figures import machine  # noqa: E402
from hostile import fuzz, points_suite, suite  # noqa: E402  (found by the line above)
from hostile.handins import suite as handins  # noqa: E402
from security_page import save, write  # noqa: E402

from gradekit.grading.pool import WorkerPool  # noqa: E402
from gradekit.grading.probe_code import probes_of  # noqa: E402
from gradekit.grading.selftest import escapes, still_open  # noqa: E402
from gradekit.grading.snapshots import make_snapshot  # noqa: E402
from gradekit.sandbox.layers import NEWEST_LANDLOCK  # noqa: E402

LAYER_SETS = {"with namespaces": True, "without namespaces": False}
OLDER_LANDLOCK = (1, 2, 3)
FRESH = [sys.executable, "-I", "-c", "import numpy"]
FRESH_RUNS = 20
# Attacks that are tests by themselves: what they are after, the file, and which of its tests.
TESTED = {
    "the pages of staff and students": ("test_formgrader.py", ""),
    "what a PDF shows": ("test_pdf_hidden.py", ""),
}


def attack(paths: Sequence[Path], namespaces: bool, landlock: int) -> dict[str, Any]:
    """Run attacks on the tiny assignment with one set of layers; return what came of each."""
    with suite.Suite(namespaces=namespaces, landlock_version=landlock) as running:
        found = [running.run(path) for path in tqdm(paths, desc=running.layers[:40])]
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
        for one, path in zip(found, paths, strict=True)
    ]
    return {"layers": running.layers, "attacks": attacks}


def attack_everywhere() -> dict[str, Any]:
    """Run all attacks with the main sets of layers, and those on files with an older Landlock."""
    found = {name: attack(suite.ATTACKS, on, NEWEST_LANDLOCK) for name, on in LAYER_SETS.items()}
    older = {
        f"without namespaces, Landlock {version}": attack(suite.ON_FILES, False, version)
        for version in OLDER_LANDLOCK
    }
    return {**found, **older}


def try_escapes() -> dict[str, Any]:
    """Return how many escapes the kit tries on itself, and which are not stopped, by layers."""
    sets = {name: (on, NEWEST_LANDLOCK) for name, on in LAYER_SETS.items()}
    sets |= {f"without namespaces, Landlock {one}": (False, one) for one in OLDER_LANDLOCK}
    found = {}
    for name, (namespaces, landlock) in sets.items():
        with WorkerPool(namespaces=namespaces, landlock_version=landlock) as pool:
            wrong = escapes(pool)
            through = still_open(wrong, pool.layers)
        known = [one for one, why in wrong.items() if why and one not in through]
        found[name] = {"tried": len(wrong), "succeeded": through, "known": known}
    return found


def attack_points() -> list[dict[str, Any]]:
    """Run the attacks on problem_2's points; return what came of each."""
    with points_suite.Suite() as running:
        found = [running.run(path) for path in tqdm(points_suite.ATTACKS, desc="points")]
    return [
        {
            "name": one.name,
            "kind": one.kind.replace("_", " "),
            "tries": one.tries,
            "unearned": one.unearned,
            "harm": one.harm,
            "succeeded": one.succeeded,
        }
        for one in found
    ]


def attack_by_handins() -> list[dict[str, Any]]:
    """Collect and grade the hostile hand-ins, by kinds; return what came of each kind."""
    kinds: dict[str, list[handins.Attack]] = collections.defaultdict(list)
    for one in handins.attacks():
        kinds[one.kind].append(one)
    rows = []
    with handins.HandinSuite() as running:
        running.run([])
        honest = running.cpu_seconds
        for kind, together in tqdm(kinds.items(), desc="hand-ins"):
            found = running.run(together)
            rows.append(
                {
                    "kind": kind,
                    "attacks": [
                        {
                            "name": one.attack.name,
                            "tries": one.attack.tries,
                            "outcome": one.outcome,
                            "points": one.points,
                            "harm": one.harm,
                            "succeeded": one.succeeded,
                        }
                        for one in found
                    ],
                    "cpu_seconds": round(running.cpu_seconds - honest, 1),
                    "memory_bytes": running.memory_bytes,
                }
            )
    return rows


def attack_in_tests() -> list[dict[str, Any]]:
    """Run the attacks that are tests by themselves; return how many there are, and fail."""
    rows = []
    for kind, (file, which) in TESTED.items():
        report = ROOT / ".gradekit" / f"security-{file}.xml"
        report.parent.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += [f"--junitxml={report}", str(ROOT / "tests" / "kit" / file)]
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
    lists += [results["points"], *(one["attacks"] for one in results["hand-ins"])]
    yield from (one["name"] for attacks in lists for one in attacks if one["succeeded"])
    yield from (one["kind"] for one in results["tested"] if one["succeeded"])
    yield from (name for one in results["escapes"].values() for name in one["succeeded"])


def main() -> None:
    """Attack, fuzz, measure, and write what was found; end with 1 where an attack succeeded."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=200_000)
    parser.add_argument("--workers", type=int, default=100)
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    parts: dict[str, Callable[[], Any]] = {
        "machine": machine,
        "start": lambda: start_workers(options.workers),
        "fuzz": lambda: fuzz_wire(options.frames),
        "largest frames": lambda: fuzz_wire(0),
        "escapes": try_escapes,
        "attacks": attack_everywhere,
        "points": attack_points,
        "hand-ins": attack_by_handins,
        "tested": attack_in_tests,
    }
    kept = options.out / "security.json"
    results = json.loads(kept.read_text("utf-8")) if options.only else {}
    for name in options.only or parts:
        results[name] = parts[name]()
        save(results, options.out)  # each part as soon as it is there
    write(results, options.out)
    through = list(successes(results))
    print(f"succeeded: {', '.join(through) or 'none'}")
    sys.exit(bool(through or results["fuzz"]["crashes"]))


if __name__ == "__main__":
    main()

"""Attacks the kit with every hostile hand-in, fuzzes the wire, and measures what confinement costs.

    python benchmarks/security.py [--frames 200000] [--workers 200] [--out docs]

The figures go into security.json and between the marks of security.md in the folder of --out. All
of it stays on this machine, is bounded in time, memory and processes, and takes a few minutes.
"""

import argparse
import collections
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "kit"))

from figures import machine, put_figures, table  # noqa: E402
from hostile import fuzz, suite  # noqa: E402  (found by the line above)

from gradekit.grading.pool import WorkerPool  # noqa: E402
from gradekit.grading.probe_code import probes_of  # noqa: E402
from gradekit.grading.selftest import escapes, still_open  # noqa: E402
from gradekit.grading.snapshots import make_snapshot  # noqa: E402
from gradekit.report import Outcome  # noqa: E402

LAYER_SETS = {"with namespaces": True, "without namespaces": False}
FRESH = [sys.executable, "-I", "-c", "import numpy"]
FRESH_RUNS = 20


def attack(namespaces: bool) -> dict[str, Any]:
    """Run the suite with one set of layers; return what came of each attack."""
    with suite.Suite(namespaces=namespaces) as running:
        paths = tqdm(suite.ATTACKS, desc=running.layers[:40], unit="attack")
        findings = [running.run(path) for path in paths]
    return {
        "layers": running.layers,
        "attacks": [
            {
                "name": found.name,
                "tries": found.tries,
                "expected": found.expected,
                "outcomes": found.outcomes,
                "harm": found.harm,
                "succeeded": found.succeeded,
            }
            for found in findings
        ],
    }


def try_escapes(namespaces: bool) -> dict[str, Any]:
    """Return how many escapes the kit tries on itself, and which are not stopped."""
    with WorkerPool(namespaces=namespaces) as pool:
        found = escapes(pool)
        through = still_open(found, pool.layers)
    seen = [name for name, succeeded in found.items() if succeeded and name not in through]
    return {"tried": len(found), "succeeded": through, "known": seen}


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


def figures(results: dict[str, Any]) -> Iterator[str]:
    """Yield the parts of what goes between the marks."""
    machine = results["machine"]
    yield f"Measured with {machine['python']} on {machine['system']}, {machine['date']}."
    yield table(["", *LAYER_SETS], list(_attack_rows(results)))
    yield table(["a worker's start, in ms", "least", "median", "most"], list(_start_rows(results)))
    ends, largest = dict(results["fuzz"]), results["largest frames"]
    crashes, peak = ends.pop("crashes"), ends.pop("peak")
    yield (
        f"Fuzzed frames: {sum(ends.values()):,}; crashes: {crashes}; peak of memory: {peak} MiB, "
        f"and {largest['peak']} MiB with the largest frames there can be, for both ends of the "
        f"wire in one process. "
        f"Of the frames, {', '.join(f'{n:,} ended as “{name}”' for name, n in ends.items())}."
    )
    yield "Every attack, and how both of its items ended:"
    attacks = results["with namespaces"]["attacks"]
    rows = [[a["name"], a["tries"], " ".join(sorted(set(a["outcomes"])))] for a in attacks]
    yield table(["attack", "what it tries", "outcome"], rows)


def _attack_rows(results: dict[str, Any]) -> Iterator[list[object]]:
    sets = [results[name] for name in LAYER_SETS]
    for outcome in Outcome:
        counts = [_of(one["attacks"], outcome) for one in sets]
        if any(counts):
            yield [f"attacks that must end with {outcome}", *map(_tried_and_succeeded, counts)]
    yield ["**all attacks**", *(_tried_and_succeeded(one["attacks"]) for one in sets)]
    tries = (results["escapes"][name] for name in LAYER_SETS)
    yield ["escapes that the kit tries on itself at each start", *map(_escapes, tries)]
    yield ["layers", *(one["layers"] for one in sets)]


def _escapes(tried: dict[str, Any]) -> str:
    through = [*tried["succeeded"], *tried["known"]]
    names = f" ({'; '.join(through)})" if through else ""
    return f"{tried['tried']} tried, {len(through)} succeeded{names}"


def _of(attacks: list[dict[str, Any]], outcome: Outcome) -> list[dict[str, Any]]:
    return [attack for attack in attacks if attack["expected"] == outcome]


def _tried_and_succeeded(attacks: list[dict[str, Any]]) -> str:
    return f"{len(attacks)} tried, {sum(a['succeeded'] for a in attacks)} succeeded"


def _start_rows(results: dict[str, Any]) -> Iterator[list[object]]:
    for name, spread in results["start"].items():
        yield [name, *spread.values()]


def write(results: dict[str, Any], folder: Path) -> None:
    """Write the figures to security.json and between the marks of security.md."""
    (folder / "security.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    put_figures(folder / "security.md", "\n\n".join(figures(results)))


def main() -> None:
    """Attack, fuzz, measure, and write what was found; end with 1 where an attack succeeded."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=200_000)
    parser.add_argument("--workers", type=int, default=200)
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    options = parser.parse_args()
    results: dict[str, Any] = {
        "machine": machine(),
        "start": start_workers(options.workers),
        "fuzz": fuzz_wire(options.frames),
        "largest frames": fuzz_wire(0),
        "escapes": {name: try_escapes(wanted) for name, wanted in LAYER_SETS.items()},
        **{name: attack(wanted) for name, wanted in LAYER_SETS.items()},
    }
    write(results, options.out)
    through = [a["name"] for name in LAYER_SETS for a in results[name]["attacks"] if a["succeeded"]]
    print(f"succeeded: {', '.join(through) or 'none'}")
    sys.exit(bool(through or results["fuzz"]["crashes"]))


if __name__ == "__main__":
    main()

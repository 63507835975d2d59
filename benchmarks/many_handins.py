"""Works out from the figures of grading.py what 100,000 hand-ins need on a cluster."""

from collections.abc import Iterator
from typing import Any

from figures import table

HAND_INS, WORKERS, CORES = 100_000, 64, 16
NEEDED = {"2", "3", "5"}  # the parts that it follows from
MINUTE, HOUR = 60, 3600


def many_handins(results: dict[str, Any]) -> Iterator[str]:
    """Yield what grading, recording, writing and keeping that many hand-ins takes."""
    one, grading = results["2"], results["5"]["seconds"]["1"]
    # What one core spends on all of it, PDFs too, less what is done on the cluster.
    recording, writing = one["wall"] + one["pdf"] - grading, one["first_cpu"]
    again = results["3"]["again"]["wall"] / results["3"]["students"]
    megabytes = sum(one["kb"].values()) / 1000
    rows: list[list[object]] = [
        ["grading, on the workers (part 5)", *_side_by_side(grading, WORKERS)],
        [
            "recording, where the command is given (part 2, PDFs too, less grading)",
            *_side_by_side(recording, CORES),
        ],
        [
            "writing the gradebook, one process there (part 2)",
            f"{writing:.3f} s",
            f"{_minutes(writing)}, however many cores",
        ],
        ["the same command again (part 3)", f"{again:.3f} s", f"{_minutes(again)}, start included"],
        [
            "on the disk: all that part 2 lists",
            f"{megabytes:.1f} MB",
            f"{HAND_INS * megabytes / 1000:,.0f} GB",
        ],
    ]
    yield table(["what", "per hand-in", f"{HAND_INS:,} hand-ins"], rows)
    slowest = max(grading / WORKERS, recording / CORES, writing)
    yield (
        f"With {WORKERS} workers and {CORES} cores that record meanwhile, the first three go on "
        f"side by side, and the slowest decides: {_minutes(slowest)}. A core that records keeps "
        f"{grading / recording:.1f} workers busy."
    )


def _side_by_side(seconds: float, cores: int) -> tuple[str, str]:
    """Return what a hand-in takes of a core, and all of them, on some cores."""
    hours = f"{HAND_INS * seconds / HOUR:.0f} core-hours"
    return f"{seconds:.2f} s of a core", f"{hours}: {_minutes(seconds / cores)} on {cores} cores"


def _minutes(seconds: float) -> str:
    """Return what all hand-ins take at so many seconds each."""
    return f"{HAND_INS * seconds / MINUTE:.0f} min"

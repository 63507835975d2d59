"""Measures how fast a class is graded, by the kit and by plain nbgrader, and what it takes.

    python benchmarks/grading.py [--parts 1,2,3,4,5,6,7] [--class-size 1000] [--jobs 2] [--out docs]

1. seconds per hand-in, by the kit and by nbgrader, with the same checks and points
2. the kit's overhead: what it takes beyond the processor time of the student's own code
3. a large class with every kind of hand-in, its memory, and the same command again
4. the cost per hand-in of small and large classes
5. the cost per hand-in on a Dask cluster of one worker, and of two
6. how long a command goes on after Ctrl-C
7. seconds per hand-in whose code is in cells, by the kit and by nbgrader

The figures go into scaling.json, scaling.png and between the marks of scaling.md in the folder of
--out. A part that is not measured now keeps the figures that it has. All parts take about an hour
on 2 cores, which should have nothing else to do.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import scaling_page
from cell_contest import cell_contest
from classes import Workshop, open_workshop
from cluster import cluster
from contest import EPOCHS, contest
from figures import machine
from stopping import stopping
from workload import large_class, overhead, sizes

ROOT = Path(__file__).resolve().parents[1]
Part = Callable[[Workshop, Path, argparse.Namespace], dict[str, Any]]
CELL_PART = "7"
PARTS: dict[str, Part] = {
    "1": contest,
    "2": overhead,
    "3": large_class,
    "4": sizes,
    "5": cluster,
    "6": stopping,
}


def measure(parts: list[str], options: argparse.Namespace) -> None:
    """Measure some parts, each in courses of its own, and write each as soon as it is there."""
    with tempfile.TemporaryDirectory(prefix="gradekit-scaling-") as made:
        workshop = open_workshop(Path(made)) if {*parts} - {CELL_PART} else None
        for part in parts:
            with tempfile.TemporaryDirectory(prefix=f"part-{part}-", dir=made) as folder:
                if part == CELL_PART:
                    found = cell_contest(Path(folder), options)
                else:
                    assert workshop, "made above"
                    found = PARTS[part](workshop, Path(folder), options)
            keep({part: {"machine": machine() | {"cores": os.cpu_count()}, **found}}, options.out)


def keep(found: dict[str, Any], folder: Path) -> None:
    """Write figures beside those that are kept of other parts."""
    path = folder / "scaling.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    results = dict(sorted({**kept, **found}.items()))
    path.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    scaling_page.write(results, folder)


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--parts", default=",".join((*PARTS, CELL_PART)), help="which, such as 1,3")
    parser.add_argument("--class-size", type=int, default=1000)
    parser.add_argument("--peer-size", type=int, default=24, help="hand-ins for nbgrader")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rounds", type=int, default=2, help="of parts 1 and 2")
    parser.add_argument("--training-epochs", type=int, default=EPOCHS, help="fewer are scaled")
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    options = parser.parse_args()
    parts = options.parts.split(",")
    if not set(parts) <= {*PARTS, CELL_PART}:
        parser.error(f"--parts: there are {', '.join((*PARTS, CELL_PART))}")
    measure(parts, options)


if __name__ == "__main__":
    main()

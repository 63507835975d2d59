"""Trains with one thread of NumPy's and with as many as it takes by itself, idle and busy.

    python benchmarks/threads.py [--epochs 2] [--rounds 3] [--out docs]

An epoch of the vanilla RNN and of the LSTM, with the notebook's sizes, in a process of its own;
busy means that as many other processes count as there are processors. Of the rounds the quickest
counts. Run it on a machine that is idle otherwise. The figures go between the marks of
assignments.md in the folder that --out names.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from figures import machine, put_figures, table

ROOT = Path(__file__).resolve().parents[1]
VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
BUSY = "while True: pass"
CELL_TYPES = {"rnn": "vanilla RNN", "lstm": "LSTM"}


def train_here(cell_type: str, epochs: int) -> dict[str, float]:
    """Train some epochs in this process; return the seconds for each, by the clock and of CPU."""
    from training import Settings, train

    class Count:
        """What the training counts its iterations with."""

        value = 0

    settings = Settings(cell_type, 2e-3, epochs=epochs)
    wall, cpu = time.perf_counter(), time.process_time()
    train(cell_type, settings, Count())
    return {
        "wall": (time.perf_counter() - wall) / epochs,
        "cpu": (time.process_time() - cpu) / epochs,
    }


def train_apart(cell_type: str, threads: str, epochs: int) -> dict[str, float]:
    """Train in a fresh process with a number of threads; "" leaves the number to NumPy."""
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    wanted = dict.fromkeys(VARIABLES, threads) if threads else {}
    done = subprocess.run(
        [sys.executable, __file__, "--train", cell_type, "--epochs", str(epochs)],
        env={**kept, **wanted},
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


@contextmanager
def others(count: int) -> Iterator[None]:
    """Keep so many processors busy."""
    running = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(count)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def measure(epochs: int, rounds: int) -> list[list[object]]:
    """Return a row for each network, state of the machine and number of threads."""
    rows: list[list[object]] = []
    for cell_type, name in CELL_TYPES.items():
        for state, count in (("idle", 0), ("busy", os.cpu_count() or 1)):
            for threads, said in (("1", "1"), ("", "NumPy's own")):
                with others(count):
                    tries = [train_apart(cell_type, threads, epochs) for _ in range(rounds)]
                best = min(tries, key=lambda one: one["wall"])
                rows.append([name, state, said, f"{best['wall']:.2f}", f"{best['cpu']:.2f}"])
                print(*rows[-1], sep=", ", flush=True)
    return rows


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="folder for the page")
    parser.add_argument("--train", choices=[*CELL_TYPES], help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.train:
        print(json.dumps(train_here(args.train, args.epochs)))
        return
    rows = measure(args.epochs, args.rounds)
    head = ["network", "machine", "threads", "seconds per epoch", "of processors"]
    facts = f"{', '.join(machine().values())}, {os.cpu_count()} processors"
    put_figures(args.out / "assignments.md", f"{facts}.\n\n{table(head, rows)}")


if __name__ == "__main__":
    main()

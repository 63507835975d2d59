"""Trains the language model on the whole chapter and records how well it learns, and how fast.

    python benchmarks/training.py [--jobs 2] [--epochs 50] [--seed 0] [--out docs]

The runs are the vanilla RNN and the LSTM at the learning rate 5e-4, and the LSTM as the notebook
trains it. The results are training.json and training.png in the folder that --out names.
"""

import argparse
import json
import multiprocessing
import os
import platform
import re
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "source" / "problem_2"
POLL_SECONDS = 0.5
LOSS_EVERY = 50  # iterations that each kept loss is the mean of


@dataclass(frozen=True)
class Settings:
    """What one run is told; the sizes are those of the notebook."""

    cell_type: str
    learning_rate: float
    word_vector_size: int = 15
    hidden_size: int = 100
    timesteps: int = 50
    batch_size: int = 30
    epochs: int = 50
    seed: int = 0


@dataclass(frozen=True)
class Run:
    """What one run gave: accuracies from 0 to 1 for each epoch, mean losses in nats."""

    name: str
    settings: Settings
    final_accuracy: float
    best_accuracy: float
    seconds: float
    accuracies: list[float]
    losses: list[float]


def plan(epochs: int, seed: int) -> dict[str, Settings]:
    """Return the settings of all runs by name."""
    wanted = {
        "vanilla RNN, learning rate 5e-4 (notebook)": ("rnn", 5e-4),
        "LSTM, learning rate 5e-4": ("lstm", 5e-4),
        "LSTM, learning rate 2e-3 (notebook)": ("lstm", 2e-3),
    }
    return {
        name: Settings(cell_type, rate, epochs=epochs, seed=seed)
        for name, (cell_type, rate) in wanted.items()
    }


def read_text() -> tuple[Any, int]:
    """Return the chapter as word indices (L,) and the size V of its vocabulary."""
    import numpy as np

    text = (SOURCE / "data" / "alice.txt").read_text(encoding="utf-8")
    words = re.split(" |\n", text.lower())
    place = {word: index for index, word in enumerate(sorted(set(words)))}
    return np.array([place[word] for word in words]), len(place)


def train(name: str, settings: Settings, count: Any) -> Run:
    """Train one model; `count` is a shared number that follows the iterations made."""
    sys.path.insert(0, str(SOURCE))
    optim, layers, rnn, training = (
        import_module(f"lib.{one}") for one in ("optim", "rnn.layer_utils", "rnn.rnn", "rnn.train")
    )

    class CountingLoss(layers.temporal_softmax_CE_loss):  # type: ignore[name-defined]
        """The loss, which training asks for once in each iteration."""

        def forward(self, *args: Any) -> float:
            count.value += 1
            return float(super().forward(*args))

    words, vocabulary = read_text()
    model = rnn.LanguageModelRNN(
        vocabulary,
        settings.word_vector_size,
        settings.hidden_size,
        cell_type=settings.cell_type,
        seed=settings.seed,
    )
    start = time.perf_counter()
    _, losses, accuracies = training.train_net(
        {"data_train": words[:-1], "labels_train": words[1:]},
        model,
        CountingLoss(),
        optim.Adam(model, settings.learning_rate),
        timesteps=settings.timesteps,
        batch_size=settings.batch_size,
        max_epochs=settings.epochs,
    )
    seconds = round(time.perf_counter() - start, 1)
    return _run(name, settings, seconds, accuracies, losses)


def _run(
    name: str, settings: Settings, seconds: float, accuracies: list[float], losses: list[float]
) -> Run:
    shares = [round(accuracy, 5) for accuracy in accuracies]
    blocks = [losses[i : i + LOSS_EVERY] for i in range(0, len(losses), LOSS_EVERY)]
    kept = [round(sum(block) / len(block), 3) for block in blocks]
    return Run(name, settings, shares[-1], max(shares), seconds, shares, kept)


def train_all(runs: dict[str, Settings], jobs: int) -> list[Run]:
    """Train all models, `jobs` at a time, each in a process of its own, with a bar for each."""
    # A fresh process, so that the number of BLAS threads is set before it imports NumPy.
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, ProcessPoolExecutor(jobs, mp_context=context) as pool:
        counts = {name: manager.Value("l", 0) for name in runs}
        futures = [pool.submit(train, name, s, counts[name]) for name, s in runs.items()]
        follow(futures, counts, runs)
        return [future.result() for future in futures]


def follow(
    futures: Sequence[Future[Run]], counts: dict[str, Any], runs: dict[str, Settings]
) -> None:
    """Show how far each run is until all have ended."""
    from tqdm import tqdm

    words = len(read_text()[0]) - 1
    with ExitStack() as stack:
        bars = {}
        for place, (name, s) in enumerate(runs.items()):
            total = s.epochs * max(words // s.batch_size, 1)
            bars[name] = stack.enter_context(tqdm(desc=name, total=total, position=place))
        while not all(future.done() for future in futures):
            time.sleep(POLL_SECONDS)
            for name, bar in bars.items():
                bar.update(counts[name].value - bar.n)
                if bar.n == bar.total:
                    bar.close()


def write_json(path: Path, runs: Sequence[Run]) -> None:
    """Write what the runs gave, and with which versions."""
    import numpy as np

    facts = {
        "text": "source/problem_2/data/alice.txt",
        "optimizer": "Adam",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "processors": os.cpu_count(),
        "loss_every": LOSS_EVERY,
        "runs": [asdict(run) for run in runs],
    }
    path.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8", newline="\n")


def draw(path: Path, runs: Sequence[Run]) -> None:
    """Draw loss and accuracy of all runs into one picture."""
    sys.path.insert(0, str(SOURCE))
    import matplotlib as mpl

    mpl.use("agg")
    plots = import_module("lib.plots")

    curves = {run.name: (run.losses, run.accuracies) for run in runs}
    figure = plots.plot_learning_curves(curves, "Alice, chapter I", loss_every=LOSS_EVERY)
    figure.savefig(path, dpi=120)


def main() -> None:
    """Train, write the figures and the picture, and print a line for each run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time")
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="folder for the results")
    args = parser.parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    runs = train_all(plan(args.epochs, args.seed), args.jobs)
    args.out.mkdir(parents=True, exist_ok=True)
    write_json(args.out / "training.json", runs)
    draw(args.out / "training.png", runs)
    for run in runs:
        print(
            f"{run.name}: {run.final_accuracy:.2%} at last, {run.best_accuracy:.2%} at best", end=""
        )
        print(f", {run.seconds:.0f} s")


if __name__ == "__main__":
    main()

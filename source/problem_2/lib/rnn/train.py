"""Trains a language model on a text: batches of windows, the training loop, and accuracy.

Shapes are written over one alphabet: N sequences in a batch, T timesteps, H hidden size, V words
in the vocabulary. A text is an array of L integers, each the index of a word.
"""

import sys
from collections.abc import Mapping
from threading import RLock
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from lib.optim import SGD, Adam
from lib.rnn.layer_utils import temporal_softmax_CE_loss
from lib.rnn.rnn import LanguageModelRNN

Array = NDArray[np.float64]
Indices = NDArray[np.integer[Any]]


class DataLoader:
    """Cuts batches of windows out of a text: N times T consecutive words, at random places."""

    def __init__(self, data: Indices, labels: Indices, timesteps: int, batch_size: int) -> None:
        """Take the words data (L,), the words that follow them labels (L,), T and N.

        Raises ValueError where the two differ in length or are too short for one window.
        """
        if len(data) != len(labels):
            raise ValueError(f"{len(data)} words, but {len(labels)} labels: each word needs one")
        if len(data) < timesteps:
            raise ValueError(
                f"the text is too short: windows of {timesteps} timesteps need a text of at least "
                f"{timesteps + 1} words, and it has {len(data) + 1}"
            )
        self.data, self.labels = np.asarray(data), np.asarray(labels)
        self.timesteps, self.batch_size = timesteps, batch_size
        self.batches_per_epoch = max(len(data) // batch_size, 1)

    def next_batch(self) -> tuple[Indices, Indices]:
        """Return N windows of words (N, T) and of the words that follow them (N, T).

        The places come from NumPy's global generator, so a seed makes them repeatable.
        """
        last_start = len(self.data) - self.timesteps
        starts = np.random.randint(last_start + 1, size=self.batch_size)
        places = starts[:, None] + np.arange(self.timesteps)
        return self.data[places], self.labels[places]


class Progress:
    """Shows how far training is: a bar that goes away, and lines that stay; or nothing at all."""

    def __init__(self, total: int, verbose: bool) -> None:
        """Start a bar over `total` iterations where `verbose` is true."""
        self._bar = _Bar(total=total, file=sys.stdout, **_BAR) if verbose else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def advance(self, loss: float, accuracy: float) -> None:
        """Move the bar by one iteration and note the figures beside it."""
        if self._bar is not None:
            figures = {"loss": f"{loss:.1f}", "accuracy": f"{accuracy:.1%}"}
            self._bar.set_postfix(figures, refresh=False)
            self._bar.update()

    def say(self, line: str) -> None:
        """Print a line above the bar."""
        if self._bar is not None:
            self._bar.write(line)


class _Bar(tqdm):  # type: ignore[misc, type-arg, unused-ignore]
    # Every iteration moves the bar, so no thread has to watch that it does.
    monitor_interval = 0


# One process draws the bar: a thread's lock will do, where tqdm would also ask for a semaphore.
_Bar.set_lock(RLock())
# Few updates and a narrow bar, so that the output in a saved notebook stays small.
_BAR: dict[str, Any] = {"mininterval": 2.0, "ncols": 80, "leave": False}


def hidden_size(model: LanguageModelRNN) -> int:
    """Return H, the size of a model's hidden state."""
    return int(model.rnn.params[model.rnn.wh_name].shape[0])


def compute_acc(model: LanguageModelRNN, data: Indices, labels: Indices) -> float:
    """Return the share, from 0 to 1, of next words that a model gets right over a whole text.

    The words data (L,) go through the model in one pass, as a batch of one; labels are (L,).
    """
    scores = model.forward(np.asarray(data)[None], np.zeros((1, hidden_size(model))))
    return float(np.mean(scores[0].argmax(axis=-1) == labels))


def copy_params(model: LanguageModelRNN) -> dict[str, Array]:
    """Return copies of a model's parameters, which further training leaves as they are."""
    model.gather_params()
    return {name: value.copy() for name, value in model.params.items()}


def train_net(
    data: Mapping[str, Indices],
    model: LanguageModelRNN,
    loss_func: temporal_softmax_CE_loss,
    optimizer: Adam | SGD,
    timesteps: int,
    batch_size: int,
    max_epochs: int,
    lr_decay: float = 1.0,
    lr_decay_every: int = 1000,
    show_every: int = 500,
    verbose: bool = False,
) -> tuple[dict[str, Array], list[float], list[float]]:
    """Train a model; return its best parameters, the losses and the accuracies.

    `data` holds "data_train" and "labels_train", integers (L,). An epoch is max(L // N, 1)
    iterations with N = `batch_size` windows of T = `timesteps` words each. After every
    `lr_decay_every` iterations the learning rate is multiplied by `lr_decay`. Where `verbose` is
    true, a progress bar, the loss at every `show_every`-th iteration and the accuracies are shown.

    Returns copies of the parameters after the epoch with the highest accuracy, the loss of every
    iteration (nats, summed over T) and the accuracy over the whole text after every epoch (0 to 1).
    Raises ValueError where the text is too short for one window.
    """
    text = data["data_train"], data["labels_train"]
    loader = DataLoader(*text, timesteps, batch_size)
    total = max_epochs * loader.batches_per_epoch
    loss_hist: list[float] = []
    train_acc_hist: list[float] = []
    accuracy, best_acc, opt_params = 0.0, -1.0, copy_params(model)
    with Progress(total, verbose) as progress:
        for epoch in range(1, max_epochs + 1):
            for _ in range(loader.batches_per_epoch):
                words, labels = loader.next_batch()
                # TODO 1: run the model over words (N, T), from a first state of zeros (N, H); N is
                # batch_size, and hidden_size(model) tells H.
                # TODO 2: set loss, with loss_func on the scores and a mask (N, T) in which every
                # word counts; then go back, from the gradient of the loss through the model.
                # TODO 3: let the optimizer take one step.
                ### BEGIN SOLUTION
                h0 = np.zeros((batch_size, hidden_size(model)))
                scores = model.forward(words, h0)
                loss = loss_func.forward(scores, labels, np.ones(labels.shape))
                model.backward(loss_func.backward())
                optimizer.step()
                ### END SOLUTION
                loss_hist.append(loss)
                iteration = len(loss_hist)
                if iteration % lr_decay_every == 0:
                    optimizer.lr *= lr_decay
                if iteration % show_every == 1 % show_every:
                    progress.say(f"(Iteration {iteration} / {total}) loss: {loss:.2f}")
                progress.advance(loss, accuracy)
            accuracy = compute_acc(model, *text)
            train_acc_hist.append(accuracy)
            line = f"(Epoch {epoch} / {max_epochs}) Training Accuracy: {accuracy:.4f}"
            if accuracy > best_acc:
                best_acc, opt_params = accuracy, copy_params(model)
                line = f"best performance {best_acc:.2%}\n{line}"
            progress.say(line)
    return opt_params, loss_hist, train_acc_hist

"""Hidden checks of the language model: constructor, training step, learning, sampling."""

from typing import Any

import numpy as np
import pytest
from questions import BOUND, LAYERS

from gradekit.checks import (
    Reference,
    Subject,
    UpTo,
    agree,
    draw,
    expect,
    expect_close,
    expect_like_reference,
    generator,
)

V, D, H = 7, 4, 6
N, T = 3, 5
BLOCKS = {"rnn": 1, "lstm": 4}
STEPS, MOST_STEPS = 8, 2000
EPOCHS, LEARNING_RATE, LEAST_ACCURACY = 8, 0.04, 0.9
LEAST_BATCHES = 8  # of the ten that an epoch has; random ones are all different
# Rounding grows over the steps; losses of other parameters, or of other batches, are farther off.
TRAINED_BOUND, LOSS_BOUND = 1e-4, 0.02
PARAMETERS = ("words_w", "wx", "wh", "b", "scores_w", "scores_b")
ITEM = pytest.mark.item(
    "text_generation", of=("LanguageModelRNN.__init__", "train_net"), follows=LAYERS
)


def parameters(
    cell_type: str, seed: int, scale: float = 0.4, vector: Any = D, hidden: Any = H
) -> Any:
    """Draw a model's parameters by the probes' keys."""
    width = BLOCKS[cell_type] * hidden
    recurrent = {"wx": (vector, width), "wh": (hidden, width), "b": (width,)}
    tail = {"scores_w": (hidden, V), "scores_b": (V,)}
    return draw(seed, scale, words_w=(V, vector), **recurrent, **tail)


def random_text(seed: int, length: int) -> Any:
    """Draw a text of V words."""
    return generator(seed).integers(0, V, size=length)


def learnable_text(seed: int) -> Any:
    """Draw a text, in which a word alone does not tell the next one, that can be learnt."""
    words = generator(seed).permutation(V)
    phrase = np.array([0, 1, 2, 0, 3, 4, 0, 5, 6, 1, 4])
    return words[np.roll(np.tile(phrase, 6), generator(seed + 1).integers(len(phrase)))]


def check_constructor(cell_type: str, student: Subject, reference: Reference) -> None:
    """Check the shapes of a new model's parameters, and how its layers work together."""
    sizes = {"word_size": V, "word_vec_dim": D, "hidden_dim": H}
    new = student.ask("new_language_model", cell_type=cell_type, **sizes)
    want = reference.ask("new_language_model", cell_type=cell_type, **sizes)
    expect_close(new, want, np.inf)
    words = random_text(2, N * T).reshape(N, T)
    case = {"cell_type": cell_type, "parameters": parameters(cell_type, 1), "words": words}
    expect_like_reference(student, reference, "predict", case, BOUND)


@ITEM
def test_constructor_rnn(student: Subject, reference: Reference) -> None:
    """LanguageModelRNN builds its three layers around a vanilla RNN."""
    check_constructor("rnn", student, reference)


@ITEM
def test_constructor_lstm(student: Subject, reference: Reference) -> None:
    """LanguageModelRNN builds its three layers around an LSTM."""
    check_constructor("lstm", student, reference)


def train(
    student: Subject, case: Any, text: str, timesteps: int, batch_size: int, **settings: Any
) -> Any:
    """Ask a hand-in to train; how many steps it takes is its own choice, within bounds."""
    batches = (UpTo(MOST_STEPS), batch_size, timesteps)
    shapes = {"losses": (UpTo(MOST_STEPS),), "words": batches, "labels": batches}
    shapes["first_states"] = (UpTo(10 * MOST_STEPS),)
    sizes = {"timesteps": timesteps, "batch_size": batch_size}
    asked = {"text": text, **sizes, **settings, **case}
    return student.ask_shaped("train", shapes, **asked)


def windows(text: str, length: int) -> Any:
    """Return the rows of words that stand in the text one after another, with their labels."""
    return {
        (tuple(text[start : start + length]), tuple(text[start + 1 : start + 1 + length]))
        for start in range(len(text) - length)
    }


def check_batches(got: Any, text: str, timesteps: int, batch_size: int, epochs: Any) -> Any:
    """Check that training took its steps on batches of the text; return their words and labels.

    As many steps as the epochs have, and for each a loss and a batch.
    """
    words, labels, losses = got["words"], got["labels"], got["losses"]
    steps = epochs * max((len(text) - 1) // batch_size, 1)
    expect(losses.shape == (steps,), "training gives not one loss for each of its steps")
    shaped = words.shape == labels.shape == (steps, batch_size, timesteps)
    expect(shaped, "the optimizer takes not as many steps as the epochs have")
    rows = (batches.reshape(-1, timesteps) for batches in (words, labels))
    pairs = {(tuple(w), tuple(y)) for w, y in zip(*rows, strict=True)}
    expect(pairs <= windows(text, timesteps), "a batch is not made of windows of the text")
    return {"words": words, "labels": labels}


def check_variety(words: Any, parts: Any, least_batches: int) -> None:
    """Check that each part of a training sees several batches, and more windows than one holds.

    Losses fall on one and the same batch as well, and nothing of the rest is learnt.
    """
    for part in np.array_split(words, parts):
        batches = {tuple(sorted(map(tuple, batch))) for batch in part}
        seen = {row for batch in batches for row in batch}
        expect(
            len(batches) >= least_batches and len(seen) > words.shape[1],
            "training takes its steps on the same few windows of the text again and again",
        )


def check_training_step(cell_type: str, student: Subject, reference: Reference) -> None:
    """Check the first losses against those of the reference on the batches that were used."""
    text, rate = random_text(3, 35), 0.02
    case = {"cell_type": cell_type, "parameters": parameters(cell_type, 4)}
    settings: dict[str, Any] = {"timesteps": T, "batch_size": N, "max_epochs": 1}
    settings["learning_rate"] = rate
    got = train(student, case, text, **settings)
    taken = check_batches(got, text, T, N, 1)
    check_variety(taken["words"], parts=1, least_batches=2)
    first = {name: batches[:STEPS] for name, batches in taken.items()}
    question = {**case, "learning_rate": rate, **first}
    compare_losses(got, reference, question)


def first_state_hint(got: Any) -> str:
    """Return what to look at where training did not begin with zeros, or nothing."""
    begins_otherwise = np.any(got["first_states"])
    return "The first state of training holds other numbers than zeros." if begins_otherwise else ""


def compare_losses(got: Any, reference: Reference, question: Any) -> None:
    """Compare the first loss, then those that depend on the steps taken."""
    losses, want = got["losses"], reference.ask("replay", **question)["losses"]
    still = reference.ask("replay", **{**question, "learning_rate": 0.0})["losses"]
    first, later = "first loss", "losses after the first"
    hint = first_state_hint(got) or "Look at the first state, the mask and what goes into the loss."
    expect_close({first: losses[:1]}, {first: want[:1]}, BOUND, hint=hint)
    expect_close(
        {later: losses[1:STEPS]},
        {later: want[1:]},
        BOUND,
        hint="Look at the way back through the model and at the optimizer's step.",
        mistaken={
            "the parameters stay as they are: does the optimizer take a step?": {later: still[1:]}
        },
    )


@ITEM
def test_training_step_rnn(student: Subject, reference: Reference) -> None:
    """train_net takes the right steps with a vanilla RNN: its first losses are the right ones."""
    check_training_step("rnn", student, reference)


@ITEM
def test_training_step_lstm(student: Subject, reference: Reference) -> None:
    """train_net takes the right steps with an LSTM: its first losses are the right ones."""
    check_training_step("lstm", student, reference)


def check_learning(cell_type: str, student: Subject, reference: Reference) -> None:
    """Check that all steps of training belong together, and that a small text is learnt.

    The losses must be those of the reference on the batches that were used, over all of the
    training; the parameters at its end are the reference's too, or have learnt as much.
    """
    text = learnable_text(7)
    case = {"cell_type": cell_type, "parameters": parameters(cell_type, 5, 0.1, 9, 20)}
    sizes = {"timesteps": 8, "batch_size": 6}
    settings: dict[str, Any] = {
        **sizes,
        "max_epochs": EPOCHS,
        "learning_rate": LEARNING_RATE,
    }
    got = train(student, case, text, **settings)
    batches = check_batches(got, text, **sizes, epochs=EPOCHS)
    check_variety(batches["words"], parts=4, least_batches=LEAST_BATCHES)
    want = reference.ask("replay", **case, **batches, learning_rate=LEARNING_RATE)
    steps = "These are the losses of all steps: does each step begin where the last one ended?"
    hint = first_state_hint(got) or steps
    expect_close({"losses": got["losses"]}, {"losses": want["losses"]}, LOSS_BOUND, hint=hint)
    learnt = {name: got[name].astype(float) for name in PARAMETERS}
    expect_close(learnt, case["parameters"], np.inf)
    if agree(learnt, {name: want[name] for name in PARAMETERS}, TRAINED_BOUND):
        return
    words, labels = text[None, :-1], text[None, 1:]
    question = {"cell_type": cell_type, "parameters": learnt, "words": words}
    scores = reference.ask("predict", **question)["scores"]
    accuracy = float(np.mean(scores.argmax(axis=-1) == labels))
    expect(
        accuracy >= LEAST_ACCURACY,
        f"after training {accuracy:.0%} of a small text are right, not {LEAST_ACCURACY:.0%}",
    )


@ITEM
def test_learning_rnn(student: Subject, reference: Reference) -> None:
    """A language model with a vanilla RNN learns a small text."""
    check_learning("rnn", student, reference)


@ITEM
def test_learning_lstm(student: Subject, reference: Reference) -> None:
    """A language model with an LSTM learns a small text."""
    check_learning("lstm", student, reference)


def greedy(reference: Reference, case: Any, start: int, length: int) -> Any:
    """Return the greedy text after a word, predicted from the whole text so far."""
    words = [start]
    while len(words) <= length:
        scores = reference.ask("predict", **case, words=np.array([words]))["scores"]
        words.append(int(scores[0, -1].argmax()))
    return np.array(words)


def check_sampling(cell_type: str, student: Subject, reference: Reference) -> None:
    """Check greedy texts from several words."""
    case = {"cell_type": cell_type, "parameters": parameters(cell_type, 6, 1.5)}
    for start, length in ((2, 9), (5, 4)):
        got = student.ask("sample", word_index=start, n_text=length, **case)
        words = got["words"]
        expect(words.shape == (length + 1,), "not as many words as are asked for")
        expect(words[0] == start, "the text does not begin with the given word")
        right = greedy(reference, case, start, length)
        sampled = reference.ask("sample", word_index=start, n_text=length, **case)["words"]
        likeliest = any(np.array_equal(words, text) for text in (right, sampled))
        expect(likeliest, "not the likeliest words")


@ITEM
def test_sampling_rnn(student: Subject, reference: Reference) -> None:
    """LanguageModelRNN.sample goes on with the likeliest words, with a vanilla RNN."""
    check_sampling("rnn", student, reference)


@ITEM
def test_sampling_lstm(student: Subject, reference: Reference) -> None:
    """LanguageModelRNN.sample goes on with the likeliest words, with an LSTM."""
    check_sampling("lstm", student, reference)

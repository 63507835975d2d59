"""Hidden checks of the language model: constructor, training step, learning, sampling."""

import numpy as np
import pytest

from gradekit.grading.cases import draw
from gradekit.grading.expect import expect, expect_close

V, D, H = 7, 4, 6
N, T = 3, 5
BLOCKS = {"rnn": 1, "lstm": 4}
STEPS = 8


def parameters(cell_type, seed, scale=0.4):
    """Draw a model's parameters by the probes' keys."""
    width = BLOCKS[cell_type] * H
    recurrent = {"wx": (D, width), "wh": (H, width), "b": (width,)}
    return draw(seed, scale, words_w=(V, D), **recurrent, scores_w=(H, V), scores_b=(V,))


def random_text(seed, length):
    """Draw a text of V words."""
    return np.random.default_rng(seed).integers(0, V, size=length)


def check_constructor(cell_type, student, reference):
    """Check the shapes of a new model's parameters, and how its layers work together."""
    sizes = {"word_size": V, "word_vec_dim": D, "hidden_dim": H}
    new = student.ask("new_language_model", cell_type=cell_type, **sizes)
    want = reference.ask("new_language_model", cell_type=cell_type, **sizes)
    expect_close(new, want, np.inf)
    case = {"cell_type": cell_type, "parameters": parameters(cell_type, 1)}
    words = random_text(2, N * T).reshape(N, T)
    got, want = (bench.ask("predict", words=words, **case) for bench in (student, reference))
    expect_close(got, want, 1e-6)


@pytest.mark.item("text_generation")
def test_constructor_rnn(student, reference):
    """LanguageModelRNN builds its three layers around a vanilla RNN."""
    check_constructor("rnn", student, reference)


@pytest.mark.item("text_generation")
def test_constructor_lstm(student, reference):
    """LanguageModelRNN builds its three layers around an LSTM."""
    check_constructor("lstm", student, reference)


def is_window(words, labels, text):
    """Whether a row of words, and the labels beside it, stand in the text one after another."""
    starts = range(len(text) - len(words))
    return any(
        np.array_equal(text[s : s + len(words)], words)
        and np.array_equal(text[s + 1 : s + 1 + len(words)], labels)
        for s in starts
    )


def check_training_step(cell_type, student, reference):
    """Check the first losses against those of the reference on the batches that were used."""
    text, rate = random_text(3, 35), 0.02
    case = {"cell_type": cell_type, "parameters": parameters(cell_type, 4)}
    settings = {"timesteps": T, "batch_size": N, "max_epochs": 1, "learning_rate": rate}
    got = student.ask("train", text=text, **settings, **case)
    words, labels, losses = got["words"], got["labels"], got["losses"]
    shaped = words.shape[1:] == labels.shape[1:] == (N, T) and losses.ndim == 1
    enough = shaped and min(len(words), len(labels), len(losses)) >= STEPS
    expect(enough, "fewer training steps than an epoch has")
    expect(words.dtype.kind in "iu" and labels.dtype.kind in "iu", "words are no whole numbers")
    rows = zip(words[:STEPS].reshape(-1, T), labels[:STEPS].reshape(-1, T), strict=True)
    expect(
        all(is_window(w, y, text) for w, y in rows), "a batch is not made of windows of the text"
    )
    batches = {"words": words[:STEPS], "labels": labels[:STEPS]}
    want = reference.ask("replay", learning_rate=rate, **batches, **case)["losses"]
    first = {"first loss": losses[:1]}
    expect_close(first, {"first loss": want[:1]}, 1e-6, hint="Look at forward, h0 and the loss.")
    later = {"losses after the first": losses[1:STEPS]}
    expect_close(
        later,
        {"losses after the first": want[1:]},
        1e-6,
        hint="Look at the backward passes and at the optimiser's step.",
    )


@pytest.mark.item("text_generation")
def test_training_step_rnn(student, reference):
    """train_net takes the right steps with a vanilla RNN: its first losses are the right ones."""
    check_training_step("rnn", student, reference)


@pytest.mark.item("text_generation")
def test_training_step_lstm(student, reference):
    """train_net takes the right steps with an LSTM: its first losses are the right ones."""
    check_training_step("lstm", student, reference)


def check_learning(cell_type, student, reference):
    """Check that a text, in which a word alone does not tell the next one, is learnt."""
    text = np.tile([0, 1, 2, 0, 3, 4, 0, 5, 6, 1, 4], 6)
    case = {"cell_type": cell_type, "parameters": parameters(cell_type, 5, 0.1)}
    settings = {"timesteps": 7, "batch_size": 4, "max_epochs": 20, "learning_rate": 0.02}
    got = student.ask("train", text=text, **settings, **case)
    learnt = {name: got[name].astype(float) for name in case["parameters"]}
    expect_close(learnt, case["parameters"], np.inf)
    words, labels = text[None, :-1], text[None, 1:]
    scores = reference.ask("predict", cell_type=cell_type, parameters=learnt, words=words)["scores"]
    accuracy = float(np.mean(scores.argmax(axis=-1) == labels))
    expect(accuracy >= 0.9, f"after training {accuracy:.0%} of a small text are right, not 90%")


@pytest.mark.item("text_generation")
def test_learning_rnn(student, reference):
    """A language model with a vanilla RNN learns a small text."""
    check_learning("rnn", student, reference)


@pytest.mark.item("text_generation")
def test_learning_lstm(student, reference):
    """A language model with an LSTM learns a small text."""
    check_learning("lstm", student, reference)


def greedy(case, start, length, reference):
    """Return the greedy text after a word, predicted from the whole text so far."""
    words = [start]
    while len(words) <= length:
        scores = reference.ask("predict", words=np.array([words]), **case)["scores"]
        words.append(int(scores[0, -1].argmax()))
    return np.array(words)


def check_sampling(cell_type, student, reference):
    """Check greedy texts from several words."""
    case = {"cell_type": cell_type, "parameters": parameters(cell_type, 6, 1.5)}
    for start, length in ((2, 9), (5, 4)):
        got = student.ask("sample", word_index=start, n_text=length, **case)
        words = got.get("words", np.zeros(0))
        expect(words.shape == (length + 1,), f"{words.size} words where {length + 1} are asked for")
        expect(words[0] == start, "the text does not begin with the given word")
        right = [greedy(case, start, length, reference)]
        right.append(reference.ask("sample", word_index=start, n_text=length, **case)["words"])
        expect(any(np.array_equal(words, text) for text in right), "not the likeliest words")


@pytest.mark.item("text_generation")
def test_sampling_rnn(student, reference):
    """LanguageModelRNN.sample goes on with the likeliest words, with a vanilla RNN."""
    check_sampling("rnn", student, reference)


@pytest.mark.item("text_generation")
def test_sampling_lstm(student, reference):
    """LanguageModelRNN.sample goes on with the likeliest words, with an LSTM."""
    check_sampling("lstm", student, reference)

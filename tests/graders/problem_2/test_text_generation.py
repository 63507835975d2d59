"""Hidden checks of the language model: constructor, training step, learning, sampling."""

import numpy as np
import pytest
from own_parts import BOUND, predict_from_layers, replay_from_layers

from gradekit.grading.cases import draw, generator
from gradekit.grading.checks import expect_like_reference
from gradekit.grading.expect import expect, expect_close
from gradekit.grading.follow import FOLLOWS, Parts, asked, following
from gradekit.report import CheckFailed

V, D, H = 7, 4, 6
N, T = 3, 5
BLOCKS = {"rnn": 1, "lstm": 4}
STEPS = 8
TRAINED_BOUND = 1e-4  # rounding grows over hundreds of steps


def parameters(cell_type, seed, scale=0.4, vector=D, hidden=H):
    """Draw a model's parameters by the probes' keys."""
    width = BLOCKS[cell_type] * hidden
    recurrent = {"wx": (vector, width), "wh": (hidden, width), "b": (width,)}
    tail = {"scores_w": (hidden, V), "scores_b": (V,)}
    return draw(seed, scale, words_w=(V, vector), **recurrent, **tail)


def random_text(seed, length):
    """Draw a text of V words."""
    return generator(seed).integers(0, V, size=length)


def check_constructor(cell_type, student, reference):
    """Check the shapes of a new model's parameters, and how its layers work together."""
    sizes = {"word_size": V, "word_vec_dim": D, "hidden_dim": H}
    new = student.ask("new_language_model", cell_type=cell_type, **sizes)
    want = reference.ask("new_language_model", cell_type=cell_type, **sizes)
    expect_close(new, want, np.inf)
    words = random_text(2, N * T).reshape(N, T)
    case = {"cell_type": cell_type, "parameters": parameters(cell_type, 1), "words": words}
    parts = Parts("layers", predict_from_layers, case, BOUND)
    expect_like_reference(student, reference, "predict", case, BOUND, parts=parts)


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


def check_batches(got, text, timesteps, batch_size, steps):
    """Check that training took some steps on batches of the text; return their words and labels."""
    words, labels, losses = got["words"], got["labels"], got["losses"]
    shaped = words.shape[1:] == labels.shape[1:] == (batch_size, timesteps) and losses.ndim == 1
    enough = shaped and min(len(words), len(labels), len(losses)) >= steps
    expect(enough, "fewer training steps than an epoch has")
    expect(words.dtype.kind in "iu" and labels.dtype.kind in "iu", "words are no whole numbers")
    rows = (batches[:steps].reshape(-1, timesteps) for batches in (words, labels))
    pairs = {(tuple(w), tuple(y)) for w, y in zip(*rows, strict=True)}
    windows = all(is_window(np.array(w), np.array(y), text) for w, y in pairs)
    expect(windows, "a batch is not made of windows of the text")
    return {"words": words[:steps], "labels": labels[:steps]}


def check_training_step(cell_type, student, reference):
    """Check the first losses against those of the reference on the batches that were used."""
    text, rate = random_text(3, 35), 0.02
    case = {"cell_type": cell_type, "parameters": parameters(cell_type, 4)}
    settings = {"timesteps": T, "batch_size": N, "max_epochs": 1, "learning_rate": rate}
    got = student.ask("train", text=text, **settings, **case)
    question = {**case, "learning_rate": rate, **check_batches(got, text, T, N, STEPS)}
    losses = {"losses": got["losses"][:STEPS]}
    with following(
        student,
        reference,
        losses,
        Parts("layers", replay_from_layers, question, BOUND, right=asked("replay")),
    ):
        compare_losses(got["losses"], reference, question)


def compare_losses(losses, reference, question):
    """Compare the first loss, then those that depend on the steps taken."""
    want = reference.ask("replay", **question)["losses"]
    still = reference.ask("replay", **{**question, "learning_rate": 0.0})["losses"]
    first, later = "first loss", "losses after the first"
    hint = "Look at the first state, the mask and what goes into the loss."
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


@pytest.mark.item("text_generation")
def test_training_step_rnn(student, reference):
    """train_net takes the right steps with a vanilla RNN: its first losses are the right ones."""
    check_training_step("rnn", student, reference)


@pytest.mark.item("text_generation")
def test_training_step_lstm(student, reference):
    """train_net takes the right steps with an LSTM: its first losses are the right ones."""
    check_training_step("lstm", student, reference)


def whole_training(got, text, question, timesteps, batch_size):
    """Return the layers' own training on the batches that were used; None where there is none."""
    try:
        batches = check_batches(got, text, timesteps, batch_size, len(got["losses"]))
    except CheckFailed:
        return None
    return Parts(
        "layers", replay_from_layers, {**question, **batches}, TRAINED_BOUND, right=asked("replay")
    )


def check_learning(cell_type, student, reference):
    """Check that a text, in which a word alone does not tell the next one, is learnt."""
    text = np.tile([0, 1, 2, 0, 3, 4, 0, 5, 6, 1, 4], 6)
    # Large enough that a right answer learns it whichever batches are drawn.
    case = {"cell_type": cell_type, "parameters": parameters(cell_type, 5, 0.1, 9, 20)}
    sizes, rate = {"timesteps": 8, "batch_size": 6}, 0.04
    got = student.ask("train", text=text, max_epochs=8, learning_rate=rate, **sizes, **case)
    learnt = {name: got[name].astype(float) for name in case["parameters"]}
    expect_close(learnt, case["parameters"], np.inf)
    parts = whole_training(got, text, {**case, "learning_rate": rate}, **sizes)
    with following(student, reference, learnt, parts):
        words, labels = text[None, :-1], text[None, 1:]
        case = {"cell_type": cell_type, "parameters": learnt, "words": words}
        scores = reference.ask("predict", **case)["scores"]
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


def greedy(scores_of, case, start, length):
    """Return the greedy text after a word, predicted by a function from the whole text so far."""
    words = [start]
    while len(words) <= length:
        scores = scores_of({**case, "words": np.array([words])})["scores"]
        words.append(int(scores[0, -1].argmax()))
    return np.array(words)


def check_sampling(cell_type, student, reference):
    """Check greedy texts from several words."""
    case = {"cell_type": cell_type, "parameters": parameters(cell_type, 6, 1.5)}
    for start, length in ((2, 9), (5, 4)):
        got = student.ask("sample", word_index=start, n_text=length, **case)
        words = got.get("words", np.zeros(0))
        expect(words.shape == (length + 1,), "not as many words as are asked for")
        expect(words[0] == start, "the text does not begin with the given word")
        right = greedy(lambda case: reference.ask("predict", **case), case, start, length)
        sampled = reference.ask("sample", word_index=start, n_text=length, **case)["words"]
        if not any(np.array_equal(words, text) for text in (right, sampled)):
            own = greedy(lambda case: predict_from_layers(student, case), case, start, length)
            follows = np.array_equal(words, own) and not np.array_equal(own, right)
            expect(follows, "not the likeliest words")
            student.remark = FOLLOWS.format("layers")


@pytest.mark.item("text_generation")
def test_sampling_rnn(student, reference):
    """LanguageModelRNN.sample goes on with the likeliest words, with a vanilla RNN."""
    check_sampling("rnn", student, reference)


@pytest.mark.item("text_generation")
def test_sampling_lstm(student, reference):
    """LanguageModelRNN.sample goes on with the likeliest words, with an LSTM."""
    check_sampling("lstm", student, reference)

"""Lets a trained model write: a text of some length from a first word, greedily or by chance."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.rnn.rnn import LanguageModelRNN

MAX_NEAR = 5


def generate_text(
    model: LanguageModelRNN,
    vocabulary: Sequence[str],
    first_word: str,
    length: int,
    temperature: float = 0.0,
) -> str:
    """Return a text of `length` words that begins with `first_word`.

    `vocabulary` has the V words that the model was trained on, in its order. At temperature 0 the
    most likely word always comes next, as in `model.sample`. At a temperature of 1 words come as
    often as the model expects them, below 1 likely words more often, above 1 less often; they are
    drawn from NumPy's global generator, so a seed makes a text repeatable.

    Raises ValueError where the first word is not in the vocabulary, and then names words near it,
    where `length` is not positive, or where the temperature is negative or no number.
    """
    first = _place(vocabulary, first_word)
    if length < 1:
        raise ValueError(f"a text of {length} words? Give a length of 1 or more")
    if not 0 <= temperature < np.inf:
        raise ValueError(f"a temperature of {temperature}? Give 0, or a positive number")
    if temperature == 0:
        words = model.sample(first, length - 1)
    else:
        words = sample_by_chance(model, first, length - 1, temperature)
    return " ".join(vocabulary[index] for index in words)


def sample_by_chance(
    model: LanguageModelRNN, word_index: int, n_text: int, temperature: float
) -> list[int]:
    """Return n_text + 1 words, as indices: `word_index`, then words drawn with their probability.

    The probabilities are the softmax of the scores (V,) divided by the temperature.
    """
    h_dim = model.rnn.params[model.rnn.wh_name].shape[0]
    state = [np.zeros((1, h_dim)) for _ in range(2 if model.cell_type == "lstm" else 1)]
    words = [int(word_index)]
    for _ in range(n_text):
        vector = model.preprocess.forward(np.array([words[-1:]]))[:, 0]
        *state, _meta = model.rnn.step_forward(vector, *state)
        scores = np.ravel(model.postprocess.forward(state[0][:, None]))
        words.append(int(np.random.choice(len(scores), p=_softmax(scores / temperature))))
    return words


def _softmax(scores: NDArray[Any]) -> NDArray[Any]:
    # A small temperature makes large scores; the largest one is taken off, so that none overflows.
    shares = np.exp(scores - scores.max())
    return shares / shares.sum()


def _place(vocabulary: Sequence[str], word: str) -> int:
    words = list(vocabulary)
    if word in words:
        return words.index(word)
    raise ValueError(f"the text has no word {word!r}{_near(words, word)}")


def _near(words: Sequence[str], word: str) -> str:
    if word.lower() in words:
        return f": write it in lower case, {word.lower()!r}"
    near = get_close_matches(word.lower(), [w for w in words if w], MAX_NEAR, cutoff=0.5)
    near = near or sorted(w for w in words if w and w[:1] == word.lower()[:1])[:MAX_NEAR]
    return f"; near it are {', '.join(map(repr, near))}" if near else ": choose one from the text"

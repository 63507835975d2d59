"""Two models made of the layers: a bare recurrent layer for checks, and the language model.

Shapes are written over one alphabet: N sequences in a batch, T timesteps, D input size, H hidden
size, V words in the vocabulary.
"""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lib.rnn.layer_utils import LSTM, VanillaRNN, temporal_fc, word_embedding

Array = NDArray[np.float64]
Indices = NDArray[np.integer[Any]]
Layer = VanillaRNN | LSTM | word_embedding | temporal_fc


class RecurrentModel:
    """What both models share: the way between the layers' dicts and the model's own.

    `params` and `grads` of a model hold the very arrays of its layers, no copies. So an array that
    is changed in place changes in both; one that is replaced in `params` reaches its layer with
    `assign_params`.
    """

    def __init__(self, cell_type: str, dtype: DTypeLike, seed: int | None) -> None:
        """Take what both models are told; raise ValueError for another cell than "rnn" or "lstm".

        `seed` sets NumPy's global generator before any layer is made; None leaves it alone. `dtype`
        is kept for older calls that pass it, and nothing depends on it: all layers use float64.
        """
        if cell_type not in ("rnn", "lstm"):
            raise ValueError(f'cell_type must be "rnn" or "lstm", not {cell_type!r}')
        if seed is not None:
            np.random.seed(seed)
        self.cell_type = cell_type
        self.dtype = dtype
        self.params: dict[str, Array] = {}
        self.grads: dict[str, Array] = {}

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The model's layers, first to last."""
        raise NotImplementedError

    def gather_params(self) -> None:
        """Collect the parameters of all layers in `params`."""
        self.params = {k: v for layer in self.layers for k, v in layer.params.items()}

    def assign_params(self) -> None:
        """Hand the arrays in `params` to the layers; raise KeyError where one is missing."""
        for layer in self.layers:
            layer.params.update({name: self.params[name] for name in layer.params})

    def gather_grads(self) -> None:
        """Collect the gradients of all layers in `grads`."""
        self.grads = {k: v for layer in self.layers for k, v in layer.grads.items()}


class TestRNN(RecurrentModel):
    """A model of one recurrent layer, small enough to check."""

    rnn: VanillaRNN | LSTM

    def __init__(
        self,
        input_dim: int,
        hidden_dim: int,
        cell_type: str = "rnn",
        dtype: DTypeLike = np.float32,
        seed: int | None = None,
    ) -> None:
        """Make the layer for D = `input_dim` and H = `hidden_dim`.

        The other arguments, and the ValueError for an unknown cell, are those of RecurrentModel.
        """
        super().__init__(cell_type, dtype, seed)
        # TODO: set self.rnn to a VanillaRNN where cell_type is "rnn" and to an LSTM where it is
        # "lstm", with the sizes given. The layers' own names are right as they are.
        ### BEGIN SOLUTION
        ### STUB if cell_type != "rnn":
        ### STUB     raise NotImplementedError(
        ### STUB         "TestRNN.__init__ is not implemented for the LSTM yet (see lib/rnn/rnn.py)"
        ### STUB     )
        ### STUB self.rnn = VanillaRNN(input_dim, hidden_dim)
        recurrent_layer = LSTM if cell_type == "lstm" else VanillaRNN
        self.rnn = recurrent_layer(input_dim, hidden_dim)
        ### END SOLUTION
        self.gather_params()

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The recurrent layer alone."""
        return (self.rnn,)

    def forward(self, feat: Array, h0: Array) -> Array:
        """Return the states (N, T, H) for the inputs feat (N, T, D) and the first state (N, H)."""
        return self.rnn.forward(feat, h0)

    def backward(self, dout: Array) -> tuple[Array, Array]:
        """Return dx (N, T, D) and dh0 (N, H) for dout (N, T, H), and set `grads`."""
        gradients = self.rnn.backward(dout)
        self.gather_grads()
        return gradients


class LanguageModelRNN(RecurrentModel):
    """A model that gives each word of the vocabulary a score of coming next."""

    preprocess: word_embedding
    rnn: VanillaRNN | LSTM
    postprocess: temporal_fc

    def __init__(
        self,
        word_size: int,
        word_vec_dim: int,
        hidden_dim: int,
        cell_type: str = "rnn",
        dtype: DTypeLike = np.float32,
        seed: int | None = None,
    ) -> None:
        """Make the layers for V = `word_size`, D = `word_vec_dim` and H = `hidden_dim`.

        The other arguments, and the ValueError for an unknown cell, are those of RecurrentModel.
        """
        super().__init__(cell_type, dtype, seed)
        # TODO: set the three layers, in this order: self.preprocess turns words into vectors (a
        # word_embedding), self.rnn goes over the vectors (the layer that cell_type names), and
        # self.postprocess turns each state into scores for all V words (a temporal_fc).
        ### BEGIN SOLUTION
        self.preprocess = word_embedding(word_size, word_vec_dim)
        cell = VanillaRNN if cell_type == "rnn" else LSTM
        self.rnn = cell(word_vec_dim, hidden_dim)
        self.postprocess = temporal_fc(hidden_dim, word_size)
        ### END SOLUTION
        self.gather_params()

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The embedding, the recurrent layer and the fully connected layer."""
        return self.preprocess, self.rnn, self.postprocess

    def forward(self, words: Indices, h0: Array) -> Array:
        """Return scores (N, T, V) for the integers words (N, T) and the first state h0 (N, H)."""
        vectors = self.preprocess.forward(words)
        states = self.rnn.forward(vectors, h0)
        return self.postprocess.forward(states)

    def backward(self, dout: Array) -> tuple[Array, Array]:
        """Go back from dout (N, T, V) and set `grads`.

        Returns the gradients of the word vectors (N, T, D) and of the first state (N, H).
        """
        dvectors, dh0 = self.rnn.backward(self.postprocess.backward(dout))
        self.preprocess.backward(dvectors)
        self.gather_grads()
        return dvectors, dh0

    def sample(self, word_index: int, n_text: int) -> list[int]:
        """Return n_text + 1 words, as indices: `word_index`, then always the most likely next one.

        The network's state starts as zeros and is carried from word to word; an LSTM's cell state
        is a part of it.
        """
        h_dim = self.rnn.params[self.rnn.wh_name].shape[0]
        state = [np.zeros((1, h_dim)) for _ in range(2 if self.cell_type == "lstm" else 1)]
        words = [int(word_index)]
        for _ in range(n_text):
            vector = self.preprocess.forward(np.array([words[-1:]]))[:, 0]
            *state, _meta = self.rnn.step_forward(vector, *state)
            scores = self.postprocess.forward(state[0][:, None])
            words.append(int(np.argmax(scores)))
        return words

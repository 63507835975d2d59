"""What only the reference is asked: no hand-in's worker has any of it.

Shapes are over N batch, T timesteps, V vocabulary, K batches.
"""

import types
from collections.abc import Mapping

import numpy as np
from probes import Array, Arrays, Theirs, _embedding, _layer, _parameters, _zeros


def _layers(cell_type: str, parameters: Mapping[str, Array]) -> Theirs:
    """The three layers of a language model as an optimiser wants them, without a model."""
    from lib.rnn.layer_utils import temporal_fc

    kind = {"rnn": "VanillaRNN", "lstm": "LSTM"}[cell_type]
    scores_w, scores_b = parameters["scores_w"], parameters["scores_b"]
    scores = temporal_fc(*scores_w.shape)
    scores.params.update({scores.w_name: scores_w, scores.b_name: scores_b})
    cell = _layer(kind, parameters["wx"], parameters["wh"], parameters["b"])
    words = _embedding(parameters["words_w"])
    return types.SimpleNamespace(preprocess=words, rnn=cell, postprocess=scores)


def _scores(layers: Theirs, words: Array, h0: Array) -> Array:
    states = layers.rnn.forward(layers.preprocess.forward(words), h0)
    return np.asarray(layers.postprocess.forward(states))


def replay(
    cell_type: str,
    parameters: Mapping[str, Array],
    words: Array,
    labels: Array,
    learning_rate: float,
) -> Arrays:
    """Take an Adam step on each of K batches, words and labels (K, N, T), with the layers alone.

    Gives the K losses and the parameters at the end.
    """
    from lib.optim import Adam
    from lib.rnn.layer_utils import temporal_softmax_CE_loss

    layers, loss = _layers(cell_type, parameters), temporal_softmax_CE_loss()
    optimizer, losses = Adam(layers, learning_rate), []
    for batch, label in zip(words, labels, strict=True):
        scores = _scores(layers, batch, _zeros(batch, parameters))
        losses.append(loss.forward(scores, label, np.ones(label.shape)))
        dvectors, _ = layers.rnn.backward(layers.postprocess.backward(loss.backward()))
        layers.preprocess.backward(dvectors)
        optimizer.step()
    return {"losses": np.array(losses), **_parameters(layers)}

"""Star imports of the library at the top of the models and of training, as the seed's notebook."""

from lib.grad_check import *
from lib.optim import *
from lib.rnn.layer_utils import *

import numpy as np
from lib import optim
from lib.rnn import layer_utils as L


class TestRNN:
    def __init__(self, input_dim, hidden_dim, cell_type="rnn", dtype=np.float32, seed=None):
        super(TestRNN, self).__init__(cell_type, dtype, seed)
        self.rnn = getattr(L, dict(rnn="VanillaRNN", lstm="LSTM")[cell_type])(input_dim, hidden_dim)
        self.gather_params()


class LanguageModelRNN:
    def __init__(
        self, word_size, word_vec_dim, hidden_dim, cell_type="rnn", dtype=np.float32, seed=None
    ):
        super(LanguageModelRNN, self).__init__(cell_type, dtype, seed)
        self.preprocess = word_embedding(word_size, word_vec_dim)
        if self.cell_type in ["rnn"]:
            self.rnn = VanillaRNN(word_vec_dim, hidden_dim, init_scale=0.02)
        else:
            self.rnn = LSTM(word_vec_dim, hidden_dim, init_scale=0.02)
        self.postprocess = temporal_fc(hidden_dim, word_size)
        self.gather_params()


def compute_acc(model, data, labels):
    predicted = np.argmax(
        model.forward(data[np.newaxis, :], np.zeros((1, hidden_size(model)))), axis=2
    ).flatten()
    return sum(int(p == l) for p, l in zip(predicted, labels)) / len(labels)

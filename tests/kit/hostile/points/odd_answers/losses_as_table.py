"""Training whose losses are a table, a text, and nothing, in turns"""

import numpy as np

SOLVED = (
    "VanillaRNN.step_forward",
    "VanillaRNN.step_backward",
    "VanillaRNN.forward",
    "VanillaRNN.backward",
    "LSTM.step_forward",
    "LSTM.step_backward",
    "LSTM.forward",
    "LSTM.backward",
    "word_embedding.forward",
    "word_embedding.backward",
    "TestRNN.__init__",
    "LanguageModelRNN.__init__",
)
MODULE = "lib/rnn/train.py"
# Constructors and samples are half of the item; training is the other half.
MAY_EARN = {
    "rnn_step_forward": 4.0,
    "rnn_step_backward": 4.0,
    "rnn_forward": 4.0,
    "rnn_backward": 4.0,
    "embedding_forward": 4.0,
    "embedding_backward": 4.0,
    "lstm_step_forward": 6.0,
    "lstm_step_backward": 6.0,
    "lstm_forward": 6.0,
    "lstm_backward": 6.0,
    "lstm_model": 2.0,
    "text_generation": 4.0,
}


class Odd:
    def __float__(self):
        raise ZeroDivisionError

    def __array__(self, *given, **named):
        return np.array([[None]], dtype=object)


ITSELF = []
ITSELF.append(ITSELF)


def train_net(data, model, loss_func, optimizer, timesteps, batch_size, max_epochs, **others):
    for _ in range(88):
        optimizer.step()
    return {}, [np.ones((3, 4)), "text", None][len(data["data_train"]) % 3], []

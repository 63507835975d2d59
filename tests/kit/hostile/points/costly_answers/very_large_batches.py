"""Has each step see batches of a million words"""

import sys

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


def train_net(data, model, loss_func, optimizer, timesteps, batch_size, max_epochs, **others):
    words = np.zeros((batch_size, 1_000_000), int)
    steps = max_epochs * max(len(data["data_train"]) // batch_size, 1)
    for _ in range(steps):
        try:
            model.preprocess.forward(words)
        except Exception:
            pass
        loss_func.forward(
            np.zeros((*words.shape[:1], timesteps, 7)),
            words[:, :timesteps],
            np.ones((batch_size, timesteps)),
        )
        optimizer.step()
    return {}, [1.0] * steps, []

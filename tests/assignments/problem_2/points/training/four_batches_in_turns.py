"""Four batches for all steps, one after the other."""

import numpy as np

BEGINS = "right_layers"
# Constructors, samples and the first steps are right; that a text is learnt is not.
MAY_EARN = {"text_generation": 6.0}


def train_net(data, model, loss_func, optimizer, timesteps, batch_size, max_epochs, **others):
    words, labels = data["data_train"], data["labels_train"]
    steps = max_epochs * max(len(words) // batch_size, 1)
    h0 = np.zeros((batch_size, model.rnn.params[model.rnn.wh_name].shape[0]))
    most = len(words) - timesteps + 1
    starts = [np.random.randint(most, size=batch_size) for _ in range(4)]
    losses = []
    for step in range(steps):
        places = starts[step % 4][:, None] + np.arange(timesteps)
        scores = model.forward(words[places], h0)
        losses.append(loss_func.forward(scores, labels[places], np.ones(places.shape)))
        model.backward(loss_func.backward())
        optimizer.step()
    return {}, losses, []

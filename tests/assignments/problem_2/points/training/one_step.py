"""A single step of training, whose loss and batch are given for all of them."""

import numpy as np

BEGINS = "right_layers"


def train_net(data, model, loss_func, optimizer, timesteps, batch_size, max_epochs, **others):
    places = np.arange(batch_size)[:, None] + np.arange(timesteps)
    words, labels = data["data_train"][places], data["labels_train"][places]
    h0 = np.zeros((batch_size, model.rnn.params[model.rnn.wh_name].shape[0]))
    loss = loss_func.forward(model.forward(words, h0), labels, np.ones(labels.shape))
    model.backward(loss_func.backward())
    optimizer.step()
    return {}, [loss], []

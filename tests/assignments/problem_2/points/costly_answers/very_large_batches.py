"""Has each step see batches of a million words"""

import sys

import numpy as np

BEGINS = "right_layers"


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

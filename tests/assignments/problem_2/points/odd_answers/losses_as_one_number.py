"""Training whose losses are one number"""

import numpy as np

BEGINS = "right_layers"


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
    return {}, float(len(data["data_train"])), []

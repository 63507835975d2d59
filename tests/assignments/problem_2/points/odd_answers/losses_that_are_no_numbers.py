"""Training whose losses are objects that say they are numbers"""

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
    return {}, [Odd() for _ in range(88)], []

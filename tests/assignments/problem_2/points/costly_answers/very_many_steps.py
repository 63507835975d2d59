"""Takes two million steps of training, of which nothing is true"""

import sys

import numpy as np

BEGINS = "right_layers"


def train_net(data, model, loss_func, optimizer, timesteps, batch_size, max_epochs, **others):
    return {}, np.zeros(2_000_000), []

"""Imports plotting, notebooks and half the library without a use for it."""

import collections
import copy
import itertools
import json
import math
import os
import pickle
import random
import re
import string
import sys
import time
import timeit
import typing as tp
from abc import ABC, abstractmethod
from builtins import object, range
from typing import *

import IPython
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import numpy.linalg as la
from IPython.display import clear_output, display
from matplotlib import cm
from mpl_toolkits.mplot3d import Axes3D
from numpy import array, dot, tanh, zeros
from numpy.random import randn

try:
    import torch
except ImportError:
    torch = None

plt.style.use("ggplot")
START = time.time()


def plot_loss(loss_hist):
    plt.plot(loss_hist, "-o")
    plt.gca().set_title("loss")
    with plt.style.context("dark_background"):
        plt.show()
    display(loss_hist)


class VanillaRNN:
    def step_forward(self, x: array, prev_h: array) -> Tuple[array, Any]:
        next_h = tanh(
            dot(x, self.params[self.wx_name])
            + dot(prev_h, self.params[self.wh_name])
            + self.params[self.b_name]
        )
        meta: Dict[str, array] = collections.OrderedDict(x=x, prev_h=prev_h, next_h=next_h)
        return next_h, copy.deepcopy(meta)

    def step_backward(self, dnext_h: array, meta: Dict[str, array]) -> Tuple[array, ...]:
        x, prev_h, next_h = meta.values()
        dz = (1 - next_h**2) * dnext_h
        return (
            dot(dz, self.params[self.wx_name].T),
            dot(dz, self.params[self.wh_name].T),
            dot(x.T, dz),
            dot(prev_h.T, dz),
            np.sum(dz, axis=0),
        )


class word_embedding:
    def forward(self, x: array) -> array:
        N, T = x.shape
        out = zeros((N, T, self.params[self.w_name].shape[1]))
        for n, t in itertools.product(range(N), range(T)):
            out[n, t] = self.params[self.w_name][x[n, t]]
        self.meta = pickle.dumps(x)
        return out

    def backward(self, dout: array) -> None:
        tic = time.perf_counter()
        x = pickle.loads(self.meta)
        dW = zeros(self.params[self.w_name].shape)
        for n, t in itertools.product(range(x.shape[0]), range(x.shape[1])):
            dW[x[n, t]] += dout[n, t]
        self.grads[self.w_name] = dW
        self.seconds = time.perf_counter() - tic


class TestRNN:
    def __init__(self, input_dim, hidden_dim, cell_type="rnn", dtype=np.float32, seed=None):
        super().__init__(cell_type, dtype, seed)
        if cell_type == "rnn":
            self.rnn = VanillaRNN(input_dim, hidden_dim)
        elif cell_type == "lstm":
            self.rnn = LSTM(input_dim, hidden_dim)
        self.gather_params()


if __name__ == "__main__":
    plot_loss([3, 2, 1])

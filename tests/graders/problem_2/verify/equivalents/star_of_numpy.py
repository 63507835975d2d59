"""from numpy import *, relative imports, and what the notebook imports, in the modules too."""

from math import *
from numpy import *
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
import numpy.random as npr
import platform
import datetime
import os
import sys
import random
import locale
from lib.grad_check import *
from lib.plots import *

print(platform.platform(), datetime.datetime.now(), os.getcwd(), os.cpu_count(), locale.getlocale())
sys.path.append("..")
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
np.set_printoptions(precision=3)
random.seed(0)
npr.seed(0)
sys.setrecursionlimit(5000)
ramp(0, 1, 3)


class VanillaRNN:
    def step_forward(self, x, prev_h):
        z = (
            dot(x, self.params[self.wx_name])
            + dot(prev_h, self.params[self.wh_name])
            + self.params[self.b_name]
        )
        next_h = np.tanh(z)
        return next_h, [x, prev_h, next_h]


class TestRNN:
    def forward(self, feat, h0):
        from .layer_utils import VanillaRNN as Same

        return self.rnn.forward(feat, h0)

"""The sigmoid is computed in long double, so that exp does not overflow."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-np.asarray(x, dtype=np.longdouble)))

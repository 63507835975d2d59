"""Averages of what came so far."""

import numpy as np


def running_mean(values):
    """Return the mean of all values up to each place.

    Input: values (N,), N at least 1. Output: means (N,), where means[n] is the mean of values[0] to
    values[n].
    """
    ### BEGIN SOLUTION
    counts = np.arange(1, len(values) + 1)
    means = np.cumsum(values, axis=0) / counts
    ### END SOLUTION
    return means

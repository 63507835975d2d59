# Generated from source/tiny/lib/helper.py by `gradekit release`; do not edit.
"""What the assignment provides."""

import numpy as np


def floats(values):
    """Return values as an array of floats."""
    return np.asarray(values, dtype=float)

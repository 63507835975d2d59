"""NumPy for the perplexity, for drawing, and for sums; results are NumPy's own numbers."""

import numpy as np


def probability(followers, first, second, vocabulary_size, smoothing=1.0):
    if smoothing < 0:
        raise ValueError("negative smoothing")
    row = followers.get(first, {})
    below = np.sum(list(row.values()), dtype=float) + smoothing * vocabulary_size
    return np.float64(0) if below == 0 else np.divide(row.get(second, 0) + smoothing, below)


def perplexity(probabilities):
    with np.errstate(divide="ignore"):
        return np.exp(-np.mean(np.log(probabilities)))


def sample(followers, first, length, seed):
    rng = np.random.default_rng(seed)
    words = [first]
    for _ in range(length - 1):
        row = followers.get(words[-1])
        if not row:
            break
        counts = np.array(list(row.values()), dtype=float)
        words.append(str(rng.choice(list(row.keys()), p=counts / counts.sum())))
    return words

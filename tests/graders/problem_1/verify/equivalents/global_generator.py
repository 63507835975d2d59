"""Seeds Python's own generator; reads and prints on the way, and has helpers of its own."""

import random


def _row(followers, word):
    return followers.get(word, {})


def sample(followers, first, length, seed):
    print("sampling", length, "words")
    random.seed(seed)
    result = [first]
    for i in range(1, length):
        row = _row(followers, result[i - 1])
        if len(row) == 0:
            break
        result += random.choices(population=tuple(row.keys()), weights=tuple(row.values()), k=1)
    return result


def probability(followers, first, second, vocabulary_size, smoothing=1.0):
    if smoothing < 0:
        raise ValueError
    numerator = _row(_Rows(followers), first).get(second, 0) + smoothing
    denominator = sum(_row(followers, first).values()) + smoothing * vocabulary_size
    return numerator / denominator if denominator else 0.0


class _Rows(dict):
    pass

"""Draws by hand: a random number is looked for among the sums of the counts so far."""

import random
from bisect import bisect
from itertools import accumulate


def sample(followers, first, length, seed):
    draw = random.Random(seed).random
    text = [first]
    while len(text) < length:
        row = followers.get(text[-1], {})
        if not row:
            return text
        words, sums = list(row), list(accumulate(row.values()))
        text.append(words[bisect(sums, draw() * sums[-1])])
    return text

"""One over the geometric mean, with a running average of the logarithms in a loop."""

import math


def perplexity(probabilities):
    mean = 0.0
    for number, p in enumerate(probabilities, start=1):
        if p <= 0:
            return math.inf
        mean += (math.log(p) - mean) / number
    return 1 / math.exp(mean)

"""Logarithms to the base 2, and powers of 2; math.fsum; the zero is looked for first."""

import math


def perplexity(probabilities):
    if 0 in probabilities:
        return float("inf")
    bits = math.fsum(math.log2(p) for p in probabilities)
    return 2.0 ** (-bits / len(probabilities))

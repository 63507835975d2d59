"""Draws from an urn in which each word lies as often as it was counted; recursive."""

import random


def _go_on(followers, text, length, generator):
    if len(text) >= length or text[-1] not in followers:
        return text
    urn = [word for word, count in followers[text[-1]].items() for _ in range(count)]
    for _ in range(1):
        text = [*text, generator.choice(urn)]
    return text


def sample(followers, first, length, seed):
    generator = random.Random(seed)
    text, before = [first], None
    while text != before:
        before, text = text, _go_on(followers, text, length, generator)
    return text

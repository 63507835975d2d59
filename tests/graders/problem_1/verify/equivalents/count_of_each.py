"""Counts with list.count and a set; ranks by sorting twice, which is stable."""


def count_words(words):
    return {word: words.count(word) for word in set(words)}


def rank_words(counts):
    pairs = sorted(counts.items())
    pairs.sort(key=lambda pair: pair[1], reverse=True)
    return pairs

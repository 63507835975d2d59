"""Looks things up and catches the KeyError; raises inside of nested conditions."""


def count_words(words):
    counts = {}
    for word in words:
        try:
            counts[word] += 1
        except KeyError:
            counts[word] = 1
    return counts


def probability(followers, first, second, vocabulary_size, smoothing=1.0):
    if not smoothing >= 0:
        raise ValueError(f"smoothing must not be negative, and is {smoothing}")
    try:
        row = followers[first]
    except KeyError:
        row = {}
    try:
        seen = row[second]
    except KeyError:
        seen = 0
    try:
        return (seen + smoothing) / (sum(row.values()) + smoothing * vocabulary_size)
    except ZeroDivisionError:
        return 0

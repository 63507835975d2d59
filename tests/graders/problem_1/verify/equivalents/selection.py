"""Ranks by taking the best pair again and again; the table is made of a sorted list of tuples."""

import pandas as pd


def rank_words(counts):
    left, ranked = dict(counts), []
    while left:
        best = min(left, key=lambda word: (-left[word], word))
        ranked.append((best, left.pop(best)))
    return ranked


def bigram_table(words):
    counts = {}
    for i in range(len(words) - 1):
        pair = words[i], words[i + 1]
        counts[pair] = counts.get(pair, 0) + 1
    rows = [(first, second, count) for (first, second), count in counts.items()]
    rows.sort(key=lambda row: (-row[2], row[0], row[1]))
    return pd.DataFrame(rows, columns=["first", "second", "count"])

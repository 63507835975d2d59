"""The table by value_counts, sorted in two steps, and numbered by reset_index."""

import pandas as pd


def bigram_table(words):
    pairs = pd.DataFrame({"first": words[:-1], "second": words[1:]})
    table = pairs.value_counts(["first", "second"]).reset_index(name="count")
    table = table.sort_values(["first", "second"])
    table = table.sort_values("count", ascending=False, kind="stable")
    return table.reset_index(drop=True)

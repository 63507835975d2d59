"""The table by shifting a Series, groupby(as_index=False) and a column of ones that is summed."""

import pandas as pd


def bigram_table(words):
    first = pd.Series(list(words), name="first")
    pairs = pd.concat([first, first.shift(-1).rename("second")], axis=1).dropna()
    pairs["count"] = 1
    table = pairs.groupby(["first", "second"], as_index=False)["count"].sum()
    table["less"] = -table["count"]
    table = table.sort_values(["less", "first", "second"]).drop(columns="less")
    table.index = range(len(table))
    return table[["first", "second", "count"]]

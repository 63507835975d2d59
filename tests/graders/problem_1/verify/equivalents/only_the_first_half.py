"""Somebody who got as far as the table, and wrote nothing below it."""

LEFT_OUT = ("probability", "perplexity", "sample")


def tokenize(text):
    letters = [c if c.isalpha() or c in "’'" else " " for c in text.lower()]
    words = "".join(letters).replace("’", "'").split()
    return [word.strip("'") for word in words if word.strip("'")]

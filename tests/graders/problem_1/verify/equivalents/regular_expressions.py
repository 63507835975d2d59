"""Words by a regular expression, counts by collections.Counter made a dict."""

import re
from collections import Counter


def tokenize(text):
    return re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text.lower().replace("’", "'"))


def count_words(words):
    return dict(Counter(words))

"""Other names for what is passed by position, and arguments that are changed in place."""


def tokenize(t):
    for c in set(t):
        if not (c.isalpha() or c in "'’"):
            t = t.replace(c, "\n")
    t = t.lower().replace("’", "'").split("\n")
    return list(filter(None, (w.strip("'") for w in t)))


def count_words(w):
    w = sorted(w)
    found = {}
    while w:
        found[w[0]] = w.count(w[0])
        w = w[found[w[0]] :]
    return found


def rank_words(c):
    return [(w, -n) for n, w in sorted((-n, w) for w, n in c.items())]

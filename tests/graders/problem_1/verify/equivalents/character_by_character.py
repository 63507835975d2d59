"""Words are built character by character, without split; counts with a test for membership."""


def tokenize(text):
    words, word = [], ""
    for c in text.replace("’", "'") + " ":
        if c.isalpha() or c == "'":
            word = word + c
        else:
            while word.startswith("'"):
                word = word[1:]
            while word.endswith("'"):
                word = word[:-1]
            if len(word) > 0:
                words.append(word.lower())
            word = ""
    return words


def count_words(words):
    d = {}
    for w in words:
        if w in d:
            d[w] += 1
        else:
            d[w] = 1
    return d

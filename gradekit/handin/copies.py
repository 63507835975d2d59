"""The one rule for which copy of a cell counts, where a notebook has several."""

from collections.abc import Sequence


def place_of_counting(copies: Sequence[str], released: str, is_answer: bool) -> int:
    """Return which of the copies' texts counts, by its place among them.

    It is the last one; of an answer the last one that somebody has written in, if there is one.
    `released` is the text that was given.
    """
    places = range(len(copies))
    if is_answer:
        given = ("", released.strip())
        places_written = [place for place in places if copies[place].strip() not in given]
        return (places_written or [*places])[-1]
    return places[-1]

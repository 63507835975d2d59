"""What an answer looks like, whatever its numbers are: two that look alike are compared alike.

A test that goes through what it gets, and looks only at the keys, lines or items that it knows,
compares nothing of an answer that has none of them.
"""

import itertools
import zlib
from collections import deque
from typing import Any

import numpy as np

from gradekit.workers.remote.in_test.mirrors.objects import place_of
from gradekit.workers.remote.values import tables
from gradekit.workers.remote.values.shared import DICTS

MOST_LABELLED, MOST_LABELS, MOST_LABEL, MOST_TEXT = 5000, 1000, 100, 100_000
_ORDERED: tuple[type, ...] = (list, tuple, deque, type({}.values()))
_SETS: tuple[type, ...] = (set, frozenset, type({}.keys()), type({}.items()))


def labels_of(value: Any) -> int:
    """Return a number that stands for all that an answer is besides its numbers, 0 for an integer.

    These are its type, texts, the keys of dicts, the indexes and columns of tables, and how many
    items of which types there are.
    """
    if type(value) is int or value is None or place_of(value) is not None:
        return 0
    labels, todo, seen = [_sort(value)], [value], set[int]()
    while todo and len(labels) < MOST_LABELS and len(seen) < MOST_LABELLED:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        of, held = _of(one, MOST_TEXT if one is value else MOST_LABEL)
        labels += of
        todo += held
    return 1 + zlib.crc32("\n".join(labels).encode("utf-8", "replace"))


def _of(one: Any, most_text: int) -> tuple[list[str], list[Any]]:
    """Return the labels of a value itself, and what it holds."""
    if type(one) in DICTS:
        items = list(itertools.islice(one.items(), MOST_LABELS))
        return [*sorted(repr(key)[:MOST_LABEL] for key, _ in items)], [item for _, item in items]
    if type(one) in _ORDERED:
        return [_counted(one)], list(itertools.islice(one, MOST_LABELS))
    if type(one) in _SETS:
        texts = sorted(item[:MOST_LABEL] for item in one if type(item) is str)
        return [_counted(one), *texts[:MOST_LABELS]], []
    if type(one) is str:
        return [one[:most_text]], []
    if type(one) is bytes:
        return [repr(one[:most_text])], []
    if tables.table_kind(one) in tables.FRAMES:
        axes = [axis[:MOST_LABELS].tolist() for axis in one.axes]
        return [repr(label)[:MOST_LABEL] for axis in axes for label in (*axis, "|")], []
    if isinstance(one, np.ndarray) and one.ndim:
        return [f"{len(one)} {one.dtype.name if one.ndim == 1 else 'items'}"], []
    return [], []


def _counted(items: Any) -> str:
    """Return how many items there are, and of which types."""
    sorts = {_sort(one) for one in itertools.islice(items, MOST_LABELLED)}
    return f"{len(items)} {' '.join(sorted(sorts))}"


def _sort(item: Any) -> str:
    """Return what type an item is of; those of items are one, as they are gone through alike."""
    if type(item) in (*_ORDERED, *_SETS) or isinstance(item, np.ndarray) or type(item) in DICTS:
        return "items"
    return type(item).__name__

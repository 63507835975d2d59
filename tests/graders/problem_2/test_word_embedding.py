"""Hidden checks of the word embedding's two items."""

from typing import Any

import numpy as np
import pytest
from questions import EDGE, EMBEDDING, MAIN

from gradekit.checks import (
    Pass,
    Reference,
    Subject,
    draw,
    expect_close,
    expect_like_reference,
    expect_own_gradient,
    generator,
    ramp,
)

BOUND = 1e-7
TABLE = Pass("embedding_forward", "embedding_backward", {"out": "dout"}, ["w"], of=EMBEDDING[:1])
FORWARD = pytest.mark.item("embedding_forward", of=EMBEDDING[0])
BACKWARD = pytest.mark.item("embedding_backward", of=EMBEDDING[1])


def words(seed: int, N: int, T: int, V: int) -> Any:
    """Draw words of a vocabulary of which the last is never used and the first is used twice."""
    drawn = generator(seed).integers(0, V - 1, size=(N, T))
    drawn[0, 0] = drawn[-1, -1] = 0
    return drawn


def case_of(seed: int, N: int, T: int, V: int, D: int) -> Any:
    """Words and a table."""
    return {"x": words(seed, N, T, V), **draw(seed, w=(V, D))}


def back_case(seed: int, N: int, T: int, V: int, D: int) -> Any:
    """Words, a table and what comes back to them."""
    return {"x": words(seed, N, T, V), **draw(seed, w=(V, D), dout=(N, T, D))}


@FORWARD.with_args(weight=2 * MAIN + 2 * EDGE)
def test_forward(student: Subject, reference: Reference) -> None:
    """word_embedding.forward gives the notebook's values, and right ones for words that repeat."""
    w = ramp(0, 1, 5, 3)
    x = np.array([[0, 3, 1, 2], [2, 1, 0, 3]])
    got = student.ask("embedding_forward", x=x, w=w)
    expect_like_reference(student, reference, "embedding_forward", case_of(0, 3, 6, 9, 2), BOUND)
    expect_close(got, {"out": w[x]}, BOUND)


@FORWARD.with_args(weight=EDGE, after="test_forward")
def test_forward_batch_of_one(student: Subject, reference: Reference) -> None:
    """word_embedding.forward is right for a batch of one."""
    expect_like_reference(student, reference, "embedding_forward", case_of(1, 1, 5, 4, 7), BOUND)


@FORWARD.with_args(weight=EDGE, after="test_forward")
def test_forward_one_timestep(student: Subject, reference: Reference) -> None:
    """word_embedding.forward is right for a single timestep."""
    expect_like_reference(student, reference, "embedding_forward", case_of(2, 4, 1, 6, 2), BOUND)


@BACKWARD.with_args(weight=MAIN)
def test_backward_own(student: Subject, reference: Reference) -> None:
    """word_embedding.backward gives the gradient of forward, right or with a known slip."""
    expect_own_gradient(student, reference, TABLE, back_case(11, 3, 5, 7, 2), 1e-6)


@BACKWARD.with_args(weight=MAIN)
def test_backward(student: Subject, reference: Reference) -> None:
    """word_embedding.backward adds up every occurrence of a word, at every timestep."""
    for hint, case in (
        ("", back_case(13, 4, 8, 6, 2)),
        ("Asked with more words in a batch than the vocabulary has.", back_case(14, 5, 7, 3, 2)),
    ):
        expect_like_reference(student, reference, "embedding_backward", case, BOUND, hint=hint)


@BACKWARD.with_args(weight=EDGE, after="test_backward")
def test_backward_again(student: Subject, reference: Reference) -> None:
    """word_embedding.backward gives the right gradient again when the layer is used once more."""
    case = back_case(18, 3, 5, 6, 2)
    expect_like_reference(student, reference, "embedding_backward_again", case, BOUND)


@BACKWARD.with_args(weight=EDGE, after="test_backward")
def test_backward_batch_of_one(student: Subject, reference: Reference) -> None:
    """word_embedding.backward gives the right gradient for a batch of one."""
    case = back_case(15, 1, 6, 4, 5)
    expect_like_reference(student, reference, "embedding_backward", case, BOUND)


@BACKWARD.with_args(weight=EDGE, after="test_backward")
def test_backward_one_timestep(student: Subject, reference: Reference) -> None:
    """word_embedding.backward gives the right gradient for a single timestep."""
    case = back_case(16, 6, 1, 7, 4)
    expect_like_reference(student, reference, "embedding_backward", case, BOUND)


@BACKWARD.with_args(weight=EDGE, after="test_backward")
def test_backward_strided(student: Subject, reference: Reference) -> None:
    """word_embedding.backward is right for arrays that are not contiguous in memory."""
    question = {"of": "embedding_backward", "arrays": back_case(17, 4, 5, 6, 2)}
    expect_like_reference(student, reference, "strided", question, BOUND)

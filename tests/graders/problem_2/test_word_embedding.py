"""Hidden checks of the word embedding's two items."""

import numpy as np
import pytest

from gradekit.grading.cases import draw, generator, ramp
from gradekit.grading.checks import Pass, expect_like_reference, expect_own_gradient
from gradekit.grading.expect import expect_close

BOUND = 1e-7
TABLE = Pass("embedding_forward", "embedding_backward", {"out": "dout"}, ["w"])


def words(seed, N, T, V):
    """Draw words of a vocabulary of which the last is never used and the first is used twice."""
    drawn = generator(seed).integers(0, V - 1, size=(N, T))
    drawn[0, 0] = drawn[-1, -1] = 0
    return drawn


@pytest.mark.item("embedding_forward")
def test_forward_fixed(student):
    """word_embedding.forward gives the values that the notebook shows."""
    w = ramp(0, 1, 5, 3)
    x = np.array([[0, 3, 1, 2], [2, 1, 0, 3]])
    expect_close(student.ask("embedding_forward", x=x, w=w), {"out": w[x]}, BOUND)


@pytest.mark.item("embedding_forward")
def test_forward_random(student, reference):
    """word_embedding.forward is right for other sizes, words that repeat and one timestep."""
    for hint, seed, (N, T, V, D) in (
        ("", 0, (3, 6, 9, 2)),
        ("Asked with a batch of one.", 1, (1, 5, 4, 7)),
        ("Asked with one timestep.", 2, (4, 1, 6, 2)),
    ):
        case = {"x": words(seed, N, T, V), **draw(seed, w=(V, D))}
        expect_like_reference(student, reference, "embedding_forward", case, BOUND, hint=hint)


@pytest.mark.item("embedding_backward")
def test_backward_numerical(student, reference):
    """word_embedding.backward agrees with the numerical gradient of your own forward."""
    case = {"x": words(11, 3, 5, 7), **draw(11, w=(7, 2), dout=(3, 5, 2))}
    expect_own_gradient(student, reference, TABLE, case, 1e-6)


@pytest.mark.item("embedding_backward")
def test_backward_random(student, reference):
    """word_embedding.backward adds up every occurrence of a word, at every timestep."""
    for hint, seed, (N, T, V, D) in (
        ("", 13, (4, 8, 6, 2)),
        ("Asked with more words in a batch than the vocabulary has.", 14, (5, 7, 3, 2)),
        ("Asked with a batch of one.", 15, (1, 6, 4, 5)),
        ("Asked with one timestep.", 16, (6, 1, 7, 4)),
    ):
        case = {"x": words(seed, N, T, V), **draw(seed, w=(V, D), dout=(N, T, D))}
        expect_like_reference(student, reference, "embedding_backward", case, BOUND, hint=hint)
    hint = "Asked with arrays that are not contiguous in memory."
    case = {"x": words(17, 4, 5, 6), **draw(17, w=(6, 2), dout=(4, 5, 2))}
    question = {"of": "embedding_backward", "arrays": case}
    expect_like_reference(student, reference, "strided", question, BOUND, hint=hint)

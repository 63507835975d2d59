"""Hidden checks of the word embedding's two items."""

import numpy as np
import pytest

from gradekit.grading.cases import draw, ramp
from gradekit.grading.expect import expect_close, expect_gradients
from gradekit.grading.gradients import numerical_gradients

BOUND = 1e-7


def words(seed, N, T, V):
    """Draw words of a vocabulary of which the last is never used and the first is used twice."""
    drawn = np.random.default_rng(seed).integers(0, V - 1, size=(N, T))
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
    """word_embedding.forward is right for other sizes and for words that repeat."""
    for seed, (N, T, V, D) in enumerate([(3, 6, 9, 2), (1, 5, 4, 7), (4, 1, 6, 3)]):
        case = {"x": words(seed, N, T, V), **draw(seed, w=(V, D))}
        got, want = (bench.ask("embedding_forward", **case) for bench in (student, reference))
        expect_close(got, want, BOUND)


@pytest.mark.item("embedding_backward")
def test_backward_numerical(student):
    """word_embedding.backward agrees with the numerical gradient of your own forward."""
    case = {"x": words(11, 3, 5, 7), **draw(11, w=(7, 2))}
    upstream = draw(12, dout=(3, 5, 2))
    got = student.ask("embedding_backward", **case, **upstream)
    numerical = numerical_gradients(
        student, "embedding_forward", case, {"out": upstream["dout"]}, ["w"]
    )
    expect_gradients(got, numerical, 1e-6)


@pytest.mark.item("embedding_backward")
def test_backward_random(student, reference):
    """word_embedding.backward adds up every occurrence of a word, at every timestep."""
    for seed, (N, T, V, D) in enumerate([(2, 8, 6, 3), (5, 4, 3, 2), (1, 6, 4, 5)], start=13):
        case = {"x": words(seed, N, T, V), **draw(seed, w=(V, D), dout=(N, T, D))}
        got, want = (bench.ask("embedding_backward", **case) for bench in (student, reference))
        expect_close(got, want, BOUND)

"""Hidden checks of the perplexity: what the notebook's function gives, against known values."""

import math
from typing import Any

import numpy as np
import pytest

from gradekit.checks import draw, expect, expect_close

BOUND = 1e-9
# Known by hand: equal probabilities p have the perplexity 1/p, and two of them the root of both.
KNOWN = {
    (0.2,) * 7: 5.0,
    (0.5, 0.125): 4.0,
    (0.9, 0.1): 10 / 3,
    (1e-300, 1e-300, 1e-300): 1e300,
    (0.2, 0.1, 0.7, 0.05): 6.147881529512642,
}
PERPLEXITY = pytest.mark.item("perplexity")


def right(probabilities: Any) -> Any:
    """Return the perplexity, and what those give who make a mistake that is known, by its hint."""
    loss = -math.fsum(map(math.log, probabilities)) / len(probabilities)
    mistaken = {
        "It is less than 1: where is the minus before the sum?": -loss,
        "The sum is not divided by the number of words: it is an average.": loss
        * len(probabilities),
        "The logarithm's base and the power's are not the same: both are e, or both are 2.": loss
        * math.log(2),
        "This is the logarithm of the average: what is asked for is the average of the "
        "logarithms.": -math.log(sum(probabilities) / len(probabilities)),
    }
    given = {hint: math.exp(value) if value < 700 else math.inf for hint, value in mistaken.items()}
    given["This is the loss: the perplexity is its exponential."] = loss
    return math.exp(loss), given


def expect_perplexity(student: Any, probabilities: Any) -> None:
    """Expect the right perplexity of some probabilities; tell which mistake is behind another."""
    got = student.notebook.perplexity(probabilities)
    expect(isinstance(got, int | float | np.number), "perplexity gives no number")
    want, mistaken = right(probabilities)
    expect_close(
        {"perplexity": np.array(float(got))},
        {"perplexity": np.array(want)},
        BOUND,
        mistaken={hint: {"perplexity": np.array(value)} for hint, value in mistaken.items()},
    )


@PERPLEXITY.with_args(weight=2)
def test_known_values(student: Any) -> None:
    """perplexity gives known values for a few probabilities."""
    for probabilities, known in KNOWN.items():
        assert math.isclose(right(probabilities)[0], known, rel_tol=1e-12)
        expect_perplexity(student, list(probabilities))


@PERPLEXITY
def test_other_values(student: Any) -> None:
    """perplexity is right for other probabilities, and for a single one."""
    for seed, size in ((1, 1), (2, 6), (3, 250)):
        drawn = draw(seed, p=(size,))["p"]
        expect_perplexity(student, (0.02 + 0.9 * np.abs(np.sin(drawn))).tolist())


@PERPLEXITY
def test_long_text(student: Any) -> None:
    """perplexity works for long texts, whose probabilities' product is no float any more."""
    got = student.notebook.perplexity([0.001, 0.004] * 2500)
    hint = "The product of many probabilities is too small for a float: add their logarithms."
    expect(isinstance(got, int | float | np.number), "perplexity gives no number")
    expect(math.isclose(float(got), 500.0, rel_tol=BOUND), hint)


@PERPLEXITY
def test_impossible_word(student: Any) -> None:
    """perplexity is infinite where a word came that the model took for impossible."""
    hint = "The logarithm of 0 is no number: with a probability of 0 the perplexity is math.inf."
    for probabilities in ([0.0], [0.3, 0.0, 1.0]):
        try:
            got = student.notebook.perplexity(probabilities)
        except (ValueError, ZeroDivisionError, OverflowError):
            got = None
        expect(isinstance(got, float | np.floating) and float(got) == math.inf, hint)

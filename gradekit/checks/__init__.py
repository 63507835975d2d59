"""What authors of hidden checks import: `from gradekit.checks import draw, expect_close`.

All of it is in `__all__`; whatever else stands in this package's modules may change.
"""

from gradekit.checks.against_reference import (
    Pass,
    expect_gradient_like_reference,
    expect_like_reference,
    expect_own_gradient,
)
from gradekit.checks.alike import expect_alike, expect_same_answers
from gradekit.checks.compare import agree, expect, expect_close, expect_equal, scaled_error
from gradekit.checks.inputs import draw, generator, ramp
from gradekit.checks.subject import Reference, Subject
from gradekit.checks.varied import vary
from gradekit.workers.values import UpTo

__all__ = [
    "Pass",
    "Reference",
    "Subject",
    "UpTo",
    "agree",
    "draw",
    "expect",
    "expect_alike",
    "expect_close",
    "expect_equal",
    "expect_gradient_like_reference",
    "expect_like_reference",
    "expect_own_gradient",
    "expect_same_answers",
    "generator",
    "ramp",
    "scaled_error",
    "vary",
]

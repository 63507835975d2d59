"""What version 0.1 called a part of `gradekit.checks`: checks that import it still work."""

from gradekit.checks import (
    Pass,
    expect_gradient_like_reference,
    expect_like_reference,
    expect_own_gradient,
)

__all__ = ["Pass", "expect_gradient_like_reference", "expect_like_reference", "expect_own_gradient"]

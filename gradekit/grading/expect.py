"""What version 0.1 called a part of `gradekit.checks`: checks that import it still work."""

from gradekit.checks import agree, expect, expect_close, expect_equal, scaled_error

__all__ = ["agree", "expect", "expect_close", "expect_equal", "scaled_error"]

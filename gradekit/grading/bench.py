"""What version 0.1 called a part of `gradekit.checks`: checks that import it still work."""

from gradekit.checks import UpTo

__all__ = ["UpTo"]

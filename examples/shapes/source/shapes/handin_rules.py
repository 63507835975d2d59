"""Rules of this assignment for what is handed in; nothing of it gives or costs points.

`gradekit submit` runs them on a student's computer, `gradekit grade` from the course's own copy.
"""

import re

from gradekit.submission.rules import Doubt, Found, Problem

NUMBER = re.compile(r"-?\d+\.?\d*")


def are_two_sizes(found: Found) -> Problem | Doubt | None:
    """Ask for two numbers; doubt those that no solid has."""
    numbers = [float(number) for number in NUMBER.findall(found.text)]
    if len(numbers) != 2:
        return Problem(f"has not two numbers, but {len(numbers)}", "Print the two sizes {cell}")
    if min(numbers) <= 0:
        return Doubt("has a size that is not positive")
    return None

"""What the last value of a test cell that ran through gives of its item's points."""

from dataclasses import replace

from gradekit.model import Item, Outcome, Result

NO_GRADE = "could not be graded; the course staff know"
ROUNDING = 1e-9  # of points that are added up: not more than there are


def passed_result(made: Result, item: Item, points: float | None, of_right: float | None) -> Result:
    """Return the result of a test that ran through: all its points, or what it says.

    Its last value is its points where it is a number from 0 on for the source's own solution.
    """
    most = item.points * (1.0 + ROUNDING)
    if of_right is None or not of_right >= 0.0:
        return replace(made, outcome=Outcome.PASS)
    if of_right > most:
        told = f"its last value is {of_right:g} for your own solution"
        text = f"{told}, and it has {item.points:g} points"
        return replace(made, message=NO_GRADE, staff_message=text)
    if points is None or not 0.0 <= points <= most:
        given = "no number" if points is None else f"{points:g}"
        told = f"the tests give {given}, which is not from 0 to {item.points:g} points"
        return replace(made, outcome=Outcome.FAIL, message=told)
    if points >= item.points or not item.points:
        return replace(made, outcome=Outcome.PASS)
    share = points / item.points
    told = f"the tests give {points:g} of {item.points:g} points"
    outcome = Outcome.PASS if share > 0 else Outcome.FAIL
    return replace(made, outcome=outcome, message=told, earned=share)

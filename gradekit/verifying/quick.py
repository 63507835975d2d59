"""The quick part of verifying, which each release runs: the reference and the blank release."""

from gradekit.course import Assignment
from gradekit.grading.kit import load_kit
from gradekit.report import AuthoringError
from gradekit.verifying.answers import quick_answers
from gradekit.verifying.graded import Verifier
from gradekit.verifying.verdicts import judge


def verify_quickly(assignment: Assignment) -> list[str]:
    """Return one line for each check that fails the reference, passes the blank release, or cannot
    grade what is no Python."""
    kit = load_kit(assignment)
    answers = quick_answers(assignment, kit)
    reports = Verifier(assignment, kit, jobs=1).grade(answers, lambda _name, _word: None)
    verdicts = [judge(answer, reports[answer.name], {}, {}) for answer in answers]
    return list(dict.fromkeys(one for verdict in verdicts for one in verdict.problems))


def require_verified(assignment: Assignment) -> None:
    """Raise AuthoringError where the checks fail the reference or pass what is not solved."""
    problems = verify_quickly(assignment)
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise AuthoringError(
            f"{assignment.graders}: the checks cannot be right: {problems[0]}{more}; see "
            f"`gradekit verify {assignment.name} --quick`"
        )

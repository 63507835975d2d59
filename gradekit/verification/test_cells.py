"""What authors should look at in test cells: what cannot be done from outside, and what a trial of
the solved and the blank notebooks has shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gradekit.assignment.code_cells.limits import cell_limits
from gradekit.assignment.spec import FILE as SPEC
from gradekit.course import Assignment
from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.grading.deciding_cells import is_cell_check
from gradekit.grading.worker_packages import imported
from gradekit.model import Outcome, Report, Result
from gradekit.verification.answers import Answer, Kind
from gradekit.workers.packages import is_installed


def limits(assignment: Assignment, bundle: GradingBundle | None = None) -> Iterator[str]:
    """Yield a line for each thing that does not work from outside, with notebook, cell and line."""
    bundle = bundle or load_bundle(assignment)
    files = [*bundle.reference, *bundle.data]
    for owner, operators in bundle.spec.operators.items():
        yield (
            f"{assignment.source / SPEC}: {owner}: {' '.join(operators)}: asked of the student's "
            "own class: points of tests that compare by it can be forged"
        )
    for name, cells in bundle.notebooks.items():
        for package in imported({name: cells}, files, bundle.spec.grading.import_stubs):
            if not is_installed(package):
                yield (
                    f"{assignment.source / name}.ipynb: imports {package}, which is not installed "
                    f"here: what needs it cannot be graded; pip install {package}"
                )
        for one in cell_limits(cells, released=bundle.data.keys()):
            yield f"{assignment.source / name}.ipynb: {one}"


def shown_by_trial(
    assignment: Assignment, graded: Sequence[tuple[Answer, Report]]
) -> Iterator[str]:
    """Yield a line for each test cell that fails the solution, or passes what is not solved."""
    found = dict[str, str]()
    for answer, report in graded:
        points = {item.name: item.points for item in report.items}
        for result in report.results:
            if is_cell_check(result.check) and result.check not in found:
                what = _what(answer, result, points[result.item])
                if what:
                    found[result.check] = what
    for check, what in found.items():
        notebook, _, cell = check.partition("::")
        yield f"{assignment.source / notebook}: {cell}: {what}"


def without_cells(report: Report) -> Report:
    """Return a report without the items that test cells decide on."""
    by_cells = {result.item for result in report.results if is_cell_check(result.check)}
    return replace(
        report,
        items=tuple(item for item in report.items if item.name not in by_cells),
        results=tuple(result for result in report.results if result.item not in by_cells),
    )


def _what(answer: Answer, result: Result, points: float) -> str:
    if answer.kind is Kind.REFERENCE and result.outcome is not Outcome.PASS:
        told = f"{result.staff_message or result.message}".strip()
        if points and result.outcome is not Outcome.ERROR:
            return (
                "is not solved in the source, so nothing shows that a right answer passes; who "
                f"does not pass it gets no points: {told}"
            )
        but = "so it gives nobody a grade" if points else "and has no points"
        return f"does not pass for your own solution, {but}: {told}"
    if not points:
        return ""
    if answer.kind is Kind.REFERENCE and result.compared_by:
        return (
            f"compares objects by the student's own {result.compared_by}, so its points can be "
            "forged: compare what the objects hold, too"
        )
    if answer.kind is Kind.REFERENCE and result.earned < 1:
        return f"does not give your own solution all points: {result.message}"
    if answer.kind is not Kind.REFERENCE and result.outcome is Outcome.PASS:
        return "gives points though nothing is solved"
    return ""

"""Grades forgeries of what checks ask for by name, beside honest hand-ins, and counts their points.

A forgery is an entry of a list `FORGERIES` in a file of this folder, whose docstring says of what
kind they are. Each is handed in twice: as a module, and as cells of a notebook. None of them solves
anything but what it says that it may earn, so each other point is one too many.
"""

from contextlib import AbstractContextManager
import re
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hostile.checks import course as given
from hostile.forgeries import HONEST, HONEST_AGAIN, forgeries_by_kind

from gradekit.assignment.code_cells.steps import StudentCell
from gradekit.batch.local import GradingBackend, Task, Ungraded, grade_all, local_backend
from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.grading.grader import Submission
from gradekit.model import Report

WAYS = (given.BY_MODULE, given.BY_NOTEBOOK)


@dataclass(frozen=True)
class Forgery:
    """A hand-in that solves nothing: what it has in the place of the functions, by their names.

    `text` comes first; what is not among `answers` is called `answer` there. It `may_earn` items.
    """

    name: str
    tries: str
    text: str = "answer = None"
    answers: Mapping[str, str] = field(default_factory=dict)
    may_earn: frozenset[str] = frozenset()

    @property
    def student(self) -> str:
        """Whose hand-in it is."""
        return re.sub(r"[^a-z0-9]+", "_", self.name.lower())

    def definitions(self) -> dict[str, str]:
        """Return what is handed in for each function."""
        return {
            name: self.answers.get(name, f"{self.text}\n\n\n{name} = answer")
            for name in given.SOLUTIONS
        }


@dataclass(frozen=True)
class Finding:
    """What came of one forgery in one way; `harm` names what it did beyond its own points."""

    name: str
    kind: str
    way: str
    tries: str
    earned: tuple[str, ...]
    harm: tuple[str, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether it earned what it may not, or did harm."""
        return bool(self.harm or self.earned)


def everywhere(text: str) -> dict[str, str]:
    """Return a text in the place of each function and class."""
    return dict.fromkeys(given.SOLUTIONS, text)


def kinds() -> dict[str, list[Forgery]]:
    """Return all forgeries by their kinds."""
    return forgeries_by_kind("hostile.checks")


class CheckSuite(AbstractContextManager["CheckSuite"]):
    """Both assignments; use as a context manager."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="hostile-checks-")
        made = given.write_course(Path(self._folder.name))
        self.bundles = {way: load_bundle(made.assignment(way)) for way in WAYS}
        self.seconds = 0.0  # of the last run

    def __exit__(self, *error: object) -> None:
        self._folder.cleanup()

    def run(self, together: Mapping[str, Sequence[Forgery]]) -> list[Finding]:
        """Grade some forgeries as one class, in both ways; return what came of each."""
        started, found = time.monotonic(), list[Finding]()
        for way, bundle in self.bundles.items():
            with local_backend(bundle, 2) as backend:
                reports = self._grade(way, bundle, backend, together)
            harm = tuple(_harm(reports))
            found += [
                _finding(kind, way, forgery, reports[forgery.student], harm)
                for kind, of in together.items()
                for forgery in of
            ]
        self.seconds = time.monotonic() - started
        return found

    def _grade(
        self,
        way: str,
        bundle: GradingBundle,
        backend: GradingBackend,
        together: Mapping[str, Sequence[Forgery]],
    ) -> dict[str, Report | Ungraded]:
        forged = {one.student: one.definitions() for of in together.values() for one in of}
        every = {HONEST: given.SOLUTIONS, **forged, HONEST_AGAIN: given.SOLUTIONS}
        tasks = [
            Task(submission(student, way, bundle, answers)) for student, answers in every.items()
        ]
        return {one.student: one for one in grade_all(tasks, backend)}


def submission(
    student: str, way: str, bundle: GradingBundle, answers: Mapping[str, str]
) -> Submission:
    """Return a hand-in with definitions by their names: a module, or a notebook's cells."""
    if way == given.BY_MODULE:
        text = "\n\n\n".join((given.HEAD, *answers.values()))
        return Submission(student, {"lib/tools.py": text.encode()})
    (source,) = bundle.notebooks.values()
    by_cell = {f"{name.lower()}_answer": text for name, text in answers.items()}
    cells = tuple(
        StudentCell(cell.number, cell.name, f"{given.HEAD}\n{by_cell[cell.name]}")
        for cell in source
        if cell.name in by_cell
    )
    return Submission(student, {}, cells={given.BY_NOTEBOOK: cells})


def _harm(reports: Mapping[str, Report | Ungraded]) -> Iterator[str]:
    for student in (HONEST, HONEST_AGAIN):
        report = reports[student]
        lost = (
            [one.check for one in report.results if one.outcome != "PASS"]
            if isinstance(report, Report)
            else [report.reason]
        )
        if lost:
            yield f"the honest hand-in was not graded as it should be: {lost}"


def _finding(
    kind: str, way: str, forgery: Forgery, report: Report | Ungraded, harm: tuple[str, ...]
) -> Finding:
    if isinstance(report, Ungraded):
        told = f"not graded: {report.reason}"
        return Finding(forgery.name, kind, way, forgery.tries, (), (*harm, told))
    earned = {one.item for one in report.results if one.outcome == "PASS"} - forgery.may_earn
    faults = [
        f"no grade: {r.check}: {r.staff_message}" for r in report.results if r.outcome == "ERROR"
    ]
    return Finding(forgery.name, kind, way, forgery.tries, tuple(sorted(earned)), (*harm, *faults))

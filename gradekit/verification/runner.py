"""Grades answers like hand-ins, side by side; what was graded before is not graded again.

What each check said of an answer is kept until something that it depends on changes, so a change of
one check makes only that check run again, and what was interrupted goes on where it was.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from gradekit.batch.local import Task, Ungraded, grade_all, local_backend
from gradekit.course import Assignment
from gradekit.errors import GraderError
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.cache_keys import ResultKeys
from gradekit.grading.deciding_cells import cell_checks
from gradekit.grading.pytest_session.collection import collect
from gradekit.grading.reference.answers_cache import answers_folder
from gradekit.model import Outcome, Report, Result
from gradekit.verification.answers import Answer, Kind

OnAnswerGraded = Callable[[str, str], None]
KeptResults = dict[str, Result]


def folder_of(assignment: Assignment) -> Path:
    """Return the folder that verifying an assignment keeps its results in."""
    return assignment.root / ".gradekit" / "verify" / assignment.name


class Verifier:
    """Grades answers with the checks of one assignment, some at a time."""

    def __init__(self, assignment: Assignment, bundle: GradingBundle, jobs: int) -> None:
        planned = [*collect(assignment.graders), *cell_checks(bundle.cell_items)]
        self._checks = [check.check for check in planned]
        self._folder, self._jobs = folder_of(assignment) / "answers", jobs
        self._references = answers_folder(assignment, bundle)
        # Mistakes are looked for where they must be told by name; elsewhere that would only cost.
        self._bundles = {True: bundle, False: replace(bundle, naming=False)}
        self._keys = {naming: ResultKeys(bundle) for naming, bundle in self._bundles.items()}

    def grade(self, answers: Sequence[Answer], progress: OnAnswerGraded) -> dict[str, Report]:
        """Return the report of each answer by its name.

        Raises GraderError where an answer has no report; what was graded by then is kept.
        """
        found = {answer.name: self._kept(answer) for answer in answers}
        stale = [answer for answer in answers if len(found[answer.name]) < len(self._checks)]
        for answer in answers:
            if answer not in stale:
                progress(answer.name, "kept")
        for naming in self._bundles:
            for answer in self._graded(naming, [a for a in stale if _named(a) is naming], found):
                progress(answer.name, "graded")
        return {answer.name: self._report(answer, found[answer.name]) for answer in answers}

    def _kept(self, answer: Answer) -> KeptResults:
        """Return the kept results of an answer that are current, by check."""
        keys, code = self._keys[_named(answer)], answer.submission.code_key
        try:
            kept = msgspec.json.decode(self._path(answer).read_bytes(), type=list[Result])
        except (OSError, msgspec.MsgspecError):  # none, or damaged
            return {}
        checks = set(self._checks)
        return {
            result.check: result
            for result in kept
            if result.check in checks and result.key == keys.of(result.check, code)
        }

    def _graded(
        self, naming: bool, answers: Sequence[Answer], found: dict[str, KeptResults]
    ) -> Iterator[Answer]:
        by_name = {answer.name: answer for answer in answers}
        tasks = [Task(one.submission, tuple(found[one.name].values())) for one in answers]
        ungraded: list[Ungraded] = []
        for outcome in self._outcomes(self._bundles[naming], tasks):
            if isinstance(outcome, Ungraded):
                ungraded.append(outcome)
                continue
            answer = by_name[outcome.student]
            found[answer.name] = {result.check: result for result in outcome.results}
            self._save(answer, outcome.results)
            yield answer
        for one in ungraded:
            raise GraderError(f"{one.student}: {one.reason}")

    def _outcomes(
        self, bundle: GradingBundle, tasks: Sequence[Task]
    ) -> Iterator[Report | Ungraded]:
        if not tasks:
            return
        with local_backend(bundle, min(self._jobs, len(tasks)), self._references) as backend:
            yield from grade_all(tasks, backend)

    def _save(self, answer: Answer, results: Iterable[Result]) -> None:
        """Keep results in one step; what may be the grader's or the machine's fault is not kept."""
        path = self._path(answer)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        right = answer.kind in (Kind.REFERENCE, Kind.EQUIVALENT)
        sound = [
            result
            for result in results
            if result.outcome is not Outcome.ERROR and not (right and result.may_be_machines)
        ]
        partial.write_bytes(msgspec.json.encode(sound))
        partial.replace(path)

    def _report(self, answer: Answer, found: KeptResults) -> Report:
        bundle, results = (
            self._bundles[_named(answer)],
            tuple(found[check] for check in self._checks),
        )
        return Report(bundle.assignment, answer.name, "", bundle.items, results)

    def _path(self, answer: Answer) -> Path:
        named = "named-" if _named(answer) else ""
        return self._folder / f"{named}{answer.submission.code_key[:32]}.json"


def _named(answer: Answer) -> bool:
    """Whether a mistake must be told by its name."""
    return answer.kind is Kind.MISTAKE

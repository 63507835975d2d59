"""Grades answers like hand-ins, side by side; what was graded before is not graded again."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from gradekit.course import Assignment
from gradekit.grading.fleet import Ungraded, grade_all
from gradekit.grading.grade import Grader, Handin
from gradekit.grading.kit import GradingKit, hash_files
from gradekit.grading.plugin import collect
from gradekit.report import GraderError, Report
from gradekit.verifying.answers import Answer, Kind
from gradekit.verifying.kept import Parts, Plan, load_parts, save_parts

Progress = Callable[[str, str], None]


def folder_of(assignment: Assignment) -> Path:
    """Return the folder that verifying an assignment keeps its results in."""
    return assignment.root / ".gradekit" / "verify" / assignment.name


class Verifier:
    """Grades answers with the checks of one assignment, some at a time."""

    def __init__(self, assignment: Assignment, kit: GradingKit, jobs: int) -> None:
        checks = tuple(collect(assignment.graders))
        self._folder, self._jobs = folder_of(assignment) / "answers", jobs
        # Mistakes are looked for where they must be told by name; elsewhere that would only cost.
        self._naming, self._plain = Plan(kit, checks), Plan(replace(kit, mistakes=()), checks)
        self._parts: dict[str, Parts] = {}

    def grade(self, answers: Sequence[Answer], progress: Progress) -> dict[str, Report]:
        """Return the report of each answer by its name.

        Raises GraderError where an answer has no report; what was graded by then is kept.
        """
        alike: dict[tuple[bool, tuple[str, ...]], list[Answer]] = defaultdict(list)
        for answer in answers:
            stale = self._stale(answer)
            if stale:
                alike[answer.kind is Kind.MISTAKE, stale].append(answer)
            else:
                progress(answer.name, "kept")
        for (_, stale), waiting in alike.items():
            self._grade(waiting, stale, progress)
        return {answer.name: self._report(answer) for answer in answers}

    def _stale(self, answer: Answer) -> tuple[str, ...]:
        plan, kept = self._plan(answer), load_parts(self._path(answer))
        current = {
            file: part
            for file, part in kept.items()
            if file in plan.files and part.key == plan.part_key(file, answer.modules)
        }
        self._parts[answer.name] = current
        return tuple(file for file in plan.files if file not in current)

    def _grade(self, answers: list[Answer], files: Sequence[str], progress: Progress) -> None:
        plan = self._plan(answers[0])
        by_name = {answer.name: answer for answer in answers}
        handins = [Handin(answer.name, answer.modules) for answer in answers]
        ungraded: list[Ungraded] = []
        for outcome in self._outcomes(plan.only(files), handins):
            if isinstance(outcome, Ungraded):
                ungraded.append(outcome)
                continue
            answer = by_name[outcome.student]
            self._parts[answer.name] |= (found := plan.split(outcome, answer.modules))
            sound = {name: part for name, part in found.items() if part.sound}
            save_parts(self._path(answer), {**load_parts(self._path(answer)), **sound})
            progress(answer.name, "graded")
        for one in ungraded:
            raise GraderError(f"{one.student}: {one.reason}")

    def _outcomes(self, kit: GradingKit, handins: Sequence[Handin]) -> Iterator[Report | Ungraded]:
        if self._jobs > 1:
            yield from grade_all(kit, handins, self._jobs)
            return
        with Grader(kit) as grader:
            for handin in handins:
                yield grader.grade(handin)

    def _report(self, answer: Answer) -> Report:
        plan, parts = self._plan(answer), self._parts[answer.name]
        results = tuple(result for file in plan.files for result in parts[file].results)
        return Report(plan.kit.assignment, answer.name, "", plan.kit.items, results)

    def _plan(self, answer: Answer) -> Plan:
        return self._naming if answer.kind is Kind.MISTAKE else self._plain

    def _path(self, answer: Answer) -> Path:
        named = "named-" if answer.kind is Kind.MISTAKE else ""
        return self._folder / f"{named}{hash_files(answer.modules)[:32]}.json"

"""The kit's steps in nbgrader's release."""

from pathlib import Path
from typing import Any

from nbgrader.utils import is_solution

from gradekit.assignment.facts import KEY, Facts, answers_of, checks_of, setup_of, write_facts
from gradekit.assignment.parts import FACTS, write_parts
from gradekit.assignment.spec import read_spec
from gradekit.course import NBGRADERS
from gradekit.gradebook.steps.base import KitStep, StepResult, assignment_of
from gradekit.grading.bundle import load_bundle
from gradekit.grading.items_match_checks import check_agreement
from gradekit.grading.worker_packages import requirements
from gradekit.lint.findings import remarks
from gradekit.notebook.cells import cells_of
from gradekit.release import build as release
from gradekit.release.leaks import check_no_leak
from gradekit.release.parts import asked_parts
from gradekit.release.released_texts import texts_in
from gradekit.solution.regions import is_one_region
from gradekit.verification.quick import require_verified
from gradekit.verification.visible_checks import require_visible


class CheckSource(KitStep):
    """Stops the release where regions, items or checks are not as they should be.

    What is staff's own is left out of it. Where the kit's steps are not there, nbgrader stops at
    such a cell, and prints it: so it can say what is missing.
    """

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> StepResult:
        """Check the source; the notebook goes on without the cells that are staff's own."""
        assignment = assignment_of(self, resources)
        release.check_source(assignment)
        check_agreement(assignment)
        require_verified(assignment)
        require_visible(assignment)
        if resources["nbgrader"]["notebook"] == assignment.notebook.stem:
            for line in remarks(assignment):
                self.log.warning(line)
        nb.cells = [
            cell for cell in nb.cells if is_solution(cell) or not is_one_region(cell.source)
        ]
        return nb, resources


class CutModules(KitStep):
    """Cuts the solutions out of the modules that nbgrader copied, and adds the student's kit."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> StepResult:
        """Write the cut modules; the notebook goes on unchanged."""
        assignment, folder = assignment_of(self, resources), _folder(self, resources)
        release.cut_modules(assignment, folder)
        bundle = load_bundle(assignment)
        release.add_student_kit(folder, requirements(bundle.spec.student.packages, bundle.packages))
        return nb, resources


class NoteFacts(KitStep):
    """Notes in the notebook what `gradekit check` and `submit` know its release by."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> StepResult:
        """Note the checks as students get them, and which files there are beside the notebook."""
        assignment = assignment_of(self, resources)
        modules, bundle = release.completed_modules(assignment), load_bundle(assignment)
        named = [path.relative_to(assignment.source).as_posix() for path in assignment.modules]
        facts = Facts(
            assignment.name,
            setup_of(nb),
            tuple(checks_of(nb)),
            tuple(modules),
            tuple(name for name in named if name not in modules),
            tuple(path.relative_to(assignment.source).as_posix() for path in assignment.data),
            resources["nbgrader"]["notebook"],
            assignment.worked_in,
            read_spec(assignment.source).title,
            resources["nbgrader"]["notebook"] in bundle.notebooks,
            bundle.packages,
            bundle.also_given,
            tuple(bundle.spec.grading.import_stubs),
            tuple(cell.name for cell in cells_of(nb) if cell.grading.get("grade_id")),
            answers_of(nb),
        )
        parts = write_parts(asked_parts(assignment))
        nb.metadata[KEY] = {**write_facts(facts), FACTS: parts}
        return nb, resources


class WriteSolution(KitStep):
    """Writes the reference without markers, when all else of the release is done."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> StepResult:
        """Stop where a line of a solution is left; else write lib_solution/."""
        assignment, folder = assignment_of(self, resources), _folder(self, resources)
        made = {f"{resources['nbgrader']['notebook']}.ipynb": texts_in(nb)}
        check_no_leak(assignment, folder, made)
        release.write_solution(assignment)
        return nb, resources


def _folder(step: KitStep, resources: dict[str, Any]) -> Path:
    assignment = assignment_of(step, resources)
    configured: str = step.config.CourseDirectory.get("release_directory", NBGRADERS.release)
    return assignment.root / configured / assignment.name

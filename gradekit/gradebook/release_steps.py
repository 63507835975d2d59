"""The kit's steps in nbgrader's release: a step that fails removes the release."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor

from gradekit.authoring import release
from gradekit.course import Assignment, Course
from gradekit.grading.agreement import check_agreement
from gradekit.handin.facts import KEY, Facts, checks_of, setup_of, write_facts
from gradekit.report import GradekitError, StorageError
from gradekit.verifying.quick import require_verified

Step = tuple[Any, dict[str, Any]]


def assignment_of(resources: dict[str, Any]) -> Assignment:
    """Return the assignment that nbgrader works on; it does so in the course's root."""
    return Course(Path.cwd()).assignment(resources["nbgrader"]["assignment"])


def is_sources(error: BaseException) -> bool:
    """Whether what stops a release may be the source's fault, so that no older one may stay."""
    return isinstance(error, GradekitError) and not isinstance(error, StorageError)


@contextmanager
def _withdrawing(assignment: Assignment) -> Iterator[None]:
    """Remove the reference of an older source where the source is wrong."""
    try:
        yield
    except BaseException as error:
        if is_sources(error):
            shutil.rmtree(assignment.solution, ignore_errors=True)
        raise


class CheckSource(NbGraderPreprocessor):
    """Stops the release where regions, items or checks are not as they should be."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> Step:
        """Check the source; where it is wrong the reference of an older one goes."""
        assignment = assignment_of(resources)
        with _withdrawing(assignment):
            release.check_source(assignment)
            check_agreement(assignment)
            require_verified(assignment)
        return nb, resources


class CutModules(NbGraderPreprocessor):
    """Cuts the solutions out of the modules that nbgrader copied, and adds the student's kit."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> Step:
        """Write the cut modules; stop the release where a line of a solution is left."""
        assignment = assignment_of(resources)
        folder = self._release_folder(assignment)
        name = f"{resources['nbgrader']['notebook']}.ipynb"
        with _withdrawing(assignment):
            release.cut_modules(assignment, folder)
            release.add_student_kit(folder)
            release.check_no_leak(assignment, folder, name, [cell.source for cell in nb.cells])
        return nb, resources

    def _release_folder(self, assignment: Assignment) -> Path:
        configured: str = self.config.CourseDirectory.get("release_directory", "release")
        return assignment.root / configured / assignment.name


class NoteFacts(NbGraderPreprocessor):
    """Notes in the notebook what `gradekit check` and `submit` know its release by."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> Step:
        """Note the checks as students get them, and which files there are beside the notebook."""
        assignment = assignment_of(resources)
        modules = release.completed_modules(assignment)
        named = [path.relative_to(assignment.source).as_posix() for path in assignment.modules]
        facts = Facts(
            assignment.name,
            setup_of(nb),
            tuple(checks_of(nb)),
            tuple(modules),
            tuple(name for name in named if name not in modules),
            tuple(path.relative_to(assignment.source).as_posix() for path in assignment.data),
        )
        nb.metadata[KEY] = write_facts(facts)
        return nb, resources


class WriteSolution(NbGraderPreprocessor):
    """Writes the reference without markers, when all else of the release is done."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> Step:
        """Write lib_solution/; the notebook goes on unchanged."""
        release.write_solution(assignment_of(resources))
        return nb, resources

"""The checks that are pytest tests of the course, as one kind of what decides on items."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from gradekit.assignment.code_cells.steps import cells_to_run
from gradekit.checks.carry_forward import Rules
from gradekit.errors import CheckOutcome, StudentTimeout
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.item_checks import Attempt
from gradekit.grading.pytest_session.session import CheckSession
from gradekit.grading.pytest_session.turn import Turn
from gradekit.model import Result
from gradekit.workers.client import HANGING_IMPORT, ProbeClient
from gradekit.workers.snapshots import replace_file

IMPORT_STAND_IN = f"class {HANGING_IMPORT}(Exception):\n    pass\nraise {HANGING_IMPORT}\n"
MOST_TOLD = 500


class PytestChecks:
    """The checks of a session that stays open; none where the bundle has no files of checks."""

    def __init__(self, bundle: GradingBundle, session: CheckSession) -> None:
        self._bundle, self._session = bundle, session

    @property
    def checks(self) -> Sequence[Result]:
        """The checks as results without an outcome; raises GraderError where one is wrong."""
        return self._session.checks if self._bundle.has_checks else ()

    @property
    def rules(self) -> Mapping[str, Rules]:
        """What each check's marker says beside its item and weight, by the check's name."""
        return self._session.rules if self._bundle.has_checks else {}

    def run(self, attempt: Attempt) -> list[Result]:
        """Run the checks that have no result that is kept."""
        if all(check.check in attempt.kept for check in self.checks):
            return []
        client, files = attempt.client, self._bundle.student_files
        client.cells = cells_to_run(self._bundle.notebooks, attempt.cells)
        client.missing_files = tuple(name for name in files if name not in attempt.modules)
        try:
            stop_hanging_imports(client, attempt.folder, files)
            turn = Turn(
                client,
                attempt.kept,
                attempt.student,
                stopped=attempt.stopped,
                keep=attempt.keep,
            )
            turn.go_on_from(attempt.ends)
            results = self._session.run(turn)
        finally:
            client.renew()
        return [replace(one, staff_message=one.staff_message[:MOST_TOLD]) for one in results]

    def close(self) -> None:
        """End the session."""
        self._session.close()


def stop_hanging_imports(student: ProbeClient, folder: Path, names: tuple[str, ...]) -> None:
    """Put a module that raises at once in the place of each one that does not finish importing.

    Otherwise every check would wait for it again.
    """
    for name in names:
        module = ".".join(PurePosixPath(name).with_suffix("").parts)
        try:
            student.ask("import_module_", name=module)
        except StudentTimeout:
            replace_file(folder / name, IMPORT_STAND_IN)
            student.hanging_files += (name,)
        except CheckOutcome:
            pass  # it fails at once, and each check that needs it tells

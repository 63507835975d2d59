"""What decides on items: checks of one kind or another, each asked of a hand-in in the same way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from gradekit.assignment.code_cells.steps import StudentCell
from gradekit.checks.carry_forward import Rules
from gradekit.grading.progress import CheckEnd
from gradekit.model import Result
from gradekit.workers.deadlines.last_resort import Stopped
from gradekit.workers.remote.in_test.confined import StudentClient


@dataclass
class Attempt:
    """A hand-in while it is graded.

    `client` asks its code, which lies in the snapshot `folder`; its clock has the time that is
    left. `modules` are the names of what was handed in, `cells` its code in notebooks. Results that
    are `kept` are not found again; `stopped` are checks that have ended a process, `ends` those of
    the checks before. What comes of further ones is given to `keep`.
    """

    student: str
    client: StudentClient
    folder: Path
    modules: frozenset[str] = frozenset()
    cells: Mapping[str, Sequence[StudentCell]] = field(default_factory=dict)
    kept: Mapping[str, Result] = field(default_factory=dict)
    stopped: tuple[Stopped, ...] = ()
    ends: tuple[CheckEnd, ...] = ()
    keep: Callable[[CheckEnd], None] | None = None


class ItemChecks(Protocol):
    """Checks of one kind."""

    @property
    def checks(self) -> Sequence[Result]:
        """The checks as results without an outcome; raises GraderError where one is wrong."""
        ...

    @property
    def rules(self) -> Mapping[str, Rules]:
        """What checks say beside their items, by their names."""
        ...

    def run(self, attempt: Attempt) -> list[Result]:
        """Return the results of the checks that have none that is kept."""
        ...

    def close(self) -> None:
        """End what was started for them."""
        ...

"""When a hand-in came in: its timestamp.txt, as nbgrader reads it, where it can be read."""

from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.utils import gettz, parse_utc

from gradekit.course import NBGRADERS
from gradekit.files import is_machines, storage_error
from gradekit.gradebook.steps.base import KitStep, StepResult
from gradekit.submission.names import TIMESTAMP

MOST = 200
UNREAD = f"{TIMESTAMP} is no time that nbgrader can read: no penalty for lateness"


class KeepTime(KitStep):
    """Keeps in the gradebook the hand-in's time, and none where timestamp.txt tells none now.

    nbgrader alone goes on with the time of an earlier hand-in there.
    """

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> StepResult:
        """Write the time; the notebook goes on unchanged."""
        where = resources["nbgrader"]
        assignment, student = where["assignment"], where["student"]
        folder = self.config.CourseDirectory.get("submitted_directory", NBGRADERS.submitted)
        with Gradebook(where["db_url"]) as gradebook:
            submission = gradebook.find_submission(assignment, student)
            submission.timestamp = submission_time(Path(folder) / student / assignment)[0]
            gradebook.db.commit()
        return nb, resources


def submission_time(folder: Path) -> tuple[datetime | None, str]:
    """Return when a hand-in came in, in UTC without a zone, and a line where that cannot be read.

    Without timestamp.txt there is neither. Raises StorageError where the machine is at fault.
    """
    path = folder / TIMESTAMP
    if not path.exists():
        return None, ""
    try:
        with path.open("rb") as file:
            return _parsed(file.read(MOST).decode("utf-8").strip()), ""
    except OSError as error:
        if is_machines(error) and not isinstance(error, PermissionError):
            raise storage_error(error, path) from error
        return None, UNREAD
    except (ValueError, OverflowError):
        return None, UNREAD


def _parsed(text: str) -> datetime:
    words = text.split(" ")
    # nbgrader would take the time of a zone that it does not know for one in UTC.
    if len(words) == 3 and gettz(words[2]) is None:
        raise ValueError(words[2])
    time: datetime = parse_utc(text)
    return time

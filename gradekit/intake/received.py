"""When a hand-in came in: what staff or nbgrader say counts, what a student says does not."""

import re
from datetime import UTC, datetime
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from gradekit.errors import UsageError
from gradekit.intake.limits import Sent
from gradekit.intake.uploads import Upload
from gradekit.submission.names import TIMESTAMP

_TIME = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?"
    r"(?: (?:[+-]\d{4}|[A-Z][A-Za-z_]*(?:/[A-Z][A-Za-z_-]*)*))?"
)


def read_time(text: str) -> datetime:
    """Return a time that staff give, such as "2026-11-24 12:00 Europe/Berlin"; no zone means UTC.

    Raises UsageError where it is none.
    """
    words = text.split()
    try:
        zone = ZoneInfo(words.pop()) if len(words) > 2 else UTC
        date, clock = words
        time = datetime.fromisoformat(f"{date}T{clock}")
        return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, KeyError, OSError, OverflowError) as error:
        raise UsageError(
            f"{text!r} is no time: give it as 2026-11-24 12:00, which is in UTC, or with a zone "
            "such as Europe/Berlin behind it"
        ) from error


def timestamp(
    upload: Upload, sent: Sent, received: datetime | None, assignment: str = ""
) -> tuple[bytes, list[str]]:
    """Return timestamp.txt as nbgrader reads it, or nothing where no time is known, and notes.

    It is `received` where that is given, else the file's own text where nbgrader collected it.
    """
    if received:
        return f"{received.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f %Z}\n".encode(), []
    collected = (TIMESTAMP, f"{assignment}/{TIMESTAMP}")
    found = next((name for name in collected if name in sent.names), "")
    if upload.dated and found:
        text = sent.read(found)[:200].decode("utf-8", "replace").strip()
        if _is_time(text):
            return f"{text}\n".encode(), [f"handed in {text}, as {TIMESTAMP} says"]
        return b"", [f"{TIMESTAMP} is no time, and does not count"]
    notes = []
    if any(PurePosixPath(name).name == TIMESTAMP for name in sent.names):
        notes.append(f"its own {TIMESTAMP} does not count: a student can write one")
    if upload.late:
        notes.append("Canvas marks it as late: give its time with --received for that to count")
    return b"", notes


def _is_time(text: str) -> bool:
    try:
        return bool(_TIME.fullmatch(text) and datetime.strptime(text[:19], "%Y-%m-%d %H:%M:%S"))
    except ValueError:
        return False

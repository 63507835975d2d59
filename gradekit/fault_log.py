"""The log of faults: what staff need of an exception beside its one line, with its traceback.

It is `.gradekit/log/gradekit.log` in the course's folder. With `--debug` it is printed as well.
"""

import contextlib
import logging
import sys
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path

MAX_LOG_BYTES = 4 * 2**20
MOST_CHARACTERS = 20_000  # of one traceback, its end
_FORMAT = logging.Formatter("%(asctime)s %(message)s")
_log = logging.getLogger("gradekit.fault_log")
_log.propagate = False
_log.addHandler(logging.NullHandler())


class _Quiet(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Go on: a log that cannot be written is no further fault."""


def log_file(root: Path) -> Path:
    """Return the file that a course's log is in."""
    return root / ".gradekit" / "log" / "gradekit.log"


def log_to(root: Path) -> None:
    """Keep faults in a course's log from now on; one that cannot be written is no further fault."""
    path = log_file(root)
    if any(getattr(one, "baseFilename", "") == str(path) for one in _log.handlers):
        return
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = _Quiet(path, maxBytes=MAX_LOG_BYTES, backupCount=1, encoding="utf-8", delay=True)
        handler.setFormatter(_FORMAT)
        _log.addHandler(handler)


def log_to_stderr() -> None:
    """Print faults as well."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    _log.addHandler(handler)


def note(title: str, trace: str = "") -> None:
    """Log a fault: one line, and its traceback, bounded and without control characters."""
    text = "".join(c if c.isprintable() or c == "\n" else " " for c in trace[-MOST_CHARACTERS:])
    _log.error("%s", f"{title}\n{text.rstrip()}\n" if text.strip() else title)


def traced(error: BaseException) -> str:
    """Return an exception's traceback as Python tells it, with those that led to it."""
    return "".join(traceback.format_exception(error))[-MOST_CHARACTERS:]

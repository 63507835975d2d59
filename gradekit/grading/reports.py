"""Keeps reports as JSON files, one per hand-in, each written in one step."""

from pathlib import Path

import msgspec

from gradekit.report import GraderError, Report
from gradekit.storage import write_whole


def save_report(path: Path, report: Report) -> None:
    """Write a report in one step; raise StorageError where that fails, and the old one stays."""
    write_whole(path, msgspec.json.format(msgspec.json.encode(report)))


def load_current(path: Path, key: str) -> Report | None:
    """Return a kept report if it has a key and no errors; a damaged one counts as none."""
    try:
        kept = load_report(path)
    except GraderError:
        return None
    return kept if kept and kept.key == key and not kept.has_errors else None


def load_report(path: Path) -> Report | None:
    """Return a kept report, or None where there is none; raise GraderError where it is damaged."""
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Report)
    except msgspec.MsgspecError as error:
        raise GraderError(f"{path}: not a report ({error}); delete it and grade again") from error

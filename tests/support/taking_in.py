"""Takes hand-ins in as `collect` does, one or many."""

from collections.abc import Container
from datetime import datetime
from pathlib import Path

from gradekit.errors import SubmissionError
from gradekit.findings.released import NOTHING, Released
from gradekit.intake.archive import open_box
from gradekit.intake.identity.owners import NOBODY, Roster
from gradekit.intake.take_in import Destination, Taken, put, read_sent, staged
from gradekit.intake.uploads import Upload, uploads


def take_in(
    source: Path | Upload,
    assignment: str,
    root: Path,
    *,
    replace: bool = False,
    released: Released = NOTHING,
    settled: Container[str] = (),
    received: datetime | None = None,
    known: Roster = NOBODY,
) -> Taken:
    """Take one student's hand-in in, below a folder."""
    arrived = read_sent(source, assignment, released, received, known)
    with staged(arrived, root) as one:
        return put(one, Destination(root, assignment, replace, settled, known))


def take_all(
    path: Path, root: Path, released: Released, known: Roster = NOBODY
) -> tuple[dict[str, Taken], list[str]]:
    """Take in what a path holds of the tiny assignment.

    Returns it by student, and a line for each that was refused. Raises SubmissionError where all of
    it is.
    """
    taken: dict[str, Taken] = {}
    refused = []
    with open_box(path) as opened:
        for upload in uploads(path, opened, "tiny", released):
            try:
                one = take_in(upload, "tiny", root, released=released, settled=taken, known=known)
                taken[one.student] = one
            except SubmissionError as error:
                refused.append(str(error))
    assert all(line.isprintable() for line in refused)
    return taken, refused

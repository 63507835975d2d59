"""Holds the PDF of a hand-in against its notebook, and keeps pictures of what differs."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gradekit import bounds
from gradekit.assignment.spec import read_spec
from gradekit.course import Assignment
from gradekit.errors import GraderError, SubmissionError
from gradekit.files import write_whole
from gradekit.intake.folder import plain_files
from gradekit.model import PdfFinding, PdfState
from gradekit.pdf_check.compare import PartMatch, colours_of, compare_pdf
from gradekit.pdf_check.reader import PdfReader
from gradekit.release.parts import asked_parts, load_declared_rules
from gradekit.sandbox.guard import Exceeded, limited
from gradekit.submission.names import no_pdf, pdf_name
from gradekit.submission.parts.find import Part, doubts, figures_of, find_parts
from gradekit.submission.parts.images import Decode
from gradekit.text import one_line

WHOLE = "pdf"  # what a finding on all of a PDF is named for


class PdfCheck:
    """Checks one hand-in after another; its readers start with the first PDF."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._specs = asked_parts(assignment)
        self._is_optional = not read_spec(assignment.source).parts
        self._rules = load_declared_rules(assignment)
        self._reader: PdfReader | None = None

    def check(self, student: str) -> tuple[PdfFinding, ...]:
        """Return how a student's PDF compares with the notebook; nothing where none is asked for.

        Where the assignment declares no parts there may be one, and nobody misses it.
        What differs is drawn side by side below .gradekit/pdf. Raises GraderError where no PDF can
        be read in confinement here.
        """
        if not self._specs:
            return ()
        try:
            return limited(lambda: self._check(student))
        except Exceeded as error:
            self.close()  # what was interrupted may be left in any state
            return (PdfFinding(WHOLE, PdfState.UNREADABLE, f"the hand-in {error}"),)

    def _check(self, student: str) -> tuple[PdfFinding, ...]:
        shutil.rmtree(self._pictures(student), ignore_errors=True)
        folder = self._assignment.submission(student)
        pdf = folder / pdf_name(self._assignment.name)
        if not pdf.is_file() and self._is_optional:
            return ()
        if not pdf.is_file():
            return (PdfFinding(WHOLE, PdfState.MISSING, no_pdf(self._assignment.name)),)
        try:
            notebook = self._assignment.as_one_notebook(folder)
        except SubmissionError:
            what = "the notebook cannot be read, so nothing is compared"
            return (PdfFinding(WHOLE, PdfState.UNREADABLE, what),)
        try:
            return tuple(self._compared(student, pdf, notebook))
        except GraderError:  # the next PDF has readers that work
            self.close()
            raise

    def close(self) -> None:
        """End the readers."""
        reader, self._reader = self._reader, None
        if reader:
            reader.close()

    def _compared(
        self, student: str, pdf: Path, notebook: Mapping[str, Any]
    ) -> Iterator[PdfFinding]:
        self._reader = self._reader or PdfReader()
        with self._reader.open(pdf) as opened:
            decode = opened.decode(figures_of(notebook, self._specs)).get
            parts = self._parts(student, notebook, decode)
            content = opened.read(colours_of(parts, decode))
        found = compare_pdf(content, parts, decode)
        for number, one in enumerate(found, 1):
            yield self._drawn(student, one, number) if one.picture else one.finding
        yield from _doubts(parts)

    def _parts(self, student: str, notebook: Mapping[str, Any], decode: Decode) -> tuple[Part, ...]:
        wanted = any(spec.kind == "file" for spec in self._specs)
        files = plain_files(self._assignment.submission(student)) if wanted else None

        def read(name: str) -> bytes | None:
            return (
                files.read(name, bounds.SUBMISSION_BYTES) if files and name in files.names else None
            )

        return find_parts(notebook, self._specs, decode, self._rules, read)

    def _drawn(self, student: str, one: PartMatch, number: int) -> PdfFinding:
        path = self._pictures(student) / f"{one.finding.part}_{number}.png"
        write_whole(path, one.picture)
        found = one.finding
        shown = path.relative_to(self._assignment.root).as_posix()
        return PdfFinding(found.part, found.state, found.what, shown)

    def _pictures(self, student: str) -> Path:
        return self._assignment.root / ".gradekit" / "pdf" / self._assignment.name / student


def _doubts(parts: tuple[Part, ...]) -> Iterator[PdfFinding]:
    for part in parts:
        for doubt in doubts(part):
            yield PdfFinding(part.name, PdfState.DIFFERS, one_line(doubt))
        for failed in part.failed:
            what = f"{part.title}: a rule of the assignment's own fails: {failed}"
            yield PdfFinding(part.name, PdfState.UNREADABLE, one_line(what), for_staff=True)

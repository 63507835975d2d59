"""Makes courses with classes of any size: hand-ins right, wrong and odd, in fixed shares.

Modules come from the answers that the checks are verified with: the reference, some 50 right
answers that are written differently, 64 known mistakes and some 490 mutants. No two hand-ins hold
the same file, and a class is the same each time.
"""

import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from modules import Handed, Writer
from notebooks import Saved, fill, run_both
from tqdm import tqdm
from verifying import ROOT, copy_course

from gradekit.assignment.parts import parts_asked_for
from gradekit.commands.release import make_release
from gradekit.course import Assignment
from gradekit.submission.parts.find import find_parts
from gradekit.submission.pdf.build import build_pdf

NAME = "problem_2"
HANDED_IN = "2026-06-01 12:00:00 UTC\n"
MADE = datetime(2026, 6, 1, 11, tzinfo=UTC)
NOT_HANDED_IN = ("*.whl", "requirements.txt", "hidden")

# Parts of a class, of each kind. What is ordinary ends within seconds whoever grades it.
ORDINARY = {
    Handed.RIGHT: 15,
    Handed.DIFFERENT: 25,
    Handed.ONE: 33,
    Handed.TWO: 12,
    Handed.PARTLY: 12,
    Handed.BLANK: 3,
}
MIXED = {
    Handed.RIGHT: 150,
    Handed.DIFFERENT: 230,
    Handed.ONE: 300,
    Handed.TWO: 110,
    Handed.PARTLY: 110,
    Handed.BLANK: 25,
    Handed.SYNTAX: 20,
    Handed.MISSING: 15,
    Handed.LOOP: 12,
    Handed.HOG: 6,
    Handed.ODD: 4,
    Handed.CRASH: 8,
    Handed.DAMAGED: 5,
    Handed.NO_NOTEBOOK: 5,
}
# The share of a notebook's code cells that show an error.
SHOWN_WRONG = {Handed.ONE: 0.05, Handed.TWO: 0.1, Handed.PARTLY: 0.4, Handed.BLANK: 1.0}

Class = dict[str, Handed]


def class_of(shares: Mapping[Handed, int], size: int) -> Class:
    """Return what each student of a class hands in; its first students have about the same shares.

    So a small class is the beginning of a large one.
    """
    given: Counter[Handed] = Counter()
    made, whole = {}, sum(shares.values())
    for number in range(1, size + 1):
        due = {kind: share * number / whole - given[kind] for kind, share in shares.items()}
        kind = max(due, key=lambda kind: due[kind])
        given[kind] += 1
        made[f"s{number:04}"] = kind
    return made


@dataclass(frozen=True)
class Workshop:
    """What classes are made of: a released course without hand-ins, and what notebooks show."""

    assignment: Assignment
    writer: Writer
    saved: Saved


def open_workshop(folder: Path) -> Workshop:
    """Release the assignment as it is here in a folder, and run its notebook."""
    assignment = copy_course(NAME, folder / "empty")
    shutil.copy(ROOT / "nbgrader_config.py", assignment.root)
    make_release(assignment)
    writer = Writer(assignment)
    modules = writer.modules(Handed.RIGHT, "")
    return Workshop(assignment, writer, run_both(assignment.release, modules, folder / "run"))


def make_course(
    workshop: Workshop, folder: Path, students: Class, *, pdfs: bool = True
) -> Assignment:
    """Make a course of the kit's with a class, nobody graded yet."""
    shutil.copytree(workshop.assignment.root, folder)
    assignment = Assignment(folder, NAME)
    hand_in_all(workshop, students, folder, assignment.release, pdfs=pdfs)
    return assignment


def hand_in_all(
    workshop: Workshop, students: Class, root: Path, release: Path, *, pdfs: bool
) -> None:
    """Put a class's hand-ins into a course's submitted/, each begun from a release."""
    blank = (release / f"{NAME}.ipynb").read_text(encoding="utf-8")
    for student, kind in tqdm(students.items(), desc=f"hand-ins of {root.name}", unit="hand-in"):
        folder = root / "submitted" / student / NAME
        shutil.copytree(release, folder, ignore=shutil.ignore_patterns(*NOT_HANDED_IN))
        for name in workshop.writer.bundle.student_files:
            (folder / name).unlink()
        for name, data in workshop.writer.modules(kind, student).items():
            (folder / name).write_bytes(data)
        notebook = nbformat.reads(blank, as_version=4)
        fill(notebook, workshop.saved, SHOWN_WRONG.get(kind, 0.0), student)
        _save(folder, nbformat.writes(notebook), kind)
        if pdfs:
            pdf = build_pdf(find_parts(notebook, parts_asked_for(notebook)), NAME, student, MADE)
            (folder / f"{NAME}_solution.pdf").write_bytes(pdf)
        (folder / "timestamp.txt").write_text(HANDED_IN)


def _save(folder: Path, notebook: str, kind: Handed) -> None:
    path = folder / f"{NAME}.ipynb"
    if kind is Handed.NO_NOTEBOOK:
        path.unlink()
    else:
        end = len(notebook) // 2 if kind is Handed.DAMAGED else None
        path.write_text(notebook[:end], encoding="utf-8")

"""What the kit costs: its overhead, a large class with everything in it, classes of any size."""

import json
import shutil
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from classes import MIXED, ORDINARY, Workshop, class_of, make_course
from contest import KIT_SIZE, kit_grading
from measuring import Cost, costs, run

from gradekit.course import Assignment

SMALL_ROUNDS = 3  # of classes that are graded within a minute or so
SMALL = 100  # hand-ins


def overhead(workshop: Workshop, folder: Path, options: Namespace) -> dict[str, Any]:
    """Return what one core spends on a hand-in beyond the processor time of the student's code.

    The same class hands in without PDFs and with them, side by side.
    """
    students = class_of(ORDINARY, min(options.class_size, KIT_SIZE))
    assignment = make_course(workshop, folder / "kit", students)
    shutil.copy(assignment.root / "gradebook.db", assignment.root / "gradebook.before")
    bare = Assignment(folder / "bare", assignment.name)
    shutil.copytree(assignment.root, bare.root)
    for pdf in bare.root.glob("submitted/*/*/*.pdf"):
        pdf.unlink()
    ways = {"bare": bare, "with PDFs": assignment}
    found = costs(
        {
            name: kit_grading(way.root, list(students), 1, one_core=True)
            for name, way in ways.items()
        },
        options.rounds,
    )
    cost, whole = found["bare"], found["with PDFs"]
    # The first hand-in is not in the cost.
    own = [_report(bare, student).get("student_cpu_seconds", 0.0) for student in students]
    student_cpu = sum(own[1:]) / len(own[1:])
    return {
        **asdict(cost),
        "student_cpu": round(student_cpu, 4),
        "overhead": round(cost.wall - student_cpu, 4),
        "overhead_cpu": round(cost.cpu - student_cpu, 4),
        "pdf": round(whole.wall - cost.wall, 4),
        "kb": _kilobytes(assignment, len(students)),
    }


def _kilobytes(assignment: Assignment, students: int) -> dict[str, float]:
    """Return what a hand-in takes on the disk, in kB (1,000 bytes), by where it is."""
    root = assignment.root
    empty = (root / "gradebook.before").stat().st_size
    sizes = {name: _bytes(root / name) for name in ("submitted", "autograded", "feedback")}
    sizes[".gradekit"] = _bytes(root / ".gradekit")
    sizes["gradebook.db"] = (root / "gradebook.db").stat().st_size - empty
    return {name: round(size / students / 1000, 1) for name, size in sizes.items()}


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def large_class(workshop: Workshop, folder: Path, options: Namespace) -> dict[str, Any]:
    """Return what a class with every kind of hand-in takes, and the same command once more."""
    students = class_of(MIXED, options.class_size)
    assignment = make_course(workshop, folder / "kit", students)
    grading = kit_grading(assignment.root, list(students), options.jobs)
    command = [word for word in grading.all if word not in ("--force", *students)]
    first = run(command, grading, "all kinds of hand-ins", len(students), memory=True)
    again = run(command, grading, "the same again", len(students), memory=True)
    reports = [_report(assignment, student) for student in students]
    return {
        "students": len(students),
        "jobs": options.jobs,
        "kinds": Counter(students.values()),
        "outcomes": _outcomes(reports),
        "first": asdict(first),
        "again": asdict(again),
    }


def sizes(workshop: Workshop, folder: Path, options: Namespace) -> dict[str, Any]:
    """Return the cost per hand-in of classes of 10, 100, … hand-ins, on all cores."""
    students = class_of(ORDINARY, options.class_size)
    root = make_course(workshop, folder / "kit", students).root
    found: dict[str, Cost] = {}
    for size in sorted({10, 100, options.class_size}):
        if size <= options.class_size:
            grading = kit_grading(root, list(students)[:size], options.jobs)
            rounds = SMALL_ROUNDS if size <= SMALL else 1
            found |= costs({str(size): grading}, rounds)
    return {"jobs": options.jobs, "costs": {size: asdict(cost) for size, cost in found.items()}}


def _outcomes(reports: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Return for each outcome how many hand-ins have a check that ended so."""
    found = Counter(
        outcome
        for report in reports
        for outcome in {result["outcome"] for result in report["results"]}
    )
    return dict(found.most_common())


def _report(assignment: Assignment, student: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(assignment.report_file(student).read_text(encoding="utf-8"))
    return found

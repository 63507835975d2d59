"""Seconds per hand-in whose code is in cells, by the kit and by plain nbgrader, side by side."""

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cell_classes import NAME, Class, class_of, our_course, plain_course, style_called
from contest import compare, kit_grading, nbgrader_grading, points_of
from measuring import Grading, costs

KIT, KIT_ALL = "kit", "kit, all cores"
AUTOGRADE, AUTOGRADE_ALL = "autograde", "autograde, all cores"
FEEDBACK = "feedback"
KIT_SIZE = 120
CELL_STYLES = ("strings", "pandas", "plots")


def cell_contest(folder: Path, options: Namespace) -> dict[str, Any]:
    """Return what each way to grade costs for three assignments, and where points differ.

    nbgrader grades the first hand-ins of the class that the kit grades, enough of them to tell.
    """
    found = {}
    for name in CELL_STYLES:
        style = style_called(name)
        everybody = class_of(style, min(options.class_size, KIT_SIZE))
        students = dict(list(everybody.items())[: options.peer_size])
        ours = our_course(folder / name / "kit", style, everybody)
        theirs = plain_course(folder / name / "nbgrader", style, students)
        spent = costs(_gradings(ours, theirs, everybody, students, options.jobs), options.rounds)
        found[name] = {
            "costs": {way: asdict(cost) for way, cost in spent.items()},
            "points": compare(points_of(ours, NAME), points_of(theirs, NAME)),
        }
    return {"jobs": options.jobs, "styles": found}


def _gradings(
    ours: Path, theirs: Path, everybody: Class, students: Class, jobs: int
) -> dict[str, Grading]:
    names, asked = list(everybody), list(students)
    return {
        KIT: kit_grading(ours, names, 1, one_core=True, name=NAME),
        AUTOGRADE: nbgrader_grading(theirs, asked, "autograde", name=NAME),
        FEEDBACK: nbgrader_grading(theirs, asked, "generate_feedback", name=NAME),
        KIT_ALL: kit_grading(ours, names, jobs, name=NAME),
        AUTOGRADE_ALL: nbgrader_grading(theirs, asked, "autograde", one_core=False, name=NAME),
    }

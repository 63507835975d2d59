"""Seconds per hand-in, by the kit and by plain nbgrader, on the same hand-ins, side by side."""

from argparse import Namespace
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import checks_in_cells
from checks_in_cells import Cells
from classes import NAME, ORDINARY, Workshop, class_of, make_course
from measuring import GRADEKIT, NBGRADER, Cost, Grading, costs, run
from modules import Handed
from nbgrader.api import Gradebook

EPOCHS = 50  # of the notebook as it is
KIT_SIZE = 300
KIT, KIT_ALL = "kit", "kit, all cores"
CELLS, CELLS_ALL = "checks alone", "checks alone, all cores"
FEEDBACK, NOTEBOOK, TRAINING = "feedback", "all but training", "with training"

Points = dict[tuple[str, str], float]


def kit_grading(
    root: Path, students: list[str], jobs: int, *, one_core: bool = False, name: str = NAME
) -> Grading:
    """Return how the kit grades some students of a course, whatever it has graded before."""
    options = ["--jobs", str(jobs), "--force"]
    few, every = ([GRADEKIT, "grade", name, *s, *options] for s in (students[:jobs], students))
    made = f"feedback/*/{name}/*.html"
    return Grading(root, few, every, len(students), made, one_core, few=jobs)


def nbgrader_grading(
    root: Path, students: list[str], step: str, one_core: bool = True, name: str = NAME
) -> Grading:
    """Return how nbgrader does a step for all students of a course."""
    every = [NBGRADER, step, name, "--force"]
    made = f"feedback/*/{name}/*.html" if step == "generate_feedback" else f"autograded/*/{name}"
    return Grading(root, [*every, "--student", students[0]], every, len(students), made, one_core)


def contest(workshop: Workshop, folder: Path, options: Namespace) -> dict[str, Any]:
    """Return the cost of each way to grade a class, and where their points differ.

    nbgrader grades the first hand-ins of the class that the kit grades, enough of them to tell.
    """
    everybody = class_of(ORDINARY, min(options.class_size, KIT_SIZE))
    # nbgrader looks at no PDF.
    ours = make_course(workshop, folder / "kit", everybody, pdfs=False).root
    students = class_of(ORDINARY, options.peer_size)
    names = list(students)
    cells, notebook = (
        checks_in_cells.make_course(workshop, folder / which.name.lower(), students, which)
        for which in (Cells.CHECKS, Cells.ALL_BUT_TRAINING)
    )
    found = costs(
        {
            KIT: kit_grading(ours, list(everybody), 1, one_core=True),
            KIT_ALL: kit_grading(ours, list(everybody), options.jobs),
            CELLS: nbgrader_grading(cells, names, "autograde"),
            CELLS_ALL: nbgrader_grading(cells, names, "autograde", one_core=False),
            FEEDBACK: nbgrader_grading(cells, names, "generate_feedback"),
            NOTEBOOK: nbgrader_grading(notebook, names, "autograde"),
        },
        options.rounds,
    )
    found[TRAINING] = with_training(workshop, folder, options.training_epochs, found[NOTEBOOK])
    return {
        "jobs": options.jobs,
        "costs": {name: asdict(cost) for name, cost in found.items()},
        "training_epochs": options.training_epochs,
        "points": compare(points_of(ours), points_of(cells)),
    }


def with_training(workshop: Workshop, folder: Path, epochs: int, without: Cost) -> Cost:
    """Return what one hand-in costs nbgrader when it trains again, of which all cells are run.

    With fewer epochs than the notebook has, the time that they take is scaled to all of them.
    """
    students = {"s0001": Handed.RIGHT}
    root = checks_in_cells.make_course(workshop, folder / "all", students, Cells.ALL, epochs)
    grading = nbgrader_grading(root, list(students), "autograde")
    spent = run(grading.first, grading, f"{TRAINING}, {epochs} epochs of {EPOCHS}", 1)
    wall = spent.wall - without.start_up - without.wall
    cpu = spent.cpu - without.start_up_cpu - without.cpu
    wall, cpu = (EPOCHS / epochs * training for training in (wall, cpu))
    return replace(
        without,
        students=1,
        wall=round(without.wall + wall, 3),
        cpu=round(without.cpu + cpu, 3),
    )


def points_of(root: Path, name: str = NAME) -> Points:
    """Return the automatic points in a course's gradebook, by student and item."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        return {
            (submission.student.id, grade.name): round(grade.auto_score, 6)
            for submission in gradebook.assignment_submissions(name)
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.cell.cell_type == "code"
        }


def compare(ours: Points, theirs: Points) -> dict[str, Any]:
    """Return how many of nbgrader's points are compared, and those that the kit does not give."""
    differ = {
        f"{student} {item}": [ours.get((student, item)), points]
        for (student, item), points in theirs.items()
        if ours.get((student, item)) != points
    }
    return {"compared": len(theirs), "differ": differ}

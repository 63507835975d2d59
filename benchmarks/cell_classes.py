"""Makes classes whose code is in cells, one course of the kit's and one of plain nbgrader."""

import subprocess
import sys
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import nbformat
from cells import MARKER, wrong_answers
from measuring import ENVIRONMENT, GRADEKIT, NBGRADER

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from cell_notebooks import with_answers
from cell_styles import DATA, STYLES, Style

from gradekit.files import write_files

NAME = "ps1"
OURS = "from gradekit.gradebook.config import configure\n\nconfigure(get_config())\n"
PLAIN = "c = get_config()\n"
# Of each ten hand-ins in turn; "wrong" are mutants of the solution, with one mistake or two.
ORDINARY = ("solved", "wrong", "solved", "wrong", "half", "wrong", "solved", "wrong", "solved",
            "blank")  # fmt: skip

Class = dict[str, dict[str, str]]  # what each student writes, by the names of cells


def style_called(name: str) -> Style:
    """Return a small assignment by its name."""
    return next(style for style in STYLES if style.name == name)


def class_of(style: Style, size: int) -> Class:
    """Return what so many students write; no two write the same."""
    ready, wrong = style.answers(), cycle(submitted for _, submitted in wrong_answers(style))
    found = {}
    for number, kind in enumerate(islice(cycle(ORDINARY), size), 1):
        submitted = next(wrong) if kind == "wrong" else ready[kind]
        found[f"s{number:04}"] = {
            cell: f"{text}\n# {number}" for cell, text in _answers(submitted).items()
        }
    return found


def our_course(root: Path, style: Style, students: Class) -> Path:
    """Make a course of the kit's with a class, nobody graded yet; return its folder."""
    return _course(root, style, students, OURS, [GRADEKIT, "release", NAME])


def plain_course(root: Path, style: Style, students: Class) -> Path:
    """Make the same course of plain nbgrader."""
    return _course(root, style, students, PLAIN, [NBGRADER, "generate_assignment", NAME])


def _course(root: Path, style: Style, students: Class, config: str, release: Sequence[str]) -> Path:
    source = root / "source" / NAME
    write_files(root, {"nbgrader_config.py": config.encode()})
    write_files(source, DATA)
    nbformat.write(style.source, source / f"{NAME}.ipynb")
    done = subprocess.run(release, cwd=root, env=ENVIRONMENT, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stdout + done.stderr)
    released = nbformat.read(root / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    for student, answers in students.items():
        folder = root / "submitted" / student / NAME
        write_files(folder, DATA)
        nbformat.write(with_answers(released, answers), folder / f"{NAME}.ipynb")
    return root


def _answers(submitted: Any) -> dict[str, str]:
    marked = ((cell, cell.metadata.get("nbgrader", {})) for cell in submitted.cells)
    return {
        marks["grade_id"]: MARKER.sub("", cell.source)
        for cell, marks in marked
        if marks.get("solution")
    }

"""What a release is made of besides the notebook: cut modules, the reference, the student's kit."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from gradekit.assignment.spec import FILE as SPEC
from gradekit.course import Assignment, notebook_json, read_text
from gradekit.errors import AuthoringError, raise_first
from gradekit.names import TO_COMPLETE
from gradekit.python_tree import python_tree
from gradekit.release.cell_regions import cell_faults, cell_id_faults
from gradekit.release.parts import part_faults
from gradekit.release.student_wheel import build_wheel
from gradekit.solution.regions import cut, find_regions, region_faults, solve

REQUIREMENTS = """\
# Made by `gradekit release`. Install from this folder: pip install -r requirements.txt
"""
GENERATED = "# Generated from {source} by `gradekit release`; do not edit.\n"


def check_source(assignment: Assignment) -> None:
    """Raise AuthoringError unless the regions of a source can be cut and the items be read.

    Of several faults it is the first, and says how many more there are.
    """
    raise_first(source_faults(assignment), assignment.name)


def source_faults(assignment: Assignment) -> Iterator[AuthoringError]:
    """Yield all that keeps a source from being cut and its items and parts from being read."""
    for path in assignment.modules:
        yield from _module_faults(path)
    for path in assignment.strays():
        yield AuthoringError(
            f"{path}: nothing is taken in from a folder of this name, which is an environment's or "
            "another program's: rename the folder, or move it out of the source"
        )
    for path in assignment.notebooks:
        cells = notebook_json(path)["cells"]
        yield from cell_id_faults(cells, str(path))
        for number, cell in enumerate(cells, start=1):
            yield from cell_faults(cell, f"{path} cell {number}")
            yield from _incomplete("".join(cell.get("source", "")), f"{path} cell {number}", False)
    for path in sorted(assignment.graders.rglob("*.py")):
        yield from _incomplete(path.read_text("utf-8", "replace"), str(path), True)
    yield from assignment.item_faults()
    yield from part_faults(assignment)


def _incomplete(text: str, where: str, counts_lines: bool) -> Iterator[AuthoringError]:
    """Yield what an author has still to do in checks that were made, at each place."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip().startswith(TO_COMPLETE):
            told = line.strip().removeprefix(TO_COMPLETE).strip()
            place = f"{where}:{number}" if counts_lines else where
            yield AuthoringError(f"{place}: is to be completed: {told}")


def _module_faults(path: Path) -> Iterator[AuthoringError]:
    try:
        text = read_text(path)
        faults = region_faults(text, str(path))
        yield from faults
        if not faults:
            _compile(solve(text, str(path)), path)
            _compile(cut(text, str(path)), path)
    except AuthoringError as error:
        yield error


def cut_modules(assignment: Assignment, release: Path) -> None:
    """Write the modules as students get them, each compiled before it is written.

    What the assignment declares to the kit is the staff's, and taken out.
    """
    (release / SPEC).unlink(missing_ok=True)
    for path in assignment.modules:
        text = cut(read_text(path), str(path.relative_to(assignment.source)))
        _compile(text, path)
        target = release / path.relative_to(assignment.source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")


def completed_modules(assignment: Assignment) -> list[str]:
    """Return the paths of the modules that students complete: those with a solution region."""
    found = [(path.relative_to(assignment.source).as_posix(), path) for path in assignment.modules]
    return [name for name, path in found if find_regions(read_text(path), name)]


def add_student_kit(release: Path, packages: Iterable[str] = ()) -> None:
    """Put the kit's student side into a release, and the requirements that install it.

    `packages` are what students install besides, as pip takes them.
    """
    wheel = build_wheel(release)
    lines = (f"{line}\n" for line in (f"./{wheel.name}", *packages))
    text = REQUIREMENTS + "".join(lines)
    (release / "requirements.txt").write_text(text, encoding="utf-8", newline="\n")


def write_solution(assignment: Assignment) -> None:
    """Write the reference without markers to lib_solution/, whole or not at all."""
    partial = assignment.solution.with_name(f".{assignment.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)  # also where there is no module
    for path in assignment.modules:
        name = path.relative_to(assignment.source)
        heading = GENERATED.format(source=path.relative_to(assignment.root).as_posix())
        target = partial / name
        target.parent.mkdir(parents=True, exist_ok=True)
        text = solve(read_text(path), str(path))
        target.write_text(heading + text, encoding="utf-8", newline="\n")
    shutil.rmtree(assignment.solution, ignore_errors=True)
    partial.rename(assignment.solution)


def _compile(text: str, path: Path) -> None:
    try:
        python_tree(text)
    except SyntaxError as error:
        raise AuthoringError(f"{path}:{error.lineno}: not Python once cut ({error.msg})") from error

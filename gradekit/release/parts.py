"""The parts that an assignment asks for, by the course's source, and whether they can be met."""

from collections.abc import Iterator

from gradekit.assignment.items import joined
from gradekit.assignment.parts import PartSpec, default_parts
from gradekit.assignment.spec import FILE, line_of_key, place_in_words, read_spec
from gradekit.course import Assignment
from gradekit.errors import AuthoringError, SubmissionError
from gradekit.files import unreadable
from gradekit.names import RULES
from gradekit.notebook.cells import Cell, cells_of, read_notebook
from gradekit.submission.names import MANIFEST, TIMESTAMP, pdf_name
from gradekit.submission.rules import RuleSet, load_rules
from gradekit.text import listed

MAX_NAMED = 8


def asked_parts(assignment: Assignment) -> tuple[PartSpec, ...]:
    """Return the parts that an assignment declares, or else the answers that a person grades.

    Raises AuthoringError where what it declares is wrong.
    """
    return tuple(read_spec(assignment.source).parts) or default_parts(_cells(assignment))


def load_declared_rules(assignment: Assignment) -> RuleSet:
    """Return the rules of an assignment's own, by name.

    Raises AuthoringError where their file cannot be imported, or lacks one that is declared.
    """
    specs = read_spec(assignment.source).parts
    if not any(spec.rules for spec in specs):
        return {}
    rules = load_rules(assignment.source / RULES)
    for number, spec in enumerate(specs):
        for name in spec.rules:
            if name not in rules:
                what = f"no function {name!r} in {assignment.source / RULES}"
                raise _wrong(assignment, number, "rules", what)
    return rules


def part_faults(assignment: Assignment) -> Iterator[AuthoringError]:
    """Yield for each declared part, with file and line, why nobody can meet it.

    That is where the notebook has no cell of its name, or its rules are not there.
    """
    cells = _cells(assignment)
    for number, spec in enumerate(read_spec(assignment.source).parts):
        if spec.kind == "file" and _is_handed_in_anyway(assignment, spec.path):
            what = f"{spec.path} is handed in as it is, or never: name another file"
            yield _wrong(assignment, number, "path", what)
        if spec.kind != "file" and not any(spec.is_cell(cell) for cell in cells):
            what = f"no cell is called {spec.cell or spec.name!r}; {_called(cells)}"
            yield _wrong(assignment, number, "cell" if spec.cell else "name", what)
        if spec.after and not any(map(spec.is_before, cells)):
            what = f"no cell is called {spec.after!r}; {_called(cells)}"
            yield _wrong(assignment, number, "after", what)
    try:
        load_declared_rules(assignment)
    except AuthoringError as error:
        yield error


def _is_handed_in_anyway(assignment: Assignment, path: str) -> bool:
    known = (pdf_name(assignment.name), MANIFEST, TIMESTAMP)
    return path in known or path.endswith((".py", ".ipynb"))


def _called(cells: list[Cell]) -> str:
    names = sorted({name for cell in cells for name in cell.names})
    return f"there are: {listed(names, MAX_NAMED)}" if names else "none has a name or a tag"


def _cells(assignment: Assignment) -> list[Cell]:
    try:
        return cells_of(joined({path.stem: read_notebook(path) for path in assignment.notebooks}))
    except SubmissionError:  # told where the notebook itself is checked
        return []


def _wrong(assignment: Assignment, number: int, key: str, what: str) -> AuthoringError:
    path = assignment.source / FILE
    try:
        line = line_of_key(path.read_bytes(), "part", number, key)
    except OSError as error:
        return AuthoringError(str(unreadable(error, path)))
    return AuthoringError(f"{path}:{line}: {place_in_words('part', number, key)}: {what}")

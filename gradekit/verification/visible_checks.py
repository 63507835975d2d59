"""The checks that students see: each release runs them on the solution and on the blank release.

They run as `gradekit check` runs them, in a fresh kernel; they are the staff's own code.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from gradekit.assignment.facts import checks_of, setup_of
from gradekit.assignment.visible_checks import Check, CheckResult, State
from gradekit.course import Assignment, read_text
from gradekit.errors import AuthoringError, GraderError, SubmissionError, raise_first
from gradekit.files import code_key, hash_files, hash_texts, write_files, write_whole
from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.notebook.cells import read_notebook
from gradekit.solution.constant_answers import CONSTANTS, with_constants
from gradekit.solution.regions import cut
from gradekit.submission.check import results

SECONDS = 120.0  # for each cell, as long as a student waits
RUNS = ("model.py", "errors.py", "files.py", "notebook", "assignment", "submission")
_BEGIN_HIDDEN, _END_HIDDEN = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"


def _without_hidden(source: str) -> str:
    """Return a check without its hidden tests, as nbgrader releases it."""
    kept, hidden = [], False
    for line in source.splitlines(keepends=True):
        hidden = hidden or _BEGIN_HIDDEN in line
        kept += [] if hidden else [line]
        hidden = hidden and _END_HIDDEN not in line
    return "".join(kept)


ALONE = (
    " (a visible check of code in modules runs without the notebook's other cells, "
    "but for the one named setup: it needs its own imports)"
)


@dataclass(frozen=True)
class _Visible:
    """The visible checks of one notebook, and the cell that runs before them."""

    path: Path
    setup: str
    checks: list[Check]

    @property
    def released(self) -> list[Check]:
        """The checks as students get them."""
        return [replace(check, source=_without_hidden(check.source)) for check in self.checks]


def require_visible(assignment: Assignment, seconds: float = SECONDS) -> None:
    """Raise AuthoringError where a visible check fails the solution, or passes what is not solved.

    Of several it is the first. Raises GraderError as `visible_faults` does.
    """
    raise_first(visible_faults(assignment, seconds), assignment.name)


def visible_faults(assignment: Assignment, seconds: float = SECONDS) -> list[AuthoringError]:
    """Return the visible checks that fail the solution, or pass what is not solved.

    Test cells that decide on points are tried with the hidden checks, and not here.
    What was found right is kept, and not run again until something that it depends on has changed.
    Raises GraderError where the machine may be what keeps a check from its end, on either of them:
    it does not end within some seconds, its process dies, memory runs out, no kernel starts here.
    """
    bundle = load_bundle(assignment)
    found, data = _visible(assignment, bundle), _data(assignment)
    solved = {k: bytes(v) for k, v in bundle.reference.items()}
    blank = {name: cut(text, name).encode() for name, text in _sources(assignment).items()}
    key, kept = _key(found, solved, blank, data), _kept(assignment, "visible.txt")
    if not found or _read_kept(kept)[:1] == [key]:
        return []
    faults = []
    for one in found:
        on_solution = _run(solved, data, one.setup, one.checks, seconds)
        on_blank = _run(blank, data, one.setup, one.released, seconds)
        problems = [*_false_fails(on_solution), *_false_passes(on_blank)]
        faults += [AuthoringError(f"{one.path}: {problem}") for problem in problems]
    if not faults:
        write_whole(kept, key.encode())
    return faults


def visible_passed_by_constants(assignment: Assignment, seconds: float = SECONDS) -> list[str]:
    """Return a line for each visible check that passes where functions only return a constant.

    It is kept as what `visible_faults` finds is, and raises GraderError where that does.
    """
    bundle = load_bundle(assignment)
    found, data, sources = _visible(assignment, bundle), _data(assignment), _sources(assignment)
    answers = {
        constant: {n: with_constants(text, n, constant).encode() for n, text in sources.items()}
        for constant in CONSTANTS
    }
    key = _key(found, *answers.values(), data)
    kept = _kept(assignment, "visible_constants.txt")
    if not found or _read_kept(kept)[:1] == [key]:
        return _read_kept(kept)[1:] if found else []
    lines: dict[str, str] = {}
    for one, (constant, modules) in product(found, answers.items()):
        for result in _run(modules, data, one.setup, one.released, seconds):
            if result.state is State.PASSED:
                what = f"the visible check of {result.item} passes where functions only"
                lines.setdefault(result.item, f"{one.path}: {what} `return {constant}`")
    write_whole(kept, "\n".join([key, *lines.values()]).encode())
    return list(lines.values())


def _visible(assignment: Assignment, bundle: GradingBundle) -> list[_Visible]:
    # Where students complete modules, a notebook whose tests decide on nothing is tried.
    answered = {item.notebook for item in bundle.cell_items}
    answered |= set() if bundle.student_files else set(bundle.notebooks)
    paths = [path for path in assignment.notebooks if path.stem not in answered]
    notebooks = ((path, read_notebook(path)) for path in paths)
    found = (_Visible(path, setup_of(one), checks_of(one)) for path, one in notebooks)
    return [one for one in found if one.checks]


def _sources(assignment: Assignment) -> dict[str, str]:
    return {str(p.relative_to(assignment.source)): read_text(p) for p in assignment.modules}


def _data(assignment: Assignment) -> dict[str, bytes]:
    return {str(p.relative_to(assignment.source)): p.read_bytes() for p in assignment.data}


def _kept(assignment: Assignment, name: str) -> Path:
    return assignment.root / ".gradekit" / "verify" / assignment.name / name


def _read_kept(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n") if path.is_file() else []


def _run(
    modules: dict[str, bytes],
    data: dict[str, bytes],
    setup: str,
    checks: list[Check],
    seconds: float,
) -> list[CheckResult]:
    with tempfile.TemporaryDirectory(prefix="gradekit-visible-") as name:
        folder = Path(name).resolve()
        write_files(folder, {**data, **modules})
        try:
            return list(results(folder, setup, checks, seconds))
        except SubmissionError as error:
            raise GraderError(f"the visible checks cannot be run here: {error}") from error


def _require_not_the_machines(result: CheckResult, on: str) -> None:
    # Whether it passes is not known: neither a release nor a refusal may rest on that.
    if result.may_be_machines:
        raise GraderError(
            f"the visible check of {result.item} on {on}: {result.what or result.state}: it may be "
            "this machine's fault (memory, open files, load): run the same command again; where "
            "that does not help, let the check end soon and take little memory"
        )


def _false_fails(found: list[CheckResult]) -> Iterator[str]:
    for result in found:
        _require_not_the_machines(result, "the solution")
        if result.state is not State.PASSED:
            what = result.what or result.state
            what += ALONE if "NameError" in what else ""
            yield f"the visible check of {result.item} does not pass on the solution: {what}"


def _false_passes(found: list[CheckResult]) -> Iterator[str]:
    for result in found:
        _require_not_the_machines(result, "what is not solved")
        if result.state is State.PASSED:
            yield f"the visible check of {result.item} passes though nothing is solved"


def _key(found: list[_Visible], *files: dict[str, bytes]) -> str:
    checks = [(one.path.name, one.setup, one.checks) for one in found]
    return hash_texts(code_key(RUNS), repr(checks), *map(hash_files, files))

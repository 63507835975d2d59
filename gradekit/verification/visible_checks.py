"""The checks that students see: each release runs them on the solution and on the blank release.

They run as `gradekit check` runs them, in a fresh kernel; they are the staff's own code.
"""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gradekit.assignment.facts import checks_of, setup_of
from gradekit.assignment.visible_checks import Check, CheckResult, State
from gradekit.course import Assignment, read_text
from gradekit.errors import AuthoringError, GraderError, SubmissionError
from gradekit.files import code_key, hash_files, hash_texts, write_files, write_whole
from gradekit.grading.bundle import load_bundle
from gradekit.notebook.cells import read_notebook
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


def require_visible(assignment: Assignment, seconds: float = SECONDS) -> None:
    """Raise AuthoringError where a visible check fails the solution, or passes what is not solved.

    Test cells that decide on points are tried with the hidden checks, and not here.
    What was found right is kept, and not run again until something that it depends on has changed.
    Raises GraderError where the machine may be what keeps a check from its end, on either of them:
    it does not end within some seconds, its process dies, memory runs out, no kernel starts here.
    """
    bundle = load_bundle(assignment)
    paths = [path for path in assignment.notebooks if path.stem not in bundle.notebooks]
    notebooks = [(path, read_notebook(path)) for path in paths]
    found = [(path, setup_of(notebook), checks_of(notebook)) for path, notebook in notebooks]
    found = [one for one in found if one[2]]
    if not found:
        return
    solved = {k: bytes(v) for k, v in bundle.reference.items()}
    sources = {str(p.relative_to(assignment.source)): p for p in assignment.modules}
    blank = {name: cut(read_text(path), name).encode() for name, path in sources.items()}
    data = {str(p.relative_to(assignment.source)): p for p in assignment.data}
    files = (solved, blank, {k: v.read_bytes() for k, v in data.items()})
    key = _key([(setup, checks) for _, setup, checks in found], *files)
    kept = assignment.root / ".gradekit" / "verify" / assignment.name / "visible.txt"
    if kept.is_file() and kept.read_text(encoding="utf-8") == key:
        return
    for path, setup, checks in found:
        released = [replace(check, source=_without_hidden(check.source)) for check in checks]
        problems = [
            *_false_fails(_run(solved, data, setup, checks, seconds)),
            *_false_passes(_run(blank, data, setup, released, seconds)),
        ]
        if problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            raise AuthoringError(f"{path}: {problems[0]}{more}")
    write_whole(kept, key.encode())


def _run(
    modules: dict[str, bytes],
    data: dict[str, Path],
    setup: str,
    checks: list[Check],
    seconds: float,
) -> list[CheckResult]:
    with tempfile.TemporaryDirectory(prefix="gradekit-visible-") as name:
        folder = Path(name).resolve()
        write_files(folder, modules)
        for path, source in data.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, folder / path)
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
            yield f"the visible check of {result.item} does not pass on the solution: {what}"


def _false_passes(found: list[CheckResult]) -> Iterator[str]:
    for result in found:
        _require_not_the_machines(result, "what is not solved")
        if result.state is State.PASSED:
            yield f"the visible check of {result.item} passes though nothing is solved"


def _key(checks: list[tuple[str, list[Check]]], *files: dict[str, bytes]) -> str:
    return hash_texts(code_key(RUNS), repr(checks), *map(hash_files, files))

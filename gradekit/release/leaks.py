"""Looks through a release, file by file, for what students must not see: markers and solutions."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path

from gradekit.assignment.spec import FILE as SPEC
from gradekit.course import Assignment, notebook_json
from gradekit.errors import AuthoringError, GradekitError, raise_first
from gradekit.release.released_texts import texts_of_file, texts_of_release
from gradekit.release.secret_lines import (
    MARKER,
    SecretLine,
    as_released,
    can_be_cut,
    cell_texts,
    module_texts,
    secret_lines,
    secret_lines_of,
    squeezed,
)
from gradekit.solution.regions import cut

# What nbgrader leaves out of a release.
_IGNORED = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")
_WRITTEN = frozenset([".py", ".ipynb", ".md", ".txt", ".toml", ".rst"])


def check_no_leak(
    assignment: Assignment, release: Path, made: Mapping[str, Iterable[str]] = {}
) -> None:
    """Raise AuthoringError where a line of a solution, or a marker, stands in a release.

    Every file is looked through, hidden and packed ones as well. `made` has the texts of files that
    are not written yet, by name.
    """
    raise_first(leaks(assignment, release, made))


def leaks(
    assignment: Assignment, release: Path, made: Mapping[str, Iterable[str]] = {}
) -> Iterator[AuthoringError]:
    """Yield where a line of a solution, or a marker, stands in a release; see `check_no_leak`."""
    return _leaks(texts_of_release(release, made), secret_lines(assignment))


def leaks_to_come(assignment: Assignment) -> Iterator[AuthoringError]:
    """Yield where a line of a solution would stand in the release, of a source that can be cut.

    What cannot be cut, of the rest, has no lines here: that it cannot is told elsewhere.
    """
    source = assignment.source
    made: dict[str, Iterable[str]] = {
        path.name: [as_released(cell) for cell in notebook_json(path)["cells"]]
        for path in assignment.notebooks
    }
    modules = [(file, text) for file, text in module_texts(assignment) if can_be_cut(text, file)]
    for path in assignment.modules:
        made[path.relative_to(source).as_posix()] = []
    for file, text in modules:
        made[Path(file).relative_to(source).as_posix()] = [cut(text, file)]
    for path in source.rglob("*"):
        if not goes_out(path.relative_to(source)):
            made[path.relative_to(source).as_posix()] = []
    cells = [(file, text) for file, text in cell_texts(assignment) if can_be_cut(text, file)]
    return _leaks(texts_of_release(source, made), secret_lines_of(assignment, modules, cells))


def goes_out(path: Path) -> bool:
    """Whether a file below a source is copied into the release, by nbgrader's own rule."""
    return path.name != SPEC and not any(
        fnmatch(part, pattern) for part in path.parts for pattern in _IGNORED
    )


def require_no_leak(assignment: Assignment) -> None:
    """Raise GradekitError where the release that is there shows what students must not see.

    So is one that nbgrader made by itself, where the kit's steps were not in place. Data is passed
    over here, for this is looked at often.
    """
    secrets = secret_lines(assignment)
    paths = (path for path in sorted(assignment.release.rglob("*")) if path.suffix in _WRITTEN)
    try:
        for path in filter(Path.is_file, paths):
            texts = texts_of_file(str(path), path.read_bytes())
            raise_first(_leaks(texts, secrets))
    except AuthoringError as error:
        raise GradekitError(
            f"{error}; the release was made without the kit's steps, or of another source: take it "
            f"back from whoever has it, and run `gradekit release {shlex.quote(assignment.name)}`"
        ) from error


def _leaks(
    texts: Iterable[tuple[str, str]], secrets: Sequence[SecretLine]
) -> Iterator[AuthoringError]:
    bare_secrets = [(squeezed(line.text), line) for line in secrets]
    for name, text in texts:
        marker = MARKER.search(text)
        if marker:
            line = text.count("\n", 0, marker.start()) + 1
            yield AuthoringError(f"{name}:{line}: {marker[0]!r} stands in the release")
        bare = squeezed(text)
        for secret, where in bare_secrets:
            if secret in bare:
                yield AuthoringError(
                    f"{where.file}:{where.number}: a line of a solution stands in the release too, "
                    f"in {name}: {where.text!r}; reword one of them"
                )

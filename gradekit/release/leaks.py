"""Looks through a release, file by file, for what students must not see: markers and solutions."""

import shlex
import bz2
import gzip
import io
import json
import lzma
import re
import tarfile
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from gradekit.assignment.spec import FILE as SPEC
from gradekit.solution.cell_solutions import with_plain_markers
from gradekit.solution.regions import cut, find_regions, solution_lines
from gradekit.release.student_wheel import WHEEL
from gradekit.course import Assignment, notebook_json, read_text
from gradekit.errors import AuthoringError, GradekitError, raise_first
from gradekit.files import is_machines, storage_error

# Characters of a line, white space aside, from which it is a line of substance. Up to COMMON it is
# no secret where it stands outside of the regions as well, like `for t in range(T):`, or as a part
# of a longer line there, like `return self`.
SHORTEST_LEAK, COMMON = 10, 30
_IMPORTS = ("import ", "from ")
# What is packed is opened as deep, and as far, as that; what is long is looked through in pieces.
MAX_DEPTH, MAX_BYTES, CHUNK = 3, 2**31, 2**24

MARKER = re.compile(
    r"(?:BEGIN|END) (?:SOLUTION|HIDDEN TESTS|MARK SCHEME)\b|#\s*(?i:BEGIN|END)\s+(?i:SOLUTION)\b"
)
# Lines that students never get: of solutions, and of the tests and schemes that nbgrader takes out.
_HIDDEN = ("HIDDEN TESTS", "MARK SCHEME")
# What nbgrader leaves out of a release.
_IGNORED = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")
_HEAD, _OVERLAP = 8192, 8192
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_WRITTEN = frozenset([".py", ".ipynb", ".md", ".txt", ".toml", ".rst"])
_COMPILED = (".pyc", ".pyo")
_SPACES = re.compile(r"\s+")
_PICTURE = re.compile(r"[A-Za-z0-9+/=\s]{64,}")


@dataclass(frozen=True)
class SecretLine:
    """A line that must not be seen by students: where it stands in the source, and its text."""

    file: str
    number: int
    text: str


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
    return _leaks(_texts(release, made), secret_lines(assignment))


def leaks_to_come(assignment: Assignment) -> Iterator[AuthoringError]:
    """Yield where a line of a solution would stand in the release, of a source that can be cut.

    What cannot be cut, of the rest, has no lines here: that it cannot is told elsewhere.
    """
    source = assignment.source
    made: dict[str, Iterable[str]] = {
        path.name: [as_released(cell) for cell in notebook_json(path)["cells"]]
        for path in assignment.notebooks
    }
    modules = [(file, text) for file, text in _module_texts(assignment) if can_be_cut(text, file)]
    for path in assignment.modules:
        made[path.relative_to(source).as_posix()] = []
    for file, text in modules:
        made[Path(file).relative_to(source).as_posix()] = [cut(text, file)]
    for path in source.rglob("*"):
        if not goes_out(path.relative_to(source)):
            made[path.relative_to(source).as_posix()] = []
    cells = [(file, text) for file, text in _cell_texts(assignment) if can_be_cut(text, file)]
    return _leaks(_texts(source, made), _secret_lines(assignment, modules, cells))


def can_be_cut(text: str, file: str) -> bool:
    """Whether the markers of a text pair, so that it is known what is a solution."""
    try:
        cut(text, file)
    except AuthoringError:
        return False
    return True


def goes_out(path: Path) -> bool:
    """Whether a file below a source is copied into the release, by nbgrader's own rule."""
    return path.name != SPEC and not any(
        fnmatch(part, pattern) for part in path.parts for pattern in _IGNORED
    )


def as_released(cell: Mapping[str, Any]) -> str:
    """Return a cell's text as students get it, without the stub in the place of what is cut."""
    text = with_plain_markers("".join(cell.get("source", "")))
    is_answer = cell.get("metadata", {}).get("nbgrader", {}).get("solution", False)
    return "" if is_answer and not MARKER.search(text) else without_regions(text)


def require_no_leak(assignment: Assignment) -> None:
    """Raise GradekitError where the release that is there shows what students must not see.

    So is one that nbgrader made by itself, where the kit's steps were not in place. Data is passed
    over here, for this is looked at often.
    """
    secrets = secret_lines(assignment)
    paths = (path for path in sorted(assignment.release.rglob("*")) if path.suffix in _WRITTEN)
    try:
        for path in filter(Path.is_file, paths):
            texts = _texts_of(str(path), path.read_bytes(), [MAX_BYTES], 0)
            raise_first(_leaks(texts, secrets))
    except AuthoringError as error:
        raise GradekitError(
            f"{error}; the release was made without the kit's steps, or of another source: take it "
            f"back from whoever has it, and run `gradekit release {shlex.quote(assignment.name)}`"
        ) from error


def _leaks(
    texts: Iterable[tuple[str, str]], secrets: Sequence[SecretLine]
) -> Iterator[AuthoringError]:
    squeezed_secrets = [(_squeeze(line.text), line) for line in secrets]
    for name, text in texts:
        marker = MARKER.search(text)
        if marker:
            line = text.count("\n", 0, marker.start()) + 1
            yield AuthoringError(f"{name}:{line}: {marker[0]!r} stands in the release")
        squeezed = _squeeze(text)
        for secret, where in squeezed_secrets:
            if secret in squeezed:
                yield AuthoringError(
                    f"{where.file}:{where.number}: a line of a solution stands in the release too, "
                    f"in {name}: {where.text!r}; reword one of them"
                )


def secret_lines(assignment: Assignment) -> list[SecretLine]:
    """Return the lines of substance of all solution regions and hidden tests of a source.

    A short line that stands outside of them as well gives nothing away, nor does an import that is
    given, or a hidden test's line that is one of a visible test's, too; nor one of several lines of
    a cell's region, which a module that students get as it is has, too: see `lines_given_too`.
    """
    return _secret_lines(assignment, _module_texts(assignment), _cell_texts(assignment))


def lines_given_too(assignment: Assignment) -> Iterator[str]:
    """Yield where one line of a cell's solution of several stands in a module of staff's."""
    of_staff = _lines_of_staff(_module_texts(assignment))
    for file, text in _cell_texts(assignment):
        for number, line in _lone_lines(text, file, of_staff):
            yield (
                f"{file}:{number}: this line of a solution stands in a module that students get, "
                f"too: {line!r}"
            )


def _secret_lines(
    assignment: Assignment, modules: Sequence[tuple[str, str]], cells: Sequence[tuple[str, str]]
) -> list[SecretLine]:
    found, given = [], _given_lines(assignment, modules)
    lines, of_staff = frozenset(given.split("\n")), _lines_of_staff(modules)
    for file, text in [*modules, *cells]:
        lone = _lone_lines(text, file, of_staff) if (file, text) in cells else ()
        for number, line in solution_lines(text, file):
            squeezed = _squeeze(line)
            is_given = (number, line) in lone or (line.startswith(_IMPORTS) and squeezed in lines)
            if not is_given and not _is_common(squeezed, given):
                found.append(SecretLine(file, number, line))
        for number, line in _hidden_lines(text):
            squeezed = _squeeze(line)
            if squeezed not in lines and not _is_common(squeezed, given):
                found.append(SecretLine(file, number, line))
    return found


def _lines_of_staff(modules: Sequence[tuple[str, str]]) -> frozenset[str]:
    """Return the long lines of modules without a region: students get these as they are."""
    texts = [text for file, text in modules if not find_regions(text, file)]
    lines = (_squeeze(line) for text in texts for line in text.split("\n"))
    return frozenset(line for line in lines if len(line) > COMMON)


def _lone_lines(text: str, file: str, given: Collection[str]) -> list[tuple[int, str]]:
    """Return the lines that are given, each the only one of its region that is, of several."""
    lines = [one for one in solution_lines(text, file) if not one[1].startswith(_IMPORTS)]
    found = list[tuple[int, str]]()
    for region in find_regions(text, file):
        own = [one for one in lines if region.begin < one[0] - 1 < region.end]
        too = [one for one in own if _squeeze(one[1]) in given]
        found += too if len(too) == 1 and len(own) > 1 else []
    return found


def _is_common(squeezed: str, given: str) -> bool:
    size = len(squeezed)
    return size < SHORTEST_LEAK or (size <= COMMON and squeezed in given)


def _given_lines(assignment: Assignment, modules: Sequence[tuple[str, str]]) -> str:
    """Return the lines that students are meant to get, each without white space."""
    texts = [cut(text, file) for file, text in modules]
    for path in assignment.notebooks:
        texts += map(as_released, notebook_json(path)["cells"])
    return "\n".join(_squeeze(line) for text in texts for line in text.split("\n"))


def without_regions(text: str) -> str:
    """Return a cell's text without its solution, tests and scheme; it need not be Python."""
    kept, hidden = [], False
    for line in text.split("\n"):
        if MARKER.search(line):
            hidden = "BEGIN" in line.upper()
        elif not hidden:
            kept.append(line)
    return "\n".join(kept)


def _hidden_lines(text: str) -> Iterator[tuple[int, str]]:
    hidden = False
    for number, line in enumerate(text.split("\n"), start=1):
        if any(f"BEGIN {kind}" in line for kind in _HIDDEN):
            hidden = True
        elif any(f"END {kind}" in line for kind in _HIDDEN):
            hidden = False
        elif hidden and line.strip() and not line.strip().startswith("#"):
            yield number, line.strip()


def _module_texts(assignment: Assignment) -> list[tuple[str, str]]:
    return [(str(path), read_text(path)) for path in assignment.modules]


def _cell_texts(assignment: Assignment) -> list[tuple[str, str]]:
    return [
        (f"{path} cell {number}", with_plain_markers("".join(cell.get("source", ""))))
        for path in assignment.notebooks
        for number, cell in enumerate(notebook_json(path)["cells"], start=1)
    ]


def _texts(release: Path, made: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
    for name, parts in made.items():
        yield name, "\n".join(parts)
    for path in sorted(release.rglob("*")):
        name = path.relative_to(release).as_posix()
        if path.is_symlink():
            raise AuthoringError(f"{path}: a link stands in the release: copy what it leads to")
        # The student's kit is the kit's own and holds no source of an assignment.
        if path.is_file() and name not in made and not WHEEL.fullmatch(name):
            yield from _texts_of(str(path), path.read_bytes(), [MAX_BYTES], 0)


def _texts_of(name: str, data: bytes, left: list[int], depth: int) -> Iterator[tuple[str, str]]:
    """Yield a file's texts: its own, of a notebook the cells' and outputs', of an archive all."""
    if name.endswith(_COMPILED):
        raise AuthoringError(f"{name}: compiled Python stands in the release: it can be read back")
    for inner, read in _unpacked(name, data):
        unpacked = read(left[0])
        left[0] -= len(unpacked)
        if left[0] < 0 or depth == MAX_DEPTH:
            raise AuthoringError(f"{name}: too much, or packed too deeply, to be looked through")
        yield from _texts_of(f"{name}/{inner}", unpacked, left, depth + 1)
    if len(data) > CHUNK and b"\0" in data[:_HEAD] and not data.startswith(_UTF16):
        return  # large, and no text
    for start in range(0, len(data), CHUNK):
        yield name, _decoded(data[start : start + CHUNK + _OVERLAP])
    if name.endswith(".ipynb") or data.lstrip()[:1] in (b"{", b"["):
        try:
            tree = json.loads(data)
        except (ValueError, RecursionError):
            return
        yield name, "\n".join(texts_in(tree))


def _decoded(data: bytes) -> str:
    return data.decode("utf-16" if data.startswith(_UTF16) else "utf-8", "replace")


def texts_in(tree: Any) -> Iterator[str]:
    """Yield every text in a notebook; lines that are kept as a list are one, pictures are bytes."""
    waiting = [tree]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            value = "".join(value)
        if isinstance(value, str):
            yield value
            yield from _pictured(value)
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value


def _pictured(text: str) -> Iterator[str]:
    if _PICTURE.fullmatch(text):
        try:
            yield _decoded(b64decode(text))
        except ValueError:
            return


Reader = Callable[[int], bytes]


def _unpacked(name: str, data: bytes) -> list[tuple[str, Reader]]:
    """Return what an archive holds, as names and what reads at most so many bytes of each."""
    for magic, opened in _PACKERS.items():
        if data.startswith(magic):
            packed = opened(io.BytesIO(data))
            return [(Path(name).stem, partial(_read, name, packed))]
    try:
        if data.startswith(b"PK") or zipfile.is_zipfile(io.BytesIO(data)):
            archive = zipfile.ZipFile(io.BytesIO(data))
            members = [one for one in archive.infolist() if not one.is_dir()]
            return [(one.filename, partial(_read_member, archive, one)) for one in members]
        if data[257:262] == b"ustar":
            tar = tarfile.open(fileobj=io.BytesIO(data))  # noqa: SIM115  (it is in memory)
            files = ((one.name, tar.extractfile(one)) for one in tar)
            return [(inner, partial(_read, inner, file)) for inner, file in files if file]
    except (zipfile.BadZipFile, tarfile.TarError):
        pass  # it only begins like one
    return []


_PACKERS: dict[bytes, Callable[[BinaryIO], Any]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ": lzma.LZMAFile,
}


_DAMAGE = (
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
)


def _read(name: str, file: Any, most: int) -> bytes:
    try:
        return bytes(file.read(most + 1))
    except _DAMAGE as error:
        _require_machine(error)
        raise AuthoringError(
            f"{name}: packed so that it cannot be looked through ({error})"
        ) from error


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    try:
        with archive.open(member) as file:
            return _read(member.filename, file, most)
    except _DAMAGE as error:
        _require_machine(error)
        raise AuthoringError(
            f"{member.filename}: packed so that it cannot be looked through ({error})"
        ) from error


def _require_machine(error: BaseException) -> None:
    """Raise StorageError where it was the machine that kept a file from being looked through."""
    if is_machines(error):
        raise storage_error(error) from error


def _squeeze(text: str) -> str:
    return _SPACES.sub("", text)

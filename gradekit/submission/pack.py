"""Packs a hand-in: builds the PDF, and puts it with the notebook and the modules into one zip."""

import hashlib
import json
import platform
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from pathlib import Path
from typing import Any

from gradekit import __version__
from gradekit.assignment.code_cells.text import to_python
from gradekit.assignment.facts import read_facts
from gradekit.assignment.modules import asked_for, missing_modules, module_paths
from gradekit.assignment.student_notebooks import StudentNotebooks, find_notebooks
from gradekit.errors import SubmissionError
from gradekit.notebook.cells import cells_of
from gradekit.notebook.lost_names import LOST, is_stripped
from gradekit.notebook.reading import other_format_number
from gradekit.python_tree import python_tree
from gradekit.submission.import_trial.code_scan import (
    AtTheGraders,
    files_not_there,
    newer_than_the_graders,
    packages_not_there,
)
from gradekit.submission.import_trial.trial import import_problems
from gradekit.submission.kit_of_release import other_kit
from gradekit.submission.names import (
    MANIFEST,
    check_student_id,
    is_student_id,
    pdf_name,
    without_copy_mark,
    zip_name,
)
from gradekit.submission.not_packed import not_handed_in
from gradekit.submission.parts.find import Part, advice_on, missing, notes_on
from gradekit.submission.parts.in_folder import parts_in, rules_not_there
from gradekit.submission.pdf.build import MADE_BY, build_pdf, not_in_pdf
from gradekit.submission.pdf.proofread import proofread
from gradekit.submission.saved import unsaved

# A fixed time, the oldest that a zip can hold: the same files give the same bytes.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class StudentFolder:
    """What a folder holds for handing in, and one line for each thing that is missing.

    `notebooks` are the files' names now, by those that they should have. `notes` are about what may
    be wrong, and keep nobody from handing in. `cannot_run` are those of the missing things
    that keep the graders from running it.
    """

    folder: Path
    notebooks: Mapping[str, str]
    assignment: str
    title: str
    parts: tuple[Part, ...]
    modules: tuple[str, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...] = ()
    cannot_run: tuple[str, ...] = ()


@dataclass(frozen=True)
class Packed:
    """What was written: the zip and what is in it (sizes in bytes), the PDF, and a note or "".

    There is no PDF where the assignment asks for no parts.
    `left_out` are the files and folders beside these that are not handed in.
    """

    zip: Path
    pdf: Path | None
    sizes: Mapping[str, int]
    left_out: tuple[str, ...] = ()
    note: str = ""


def look(folder: Path) -> StudentFolder:
    """Return what a folder holds to hand in.

    Raises SubmissionError where its notebook is unreadable.
    """
    notebooks = find_notebooks(folder)
    notebook = notebooks.content
    parts = parts_in(folder, notebook)
    told = ((one.path.name, other_format_number(one.content)) for one in notebooks.found)
    other = [f"{name} {unlike}." for name, unlike in told if unlike]
    modules = tuple(module_paths(folder))
    stripped = [one.path.name for one in notebooks.found if _is_stripped(one.content)]
    lines = [
        *(f"{name} {LOST}." for name in stripped),
        *notebooks.problems(),
        *missing_modules(folder, notebook),
        *_unreadable(folder, modules),
        *(missing(parts) if not stripped else []),
    ]
    return StudentFolder(
        folder.resolve(),
        {f"{one.name}.ipynb": one.path.name for one in notebooks.found},
        notebooks.assignment,
        notebooks.title,
        parts,
        modules,
        tuple(lines),
        (
            *other_kit(folder),
            *other,
            *notes_on(parts),
            *not_in_pdf(parts),
            *advice_on(parts),
            *_unsaved(notebooks, parts),
            *rules_not_there(folder, parts),
        ),
    )


def _is_stripped(notebook: Mapping[str, Any]) -> bool:
    """Whether a notebook's cells have lost their names; some are given out without any."""
    facts = read_facts(notebook)
    had = facts.cells or facts.checks or not facts.assignment
    return bool(had) and is_stripped(notebook)


def try_to_import(submission: StudentFolder) -> StudentFolder:
    """Return a hand-in with what keeps the graders from importing its modules, if anything.

    Where modules are missing, or are no Python, that is told already and nothing is tried.
    """
    notebook = find_notebooks(submission.folder).content
    files = {name: _read(submission.folder / name) for name in submission.modules}
    if missing_modules(submission.folder, notebook) or _unreadable(
        submission.folder, submission.modules
    ):
        return submission
    facts = read_facts(notebook)
    first = list(facts.modules) or asked_for(notebook, submission.modules)
    data = facts.data or _beside(submission.folder)
    first = [name for name in first if name in files]
    graders = AtTheGraders(facts.packages, facts.import_stubs, tuple(data), facts.provided)
    lines = tuple(import_problems(submission.folder, files, first, graders))
    calls = files_not_there(submission.folder, files, first, graders)
    newer = newer_than_the_graders(files, first)
    of_cells = _packages_of_cells(find_notebooks(submission.folder), submission.modules)
    notes = [line for line in (*newer, *calls, *of_cells) if line not in lines]
    return replace(
        submission,
        missing=(*submission.missing, *lines),
        notes=(*submission.notes, *notes),
        cannot_run=lines,
    )


def _packages_of_cells(notebooks: StudentNotebooks, modules: Sequence[str]) -> Iterator[str]:
    """Yield the imports in cells, where these are graded, of packages that the graders have not.

    It costs what needs the cell, and no more.
    """
    for one in notebooks.found:
        facts = read_facts(one.content)
        if facts.in_cells:
            cells = enumerate(cells_of(one.content), start=1)
            texts = {
                f"{one.path.name} cell {number}": to_python(cell.source).python.encode()
                for number, cell in cells
                if cell.kind == "code"
            }
            beside = (*modules, *facts.provided)
            given = (*facts.packages, *facts.installed)
            graders = AtTheGraders(given, facts.import_stubs, modules=beside)
            yield from packages_not_there(texts, texts, graders)


def _beside(folder: Path) -> list[str]:
    """Return the files in data/, which a release has that does not name its files."""
    found = sorted(path for path in (folder / "data").rglob("*") if path.is_file())
    return [path.relative_to(folder).as_posix() for path in found]


def _unsaved(notebooks: StudentNotebooks, parts: Sequence[Part]) -> list[str]:
    found = (unsaved(one.path, cells_of(one.content), parts) for one in notebooks.found)
    return list(dict.fromkeys(line for lines in found for line in lines))


def pack(submission: StudentFolder, student: str, made: datetime, anyway: bool = False) -> Packed:
    """Write `<assignment>_solution.pdf` and `<assignment>_<student>.zip` into the folder.

    Where the assignment asks for no parts there is no PDF.

    Raises SubmissionError for an id that is none, or where something is missing, unless `anyway`:
    then the PDF and the manifest say what. A PDF of that name that the student made is kept under
    another name.
    """
    check_student_id(student)
    _check_name(submission)
    if submission.missing and not anyway:
        raise SubmissionError(
            f"{len(submission.missing)} things are missing, the first: {submission.missing[0]}"
        )
    document = submission.folder / pdf_name(submission.assignment) if submission.parts else None
    pdf = _pdf(submission, student, made) if document else b""
    note = _keep_own(document) if document else ""
    contents = _contents(submission, pdf)
    contents[MANIFEST] = _manifest(submission, student, made, contents)
    packed = submission.folder / zip_name(submission.assignment, student)
    if document:
        _write(document, pdf)
    _write(packed, zip_bytes(contents))
    sizes = {name: len(data) for name, data in contents.items()}
    left_out = not_handed_in(
        submission.folder, [*sizes, *submission.notebooks.values(), packed.name]
    )
    return Packed(packed, document, sizes, left_out, note)


def _pdf(submission: StudentFolder, student: str, made: datetime) -> bytes:
    pdf = build_pdf(submission.parts, submission.title, student, made)
    wrong = proofread(pdf, submission.parts)
    if wrong:
        raise SubmissionError(f"the PDF was not made as it should be: {wrong[0]}")
    return pdf


def zip_bytes(contents: Mapping[str, bytes]) -> bytes:
    """Return a zip of some files, in their order; the same files give the same bytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in contents.items():
            info = zipfile.ZipInfo(name, ZIP_TIME)
            info.create_system, info.external_attr = 3, 0o100644 << 16
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _contents(submission: StudentFolder, pdf: bytes) -> dict[str, bytes]:
    return {
        **{name: _read(submission.folder / file) for name, file in submission.notebooks.items()},
        **({pdf_name(submission.assignment): pdf} if pdf else {}),
        **{name: _read(submission.folder / name) for name in _files(submission)},
        **{name: _read(submission.folder / name) for name in submission.modules},
    }


def _files(submission: StudentFolder) -> list[str]:
    """Return the paths of the files that are parts and are there."""
    return [part.spec.path for part in submission.parts if part.spec.kind == "file" and part.text]


def _manifest(
    submission: StudentFolder, student: str, made: datetime, contents: Mapping[str, bytes]
) -> bytes:
    facts = {
        "assignment": submission.assignment,
        "student": student,
        "time": made.isoformat(),
        "missing": list(submission.missing),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()},
        "versions": {
            "gradekit": __version__,
            "python": platform.python_version(),
            "numpy": _numpy_version(),
        },
    }
    return (json.dumps(facts, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _numpy_version() -> str:
    try:
        return version("numpy")
    except PackageNotFoundError:
        return "not installed"


def _unreadable(folder: Path, modules: Sequence[str]) -> list[str]:
    found = ((name, _syntax_error(_read(folder / name))) for name in modules)
    return [
        f"{name}: Python cannot read {error}. Correct it, then run `gradekit check`."
        for name, error in found
        if error
    ]


def _syntax_error(source: bytes) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            python_tree(source)
    except SyntaxError as error:
        return f"{f'line {error.lineno}' if error.lineno else 'it'} ({error.msg})"
    except (ValueError, RecursionError, MemoryError) as error:
        return f"it ({str(error) or type(error).__name__})"
    return ""


def _check_name(submission: StudentFolder) -> None:
    """Raise SubmissionError where the notebook's name, which the zip is called by, can be none."""
    if is_student_id(submission.assignment):
        return
    file = next(iter(submission.notebooks.values()), submission.assignment)
    plain = without_copy_mark(submission.assignment)
    such = f", such as {plain}.ipynb" if is_student_id(plain) else ""
    raise SubmissionError(f"{file}: give it the name back that it had when you were given it{such}")


def _keep_own(pdf: Path) -> str:
    """Move a PDF that this kit did not make out of the way, and say so."""
    if not pdf.is_file() or MADE_BY.encode() in _read(pdf):
        return ""
    kept = next(
        p for n in range(1, 1000) if not (p := pdf.with_stem(f"{pdf.stem}_own_{n}")).exists()
    )
    pdf.rename(kept)
    return f"your own {pdf.name} is kept as {kept.name}; it is not handed in"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SubmissionError(f"{path} cannot be read: {error.strerror}") from error


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    aside = path.with_name(f".{path.name}.tmp")
    try:
        aside.write_bytes(data)
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        hint = "close it where it is open" if isinstance(error, PermissionError) else "make room"
        raise SubmissionError(f"{path} cannot be written ({error.strerror}): {hint}") from error

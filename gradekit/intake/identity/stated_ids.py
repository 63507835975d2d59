"""What ids the names that students and staff give to files and folders say: homework_1_ada.zip."""

from pathlib import Path, PurePosixPath

from gradekit.intake.identity.lms_names import LmsName, split_version
from gradekit.submission.names import without_copy_mark

# One file may have several, such as homework_1_ada.ipynb.txt.
_ENDINGS = (".zip", ".ipynb", ".json", ".txt")
_MOST_ENDINGS = 3
_APART = "_- "  # what people put between the assignment's name and the id
_ALIKE = str.maketrans("- ", "__")


def stated_ids(name: str, assignment: str, told: LmsName | None) -> tuple[str, ...]:
    """Return the ids that a name which begins with the assignment's may mean, the likeliest first.

    Small letters and capitals are one there, and so is what stands between words.
    """
    original = PurePosixPath(name).name
    canvas = bool(told and told.system == "Canvas")
    spellings = [split_version(original)[0], original] if canvas else [original]
    found = (_behind(without_copy_mark(stem(one)), assignment) for one in spellings)
    return tuple(dict.fromkeys(filter(None, found)))


def weak_id(name: str, assignment: str, path: Path | None = None) -> str:
    """Return the id that a name may mean which does not begin with the assignment's, or "".

    `path` is where a file or folder of that name lies: of nbgrader's STUDENT/ASSIGNMENT the student
    counts.
    """
    if path and path.is_dir() and name == assignment:
        name = path.parent.name
    bare = without_copy_mark(name if path and path.is_dir() else stem(name))
    end = len(bare) - len(assignment)
    if _behind(f"{bare}_", assignment) is not None:
        return ""
    if end > 1 and bare[end - 1] in _APART and _alike(bare[end:]) == _alike(assignment):
        return bare[:end].strip(_APART)
    return bare


def stem(name: str) -> str:
    """Return a file's name without the endings of zips and notebooks, however many it has."""
    for _ in range(_MOST_ENDINGS):
        path = PurePosixPath(name)
        if path.suffix.lower() not in _ENDINGS:
            break
        name = path.stem
    return name


def _behind(name: str, assignment: str) -> str | None:
    """Return what stands behind the assignment's name; None where a name does not begin so."""
    head, rest = name[: len(assignment)], name[len(assignment) :]
    begins = _alike(head) == _alike(assignment) and rest[:1] in tuple(_APART)
    return rest.strip(_APART) if begins else None


def _alike(name: str) -> str:
    return name.translate(_ALIKE).lower()

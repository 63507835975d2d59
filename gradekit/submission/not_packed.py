"""Names what lies in an assignment's folder and is not handed in."""

from collections.abc import Collection, Iterator
from pathlib import Path

from gradekit.assignment.modules import is_environment
from gradekit.names import RULES, is_junk


def not_handed_in(folder: Path, handed_in: Collection[str]) -> tuple[str, ...]:
    """Return the files and folders beside those that are handed in, by their paths from `folder`.

    A folder from which nothing is handed in is one entry. Hidden files, virtual environments and
    what Python and editors leave behind are no work of anybody, and are passed over.
    """
    return tuple(_below(folder, folder, handed_in))


def _below(folder: Path, root: Path, handed_in: Collection[str]) -> Iterator[str]:
    for path in sorted(folder.iterdir()):
        name = path.relative_to(root).as_posix()
        if name in handed_in or _passed_over(path, root):
            continue
        if not path.is_dir():
            yield name
        elif any(one.startswith(f"{name}/") for one in handed_in):
            yield from _below(path, root, handed_in)
        else:
            yield f"{name}/"


def _passed_over(path: Path, root: Path) -> bool:
    environment = path.is_dir() and is_environment(path)
    junk = is_junk(path.relative_to(root).parts) or path == root / RULES
    return path.name.startswith(".") or environment or junk

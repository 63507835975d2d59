"""Writes what is new, and never over anything that is there."""

from collections.abc import Mapping
from pathlib import Path

from gradekit.errors import UsageError
from gradekit.files import storage_error, write_whole


def require_unused(root: Path, name: str) -> None:
    """Raise UsageError where a course has an assignment of a name, whatever its files are called.

    Modules and data may lie there already, for the one that is to be made.
    """
    for folder, pattern in ((f"source/{name}", "*.ipynb"), (f"tests/graders/{name}", "test_*.py")):
        for path in sorted((root / folder).glob(pattern)):
            raise UsageError(f"{path} is there already: {name} is an assignment; take another name")


def write_new(root: Path, files: Mapping[str, str]) -> list[Path]:
    """Write files, by their paths below a folder; return where each is, in order.

    Raises UsageError, before anything is written, where one of them or something in its way is
    there, and StorageError where the disk refuses.
    """
    paths = [root / name for name in files]
    for path in paths:
        in_way = [*path.parents][: len(path.relative_to(root).parts)]
        taken = next((one for one in in_way if one.exists() and not one.is_dir()), None)
        if taken or path.exists() or path.is_symlink():
            raise UsageError(
                f"{taken or path} is there already, and nothing is written over: "
                "move it away, or take another name"
            )
    try:
        for path, text in zip(paths, files.values(), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, text.encode())
    except OSError as error:
        raise storage_error(error) from error
    return paths

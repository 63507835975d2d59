"""Snapshots: the files that a worker may read, in a folder of their own, read-only."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gradekit.files import Files, write_files

READ_ONLY = 0o444


def make_snapshot(parent: Path, files: Files) -> Path:
    """Write files into a new folder below `parent`, whose name cannot be guessed; return it."""
    folder = Path(tempfile.mkdtemp(prefix="", dir=parent))
    folder.chmod(0o755)
    write_files(folder, files)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(READ_ONLY)
    return folder


def replace_file(path: Path, text: str) -> None:
    """Put another file in the place of one of a snapshot's, which may be none."""
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(READ_ONLY)


@contextmanager
def snapshot(parent: Path, files: Files) -> Iterator[Path]:
    """Keep a snapshot for as long as it is used."""
    folder = make_snapshot(parent, files)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)

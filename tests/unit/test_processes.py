"""Processes of a pool: what they import once for all, and what they know of their command."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gradekit.gradebook.recording.pool import FORKED_FROM
from gradekit.processes import reusable_processes


def begin() -> Callable[[], None]:
    """Begin as a process of a pool, with nothing to do at its end."""
    return lambda: None


def facts(_: int) -> tuple[int, bool, str]:
    """Return who this process was started by, whether it has imported, and what it is told."""
    return os.getppid(), FORKED_FROM in sys.modules, os.environ.get("GRADEKIT_TOLD", "")


@pytest.mark.slow
def test_what_takes_long_to_import_is_imported_by_one_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The processes of all pools are forked from it, each with the environment of its command."""
    found = {}
    for told in ("first", "second"):
        monkeypatch.setenv("GRADEKIT_TOLD", told)
        with reusable_processes(2, begin, imports=FORKED_FROM) as processes:
            processes.prepare()
            found[told] = set(processes.map(facts, range(8)))
    [(starter, _, _)] = found["first"]
    assert starter != os.getpid()
    assert found == {told: {(starter, True, told)} for told in found}


@pytest.mark.slow
def test_a_long_path_of_temporary_files_keeps_no_process_from_starting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where a socket's path would be too long each process imports for itself."""
    folder = tmp_path / ("long" * 25)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    with reusable_processes(1, begin, imports=FORKED_FROM) as processes:
        processes.prepare()
        assert processes.submit(facts, 0).result()[0] == os.getpid()

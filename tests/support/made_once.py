"""What takes long to make and is the same for all tests is made by one of their processes."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def for_all_processes(factory: pytest.TempPathFactory) -> Path:
    """Return the folder of this run's that all of its processes have."""
    base = factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a copy, of this process's own, of a folder that `make` filled once for all of them."""
    shared = for_all_processes(factory)
    place, done = shared / f"once-{name}", shared / f"once-{name}.done"
    with (shared / f"once-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            # What another process began and could not end is made anew.
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            make(place)
            done.touch()
    return Path(shutil.copytree(place, factory.mktemp(name) / "course", symlinks=True))

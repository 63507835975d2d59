"""The files of an assignment's hidden checks, by their names."""

from fnmatch import fnmatch
from pathlib import PurePosixPath

PROBE_FILES = ("probes.py", "reference_probes.py")
CHECK_FILES = ("test_*.py", "*_test.py")  # pytest's own rule
VERIFYING = "verify"  # the folder of what checks are verified with, which is no check


def holds_checks(path: str) -> bool:
    """Whether a file of the hidden checks' folder is one that pytest collects checks from."""
    return any(fnmatch(PurePosixPath(path).name, pattern) for pattern in CHECK_FILES)

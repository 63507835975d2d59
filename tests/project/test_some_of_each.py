"""Each commit runs a share of the tests that are many and alike, and the next ones the others."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from some_of_each import one_of

SUPPORT = Path(__file__).parents[1] / "support"
CONFTEST = """
from some_of_each import deselect

def pytest_addoption(parser):
    parser.addoption("--every", action="store_true")
    parser.addoption("--share", type=int)

def pytest_collection_modifyitems(config, items):
    deselect(items, config)
"""
TESTS = """
import pytest
pytestmark = pytest.mark.one_in(2)

def test_quick(): pass
@pytest.mark.slow
def test_slow_a(): pass
@pytest.mark.slow
def test_slow_b(): pass
@pytest.mark.one_in(3)
@pytest.mark.parametrize("case", "pqr")
def test_cases(case): pass
"""


ALSO = """
import pytest
pytestmark = [pytest.mark.slow, pytest.mark.one_in(2, of="both")]

def test_{0}_a(): pass
def test_{0}_b(): pass
def test_{0}_c(): pass
"""


def config(share: int, *, every: bool = False) -> Any:
    """Return what pytest is told on its command line."""
    return SimpleNamespace(getoption={"--share": share, "--every": every}.__getitem__)


def collected(folder: Path, *given: str) -> list[str]:
    """Return which tests of a folder are taken, without what their names begin with."""
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    options = ["-q", "--collect-only", "-p", "no:cacheprovider", "-c", "/dev/null", *given]
    command = [sys.executable, "-m", "pytest", "--rootdir", str(folder), *options, str(folder)]
    told = subprocess.run(
        command, cwd=SUPPORT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    return [line.partition("::test_")[2] for line in told if "::" in line]


@pytest.mark.parametrize("members", [1, 2, 7, 9])
def test_some_commits_take_all(members: int) -> None:
    """No share is empty, and as many as one is taken of have every member."""
    shares = [one_of(range(members), 4, config(share)) for share in range(4)]
    assert all(shares)
    assert set().union(*shares) == set(range(members))
    assert one_of(range(members), 4, config(1, every=True)) == [*range(members)]


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (["--share=0"], "quick slow_b cases[p]"),
        (["--share=1"], "quick slow_a cases[q]"),
        (["--every"], "quick slow_a slow_b cases[p] cases[q] cases[r]"),
    ],
)
def test_a_mark_says_of_how_many_one_is_taken(given: list[str], taken: str, tmp_path: Path) -> None:
    """A function's mark is for its cases; a file's is for its slow tests, not the quick ones."""
    (tmp_path / "test_it.py").write_text(TESTS, encoding="utf-8")
    assert collected(tmp_path, *given) == taken.split()


@pytest.mark.parametrize(
    ("share", "taken"), [(1, ["one_a", "one_c", "two_b"]), (0, ["one_b", "two_a", "two_c"])]
)
def test_files_may_share(share: int, taken: list[str], tmp_path: Path) -> None:
    """Files that are marked as some of the same are one row of tests."""
    for name in ("one", "two"):
        (tmp_path / f"test_{name}.py").write_text(ALSO.format(name), encoding="utf-8")
    assert collected(tmp_path, f"--share={share}") == taken

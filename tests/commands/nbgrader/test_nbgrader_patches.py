"""What the kit changes in nbgrader: it stands in one file, and says when nbgrader has changed."""

import ast
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import gradekit
from gradekit.gradebook import nbgrader_patches
from gradekit.gradebook.nbgrader_patches import CHECKED_WITH, RESTS_ON, Used

PACKAGE = Path(gradekit.__file__).parent
THEIRS = ("nbgrader", "nbconvert", "nbformat", "traitlets")


# Where nothing is changed yet: other tests of this process may have changed it.
ASK = """
import json
from gradekit.gradebook.nbgrader_patches import RESTS_ON
print(json.dumps({used.function: used.installed_digest() for used in RESTS_ON}))
"""


@pytest.fixture(scope="module")
def installed() -> dict[str, str]:
    """The digests of all functions as they are installed."""
    command = [sys.executable, "-W", "ignore", "-c", ASK]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("used", RESTS_ON, ids=lambda used: used.function)
def test_what_a_change_rests_on_is_as_it_was_checked(used: Used, installed: dict[str, str]) -> None:
    """Where nbgrader or nbconvert has another source there, the change is to be looked at."""
    assert installed[used.function] == used.digest, f"look at {used.why}"


@pytest.mark.parametrize("package", CHECKED_WITH)
def test_the_installed_version_is_one_that_was_checked(package: str) -> None:
    """A version that nobody has looked at is noted only after its sources were compared."""
    assert version(package) in CHECKED_WITH[package]


def test_a_function_that_has_changed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another source has another digest, and a function that is gone has none."""
    monkeypatch.setattr(nbgrader_patches, "_do_not_wait", lambda: "something else", raising=True)
    changed = Used("gradekit.gradebook.nbgrader_patches:_do_not_wait", "", "")
    kept = Used("gradekit.gradebook.nbgrader_patches:_add_course", "", "")
    assert changed.installed_digest() != kept.installed_digest()
    with pytest.raises(AttributeError):
        Used("gradekit.gradebook.nbgrader_patches:gone", "", "").installed_digest()


def theirs_in(tree: ast.Module) -> set[str]:
    """Return the names by which a module knows what comes from nbgrader and its kind."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = (one.asname or one.name for one in node.names if one.name.startswith(THEIRS))
            found.update(name.partition(".")[0] for name in names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(THEIRS):
            found.update(one.asname or one.name for one in node.names)
    return found


def changes_in(text: str) -> list[str]:
    """Return the assignments of a module that change what is not its own, as Python writes them."""
    tree = ast.parse(text)
    theirs = theirs_in(tree)
    replaced = {used.function.rpartition(".")[2] for used in RESTS_ON}
    targets = [
        target
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute)
    ]
    return [
        ast.unparse(target)
        for target in targets
        if ast.unparse(target).partition(".")[0] in theirs or target.attr in replaced
    ]


def test_no_other_file_changes_nbgrader() -> None:
    """All that is put in the place of something of nbgrader's or nbconvert's is in one module."""
    here = Path(nbgrader_patches.__file__)
    found = {
        path.relative_to(PACKAGE).as_posix(): changes
        for path in sorted(PACKAGE.rglob("*.py"))
        if path != here and (changes := changes_in(path.read_text(encoding="utf-8")))
    }
    assert found == {}
    assert "Gradebook.check_course" in changes_in(here.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "change",
    [
        "from nbgrader.api import Gradebook\nGradebook.add_student = None",
        "import nbgrader.api\nnbgrader.api.Base = None",
        "def replace(kind):\n    kind.convert_notebooks = None",
    ],
)
def test_a_change_elsewhere_is_found(change: str) -> None:
    """A class, a module and a class that is only known by a variable are all seen."""
    assert len(changes_in(change)) == 1

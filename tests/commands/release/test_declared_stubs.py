"""An assignment whose code imports what does nothing where it is graded, as it declares."""

import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cell_notebooks import cell, notebook
from graded_cells import bundle_of, submission

from gradekit.assignment.facts import read_facts
from gradekit.assignment.spec import parse_spec
from gradekit.course import Assignment
from gradekit.errors import AuthoringError
from gradekit.gradebook.store.scores import read_scores
from gradekit.grading.grader import Grader
from gradekit.model import Outcome
from gradekit.notebook.cells import read_notebook
from gradekit.submission.pack import look, pack

pytestmark = pytest.mark.one_in(2)

DECLARED = '[grading]\nimport_stubs = ["painting_toolkit"]\n'
PAINTED = "import painting_toolkit.colors as colors\n\nBRUSH = colors.Brush(3).dip()\n\n\n"
TOOLKIT = "class Brush:\n    def __init__(self, size): pass\n    def dip(self): return self\n"
MADE = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def painting(
    tiny: Assignment,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    gradekit: Callable[..., tuple[int, str, str]],
) -> Assignment:
    """The tiny assignment, released, whose module imports what only its author has installed."""
    package = tmp_path / "installed/painting_toolkit"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "colors.py").write_text(TOOLKIT, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    module = tiny.source / "lib/thing.py"
    text = module.read_text(encoding="utf-8")
    module.write_text(text.replace("class Doubler", f"{PAINTED}class Doubler"), encoding="utf-8")
    (tiny.source / "assignment.toml").write_text(DECLARED, encoding="utf-8")
    code, *_ = gradekit(tiny.root, "release", "tiny")
    assert code == 0
    return tiny


@pytest.mark.slow
def test_what_does_nothing_is_released_packed_and_graded(
    painting: Assignment, tmp_path: Path, gradekit: Callable[..., tuple[int, str, str]]
) -> None:
    """A student's side takes it for there, and where it is graded each use of it does nothing."""
    facts = read_facts(read_notebook(painting.release / "tiny.ipynb"))
    assert (facts.import_stubs, facts.packages) == (("painting_toolkit",), ())
    assert "painting" not in (painting.release / "requirements.txt").read_text(encoding="utf-8")
    folder = tmp_path / "ada"
    shutil.copytree(painting.release, folder)
    shutil.copyfile(painting.solution / "lib/thing.py", folder / "lib/thing.py")
    found = look(folder)
    assert [line for line in (*found.missing, *found.notes) if "painting" in line] == []
    packed = pack(found, "ada", MADE, anyway=True)
    assert "lib/thing.py" in zipfile.ZipFile(packed.zip).namelist()
    assert gradekit(painting.root, "collect", "tiny", str(packed.zip))[0] == 0
    assert gradekit(painting.root, "grade", "tiny")[0] == 0
    assert read_scores(painting)["ada"].total == 4.0


@pytest.mark.slow
def test_what_is_not_declared_is_told(tiny: Assignment, gradekit: Callable[..., object]) -> None:
    """Without the declaration lint names the package, and where it can be declared."""
    module = tiny.source / "lib/thing.py"
    module.write_text(PAINTED + module.read_text(encoding="utf-8"), encoding="utf-8")
    told = str(gradekit(tiny.root, "lint", "tiny"))
    assert "imports painting_toolkit" in told
    assert "import_stubs" in told


def test_cells_may_import_what_does_nothing(tmp_path: Path) -> None:
    """In the student's cells, and in the staff's own, though nothing of it is installed there."""
    source = notebook(
        cell("staff", "import painting_toolkit", "imports"),
        cell("solution", "from painting_toolkit import show\nshow(3)\nx = 1", "s"),
        cell("test", "painting_toolkit.refresh()\nassert x == 1", "t"),
    )
    bundle = bundle_of(tmp_path, source, {"assignment.toml": DECLARED.encode()})
    assert bundle.spec.grading.import_stubs == ["painting_toolkit"]
    assert bundle.packages == ()
    with Grader(bundle) as grader:
        assert [one.outcome for one in grader.grade(submission(source)).results] == [Outcome.PASS]


def test_a_package_that_workers_have_is_no_stub() -> None:
    """Both at once would be neither: one line, with file and line."""
    text = b'[grading]\npackages = ["pandas"]\nimport_stubs = ["pandas"]\n'
    with pytest.raises(AuthoringError, match=r"assignment\.toml:3: .*'pandas' is a package that"):
        parse_spec(text)

"""The packages that an assignment's workers may import besides NumPy."""

from dataclasses import replace
from pathlib import Path

import pytest
from cell_notebooks import cell, notebook
from graded_cells import bundle_of, submission

from gradekit.assignment.code_cells.cells import source_cells
from gradekit.assignment.spec import parse_spec
from gradekit.course import Assignment
from gradekit.errors import GraderError
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Grader
from gradekit.grading.worker_packages import imported, looked_at, requirements
from gradekit.model import Outcome
from gradekit.verification.test_cells import limits

IMAGE = notebook(
    cell("staff", "from PIL import Image", "imports"),
    cell("solution", "import PIL.ImageOps\nsize = Image.new('L', (3, 2)).size", "s"),
    cell("test", "assert size == (3, 2)", "t"),
    cell(
        "solution",
        "try:\n    __import__('nb' + 'format')\n    found = 1\nexcept ImportError:\n    found = 0",
        "s2",
    ),
    cell("test", "assert found == 0", "t2"),
)
DRAWN = notebook(
    cell("solution", "import matplotlib.pyplot as plt\nplt.plot([1, 2], [3, 4])\n"
         "drawn = [float(y) for y in plt.gca().lines[0].get_ydata()]\nplt.savefig", "s"),
    cell("test", "assert drawn == [3.0, 4.0]", "t"),
)  # fmt: skip


def outcomes(bundle: GradingBundle, submitted: object) -> list[Outcome]:
    """Return how the test cells end in confined workers."""
    with Grader(bundle) as grader:
        return [one.outcome for one in grader.grade(submission(submitted)).results]


def test_what_the_source_imports_is_there_and_nothing_else(tmp_path: Path) -> None:
    """A package needs no declaration where cells of the source import it."""
    bundle = bundle_of(tmp_path, IMAGE)
    assert bundle.packages == ("PIL",)
    assert outcomes(bundle, IMAGE) == [Outcome.PASS, Outcome.PASS]


def test_what_draws_is_real_where_it_is_declared(tmp_path: Path) -> None:
    """matplotlib is a stand-in unless the assignment names it; then plots can be looked at."""
    bundle = bundle_of(tmp_path, DRAWN)
    assert bundle.packages == ()
    spec = parse_spec(b'[grading]\npackages = ["matplotlib"]')
    assert outcomes(replace(bundle, packages=("matplotlib",), spec=spec), DRAWN) == [Outcome.PASS]


def test_a_package_that_is_not_there_is_told(tmp_path: Path) -> None:
    """By lint where the source imports it; where it is declared nothing can be graded."""
    source = notebook(
        cell("staff", "import not_there_at_all", "imports"),
        cell("solution", "x = 1", "s"),
        cell("test", "assert x == 1", "t"),
    )
    bundle = bundle_of(tmp_path, source)
    assert bundle.packages == ()
    told = " ".join(limits(Assignment(tmp_path, "ps1"), bundle))
    assert "imports not_there_at_all, which is not installed" in told
    with pytest.raises(GraderError, match="pip install not_there_at_all"):
        Grader(replace(bundle, packages=("not_there_at_all",)))


def test_requirements_name_what_pip_knows() -> None:
    """What is declared stands first; what workers may import follows by the name that pip has."""
    found = requirements(["matplotlib>=3.8", "rich"], ["matplotlib", "msgspec", "PIL"])
    assert found == ["matplotlib>=3.8", "rich", "msgspec", "pillow"]


def test_the_notebook_itself_is_no_package() -> None:
    """A cell that imports `__main__` asks for nothing that could be installed."""
    cells = source_cells(notebook(cell("test", "import __main__, os, numpy, msgpack_x", "t")))
    assert imported({"ps1": cells}, []) == ("msgpack_x",)


@pytest.mark.parametrize(
    ("test", "packages"),
    [("assert isinstance(card(1), HTML)", ("IPython",)), ("display(card(1)); assert card(1)", ())],
)
def test_what_a_notebook_shows_is_there_where_a_test_looks_at_it(
    test: str, packages: tuple[str, ...]
) -> None:
    """Its classes are the real ones then; else they do nothing."""
    cells = source_cells(
        notebook(
            cell("staff", "from IPython.display import HTML, display", "imports"),
            cell("solution", "def card(n):\n    return HTML(str(n))", "s"),
            cell("test", test, "t"),
        )
    )
    assert looked_at({"ps1": cells}) == packages

"""What a hand-in has at the graders besides its own modules: the assignment's data."""

from dataclasses import replace

import nbformat
import pytest

from gradekit.course import Assignment
from gradekit.errors import AuthoringError
from gradekit.grading import bundle as bundles
from gradekit.grading.bundle import GradingBundle, load_bundle, read_data
from gradekit.grading.grader import Grader, Submission, files_to_grade
from gradekit.model import Outcome, Report

READS = """\
from pathlib import Path

TEXT = Path("data/words.txt").read_text(encoding="utf-8")
with open("data/words.txt") as file:
    assert file.read() == TEXT
"""


@pytest.fixture(scope="module")
def kit_with_data(tiny_kit: GradingBundle) -> GradingBundle:
    """The tiny assignment with a file of words."""
    return replace(tiny_kit, data={"data/words.txt": b"one two"})


def outcomes(report: Report) -> set[Outcome]:
    """Return how the checks ended."""
    return {result.outcome for result in report.results}


def solved(bundle: GradingBundle, before: str) -> Submission:
    """Return the solved hand-in, with a piece of code before its module."""
    text = before + bundle.reference["lib/thing.py"].decode()
    return Submission("ada", {"lib/thing.py": text.encode()})


def test_data_of_the_release_is_read_where_it_lies(kit_with_data: GradingBundle) -> None:
    """A module may read it as it is imported; the hand-in's own files take its place never."""
    with Grader(kit_with_data) as grader:
        assert outcomes(grader.grade(solved(kit_with_data, READS))) == {Outcome.PASS}
        changed = {**solved(kit_with_data, READS).modules, "data/words.txt/evil.py": b""}
        assert outcomes(grader.grade(Submission("bob", changed))) == {Outcome.PASS}
        writes = "from pathlib import Path\nPath('data/words.txt').write_text('x')\n"
        assert outcomes(grader.grade(solved(kit_with_data, writes))) == {Outcome.CRASH}
        assert outcomes(grader.grade(solved(kit_with_data, READS))) == {Outcome.PASS}


def test_other_data_is_another_grade(tiny_kit: GradingBundle, kit_with_data: GradingBundle) -> None:
    """What grading depends on has the data in it, so that nothing is kept when they change."""
    other = replace(tiny_kit, data={"data/words.txt": b"one"})
    assert len({bundle.key for bundle in (tiny_kit, kit_with_data, other)}) == 3
    assert len({bundle.answers_key for bundle in (tiny_kit, kit_with_data, other)}) == 3


def test_the_data_are_the_sources_files_that_are_no_code(tiny: Assignment) -> None:
    """Notebooks, modules and hidden files are none; too much is one line that names the largest."""
    for name in ("data/a.csv", ".hidden", "data/.b", "__pycache__/c.bin", "lib/d.npy"):
        (tiny.source / name).parent.mkdir(exist_ok=True)
        (tiny.source / name).write_text(name)
    nbformat.write(nbformat.v4.new_notebook(), tiny.source / "e.ipynb")
    found = set(read_data(tiny))
    assert found == {"README.md", "data/words.txt", "data/a.csv", "lib/d.npy"}
    assert files_to_grade(load_bundle(tiny), Submission("ada", {}))["lib/d.npy"] == b"lib/d.npy"


def test_data_without_end_is_one_line(tiny: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than every hand-in can be given is refused before it is read."""
    monkeypatch.setattr(bundles, "MAX_DATA_BYTES", 1000)
    (tiny.source / "large.bin").write_text("x" * 1001)
    with pytest.raises(AuthoringError, match=r"the largest file is large\.bin$"):
        read_data(tiny)

"""What lint finds by grading answers that compute too little."""

from pathlib import Path

from cell_notebooks import cell, notebook
from graded_cells import bundle_of

from gradekit.course import Assignment
from gradekit.lint.short_answers import passed_by_short_answers


def test_tests_that_short_answers_pass_are_told(tmp_path: Path) -> None:
    """Where `zip` takes an answer, and nothing else of the test looks at how long it is."""
    pairs = "for a, b in zip(doubled([1, 2]), [2, 4]):\n    assert a == b"
    source = notebook(
        cell("solution", "def doubled(xs):\n    return [2 * x for x in xs]", "doubled"),
        cell("test", pairs, "short"),
        cell("test", f"{pairs}\nassert len(doubled([1])) == 1 and doubled([1, 2])[1]", "sized"),
        cell("test", pairs.replace("4])", "4], strict=True)"), "strict"),
        cell("test", "for x in [1, 2]:\n    assert doubled([x])[0] == 2 * x", "items"),
    )
    bundle = bundle_of(tmp_path, source)
    (told,) = passed_by_short_answers(Assignment(tmp_path, "ps1"), bundle)
    assert "ps1.ipynb: short: line 1 of its test compares no more items than" in told

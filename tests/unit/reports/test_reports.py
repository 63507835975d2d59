"""Reports are kept whole, and come back as they were."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradekit.batch.report_store import load_report, save_report
from gradekit.errors import GraderError
from gradekit.model import Item, Outcome, Report, Result

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.floats(0, 1e6)
ITEMS = st.builds(Item, TEXTS, NUMBERS, TEXTS, st.booleans())
RESULTS = st.builds(
    Result, TEXTS, TEXTS, TEXTS, st.sampled_from(Outcome), TEXTS, NUMBERS, NUMBERS, TEXTS
)
REPORTS = st.builds(
    Report,
    TEXTS,
    TEXTS,
    TEXTS,
    st.lists(ITEMS, max_size=3).map(tuple),
    st.lists(RESULTS, max_size=3).map(tuple),
    st.lists(TEXTS, max_size=2).map(tuple),
)


@given(REPORTS)
@settings(deadline=None)
def test_a_report_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, report: Report
) -> None:
    """What was saved is loaded, item by item and check by check."""
    path = tmp_path_factory.getbasetemp() / "reports" / "ada.json"
    save_report(path, report)
    assert load_report(path) == report
    assert [p.name for p in path.parent.iterdir()] == ["ada.json"]


def test_no_file_is_no_report(tmp_path: Path) -> None:
    """Where nothing is kept there is nothing."""
    assert load_report(tmp_path / "ada.json") is None


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"student": "ada"}', b"\xff"])
def test_a_damaged_report_is_told(tmp_path: Path, data: bytes) -> None:
    """A file that is no report is told by name, with what to do."""
    path = tmp_path / "ada.json"
    path.write_bytes(data)
    with pytest.raises(GraderError, match=r"ada\.json: not a report .*; delete it and grade again"):
        load_report(path)

"""The page for a student whose hand-in cannot be read: what it says, and what it does not."""

from pathlib import Path

import pytest

from gradekit.gradebook.page.refused import is_feedback, refused_page, within_hand_in

ROOT = Path("/srv/course")
FOLDER = ROOT / "submitted" / "ada" / "ps1"


@pytest.mark.parametrize(
    ("why", "told"),
    [
        (f"{FOLDER}: a.ipynb is missing", "a.ipynb is missing"),
        (f"{FOLDER}/lib/a.py: is a link", "lib/a.py: is a link"),
        (f"{FOLDER}: is a link", "is a link"),
        (f"no hand-in of ada: {FOLDER} is not there", "no hand-in of ada: the folder that you"),
        (f"{FOLDER.parent}: is a link", "submitted/ada: is a link"),
        ("a.ipynb is damaged: it is empty", "a.ipynb is damaged: it is empty"),
    ],
)
def test_files_are_called_as_they_lie_in_the_hand_in(why: str, told: str) -> None:
    """A path of the staff's machine tells a student nothing."""
    said = within_hand_in(why, FOLDER, ROOT)
    assert said.startswith(told)
    assert str(ROOT) not in said


def test_such_a_page_is_told_from_feedback(tmp_path: Path) -> None:
    """What tells of points stays, where another notebook cannot be read; what does not is new."""
    page = tmp_path / "a.html"
    assert not is_feedback(page)
    page.write_text(refused_page("ps1", "ada", ["it is <empty>", "so is b"], None))
    assert not is_feedback(page)
    assert "<li>it is &lt;empty&gt;</li><li>so is b</li>" in page.read_text()
    page.write_text("<!DOCTYPE html>")
    assert is_feedback(page)

"""What stands above the notebook on a page of feedback."""

from gradekit.gradebook.page import AFTER_LIST, with_titles

LINE = '<li><a href="#{}">{}</a> (Score: 4.0 / 4.0)</li>'


def test_the_list_of_cells_names_the_items() -> None:
    """Each kind of cell becomes its item's title, as text; what has none stays as it was."""
    lines = ("double", "Test cell"), ("question", "Written response"), ("other", "Test cell")
    page = "".join(LINE.format(*line) for line in lines) + AFTER_LIST
    found = with_titles(page, {"double": "Doubling & more", "question": "<b>", "other": ""})
    titles = ("double", "Doubling &amp; more"), ("question", "&lt;b&gt;"), ("other", "Test cell")
    assert found == "".join(LINE.format(*line) for line in titles) + AFTER_LIST


def test_what_a_student_wrote_is_not_renamed() -> None:
    """Below the list nothing is changed, whatever it looks like."""
    text = AFTER_LIST + LINE.format("double", "Test cell")
    assert with_titles(text, {"double": "Doubling"}) == text

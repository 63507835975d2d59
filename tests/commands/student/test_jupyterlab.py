"""The hand-in's PDF from JupyterLab's menu, in a real browser."""

from pathlib import Path
from typing import Any

import nbformat
import pdfs
import pytest
from browser import jupyter_server, open_page

pytestmark = pytest.mark.one_in(2, of="long ways")

MENU = "Save and Export Notebook As"
NAME = "Hand_in_PDF"


@pytest.mark.slow
def test_the_menu_builds_the_pdf(browser: Any, tmp_path: Path) -> None:
    """ "Save and Export Notebook As" offers the PDF once, by a name that works, and saves it."""
    root = tmp_path / "work"
    root.mkdir()
    made = pdfs.notebook()
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(made, root / "problem_2.ipynb")
    with (
        jupyter_server(root, tmp_path / "home", "--LabApp.news_url=None") as server,
        open_page(browser, accept_downloads=True) as page,
    ):
        # The menu has its entries once the server has said which formats it knows.
        with page.expect_response(lambda answer: "/api/nbconvert" in answer.url):
            page.goto(server.address("lab/tree/problem_2.ipynb?reset"))
        offered = page.get_by_role("menuitem", name=NAME)
        while not offered.is_visible():
            page.keyboard.press("Escape")
            page.get_by_role("menuitem", name="File", exact=True).click()
            page.get_by_text(MENU).click()
            page.wait_for_timeout(500)
        labels = [label.lower() for label in page.get_by_role("menuitem").all_inner_texts()]
        assert sum("gradekit" in label or "hand_in" in label for label in labels) == 1
        # A tab opens for the file, and closes once it is saved.
        with page.context.expect_event(
            "response", lambda answer: f"/nbconvert/{NAME}/" in answer.url
        ) as answered:
            offered.click()
        answer = answered.value
        assert answer.status == 200
        assert "problem_2_solution.pdf" in answer.headers["content-disposition"]
        assert answer.headers["content-type"].startswith("application/pdf")

"""What tests of pages stand on: a browser that opens a page, and a server that it looks at."""

from pathlib import Path
from typing import Any

import pytest
from browser import jupyter_server, open_page


@pytest.mark.slow
def test_a_page_tells_all_that_it_asked_for(browser: Any, tmp_path: Path) -> None:
    """A file is opened, and whatever it wants from elsewhere is seen and not got."""
    file = tmp_path / "page.html"
    file.write_text("<p>hello</p><img src='http://elsewhere.example/a.png'>", encoding="utf-8")
    with open_page(browser) as page:
        page.goto(file.as_uri())
        assert page.inner_text("p") == "hello"
        assert page.asked == [file.as_uri(), "http://elsewhere.example/a.png"]


@pytest.mark.slow
def test_formgrader_is_there(browser: Any, released_tiny: Any, tmp_path: Path) -> None:
    """The server serves a course's formgrader to who has its token."""
    with (
        jupyter_server(released_tiny.root, tmp_path / "home", kind="server") as server,
        open_page(browser) as page,
    ):
        page.goto(server.address("formgrader/manage_assignments"))
        page.wait_for_selector("td >> text='tiny'")

"""Makes the pictures of staff.md, of the very course that it makes: `python docs/pictures.py`.

It types the page's commands up to the pictures, starts nbgrader's formgrader on what came about,
and has Chromium take the pictures, for screens with small pixels, too. It takes a minute or two.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from browser import Server, jupyter_server, open_browser, open_page  # noqa: E402
from doc_examples import Session  # noqa: E402

from gradekit.gradebook.store.scores import open_gradebook  # noqa: E402

PAGE, MARK = ROOT / "docs" / "staff.md", "<!-- pictures -->"
SIZE = {"width": 1200, "height": 640}
LIST_SIZE = {"width": 1200, "height": 420}  # two rows need no more


def make_course(folder: Path) -> Path:
    """Do what the page says before its pictures; return the course's root."""
    before = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    session = Session(folder)
    for difference in session.follow(before):
        sys.exit(f"{PAGE.name}: $ {difference.command}: {difference.printed}")
    return session.here


def take(page: Any, server: Server, root: Path, out: Path) -> None:
    """Take a picture of the list of hand-ins, of an answer with points, and of feedback."""
    page.goto(server.address("formgrader/manage_assignments"))  # what lets the browser in
    page.goto(f"{server.url}/formgrader/gradebook/first/first")
    page.wait_for_selector("td >> text='Submission #1'")
    page.screenshot(path=out / "formgrader-list.png", clip={"x": 0, "y": 0, **LIST_SIZE})
    with open_gradebook(root) as gradebook:
        wanted = gradebook.find_submission_notebook("first", "first", "ada").id
    page.goto(f"{server.url}/formgrader/submissions/{wanted}/")
    page.wait_for_selector("input.score")
    answer = page.locator("input.score").last
    answer.fill("1")
    answer.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # what was typed is being kept
    page.screenshot(path=out / "formgrader-answer.png")
    page.goto((root / "feedback/bob/first/first.html").as_uri())
    page.screenshot(path=out / "feedback.png")


def main() -> None:
    """Make all pictures."""
    with tempfile.TemporaryDirectory() as folder:
        root = make_course(Path(folder))
        with (
            jupyter_server(root, Path(folder) / "server", kind="server") as server,
            open_browser() as browser,
            open_page(browser, viewport=SIZE, device_scale_factor=1.5) as page,
        ):
            take(page, server, root, PAGE.parent)


if __name__ == "__main__":
    main()

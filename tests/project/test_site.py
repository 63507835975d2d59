"""The pages as a site: built without warnings, and read in a real browser as people read it."""

import functools
import importlib.util
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
from browser import PHONE, open_page

REPOSITORY = Path(__file__).resolve().parents[2]
QUIET = {"NO_MKDOCS_2_WARNING": "1"}  # the theme says that another tool follows it
pytest.importorskip("mkdocs", reason="the pages are built with the extra `docs`")


class Silent(SimpleHTTPRequestHandler):
    """Serves files, and tells nobody."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine alone; give its address."""
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Silent, directory=folder)
    ) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site, built as `make docs` does."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir"]
    built = subprocess.run(
        [*command, str(folder)],
        cwd=REPOSITORY,
        env={**os.environ, **QUIET},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (built.returncode, built.stdout, built.stderr) == (0, "", ""), built
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The address that the site is served at."""
    with served(site) as address:
        yield address


def pages(site: Path) -> list[str]:
    """Return the names of the site's pages, but for the one of what is not there."""
    return sorted(path.name for path in site.glob("*.html") if path.name != "404.html")


def test_lists_are_indented_as_the_site_wants_them() -> None:
    """What belongs to an item stays in it, code too, and code at the margin is left alone."""
    spec = importlib.util.spec_from_file_location("site_pages", REPOSITORY / "docs/site_pages.py")
    assert spec
    assert spec.loader
    pages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pages)
    text = "1. a\n\n   ```\n   x\n   ```\n\n   b\n2. c\n   d\n\ne\n```\n  f\n```\n"
    wide = "1. a\n\n    ```\n    x\n    ```\n\n    b\n\n2. c\n    d\n\ne\n```\n  f\n```\n"
    assert pages.four_wide(text) == wide


@pytest.mark.slow
def test_no_link_is_broken_and_nothing_is_fetched_from_elsewhere(
    browser: Any, site: Path, address: str
) -> None:
    """Each link of each page leads to a page and a place in it; all that is shown is the site's."""
    links, places = set[str](), set[str]()
    with open_page(browser) as page:
        for name in pages(site):
            page.goto(urljoin(address, name))
            found = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
            names = page.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
            links |= {link for link in found if link.startswith(address)}
            places |= {urljoin(address, f"{name}#{one}") for one in names}
            shown = page.eval_on_selector_all(
                "article img", "all => all.map(one => one.complete && one.naturalWidth > 0)"
            )
            assert all(shown), name
        assert [one for one in page.asked if not one.startswith(address)] == []
    for link in links:
        whole, place = urldefrag(link)
        file = site / (whole.removeprefix(address) or "index.html")
        assert file.is_file(), link
        assert not place or link in places or place.startswith("__"), link


@pytest.mark.slow
def test_search_finds_a_word(browser: Any, address: str) -> None:
    """Who types a word is shown the page that tells of it."""
    with open_page(browser) as page:
        page.goto(urljoin(address, "index.html"))
        page.click("input[name=query]")
        page.keyboard.type("Landlock")
        page.wait_for_selector(".md-search-result__link[href*='security.html']")
        assert [one for one in page.asked if not one.startswith(address)] == []


@pytest.mark.slow
def test_a_phone_scrolls_no_page_sideways(browser: Any, site: Path, address: str) -> None:
    """At a phone's width each page is as wide as the screen; what is wider scrolls by itself."""
    with open_page(browser, viewport=PHONE) as page:
        wide = {}
        for name in pages(site):
            page.goto(urljoin(address, name))
            width = page.evaluate("document.scrollingElement.scrollWidth")
            if width > PHONE["width"]:
                wide[name] = width
        assert wide == {}
        size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('p')).fontSize)")
        assert size >= 14
        page.goto(urljoin(address, "index.html"))
        picture = page.locator("article picture img")
        assert picture.evaluate("one => one.currentSrc").endswith("how-it-works-narrow.svg")
        assert picture.bounding_box()["width"] <= PHONE["width"]

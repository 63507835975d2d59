"""A real browser for tests of pages, and a Jupyter server for it to look at, on this machine alone.

Where there is no Chromium a test is skipped with the reason; in CI (`CI=true`) it fails instead.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

# Where systems that are no Linux, or that package it otherwise, have it.
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# The browser itself asks nobody for anything, and no name leads away from this machine.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
TOKEN = "a-token-for-tests"
# Far more than it takes, for a machine may be busy.
SECONDS_TO_START, MILLISECONDS_TO_SHOW = 180, 120_000


@dataclass(frozen=True)
class Server:
    """A Jupyter server that answers: its address without a slash at the end, and its token."""

    url: str
    token: str

    def address(self, path: str) -> str:
        """Return the address of a page, such as `formgrader/gradebook`, with the token.

        The server lets the browser in to that page and those beside and below it.
        """
        return f"{self.url}/{path}{'&' if '?' in path else '?'}token={self.token}"


@contextlib.contextmanager
def open_browser() -> Iterator[Any]:
    """Keep a headless Chromium open, as playwright's synchronous interface has it."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        _without(f"no browser: none of {', '.join(NAMES)} is on the path")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        _without(f"no browser: {error}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def _without(reason: str) -> NoReturn:
    if os.environ.get("CI", "").lower() in ("true", "1"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextlib.contextmanager
def open_page(browser: Any, **options: Any) -> Iterator[Any]:
    """Keep a page in a context of its own open; `page.asked` is the list of what it asked for."""
    context = browser.new_context(**{"viewport": DESKTOP, **options})
    try:
        page = context.new_page()
        page.set_default_timeout(MILLISECONDS_TO_SHOW)
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        yield page
    finally:
        context.close()


@contextlib.contextmanager
def jupyter_server(root: Path, home: Path, *arguments: str, kind: str = "lab") -> Iterator[Server]:
    """Keep a Jupyter server open on the loopback, with the extensions that are installed.

    `root` is the folder that it serves, `home` one for its settings; `kind` is "lab" or "server".
    Formgrader is one of the extensions, for the course in `root`.
    """
    port = _free_port()
    command = [sys.executable, "-m", "jupyter", kind, "--no-browser", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
    command += [f"--ServerApp.root_dir={root}", "--ServerApp.allow_root=True", *arguments]
    home.mkdir(parents=True, exist_ok=True)
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    places = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data"}
    places |= {"JUPYTER_RUNTIME_DIR": "runtime", "HOME": ""}
    env = {**os.environ, "PATH": path, **{k: str(home / name) for k, name in places.items()}}
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=root, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            yield _when_it_answers(process, port, home / "server.log")
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _when_it_answers(process: "subprocess.Popen[bytes]", port: int, log: Path) -> Server:
    server = Server(f"http://127.0.0.1:{port}", TOKEN)
    until = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(server.address("api/status"), timeout=10).close()
            return server
        time.sleep(0.2)
    pytest.fail(f"the Jupyter server does not answer:\n{log.read_text(errors='replace')[-3000:]}")

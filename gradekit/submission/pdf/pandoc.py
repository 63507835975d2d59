"""Runs pandoc, the one that came with its Python package, on text that is not to be trusted."""

import functools
import os
import subprocess
from pathlib import Path

import pypandoc

from gradekit.errors import SubmissionError

SECONDS = 20
# No files and no network, and no more memory than a text of some pages can need.
LIMITS = ("--sandbox", "+RTS", "-M512m", "-RTS")


def run_pandoc(text: str, reader: str, writer: str, *options: str) -> str:
    """Return a text converted from one of pandoc's formats to another.

    Raises SubmissionError where pandoc is not there, fails, or takes longer than 20 seconds.
    """
    command = [_pandoc(), *LIMITS, "--wrap=none", f"--from={reader}", f"--to={writer}", *options]
    given = text.encode("utf-8", "replace")
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, timeout=SECONDS, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise SubmissionError(f"pandoc needs more than {SECONDS} seconds for a text") from error
    except (OSError, subprocess.CalledProcessError) as error:
        raise SubmissionError(f"pandoc cannot read a text ({type(error).__name__})") from error
    return done.stdout.decode("utf-8").replace("\r\n", "\n")


@functools.cache
def _pandoc() -> str:
    # The package's own one first: another version on the path could give other bytes.
    own = Path(pypandoc.__file__).parent / "files" / ("pandoc.exe" if os.name == "nt" else "pandoc")
    try:
        return str(own) if own.is_file() else str(pypandoc.get_pandoc_path())
    except OSError as error:
        raise SubmissionError(
            "pandoc is not installed: run `pip install pypandoc_binary`"
        ) from error

"""Runs cells in a fresh Jupyter kernel, away from the student's notebook and Jupyter settings."""

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbclient.util import run_sync

from gradekit.errors import SubmissionError

START_SECONDS = 60
# On a computer that is busy several threads of NumPy's wait for each other without end.
ONE_THREAD = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
# What Jupyter calls a cell in the message of a SyntaxError: a file that nobody has.
CELL_FILE = re.compile(r"\(\d{1,12}\.py, line")
QUIET = 60  # above every level of logging

# Runs in the kernel after an error and prints the places it came through as data. The picture of
# them that Jupyter makes is meant for eyes: with colours, and with shortened file names.
TELL_PLACES = """\
def _gradekit_places():
    import json, sys, traceback
    value = sys.last_value
    places = [[f.filename, f.lineno, f.line] for f in traceback.extract_tb(value.__traceback__)]
    if isinstance(value, SyntaxError):
        places.append([value.filename, value.lineno, (value.text or "").strip()])
    print(json.dumps(places))
_gradekit_places()
"""


@dataclass(frozen=True)
class ErrorLine:
    """A line that an error passed through; cells have a file name that is no file."""

    file: str
    line: int
    code: str


@dataclass(frozen=True)
class Ran:
    """How a cell ended; `done` only where the kernel says that it ran to its end."""

    done: bool = False
    error: str = ""
    message: str = ""
    places: tuple[ErrorLine, ...] = ()
    timed_out: bool = False
    died: bool = False
    printed: str = ""


class Kernel(AbstractContextManager["Kernel"]):
    """A Python process of its own in a folder, started again after a cell that hung or died."""

    def __init__(self, folder: Path, seconds: float, first: tuple[str, ...] = ()) -> None:
        """Keep the folder to run in, each cell's limit, and the cells to run at each start."""
        self._folder, self._seconds, self._first = folder, seconds, first
        self._client: NotebookClient | None = None
        self._running: Any = None

    def __exit__(self, *error: object) -> None:
        self._stop()

    def run(self, source: str) -> Ran:
        """Run a cell and tell how it ended.

        Raises SubmissionError where no kernel can be started.
        """
        started = self.start()
        return self._execute(source) if started.done else started

    def run_and_keep(self, source: str) -> Ran:
        """Run a cell that, if it runs to its end, runs again whenever the kernel is started anew.

        Raises SubmissionError where no kernel can be started.
        """
        ran = self.run(source)
        if ran.done:
            self._first = (*self._first, source)
        return ran

    def start(self) -> Ran:
        """Start the kernel unless it runs, and tell how the first cells ended."""
        if self._client is not None:
            return Ran(done=True)
        self._running = _running_client(self._folder, self._seconds)
        try:
            self._client = self._running.__enter__()
        except Exception as error:  # whatever keeps a process from starting
            self._running = None
            raise SubmissionError(f"no Python kernel can be started: {error}") from error
        for source in self._first:
            ran = self._execute(source)
            if not ran.done:
                self._stop()
                return ran
        return Ran(done=True)

    def _execute(self, source: str) -> Ran:
        cell, reply = self._send(source)
        printed = _printed(cell)
        if reply is None:
            return Ran(timed_out=True, printed=printed)
        if not reply:
            return Ran(died=True, printed=printed)
        if reply.get("status") == "ok":
            return Ran(done=True, printed=printed)
        told, _ = self._send(TELL_PLACES)
        error, message = reply.get("ename") or "Error", reply.get("evalue") or ""
        message = CELL_FILE.sub("(cell, line", message)
        return Ran(error=error, message=message, places=_places(_printed(told)), printed=printed)

    def _send(self, source: str) -> tuple[nbformat.NotebookNode, dict[str, Any] | None]:
        """Return a cell and the reply to it: {} from a dead kernel, None from a hung one."""
        cell, reply = nbformat.v4.new_code_cell(source), dict[str, Any]()
        assert self._client is not None
        self._client.nb.cells = [cell]
        self._client.on_cell_executed = lambda **told: reply.update(
            told["execute_reply"]["content"]
        )
        try:
            self._client.execute_cell(cell, 0)
        except (CellTimeoutError, DeadKernelError) as error:
            self._stop()
            return cell, None if isinstance(error, CellTimeoutError) else {}
        return cell, reply

    def _stop(self) -> None:
        running, self._running, self._client = self._running, None, None
        if running is not None:
            running.__exit__(None, None, None)


@contextmanager
def _running_client(folder: Path, seconds: float) -> Iterator[NotebookClient]:
    # No kernel folders: only then is the kernel sure to be this Python, and not one that the
    # student has installed under the same name.
    specs = KernelSpecManager(kernel_dirs=[])
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs)
    client = NotebookClient(
        nbformat.v4.new_notebook(),
        km=manager,
        resources={"metadata": {"path": str(folder)}},
        timeout=seconds,
        startup_timeout=START_SECONDS,
        allow_errors=True,
        shutdown_kernel="immediate",
    )
    client.log.setLevel(QUIET)
    with tempfile.TemporaryDirectory(prefix="gradekit-check-", ignore_cleanup_errors=True) as home:
        # Elsewhere Ctrl-C at the start of a kernel would leave it.
        manager.connection_file = str(Path(home) / "connection.json")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        try:
            with client.setup_kernel(cleanup_kc=True, env=_environment(home), **quiet):
                yield client
        finally:  # also where Ctrl-C comes while it starts; it would write into the folder again
            if manager.has_kernel:
                run_sync(manager.shutdown_kernel)(now=True)


def _environment(home: str) -> dict[str, str]:
    # No settings or history of the student's, and no traces in the student's folder.
    return {
        **dict.fromkeys(ONE_THREAD, "1"),
        **os.environ,
        "IPYTHONDIR": home,
        "JUPYTER_CONFIG_DIR": home,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }


def _places(printed: str) -> tuple[ErrorLine, ...]:
    try:
        found = json.loads(printed)
        return tuple(
            ErrorLine(str(file), int(line or 0), str(code or "")) for file, line, code in found
        )
    except (ValueError, TypeError):
        return ()


def _printed(cell: nbformat.NotebookNode) -> str:
    streams = (output for output in cell.outputs if output.output_type == "stream")
    return "".join(stream.text for stream in streams if stream.name == "stdout")

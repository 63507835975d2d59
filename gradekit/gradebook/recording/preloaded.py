"""Imported by the process that recording processes are forked from, and by no other.

It has what takes long to import. It ends with the command, and its processes with it; where the
command was killed, it removes the socket at which it was asked for them.
"""

import contextlib
import os
import signal
import socket
from pathlib import Path

from gradekit.imports import pass_over_slow_imports
from gradekit.sandbox.privileges import end_with_parent

LISTENS = socket.SOL_SOCKET, socket.SO_ACCEPTCONN


def _sockets() -> list[Path]:
    """Return the files of the sockets that this process listens at."""
    found = []
    for number in os.listdir("/proc/self/fd"):  # noqa: PTH208  (names, no paths)
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(int(number))) as one:
            # What it inherits otherwise, such as its output, is somebody else's.
            if one.family is socket.AF_UNIX and one.getsockopt(*LISTENS) and one.getsockname():
                found.append(Path(os.fsdecode(one.getsockname())))
    return found


def _end(sockets: list[Path]) -> None:
    for path in sockets:
        with contextlib.suppress(OSError):
            path.unlink()
            path.parent.rmdir()
    os._exit(1)


def _end_with_command() -> None:
    sockets = _sockets()
    signal.signal(signal.SIGTERM, lambda *_: _end(sockets))
    end_with_parent(signal.SIGTERM)


_end_with_command()
pass_over_slow_imports()

# Without what was passed over.
import gradekit.gradebook.recording.process  # noqa: E402
import gradekit.pdf_check.check  # noqa: E402, F401

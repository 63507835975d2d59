"""Runs a function in a process of its own, which ends with it."""

import os
from collections.abc import Callable


def in_child(act: Callable[[], None]) -> int:
    """Run a function in a child process; return its exit code, 1 where it raised."""
    pid = os.fork()
    if not pid:
        code = 1
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

"""At whatever moment Ctrl-C comes, it stops a command, with one line."""

import _thread
import atexit
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

from gradekit.imports import pass_over_slow_imports

EXIT_STOPPED = 130
STOPPED = "gradekit: stopped; what was finished is kept"
# While a command ends, pressing Ctrl-C once more would only keep it from tidying up.
SECONDS_TO_END = 2.0
SECONDS_UNTIL_AGAIN = 0.01


def run_stoppable(command: Callable[[], None]) -> None:
    """Run a command; where Ctrl-C comes before it can tell so itself, tell it and exit with 130."""
    interrupt = _Interrupt()
    pass_over_slow_imports()
    atexit.register(interrupt.end)  # as the first, so it is called last
    signal.signal(signal.SIGINT, interrupt.hear)
    sys.unraisablehook = interrupt.hear_again
    try:
        command()
    except SystemExit as ended:
        interrupt.stopped = ended.code == EXIT_STOPPED
        raise
    except BaseException as error:
        if not _is_ctrl_c(error):
            raise
        interrupt.stopped = True
        print(STOPPED, file=sys.stderr)
        sys.exit(EXIT_STOPPED)


def _is_ctrl_c(error: BaseException | None) -> bool:
    # Python makes a RuntimeError of what comes while a class is being made.
    if error is None or isinstance(error, KeyboardInterrupt):
        return error is not None
    return _is_ctrl_c(error.__cause__ or error.__context__)


class _Interrupt:
    def __init__(self) -> None:
        self._heard_at = -SECONDS_TO_END
        self.stopped = False

    def hear(self, _number: int, _frame: FrameType | None) -> None:
        """Raise KeyboardInterrupt, but not while the command ends for an earlier one."""
        now = time.monotonic()
        if now - self._heard_at >= SECONDS_TO_END:
            self._heard_at = now
            # Libraries note in their logs what it interrupted; without a log that is the terminal.
            logging.disable()
            raise KeyboardInterrupt

    def hear_again(self, lost: "sys.UnraisableHookArgs") -> None:
        """Send again a Ctrl-C that came amid a callback of Python's own, which loses exceptions."""
        if not issubclass(lost.exc_type, KeyboardInterrupt):
            sys.__unraisablehook__(lost)
            return
        self._heard_at = -SECONDS_TO_END
        again = threading.Timer(SECONDS_UNTIL_AGAIN, _interrupt_main_thread)
        again.daemon = True
        again.start()

    def end(self) -> None:
        """End a stopped command here: modules that were imported by half may crash when freed."""
        if self.stopped:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(EXIT_STOPPED)


def _interrupt_main_thread() -> None:
    main = threading.main_thread().ident
    if main and sys.platform != "win32":
        # Unlike what is there on Windows, this wakes a thread that waits.
        signal.pthread_kill(main, signal.SIGINT)
    else:
        _thread.interrupt_main()

"""What a hand-in's code prints, asks for and warns of, while it carries out an operation."""

import builtins
import io
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gradekit.text import printable
from gradekit.workers.remote.protocol import MAX_PRINTED, MAX_WARNING, MAX_WARNINGS, Warned


class Console(io.TextIOBase):
    """Keeps what is printed, up to a bound, until it is taken."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._warned: list[warnings.WarningMessage] = []

    def writable(self) -> bool:
        """Whether it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Keep a text, as far as there is room."""
        room = MAX_PRINTED - self._length
        if room > 0:
            self._parts.append(text[:room].encode("utf-8", "replace").decode())
            self._length += len(self._parts[-1])
        return len(text)

    def taken(self) -> str:
        """Return what was printed since the last time."""
        text, self._parts, self._length = "".join(self._parts), [], 0
        return text

    def warned(self) -> list[Warned]:
        """Return the warnings that there were."""
        found = []
        for one in self._warned[:MAX_WARNINGS]:
            kinds = (kind for kind in one.category.__mro__ if kind.__module__ == "builtins")
            text = str(one.message)[:MAX_WARNING].encode("utf-8", "replace").decode()
            found.append(Warned(next(kinds).__name__, text))
        return found

    @contextmanager
    def listening(self, read_line: Callable[[str], str]) -> Iterator[None]:
        """Keep what is printed and warned of; `read_line` gives lines of input."""
        printed_to, asked = sys.stdout, builtins.input
        sys.stdout = self
        builtins.input = lambda prompt="", /: read_line(str(prompt))
        try:
            with warnings.catch_warnings(record=True) as self._warned:
                warnings.simplefilter("default")
                yield
        finally:
            sys.stdout, builtins.input = printed_to, asked


def issue(warned: Warned) -> None:
    """Give a warning of a hand-in's on this side, where a test may look for it.

    It does nothing to a terminal, wherever it is shown.
    """
    kind = getattr(builtins, warned.kind, UserWarning)
    if not (isinstance(kind, type) and issubclass(kind, Warning)):
        kind = UserWarning
    warnings.warn_explicit(printable(warned.text), kind, "the student's code", 1)

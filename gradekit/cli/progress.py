"""How far a command is that grades many: a bar on a terminal, and plain lines elsewhere."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from gradekit.cli.app import console as standard
from gradekit.cli.tables import OUTCOMES

# How an ending is called where there is room; the letters of OUTCOMES stand for it elsewhere.
ENDINGS = {
    "PASS": "all pass",
    "FAIL": "some fail",
    "CRASH": "crash",
    "TIMEOUT": "timeout",
    "MEMORY": "memory",
    "PROTOCOL": "protocol",
    "ERROR": "no grade",
}
# These took no time of those that grade.
INSTANT = ("kept", "not taken")
LATEST = 50
BAR = (10, 40)


class Tell(Protocol):
    """Is called once for each that is done; `ending` is what it counts as, by default `word`."""

    def __call__(self, name: str, word: str, /, detail: str = "", ending: str = "") -> None:
        """Tell of one."""


@contextmanager
def progress(
    total: int, what: str, console: Console = standard, *, lines: int | None = None
) -> Iterator[Tell]:
    """Show how far it is: a bar on a terminal, and a line for each that is done elsewhere.

    With `lines` there are so many at the most, which say how many are done and no names.
    """
    bar = Bar(total, what)
    if console.is_interactive:
        with Live(
            console=console, get_renderable=lambda: bar, refresh_per_second=4, transient=True
        ):
            yield bar.tell
        return
    numbers = iter(range(1, total + 1))
    shown = {total * part // lines for part in range(1, lines + 1)} if lines else set[int]()

    def line(name: str, word: str, /, detail: str = "", ending: str = "") -> None:  # noqa: ARG001
        number = next(numbers)
        if not lines:
            text = f"[{number}/{total}] {name} {word}{': ' if detail else ''}{detail}"
            console.print(text, markup=False)
        elif number in shown:
            console.print(f"{what} {number}/{total}", markup=False)

    yield line


class Pace:
    """How fast it goes of late, in seconds of `clock`.

    What was kept takes no time: many of those tell nothing about the time that others take. So the
    clock starts when the first one is worked on, and what counts is how many are worked on, and how
    many are done altogether, since one of the latest.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._done, self._began = clock, 0, clock()
        self._latest = deque([(self._began, 0)], maxlen=LATEST + 1)

    def tell(self, *, instant: bool) -> None:
        """Count one that is done, and whether that took no time."""
        self._done += 1
        if instant and len(self._latest) == 1:
            self._latest.clear()
        if not instant or not self._latest:
            self._latest.append((self._clock(), self._done))

    def passed(self) -> float:
        """Return how many seconds it has taken so far."""
        return self._clock() - self._began

    def rate(self) -> float:
        """Return how many are worked on per second; 0 where nothing tells it yet."""
        return self._per_second(len(self._latest) - 1)

    def left(self, total: int) -> float:
        """Return in how many seconds all will be done; 0 where nothing tells it yet."""
        rate = self._per_second(self._done - self._latest[0][1]) if self.rate() else 0.0
        return (total - self._done) / rate if rate else 0.0

    def _per_second(self, count: int) -> float:
        passed = self._clock() - self._latest[0][0]
        return count / passed if passed > 0 else 0.0


class Bar:
    """The bar with rate and time left, and below it how many ended how; it fits any width."""

    def __init__(self, total: int, what: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._total, self._what, self._pace = total, what, Pace(clock)
        self._counts: Counter[str] = Counter()

    def tell(self, name: str, word: str, /, detail: str = "", ending: str = "") -> None:  # noqa: ARG002
        """Count one that is done."""
        self._pace.tell(instant=word in INSTANT)
        # A new one each time, for another thread draws it.
        self._counts = self._counts + Counter([ending or word])

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw both lines, with what there is room for."""
        width = options.max_width
        yield self._first_line(width)
        whole = _endings(self._counts, short=False)
        counts = whole if whole.cell_len <= width else _endings(self._counts, short=True)
        counts.truncate(width, overflow="ellipsis")
        yield counts

    def _first_line(self, width: int) -> Table:
        done = self._counts.total()
        head, pace = f"{self._what} {done}/{self._total}", self._speed()
        least, most = BAR
        if len(head) + len(pace) + least + 2 > width:
            pace = ""
        bar = min(most, width - len(head) - len(pace) - 2)
        line = Table.grid(padding=(0, 1, 0, 0))
        drawn = ProgressBar(self._total, done, bar) if bar >= least else ""
        line.add_row(Text(head, no_wrap=True), drawn, Text(pace, style="cyan"))
        return line

    def _speed(self) -> str:
        rate = self._pace.rate()
        if not rate:
            return f"{_clock_time(self._pace.passed())} so far"
        speed = f"{rate:.1f}/s" if rate >= 1 else f"{60 * rate:.1f}/min"
        return f"{speed}  {_clock_time(self._pace.left(self._total))} left"


def _endings(counts: Mapping[str, int], *, short: bool) -> Text:
    known = [name for name in ENDINGS if name in counts]
    others = [name for name in counts if name not in ENDINGS]
    return Text(", ").join(_ending(name, counts[name], short) for name in [*known, *others])


def _clock_time(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _ending(name: str, count: int, short: bool) -> Text:
    letter, style, _ = OUTCOMES.get(name, ("", "", ""))
    word = ENDINGS.get(name, name)
    return Text(f"{count} {letter.strip() or word if short else word}", style)

"""The headings of a Markdown text: one rule for what staff write and what students hand in."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_TITLE_CHARACTERS = 300  # of a longer one the rest is left out

_LINE = re.compile(r" {0,3}#{1,6}[ \t]+(?P<rest>.*)")
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})")
_POINTS = re.compile(
    r"[(\[] ?(?P<points>\d{1,6}(?:[.,]\d{0,6})?|[.,]\d{1,6}) ?(?:points?|pts?)\.? ?[)\]]", re.I
)
_BRACKETS = {")": "(", "]": "["}
_LONGEST_POINTS = 30
# The markers of what students do not get look like headings and are none.
_KINDS = ("SOLUTION", "HIDDEN TESTS", "MARK SCHEME")
_MARKERS = ("STUB", *(f"{end} {kind}" for end in ("BEGIN", "END") for kind in _KINDS))


@dataclass(frozen=True)
class Heading:
    """A heading's title without its points, and the points that it names, as they stand there."""

    title: str
    points: str | None = None

    @property
    def number(self) -> float | None:
        """The points as a number, or None where there are none."""
        return None if self.points is None else float(self.points.replace(",", "."))


def headings(markdown: str) -> list[Heading]:
    """Return a text's headings, in order; lines in fenced code are none."""
    return [found for line in _outside_of_code(markdown) if (found := _heading(line))]


def titles_of(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return a title for each of some items: its heading, and its name where it shares that.

    `named` are the items' names with the headings above them, "" where there is none.
    """
    found = dict(named)
    shared = list(found.values())
    return {
        name: name if not title else f"{title}: {name}" if shared.count(title) > 1 else title
        for name, title in found.items()
    }


def _outside_of_code(markdown: str) -> Iterator[str]:
    fence = ""
    for line in markdown.split("\n"):
        found = _FENCE.match(line)
        if found and found["fence"][0] == "`" and "`" in line[found.end() :]:
            found = None  # code within a line
        if fence:
            closes = found and found["fence"].startswith(fence) and not line[found.end() :].strip()
            fence = "" if closes else fence
        elif found:
            fence = found["fence"]
        else:
            yield line


def _heading(line: str) -> Heading | None:
    found = _LINE.match(line)
    title = _without_closing(found["rest"].rstrip()) if found else ""
    if not title or title.startswith(_MARKERS):
        return None
    start = title.rfind(_BRACKETS.get(title[-1], "("), -_LONGEST_POINTS)
    points = _POINTS.fullmatch(title, start) if start > 0 else None
    if points:
        title = title[:start].rstrip()
    return Heading(title[:MAX_TITLE_CHARACTERS], points["points"] if points else None)


def _without_closing(title: str) -> str:
    """Return a title without the # that may close it behind a space."""
    bare = title.rstrip("#")
    return bare.rstrip() if not bare or bare[-1].isspace() else title

"""Runs the examples of a page as a reader would: types its commands, writes its files.

A page is one session that begins in an empty folder. Three kinds of fenced blocks are run:

- `console`: a line that begins with `$ ` is a command; below it stands what it prints. A line that
  is only `…` stands for any lines, and `…` within a line for anything. A command ends with 0, or
  the next one is `echo $?`.
- a block with `title="PATH"` is that file.
- a block with `title="PATH, in place of TEXT"` takes the place of that text, which is there once.
- a block with `title="NOTEBOOK, the cell of WORD"` is that cell: of those that students write, the
  first that has the word.

Other blocks are only read. `python tests/support/doc_examples.py PAGE…` writes what the commands
print now below those that print something else than the page says.
"""

import atexit
import os
import re
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
from warm_commands import GRADEKIT, NBGRADER_WITH_KIT, WarmCommands

ANYTHING = "…"
PROMPT = "$ "
SET_BY_OTHERS = ("COLUMNS", "FORCE_COLOR", "TERM", "MPLBACKEND")
CELL_OF, IN_PLACE_OF = ", the cell of ", ", in place of "
PROGRAMS = {"gradekit": GRADEKIT, "nbgrader": NBGRADER_WITH_KIT}
_PLAIN = re.compile(r"[\w./=@%+:,' \"-]+")  # nothing in it is for the shell alone
_FENCE = re.compile(r"^```(?P<language>\w*)(?: title=\"(?P<title>[^\"]+)\")?$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its title, its lines, and where they begin in its page."""

    language: str
    title: str
    lines: tuple[str, ...]
    start: int


@dataclass(frozen=True)
class Difference:
    """What a command printed, and the lines of the page that say something else."""

    command: str
    start: int
    stop: int
    expected: str
    printed: str
    code: int


def blocks(page: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page that begin at the margin."""
    begun: tuple[str, str, int] | None = None
    lines = page.splitlines()
    for number, line in enumerate(lines):
        opened = _FENCE.match(line)
        if begun is None and opened:
            begun = (opened["language"], opened["title"] or "", number + 1)
        elif begun is not None and line == "```":
            language, title, start = begun
            yield Block(language, title, tuple(lines[start:number]), start)
            begun = None


def commands(block: Block) -> Iterator[tuple[str, int, int]]:
    """Yield each command of a block, and where what it prints starts and stops in the page."""
    places = [n for n, line in enumerate(block.lines) if line.startswith(PROMPT)]
    for place, following in zip(places, [*places[1:], len(block.lines)], strict=True):
        command = block.lines[place].removeprefix(PROMPT)
        yield command, block.start + place + 1, block.start + following


def alike(expected: str, printed: str) -> bool:
    """Whether a text is as expected, where `…` stands for anything."""
    pattern = ""
    for line in expected.splitlines():
        if line.strip() == ANYTHING:
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(map(re.escape, line.rstrip().split(ANYTHING))) + r"\n"
    text = "".join(f"{line.rstrip()}\n" for line in printed.splitlines())
    return re.fullmatch(pattern, text) is not None


def is_run(block: Block) -> bool:
    """Whether a block is run, and not only read."""
    return block.language == "console" or bool(block.title)


def has_any(page: str) -> bool:
    """Whether a page has a block that is run."""
    return any(map(is_run, blocks(page)))


class Session:
    """A reader who goes through a page in a folder, with a home of their own."""

    def __init__(self, folder: Path) -> None:
        self.here, self._code = folder / "work", 0
        self.here.mkdir()
        path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
        home = {"HOME": str(folder), "JUPYTER_CONFIG_DIR": str(folder / "settings")}
        # What is printed depends neither on whose terminal the tests run in, nor on other tests.
        self._variables = {**_kept(), **home, "PATH": path}

    def follow(self, page: str) -> Iterator[Difference]:
        """Do what a page says; yield where it comes out otherwise."""
        for block in filter(is_run, blocks(page)):
            if block.language == "console":
                yield from self._type(block, page.splitlines())
            else:
                self._write(block)

    def _type(self, block: Block, page: list[str]) -> Iterator[Difference]:
        typed = [*commands(block)]
        following = [*(command for command, _, _ in typed[1:]), ""]
        for (command, start, stop), after in zip(typed, following, strict=True):
            expected = "\n".join(page[start:stop])
            printed = self._run(command)
            asked_for = after == "echo $?"
            if not alike(expected, printed) or (self._code and not asked_for):
                yield Difference(command, start, stop, expected, printed, self._code)

    def _run(self, command: str) -> str:
        if command == "echo $?":
            code, self._code = self._code, 0
            return f"{code}\n"
        moved = re.fullmatch(r"cd ([\w./-]+)", command)
        if moved:
            self.here = (self.here / moved[1]).resolve(strict=True)
            return ""
        if _PLAIN.fullmatch(command):
            name, *arguments = shlex.split(command)
            if name in PROGRAMS:
                ran = _warm(name).run(
                    self.here, *arguments, environment=self._variables, together=True
                )
                self._code = ran.code
                return ran.output
        ended = subprocess.run(
            ["bash", "-c", command],
            cwd=self.here,
            env=self._variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self._code = ended.returncode
        return ended.stdout

    def _write(self, block: Block) -> None:
        text = "".join(f"{line}\n" for line in block.lines)
        name, cell, word = block.title.partition(CELL_OF)
        if cell:
            _write_cell(self.here / name, word, text.removesuffix("\n"))
            return
        name, replaced, old = block.title.partition(IN_PLACE_OF)
        path = self.here / name
        if replaced:
            before = path.read_text(encoding="utf-8")
            assert before.count(old) == 1, f"{name} does not hold {old!r} once"
            text = before.replace(old, text.removesuffix("\n"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _kept() -> dict[str, str]:
    """Return the variables of this process that a reader would have, too."""
    kept = {k: v for k, v in os.environ.items() if k not in SET_BY_OTHERS}
    return {**kept, "LC_ALL": "C.UTF-8"}


@cache
def _warm(name: str) -> WarmCommands:
    """Return what runs a program whose imports are done: they take longer than most commands."""
    warm = WarmCommands(PROGRAMS[name], _kept())
    atexit.register(warm.__exit__, None, None, None)
    return warm


def _write_cell(path: Path, word: str, text: str) -> None:
    notebook = nbformat.read(path, as_version=4)
    answers = (one for one in notebook.cells if one.metadata.get("nbgrader", {}).get("solution"))
    next(one for one in answers if word in one.source).source = text
    nbformat.write(notebook, path)


def update(page: Path) -> None:
    """Write what the commands of a page print now, where it says something else."""
    text = page.read_text(encoding="utf-8")
    lines = text.splitlines()
    with tempfile.TemporaryDirectory() as folder:
        for one in reversed([*Session(Path(folder)).follow(text)]):
            print(f"{page}: $ {one.command}: exit code {one.code}")
            lines[one.start : one.stop] = [line.rstrip() for line in one.printed.splitlines()]
    page.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        update(Path(name))

"""Rules of an assignment's own for what is handed in: functions in its `handin_rules.py`.

`gradekit submit` runs them at the student's, from the file that was released, and `gradekit grade`
from the course's own copy. A rule gets a `Found`, plain data, and returns nothing where it has
nothing to say, or:

    Problem   what is wrong, and what to do: the student is asked to put it right
    Doubt     what may be wrong: told to the student and to staff, and keeps nobody from handing in
    Advice    a line for the student alone
"""

import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from gradekit import bounds
from gradekit.errors import AuthoringError
from gradekit.names import RULES
from gradekit.notebook.cells import Cell, text_of
from gradekit.submission.parts.shown_text import unquoted
from gradekit.text import one_line

MAX_PRINTED_CHARACTERS = bounds.PRINTED_CHARACTERS
MAX_SAID_CHARACTERS = 300
MODULE = "gradekit_handin_rules"  # what the file is called while it is imported

__all__ = ["Advice", "Doubt", "Found", "FoundCell", "Problem", "unquoted"]


@dataclass(frozen=True)
class FoundCell:
    """A cell as it was saved: its source, the end of what it printed, the heading above it.

    `ran` is the number that Jupyter shows beside it, 0 where it was not run; `facts` is what the
    notebook's metadata say of it below `gradekit`. All of it may be the student's.
    """

    source: str = ""
    printed: str = ""
    heading: str = ""
    ran: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """A part as it was found, which may be empty.

    `text` is what was printed or written, `figures` the colours (height, width, 3) of what was
    drawn, on white, 0 to 255; `cell` the cell that made it; `after` the one that it is made from,
    None where there is none.
    """

    name: str
    title: str
    text: str = ""
    figures: tuple[np.ndarray, ...] = ()
    cell: FoundCell = FoundCell()
    after: FoundCell | None = None


@dataclass(frozen=True)
class Problem:
    """What is wrong with a part, and what to do; `{cell}` in it becomes the place of its cell."""

    what: str
    remedy: str


@dataclass(frozen=True)
class Doubt:
    """What may be wrong with a part, and what to do, if it is not to run the cell again."""

    what: str
    remedy: str = ""


@dataclass(frozen=True)
class Advice:
    """A line for the student: one or two sentences."""

    line: str


Said = Problem | Doubt | Advice
Rule = Callable[[Found], object]  # Said, or None
RuleSet = Mapping[str, Rule]


@dataclass(frozen=True)
class RuleFailed:
    """A rule raised something, or returned what is none of these: in one line, with its line."""

    what: str


def load_rules(path: Path) -> dict[str, Rule]:
    """Return the rules of a file by name; none where there is no file.

    Raises AuthoringError, with file and line, where it cannot be imported.
    """
    if not path.is_file():
        return {}
    module = ModuleType(MODULE)
    module.__file__ = str(path)
    sys.modules[MODULE] = module  # a dataclass looks itself up there
    try:
        # Not by the import system, which keeps what it compiled: an edit within a second is lost.
        exec(compile(path.read_bytes(), str(path), "exec"), vars(module))
    except MemoryError:
        raise
    except (Exception, SystemExit) as error:
        raise AuthoringError(_failure(path, error)) from error
    return {name: value for name, value in vars(module).items() if callable(value)}


def apply_rules(rules: RuleSet, names: Sequence[str], found: Found) -> Iterator[Said | RuleFailed]:
    """Yield what the rules of some names say; those that are not there say nothing.

    One that raises something, or returns something else, has failed, and the others go on.
    """
    for name in names:
        if name not in rules:
            continue
        try:
            said = rules[name](found)
        except MemoryError:
            raise
        except (Exception, SystemExit) as error:
            yield RuleFailed(_failure(Path(RULES), error, name))
            continue
        if said is None:
            continue
        if not isinstance(said, Said):
            yield RuleFailed(f"{RULES}: {name} returned no Problem, Doubt or Advice")
        elif not all(isinstance(text, str) for text in vars(said).values()):
            yield RuleFailed(f"{RULES}: {name} returned a {type(said).__name__} of no text")
        else:
            yield said


def found_cell(cell: Cell) -> FoundCell:
    """Return a cell as rules get it; of what it printed the end."""
    return FoundCell(cell.source, _printed(cell), cell.heading, cell.ran, cell.facts)


def _printed(cell: Cell) -> str:
    pieces, length = [], 0
    for output in reversed(cell.outputs):
        pieces.append(text_of(output.get("text"))[-MAX_PRINTED_CHARACTERS:])
        length += len(pieces[-1])
        if length >= MAX_PRINTED_CHARACTERS:
            break
    return "".join(reversed(pieces))


def _failure(path: Path, error: BaseException, name: str = "") -> str:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)
             if Path(frame.filename).name == path.name]  # fmt: skip
    if isinstance(error, SyntaxError) and error.lineno:
        lines.append(error.lineno)
    where = f"{path}:{lines[-1]}" if lines else str(path)
    what = f"{type(error).__name__}: {one_line(error, MAX_SAID_CHARACTERS)}"
    return f"{where}: {f'{name}: ' if name else ''}{what}"

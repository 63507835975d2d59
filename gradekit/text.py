"""Makes one plain line of any text, such as a name that somebody chose for a file."""

import re
import unicodedata

MAX_LINE = 400
MOST_OF_NAME = 120
# Where Python found a module from which a name cannot be imported: a place on one computer.
_MODULES_PLACE = re.compile(r" \((?:/|[A-Za-z]:[\\/])[^()\n]*+\)")


def one_line(text: object, most: int = MAX_LINE) -> str:
    """Return a text as one line that a terminal shows as it is, cut where it is long.

    Whitespace becomes single spaces; escapes, controls, marks that turn the direction of writing
    and halves of characters are spelled out.
    """
    head = str(text)[: 4 * most]
    line = "".join(map(_shown, " ".join(head.split())))
    return line if len(line) <= most else f"{line[:most]}…"


def whole_characters(text: str) -> str:
    """Return a text with halves of characters spelled out, which no file and no message takes."""
    return text.encode("utf-8", "backslashreplace").decode()


def short_name(name: str, most: int = MOST_OF_NAME) -> str:
    """Return a name as one line, without its middle where it is long: what is said of it stays."""
    line = one_line(name, 4 * MAX_LINE)
    end = most // 3
    return line if len(line) <= most else f"{line[: most - end]}…{line[-end:]}"


def without_places(message: str) -> str:
    """Return an exception's message without the full paths that Python puts in parentheses."""
    return _MODULES_PLACE.sub("", message)


def at_most(lines: list[str], most: int) -> list[str]:
    """Return the first lines, and one that says how many there are besides."""
    more = len(lines) - most
    return [*lines[:most], f"and {more} more"] if more > 0 else lines


def listed(names: list[str], most: int) -> str:
    """Return the first of some names with commas, and how many there are besides."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


# What makes a spreadsheet take a text for a formula, also behind spaces and quotes.
FORMULA_STARTS = ("=", "+", "-", "@")
# Where some spreadsheets begin a new cell, whatever the file says.
_CELLS = re.compile("([;|])")


def spreadsheet_text(text: object) -> str:
    """Return a text as one line that no spreadsheet takes for a formula, nor any cell of it."""
    first, *others = _CELLS.split(one_line(text))
    risky = str(text)[:1] in ("\t", "\r", "\n") or _is_formula(first)
    cells = [f"'{one}" if _is_formula(one) else one for one in others]
    return "".join([f"'{first}" if risky else first, *cells])


def _is_formula(cell: str) -> bool:
    """Whether a spreadsheet may take a text for a formula: in wide and small forms, too."""
    return unicodedata.normalize("NFKC", cell.lstrip("'\" ")[:1]).startswith(FORMULA_STARTS)


def printable(text: object) -> str:
    """Return a text of one or more lines that does nothing to a terminal but stand there."""
    return "\n".join("".join(map(_shown, line)) for line in str(text).split("\n"))


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")

"""What was printed, as a terminal shows it in the end: what was drawn over is gone."""

import re

# Text between the characters that move the cursor within its line.
_PIECES = re.compile(r"[^\r\b]+|\r+|\x08+")


def as_shown(text: str) -> str:
    """Return printed text in which carriage returns and backspaces are obeyed.

    Takes time that grows with the text's length alone.
    """
    if "\r" not in text and "\b" not in text:
        return text
    text = text.replace("\r\n", "\n")
    return "\n".join(map(_line, text.split("\n")))


def _line(line: str) -> str:
    """Return one line as it looks when all of it was printed."""
    if "\r" not in line and "\b" not in line:
        return line
    if "\x1b" in line:
        # Codes take no place in a line, so it is not counted what lies over what: the last stays.
        drawn = [piece for piece in line.split("\r") if piece.strip()]
        return drawn[-1].replace("\b", "") if drawn else ""
    row: list[str] = []
    place = 0
    for piece in _PIECES.findall(line):
        if piece[0] == "\r":
            place = 0
        elif piece[0] == "\b":
            place = max(place - len(piece), 0)
        else:
            row[place : place + len(piece)] = piece
            place += len(piece)
    return "".join(row)

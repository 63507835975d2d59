"""The one rule each for names of assignments and students, and for which files are modules."""

import re
import unicodedata
from collections.abc import Iterable

MAX_NAME = 100
ALLOWED = "use letters, digits and _ . @ - (first no . or -)"
ALLOWED_OF_FOLDERS = (
    "use letters, digits, blanks and _ . @ - ( ) , ' & # ! (first none of these but _ @)"
)

JUNK = frozenset(["__pycache__", "__MACOSX", "node_modules", "site-packages", "venv", "env"])
CELL_ENDED = ", which should define it, ended with "  # said of a cell, before what it raised
# What an author has still to do, in a check that was made and knows no answers.
TO_COMPLETE = "### TO COMPLETE"
NOT_DONE = "NotImplementedError"  # what a stub raises, and so a hand-in that was not begun
RULES = "handin_rules.py"  # an assignment's own rules for what is handed in, which staff wrote
# What only staff have use for, wherever it lies: pytest, Python and nbgrader run these unasked.
STAFF = frozenset(
    ["conftest.py", "sitecustomize.py", "usercustomize.py", "nbgrader_config.py", RULES]
)

_NAME = re.compile(r"[A-Za-z0-9_@][A-Za-z0-9_.@-]*")
# In names of folders; neither the first nor the last of one is one of `_INNER`.
_INNER, _OUTER = " .,'&#(", "_@"


def is_name(text: str) -> bool:
    """Whether a text is a name: letters, digits and _ . @ - (not first . or -), not too long."""
    return len(text) <= MAX_NAME and bool(_NAME.fullmatch(text))


def is_folders_name(text: str) -> bool:
    """Whether a text can be an assignment's name, or that of a student's folder in a course.

    It is as `is_name` has it, with letters of any language, and blanks and some signs in it.
    """
    if not text or len(text.encode("utf-8", "replace")) > MAX_NAME:
        return False
    first, last = text[0], text[-1]
    return (
        (first.isalnum() or first in _OUTER)
        and last not in _INNER
        and all(one in f"{_INNER}{_OUTER}-)!" or _is_of_word(one) for one in text)
    )


def _is_of_word(letter: str) -> bool:
    """Whether it is a letter or a digit of any language, or a mark on one."""
    return letter.isalnum() or unicodedata.category(letter) in ("Mn", "Mc")


def is_junk(parts: Iterable[str]) -> bool:
    """Whether a path lies in a cache, a hidden folder or an environment, or is a hidden file."""
    return any(part in JUNK or part.startswith(".") for part in parts)


def is_module(name: str) -> bool:
    """Whether a path below the assignment's folder, with slashes, is a module of the student's."""
    parts = name.split("/")
    return (
        len(parts[-1]) > len(".py")
        and name.endswith(".py")
        and not (parts[-1] in STAFF or is_junk(parts))
    )

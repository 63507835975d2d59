"""What a student's id may look like, and the names of the files that are handed in."""

import re

from gradekit.report import HandinError

MANIFEST = "manifest.json"
TIMESTAMP = "timestamp.txt"
MAX_ID = 100

_COPY = re.compile(r"(?: \(\d{1,4}\)| copy)\Z", re.I)
_ID = re.compile(r"[A-Za-z0-9_@][A-Za-z0-9_.@-]*")


def is_student_id(text: str) -> bool:
    """Whether a text can be a student's id: letters, digits and _ . @ - (not first . or -)."""
    return bool(_ID.fullmatch(text)) and len(text) <= MAX_ID


def without_copy_mark(name: str) -> str:
    """Return a name without what browsers and file managers put to a second copy's: (1), copy."""
    while True:
        short = _COPY.sub("", name)
        if short == name:
            return name
        name = short


def check_student_id(text: str) -> str:
    """Return an id; raise HandinError where it cannot be one."""
    if not is_student_id(text):
        raise HandinError(
            f"{text[:MAX_ID]!r} cannot be a name or id: use letters, digits and _ . @ - "
            "(first no . or -)"
        )
    return text


def pdf_name(assignment: str) -> str:
    """Return the name of the PDF that is handed in, such as "problem_2_solution.pdf"."""
    return f"{assignment}_solution.pdf"


def zip_name(assignment: str, student: str) -> str:
    """Return the name of the file that a student uploads, such as "problem_2_ada.zip"."""
    return f"{assignment}_{student}.zip"

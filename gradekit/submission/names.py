"""What a student's id may look like, and the names of the files that are handed in."""

import json
import re
from typing import Any

from gradekit.errors import SubmissionError
from gradekit.names import ALLOWED, MAX_NAME, is_name

MANIFEST = "manifest.json"
TIMESTAMP = "timestamp.txt"
MAX_ID = MAX_NAME

# What browsers and editors make of a notebook's ending.
OTHER_ENDINGS = (".json", ".txt", ".ipynb_", ".ipynb.bak")

DOCUMENTS = (".docx", ".doc", ".odt", ".rtf", ".md", ".txt", ".tex", ".pages")

# In the languages of many browsers and file managers; what has no space before it has brackets.
_COPY = re.compile(
    r"(?: ?\(\d{1,4}\)| (?:- )?(?:copy|kopie|copie|copia|cópia|kopia)(?: \d{1,4})?| )\Z", re.I
)
_COPY_OF = ("copy of ", "kopie von ", "copie de ", "copia de ", "cópia de ")
MOST_MARKS = 5


def is_student_id(text: str) -> bool:
    """Whether a text can be a student's id: letters, digits and _ . @ - (not first . or -)."""
    return is_name(text)


def may_be_notebook(name: str) -> bool:
    """Whether a file in a hand-in's folder may be a notebook, by its name alone."""
    known = name in (MANIFEST, TIMESTAMP) or "/" in name
    return not known and name.lower().endswith((".ipynb", *OTHER_ENDINGS))


def may_be_answer(name: str) -> bool:
    """Whether a file in a hand-in's folder may be a text that a student wrote, by its name."""
    known = name in (TIMESTAMP, "README.md", "requirements.txt") or "/" in name
    return not known and name.lower().endswith(DOCUMENTS)


def is_named_like(name: str, notebook: str) -> bool:
    """Whether a file's name is a notebook's under one of the other endings: ps1.txt for ps1."""
    plain = name.lower()
    ends = (ending for ending in OTHER_ENDINGS if plain.endswith(ending))
    return any(name[: -len(ending)].removesuffix(".ipynb") == notebook for ending in ends)


def without_copy_mark(name: str) -> str:
    """Return a name without what browsers and file managers put to a second copy's: (1), copy."""
    for _ in range(MOST_MARKS):
        name = _COPY.sub("", name)
    first = next((mark for mark in _COPY_OF if name.lower().startswith(mark)), "")
    return name[len(first) :]


def check_student_id(text: str) -> str:
    """Return an id; raise SubmissionError where it cannot be one."""
    if not is_student_id(text):
        raise SubmissionError(f"{text[:MAX_ID]!r} cannot be a name or id: {ALLOWED}")
    return text


def pdf_name(assignment: str) -> str:
    """Return the name of the PDF that is handed in, such as "homework_1_solution.pdf"."""
    return f"{assignment}_solution.pdf"


def no_pdf(assignment: str) -> str:
    """Return what is noted where the PDF that is asked for was not handed in."""
    return f"no {pdf_name(assignment)}, the PDF that `gradekit submit` makes"


def zip_name(assignment: str, student: str) -> str:
    """Return the name of the file that a student uploads, such as "homework_1_ada.zip"."""
    return f"{assignment}_{student}.zip"


def read_manifest(data: bytes) -> dict[str, Any]:
    """Return what a manifest says; nothing where it is damaged."""
    try:
        manifest = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}
    return manifest if isinstance(manifest, dict) else {}

"""Reads the names that Canvas and Moodle give to what students upload, in a download of a class."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from gradekit.handin.names import MAX_ID, is_student_id

# doejane_LATE_12345_678901_problem_2_ada-1.zip, or doejane_12345_text.html
_CANVAS = re.compile(
    r"(?P<who>[^/\sA-Z]+?)(?P<late>_LATE)?_(?P<number>\d+)_"
    r"(?:\d+_(?P<original>[^/]+)|(?P<typed>text|link)\.html)"
)
# Jane Doe_12345_assignsubmission_file_ as a folder, or with the file's name behind it.
_MOODLE = re.compile(
    r"(?P<who>[^/]+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<original>[^/]*))?"
)
_VERSION = re.compile(r"(?P<stem>.+?)-(?P<version>\d{1,4})(?P<suffix>\.[^./]+)")
# Letters that no accent makes of a plain one.
_PLAIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O"}
    | {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i"}
    | dict.fromkeys("'’‘`´ʼ", "")
)


@dataclass(frozen=True)
class Decorated:
    """What a decorated name tells: who uploaded it, as which number, and the file's own name.

    `late` is whether Canvas marks it so.
    """

    system: str
    who: str
    number: str
    original: str
    late: bool = False

    @property
    def made_id(self) -> str:
        """An id made of the name, for whom nothing else names."""
        return made_id(self.who, self.number if self.system == "Moodle" else "", self.number)

    @property
    def longer_id(self) -> str:
        """The id for one of several who share a name."""
        return made_id(self.who, self.number, self.number)


def read_decorated(name: str, assignment: str) -> Decorated | None:
    """Return what a name in a class's download tells; None where no system gave it.

    A name that begins with the assignment's name is a student's own.
    """
    parts = name.split("/")
    if parts[0].startswith((f"{assignment}_", f"{assignment}.")):
        return None
    folder = _MOODLE.fullmatch(parts[0])
    if folder and len(parts) > 1 and not folder["original"]:
        return Decorated("Moodle", folder["who"], folder["number"], "/".join(parts[1:]))
    flat = _MOODLE.fullmatch(parts[-1])
    if flat:
        own = str(PurePosixPath(*parts[:-1], flat["original"] or "onlinetext.html"))
        return Decorated("Moodle", flat["who"], flat["number"], own)
    canvas = _CANVAS.fullmatch(name)
    if canvas:
        own = canvas["original"] or f"{canvas['typed']}.html"
        return Decorated("Canvas", canvas["who"], canvas["number"], own, bool(canvas["late"]))
    return None


def split_version(name: str) -> tuple[str, int]:
    """Return a file's name without the number that Canvas gives to later uploads, and the number.

    Canvas names the third upload of answer.zip answer-2.zip.
    """
    match = _VERSION.fullmatch(name)
    return (match["stem"] + match["suffix"], int(match["version"])) if match else (name, 0)


def made_id(who: str, number: str, otherwise: str) -> str:
    """Return an id made of a person's name, and of a number where one is given.

    `otherwise` is the number that stands for a name without any letter that an id can have.
    """
    spelled = unicodedata.normalize("NFKD", who.translate(_PLAIN))
    bare = "".join(letter for letter in spelled if not unicodedata.combining(letter))
    name = re.sub(r"_+", "_", re.sub(r"[^A-Za-z0-9_.@-]", "_", bare)).strip("_.-")
    name = name[: MAX_ID - 1 - len(number)]
    whole = f"{name}_{number}" if name and number else name or f"student_{otherwise}"
    return whole if is_student_id(whole) else ""

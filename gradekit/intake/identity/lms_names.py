"""Reads the names that learning platforms give to what students upload, in a download of a class.

Every name is taken apart in one pass: a name may be made to have a pattern go back and forth.
"""

import calendar
import re
import time
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from gradekit import bounds
from gradekit.submission.names import MAX_ID, is_student_id

MAX_NAME = bounds.PATH_CHARACTERS

_ASSIGNED = "_assignsubmission_"
_ATTEMPT = "_attempt_"
_BLACKBOARD_TIME = re.compile(r"\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d")
_BRIGHTSPACE = re.compile(r"(?P<number>\d{1,20})-\d{1,20} - (?P<rest>.+)")
RECEIPT = "receipt.txt"  # what Blackboard writes of an attempt, as if it were a file
_NOBODY = "submission"  # whom Gradescope's folder names
_BRIGHTSPACE_TIME = "%b %d, %Y %I%M %p"
_GRADESCOPE = re.compile(r"submission_(?P<number>\d{1,20})")
MAX_GROUP = 50
_VERSION = re.compile(r"-(?P<version>\d{1,4})(?P<suffix>\.[^./-]+)\Z")
_NOT_IN_IDS, _LOW_LINES = re.compile(r"[^A-Za-z0-9_.@-]"), re.compile(r"__+")
# Letters that no accent makes of a plain one.
_PLAIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O"}
    | {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i"}
    | dict.fromkeys("'’‘`´ʼ", "")
)


@dataclass(frozen=True)
class LmsName:
    """What a decorated name tells: who uploaded it, as which number, and the file's own name.

    `login` is the platform's own id for the person, where the name has it; `order` is higher for
    what was uploaded later, 0 where the name does not say; `late` is whether Canvas marks it so;
    `attempt` is when the attempt was made that the file is a part of, as the platform writes it;
    `group` are the others who handed it in together with this person.
    """

    system: str
    who: str
    number: str
    original: str
    late: bool = False
    login: str = ""
    order: int = 0
    attempt: str = ""
    group: tuple["LmsName", ...] = ()

    @property
    def key(self) -> str:
        """Who uploaded it, told apart from everybody else on the platform; "" for no platform."""
        if not self.system:
            return ""
        name = "" if self.system == "Canvas" and self.who != "anon" else self.who
        return " ".join(filter(None, [self.system, self.login or self.number, name]))

    @property
    def made_id(self) -> str:
        """An id made of the name, for whom nothing else names."""
        if is_student_id(self.login):
            return self.login
        numbered = self.system == "Moodle" or self.who in ("anon", _NOBODY)
        return made_id(self.who, self.number if numbered else "", self.number)

    @property
    def longer_id(self) -> str:
        """The id for one of several who share a name."""
        return made_id(self.who, self.number, self.number)


def read_lms_name(name: str, assignment: str) -> LmsName | None:
    """Return what a name in a class's download tells; None where no system gave it.

    A name that begins with the assignment's name is a student's own.
    """
    if len(name) > MAX_NAME:
        return None
    parts = name.split("/")
    found = [_blackboard(name)]
    if not parts[0].startswith((f"{assignment}_", f"{assignment}.")):
        found += [_moodle(parts), _brightspace(parts), _gradescope(parts), _canvas(name)]
    # A platform puts its own words first: whatever stands behind them is the student's.
    told = [one for one in found if one]
    return max(told, key=lambda one: len(one.original)) if told else None


def read_gradescope(text: str) -> dict[str, list[dict[str, str]]]:
    """Return what Gradescope's submission_metadata.yml tells of the submitters, by submission.

    Those who hand in as a group are several, of whom no more than MAX_GROUP are read.
    """
    found: dict[str, list[dict[str, str]]] = {}
    people: list[dict[str, str]] = []
    for line in text.splitlines():
        bare = line.strip().removeprefix("- ")
        if line.startswith("submission_") and bare.endswith(":"):
            people = found.setdefault(bare.removesuffix(":"), [])
        elif line.strip().startswith("- :") and len(people) < MAX_GROUP:
            people.append({})
        for key in ("name", "sid", "email"):
            if people and bare.startswith(f":{key}:"):
                value = bare.removeprefix(f":{key}:").strip().strip("'\"")
                people[-1].setdefault(key, value)
    return found


def _canvas(name: str) -> LmsName | None:
    """Read doejane_LATE_12345_678901_homework_1_ada-1.zip, or doejane_12345_text.html."""
    words = name.split("_")
    if "/" in name or len(words) < 3:
        return None
    if words[0] == "anon" or words[:2] == ["LATE", "anon"]:
        return _anonymous(words)
    at = next((n for n in range(1, len(words)) if _is_number(words[n])), 0)
    late = at > 1 and words[at - 1] == "LATE"
    who = "_".join(words[: at - 1 if late else at])
    own = "_".join(words[at + 1 :])
    if not at or not who or who != who.lower() or any(letter.isspace() for letter in who):
        return None
    if own in ("text.html", "link.html"):
        return LmsName("Canvas", who, words[at], own, late)
    if len(words) > at + 2 and _is_number(words[at + 1]):
        original, order = "_".join(words[at + 2 :]), int(words[at + 1])
        return LmsName("Canvas", who, words[at], original, late, order=order) if original else None
    return None


def _anonymous(words: list[str]) -> LmsName | None:
    """Read LATE_anon_xY2zQ_9002_homework_1.zip."""
    late = words[0] == "LATE"
    number, order, *rest = [*words[2 if late else 1 :], "", ""]
    original = "_".join(rest[:-2])
    if not number.isalnum() or not _is_number(order) or not original:
        return None
    return LmsName("Canvas", "anon", number, original, late, order=int(order))


def _moodle(parts: list[str]) -> LmsName | None:
    """Read Jane Doe_12345_assignsubmission_file_, a folder, or with the file's name behind it."""
    person, kind, rest = _split_moodle(parts[0])
    if person and len(parts) > 1 and not rest:
        return LmsName("Moodle", *person, "/".join(parts[1:]))
    person, kind, rest = _split_moodle(parts[-1])
    if not person:
        return None
    own = rest or f"{kind}.html"
    return LmsName("Moodle", *person, str(PurePosixPath(*parts[:-1], own)))


def _split_moodle(name: str) -> tuple[tuple[str, str] | None, str, str]:
    head, found, tail = name.partition(_ASSIGNED)
    who, _, number = head.rpartition("_")
    kind, _, rest = tail.partition("_")
    if not found or not who or not _is_number(number) or kind not in ("file", "onlinetext"):
        return None, "", ""
    return (who, number), kind, rest


def _brightspace(parts: list[str]) -> LmsName | None:
    """Read the folder 123-456 - Jane Doe - Nov 24, 2026 901 PM, or a file with its name behind it.

    Each attempt has a folder of its own.
    """
    match = _BRIGHTSPACE.fullmatch(parts[0])
    who, *rest = [piece.strip() for piece in match["rest"].split(" - ")] if match else [""]
    original = "/".join(parts[1:]) or " - ".join(rest[1:])
    if not match or not who or not original:
        return None
    order = _seconds(rest[0], _BRIGHTSPACE_TIME) if rest else 0
    attempt = rest[0] if rest else ""
    return LmsName("Brightspace", who, match["number"], original, order=order, attempt=attempt)


def _seconds(text: str, form: str) -> int:
    """Return a time as a number that grows; 0 where it is written in another way."""
    try:
        return calendar.timegm(time.strptime(text, form))
    except ValueError:
        return 0


def _gradescope(parts: list[str]) -> LmsName | None:
    """Read the folder submission_123456; who that is says another file."""
    match = _GRADESCOPE.fullmatch(parts[0])
    if not match or len(parts) < 2:
        return None
    return LmsName("Gradescope", _NOBODY, match["number"], "/".join(parts[1:]))


def _blackboard(name: str) -> LmsName | None:
    """Read Problem 2_jdoe_attempt_2026-11-24-09-41-00_answer.zip, or the same with .txt alone."""
    head, found, tail = name.partition(_ATTEMPT)
    login = head.rpartition("_")[2]
    time = tail[:19]
    if not found or "/" in name or not login or not _BLACKBOARD_TIME.fullmatch(time):
        return None
    rest = tail[19:]
    if rest != ".txt" and not (rest.startswith("_") and len(rest) > 1):
        return None
    own = rest.removeprefix("_") if rest != ".txt" else RECEIPT
    order = int(time.replace("-", ""))
    return LmsName("Blackboard", login, "", own, login=login, order=order, attempt=time)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 20


def login_of(name: str) -> str:
    """Return the login in the name of a student's folder, as ILIAS writes Doe_Jane_jdoe_1234."""
    parts = name.split("_")
    ilias = len(parts) >= 4 and parts[-1].isdigit() and not parts[0].isdigit()
    return parts[-2] if ilias else name


def split_version(name: str) -> tuple[str, int]:
    """Return a file's name without the number that Canvas gives to later uploads, and the number.

    Canvas names the third upload of answer.zip answer-2.zip.
    """
    match = _VERSION.search(name)
    if not match or not match.start():
        return name, 0
    return name[: match.start()] + match["suffix"], int(match["version"])


def made_id(who: str, number: str, otherwise: str) -> str:
    """Return an id made of a person's name, and of a number where one is given.

    `otherwise` is the number that stands for a name without any letter that an id can have.
    """
    spelled = unicodedata.normalize("NFKD", who[:MAX_NAME].translate(_PLAIN))
    bare = "".join(letter for letter in spelled if not unicodedata.combining(letter))
    name = _LOW_LINES.sub("_", _NOT_IN_IDS.sub("_", bare)).strip("_.-")
    name = name[: MAX_ID - 1 - len(number)]
    whole = f"{name}_{number}" if name and number else name or f"student_{otherwise}"
    return whole if is_student_id(whole) else ""

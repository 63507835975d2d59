"""Files of a source that go out to students, and look as if they should not."""

import re
from collections.abc import Iterator

from gradekit.course import Assignment
from gradekit.release.leaks import goes_out

# What such a file is, by what is found in its name.
KINDS = {
    "may hold passwords": re.compile(
        r"^(?:\.env(?:\.|\Z)|(?:\.?secrets?|credentials?)(?:\.\w{1,20})?\Z|\.netrc\Z)", re.I
    ),
    "is a key": re.compile(
        r"\.(?:pem|key|p12|pfx|kdbx)\Z|^id_(?:rsa|ed25519|ecdsa)(?:\.pub)?\Z", re.I
    ),
    "is named like a solution": re.compile(
        r"solution|solved|answers?[-_]?key|rubric|mark[-_]?scheme", re.I
    ),
    "is named like notes of staff's": re.compile(
        r"^(?:notes?|todo)(?:\.\w{1,20})?\Z|[-_]notes?\.\w{1,20}\Z|^draft", re.I
    ),
    "is an older copy, or an editor's": re.compile(
        r"~\Z|\.(?:bak|orig|rej|swp|swo|tmp|old)\Z|^\.?#", re.I
    ),
    "is a file manager's": re.compile(r"^(?:\.DS_Store|Thumbs\.db|desktop\.ini)\Z", re.I),
    "is a database or a log": re.compile(r"\.(?:db|sqlite3?|log)\Z", re.I),
}
HIDDEN = "is hidden"
EXPECTED_HIDDEN = frozenset([".gitkeep", ".gitignore", ".gitattributes", ".editorconfig"])


def unwanted_files(assignment: Assignment) -> Iterator[str]:
    """Yield a line for each file, or hidden folder, that a release would hold."""
    told = set[str]()
    for path in sorted(assignment.source.rglob("*")):
        below = path.relative_to(assignment.source)
        folders = [part for part in below.parts[:-1] if part.startswith(".")]
        if not path.is_file() or not goes_out(below) or path in assignment.notebooks:
            continue
        if folders:
            place = below.parts[: below.parts.index(folders[0]) + 1]
            name, what = "/".join(place) + "/", HIDDEN
        else:
            name, what = below.as_posix(), _kind(path.name)
        if what and name not in told:
            told.add(name)
            yield (
                f"{assignment.source / name}: {what}, and would be released: move it out of the "
                "source"
            )


def _kind(name: str) -> str:
    for what in KINDS:
        if KINDS[what].search(name):
            return what
    return HIDDEN if name.startswith(".") and name not in EXPECTED_HIDDEN else ""

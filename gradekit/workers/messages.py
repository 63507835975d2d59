"""Fault messages: no hidden inputs for students, no control characters for staff."""

import builtins
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from gradekit.text import without_places
from gradekit.workers import wire

MOST_OWNERS = 10
_ASSIGNED = re.compile(r"\s*(?P<name>\w{1,80})\s*(?::[^=]{0,80})?=(?!=)")
_DEFINITION = re.compile(r"\s*(?:async\s+def|def|class)\s+(?P<name>\w{1,80})")


def describe_crash(fault: wire.Fault, snapshot: Path) -> str:
    """Return what may be shown of an exception: its type, and the student's own line.

    The exception's text is left out, and so is a name that is not Python's own: both can carry
    whatever the code was given.
    """
    name = fault.type_name if hasattr(builtins, fault.type_name) else "an exception"
    line, owner = source_line(snapshot, fault.file, fault.line)
    where = f"{fault.file}, line {fault.line}"
    if name == "NotImplementedError":
        return f"{owner or 'it'} is not implemented yet{f' ({where})' if line else ''}"
    return f"{name} at {where}: {line}" if line else f"{name} was raised"


def describe_to_staff(fault: wire.Fault) -> str:
    """Return an exception with its text, and its place where it has one, on one line.

    The folder of the grader's own copy is left out.
    """
    place = f" ({fault.file}:{fault.line})" if fault.file else ""
    return plain(f"{fault.type_name}: {without_places(fault.text)}{place}")


def source_line(snapshot: Path, file: str, line: int) -> tuple[str, str]:
    """Return one line of a snapshot's file and the function around it, as far as there are such."""
    known = {str(path.relative_to(snapshot)): path for path in snapshot.rglob("*.py")}
    if file not in known:
        return "", ""
    lines = known[file].read_text(encoding="utf-8-sig", errors="replace").splitlines()
    if not 0 < line <= len(lines):
        return "", ""
    return plain(lines[line - 1].strip()[:120]), definition_around(lines, line)


def definition_around(lines: Sequence[str], line: int) -> str:
    """Return the full name of the function or class around a 1-based line, by indentation.

    Nothing is parsed: parsers are not made for what a hand-in may hold.
    """
    names: list[str] = []
    depth = _depth(lines[line - 1]) + bool(_DEFINITION.match(lines[line - 1]))
    for text in reversed(lines[:line]):
        found = _DEFINITION.match(text)
        if found and _depth(text) < depth:
            names.insert(0, found["name"])
            depth = _depth(text)
    return ".".join(names)[:120]


def definitions(text: str, *, assigned: bool = False) -> set[str]:
    """Return the qualified names of what a text defines, or assigns as well, by indentation.

    One pass over its lines; nothing is parsed.
    """
    found: set[str] = set()
    around: list[tuple[int, str]] = []
    for line in text.splitlines():
        defined, depth = _DEFINITION.match(line), _depth(line)
        named = defined or (_ASSIGNED.match(line) if assigned else None)
        if not named:
            continue
        while around and around[-1][0] >= depth:
            around.pop()
        owners = ".".join(name for _, name in around[:MOST_OWNERS])
        found.add(f"{owners}.{named['name']}" if owners else named["name"])
        if defined:
            around.append((depth, named["name"]))
    return found


def not_there(functions: Mapping[str, str], snapshot: Path) -> str:
    """Return which of some functions, by their files, a hand-in does not have; nothing for none.

    Functions are known by qualified names; where their class is not there, that is told.
    """
    for file in sorted(set(functions.values())):
        path = snapshot / file
        text = path.read_text(encoding="utf-8-sig", errors="replace") if path.is_file() else ""
        defined = definitions(text, assigned=True)
        for name in sorted(name for name, home in functions.items() if home == file):
            owner = name.partition(".")[0]
            missing = owner if owner not in defined else name if name not in defined else ""
            if missing and not _imported(owner, text):
                return f"`{missing}` is not in {file}"
    return ""


def _imported(name: str, text: str) -> bool:
    """Whether a line of imports may bring a name."""
    lines = (line for line in text.splitlines() if "import" in line)
    return any(name in line or "*" in line for line in lines)


def _depth(text: str) -> int:
    text = text.expandtabs()
    return len(text) - len(text.lstrip())


def plain(text: str, printed: bytes = b"") -> str:
    """Return a text for staff without control characters, with the end of what was printed."""
    said = printed.decode("utf-8", "replace").strip()
    text = f"{text}; printed: …{said[-200:]}" if said else text
    return "".join(c if c.isprintable() else " " for c in text)

"""Words about faults: students read none of what their code got, staff no control characters."""

import builtins
import re
from collections.abc import Sequence
from pathlib import Path

from gradekit.grading import wire

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


def _depth(text: str) -> int:
    text = text.expandtabs()
    return len(text) - len(text.lstrip())


def plain(text: str, printed: bytes = b"") -> str:
    """Return a text for staff without control characters, with the end of what was printed."""
    said = printed.decode("utf-8", "replace").strip()
    text = f"{text}; printed: …{said[-200:]}" if said else text
    return "".join(c if c.isprintable() else " " for c in text)

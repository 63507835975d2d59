"""Reads the mistakes that students often make, each as a small change of the reference.

A list of them is a file in TOML: each `[[mistake]]` names the functions that it is made in (`in`),
the text of the reference that it changes there (`old`, which must stand there once) into another
(`new`), and what to tell who makes it (`hint`).
"""

import ast
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradekit.authoring.definitions import owners
from gradekit.report import AuthoringError


@dataclass(frozen=True)
class KnownMistake:
    """A mistaken reference: the function that is wrong, what to tell, and the changed module."""

    owner: str
    hint: str
    file: str
    text: str


def read_mistakes(text: str, file: str, reference: Mapping[str, str]) -> tuple[KnownMistake, ...]:
    """Return the mistakes of a list, made in the modules of the reference, by path.

    Raises AuthoringError, with the number of the mistake, where one cannot be made.
    """
    try:
        listed = tomllib.loads(text).get("mistake", [])
        return tuple(
            mistake
            for number, one in enumerate(listed, start=1)
            for mistake in _made(one, f"{file}: mistake {number}", reference)
        )
    except tomllib.TOMLDecodeError as error:
        raise AuthoringError(f"{file}: not TOML ({error})") from error


def _made(one: object, where: str, reference: Mapping[str, str]) -> Iterator[KnownMistake]:
    match one:
        case {"in": [*functions], "old": str(old), "new": str(new), "hint": str(hint)}:
            for function in functions:
                file, lines = _place(str(function), where, reference)
                text = _changed(reference[file], lines, old, new, f"{where}: {function}")
                yield KnownMistake(str(function), hint, file, text)
        case _:
            raise AuthoringError(f"{where}: needs in (a list of functions), old, new and hint")


def _place(function: str, where: str, reference: Mapping[str, str]) -> tuple[str, Sequence[int]]:
    """Return the module that a function stands in, and its 1-based lines."""
    for file, text in reference.items():
        lines = [line for line, owner in owners(text).items() if owner == function]
        if lines:
            return file, lines
    raise AuthoringError(f"{where}: no module that students complete has {function}")


def _changed(text: str, lines: Sequence[int], old: str, new: str, where: str) -> str:
    kept = text.split("\n")
    begin, end = min(lines) - 1, max(lines)
    inside = "\n".join(kept[begin:end])
    if inside.count(old) != 1:
        raise AuthoringError(f"{where}: {old!r} must stand there once, not {inside.count(old)}×")
    changed = "\n".join([*kept[:begin], inside.replace(old, new), *kept[end:]])
    try:
        ast.parse(changed)
    except SyntaxError as error:
        raise AuthoringError(f"{where}: with {new!r} it is not Python ({error.msg})") from error
    return changed

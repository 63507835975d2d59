"""Reads the mistakes that students often make, each as a small change of the reference.

A list of them is a file in TOML: each `[[mistake]]` names the functions that it is made in (`in`),
the text of the reference that it changes there (`old`, which must stand there once) into another
(`new`), and what to tell who makes it (`hint`).
"""

import ast
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gradekit.authoring.definitions import owners
from gradekit.report import AuthoringError

Place = tuple[str, int, int]


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
        places = {k: v for name, module in reference.items() for k, v in _places(name, module)}
        return tuple(
            mistake
            for number, one in enumerate(listed, start=1)
            for mistake in _made(one, f"{file}: mistake {number}", reference, places)
        )
    except tomllib.TOMLDecodeError as error:
        raise AuthoringError(f"{file}: not TOML ({error})") from error


def _places(file: str, text: str) -> Iterator[tuple[str, Place]]:
    """Yield each function and class of a module, its file, and its 1-based lines."""
    found: dict[str, list[int]] = {}
    for line, owner in owners(text).items():
        found.setdefault(owner, []).append(line)
    for owner, lines in found.items():
        yield owner, (file, min(lines), max(lines))


def _made(
    one: object, where: str, reference: Mapping[str, str], places: Mapping[str, Place]
) -> Iterator[KnownMistake]:
    match one:
        case {"in": [*functions], "old": str(old), "new": str(new), "hint": str(hint)}:
            for function in map(str, functions):
                if function not in places:
                    raise AuthoringError(
                        f"{where}: no module that students complete has {function}"
                    )
                place = places[function]
                text = _changed(reference[place[0]], place, old, new, f"{where}: {function}")
                yield KnownMistake(function, hint, place[0], text)
        case _:
            raise AuthoringError(f"{where}: needs in (a list of functions), old, new and hint")


def _changed(text: str, place: Place, old: str, new: str, where: str) -> str:
    kept, (_, first, last) = text.split("\n"), place
    inside = "\n".join(kept[first - 1 : last])
    if inside.count(old) != 1:
        raise AuthoringError(f"{where}: {old!r} must stand there once, not {inside.count(old)}×")
    inside = inside.replace(old, new)
    try:
        ast.parse(textwrap.dedent(inside))
    except SyntaxError as error:
        raise AuthoringError(f"{where}: with {new!r} it is not Python ({error.msg})") from error
    return "\n".join([*kept[: first - 1], inside, *kept[last:]])

"""Reads the mistakes that students often make, each as a small change of the reference.

A list of them is a file in TOML: each `[[mistake]]` names the functions that it is made in (`in`),
the text of the reference that it changes there (`old`, which must stand there once) into another
(`new`), and what to tell who makes it (`hint`). A whole module is named by its path, and a
notebook's cell by the notebook's name, a blank and the cell's.
"""

import difflib
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from gradekit.assignment.toml_lists import read_tables
from gradekit.errors import AuthoringError
from gradekit.python_tree import python_tree
from gradekit.solution.definitions import owners

SourcePlace = tuple[str, int, int]
_KEYS = ("in", "old", "new", "hint")


@dataclass(frozen=True)
class KnownMistake:
    """A mistaken reference: the function that is wrong, what to tell, and the changed module."""

    owner: str
    hint: str
    file: str
    text: str


def read_mistakes(text: str, file: str, reference: Mapping[str, str]) -> tuple[KnownMistake, ...]:
    """Return the mistakes of a list, made in the modules and cells of the reference, by name.

    Raises AuthoringError, with the number of the mistake, where one cannot be made, and with the
    line for a key that does not exist.
    """
    listed = read_tables(text, file, "mistake", _KEYS)
    places = {k: v for name, module in reference.items() for k, v in _places(name, module)}
    return tuple(
        mistake
        for number, one in enumerate(listed, start=1)
        for mistake in _made(one, f"{file}: mistake {number}", reference, places)
    )


def _places(file: str, text: str) -> Iterator[tuple[str, SourcePlace]]:
    """Yield each function and class of a module, and the module, with file and 1-based lines."""
    yield file, (file, 1, text.count("\n") + 1)
    found: dict[str, list[int]] = {}
    for line, owner in owners(text).items():
        found.setdefault(owner, []).append(line)
    for owner, lines in found.items():
        yield owner, (file, min(lines), max(lines))


def _made(
    one: object, where: str, reference: Mapping[str, str], places: Mapping[str, SourcePlace]
) -> Iterator[KnownMistake]:
    match one:
        case {"in": [*functions], "old": str(old), "new": str(new), "hint": str(hint)}:
            for function in map(str, functions):
                if function not in places:
                    raise AuthoringError(f"{where}: nothing that students complete has {function}")
                place = places[function]
                text = _changed(reference[place[0]], place, old, new, f"{where}: {function}")
                yield KnownMistake(function, hint, place[0], text)
        case _:
            raise AuthoringError(f"{where}: needs in (a list of functions), old, new and hint")


def _changed(text: str, place: SourcePlace, old: str, new: str, where: str) -> str:
    kept, (_, first, last) = text.split("\n"), place
    inside = "\n".join(kept[first - 1 : last])
    if inside.count(old) != 1:
        raise AuthoringError(f"{where}: {old!r} must stand there once, not {inside.count(old)}×")
    inside = inside.replace(old, new)
    try:
        python_tree(textwrap.dedent(inside))
    except SyntaxError as error:
        raise AuthoringError(f"{where}: with {new!r} it is not Python ({error.msg})") from error
    return "\n".join([*kept[: first - 1], inside, *kept[last:]])


def merged(one: KnownMistake, other: KnownMistake, reference: Mapping[str, str]) -> dict[str, str]:
    """Return the modules that are changed where somebody makes two mistakes, by path.

    Raises AuthoringError where they change the same lines.
    """
    if one.file != other.file:
        return {one.file: one.text, other.file: other.text}
    right = reference[one.file].split("\n")
    edits = sorted([*_edits(right, one.text), *_edits(right, other.text)])
    if any(end > start for (_, end, _), (start, *_) in pairwise(edits)):
        raise AuthoringError(f"{one.owner} and {other.owner}: mistakes in the same lines")
    for start, end, lines in reversed(edits):
        right[start:end] = lines
    return {one.file: "\n".join(right)}


def _edits(right: list[str], text: str) -> Iterator[tuple[int, int, list[str]]]:
    """Yield which lines of a text are replaced, counted from 0, and by which."""
    new = text.split("\n")
    matcher = difflib.SequenceMatcher(None, right, new, autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind != "equal":
            yield start, end, new[first:last]

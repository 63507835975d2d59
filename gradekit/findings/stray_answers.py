"""Finds written answers that stand elsewhere than in the cells that they belong in.

An answer's cell that is as it was released earns nothing without anybody looking. So where it is,
and a text of the student's stands elsewhere, a person is told where, and looks.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gradekit.notebook.cells import Cell, cells_of
from gradekit.notebook.copies import is_written
from gradekit.python_tree import python_tree
from gradekit.text import one_line

MAX_SHOWN, MAX_TEXTS = 40, 100
LOOK = "; a person looks"
# What begins a line of code that does nothing but say something.
SAYING = ("#", "print('", 'print("')
SHOWING = ("print", "display", "Markdown", "HTML", "Latex")
QUOTES = ('"""', "'''")
# A comment or a text of so many words, beside code that does something else, may be an answer. In
# code that was asked for, and more than NEAR cells from the question, comments are about the code
# unless they are longer.
WORDS_OF_ANSWER, WORDS_ABOUT_CODE = 8, 15
NEAR = 2


def stray_answers(
    notebook: Mapping[str, Any],
    released: Mapping[str, Any],
    others: Mapping[str, Mapping[str, Any]] | None = None,
    documents: Sequence[str] = (),
) -> dict[str, str]:
    """Return for each answer that is not in its cell, but may stand elsewhere, where that is.

    `others` are further notebooks of the hand-in, by the names of their files, and `documents` the
    names of files that may be texts.
    """
    mine, given = cells_of(notebook), cells_of(released)
    blank = _blank(mine, given)
    if not blank:
        return {}
    found = {cell.name: line for cell in blank if (line := _in_others(cell, others or {}))}
    known = {_squashed(cell.source) for cell in given}
    lines = {_squashed(line) for cell in given for line in cell.source.splitlines()}
    answers = {cell.name for cell in given if _is_answer(cell)}
    tasks = _of_tasks(mine, given, known)
    texts = [
        place
        for place, cell in enumerate(mine)
        if cell.name not in answers and place not in tasks and _is_text(cell, known, lines)
    ]
    # An answer's cell of another name, as of an earlier release, is likelier than a text.
    for place in sorted(texts[:MAX_TEXTS], key=lambda place: not _is_answer(mine[place])):
        name, distance = _nearest(place, mine, given, [cell.name for cell in blank])
        near = abs(distance) <= NEAR
        if name not in found and (near or _is_text(mine[place], known, lines, WORDS_ABOUT_CODE)):
            found[name] = _line(name, place, distance, mine[place])
    for cell in blank if documents else ():
        what = f"no answer in its cell; {one_line(documents[0], 60)!r} may be one"
        found.setdefault(cell.name, f"{cell.name}: {what}{LOOK}")
    return found


def is_unanswered(notebook: Mapping[str, Any], released: Mapping[str, Any]) -> bool:
    """Whether there is an answer that nobody wrote into its cell."""
    return bool(_blank(cells_of(notebook), cells_of(released)))


def _blank(mine: Sequence[Cell], given: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in given if _is_answer(cell) and _is_blank(cell, mine)]


def _of_tasks(mine: Sequence[Cell], given: Sequence[Cell], known: set[str]) -> set[int]:
    """Return the places of a task's cells and of what was added below: a person reads it anyway."""
    tasks = {cell.name for cell in given if cell.name and cell.grading.get("task")}
    found, inside = set[int](), False
    for place, cell in enumerate(mine):
        is_released = bool(cell.name) or _squashed(cell.source) in known - {""}
        inside = cell.name in tasks or (inside and not is_released)
        found |= {place} if inside else set()
    return found


def _is_answer(cell: Cell) -> bool:
    return bool(cell.name and cell.grading.get("grade") and cell.grading.get("solution"))


def _is_blank(released: Cell, cells: Sequence[Cell]) -> bool:
    """Whether nobody wrote into an answer's cell, nor into any copy of it."""
    texts = (cell.source for cell in cells if cell.name == released.name)
    return released.kind != "code" and not any(is_written(text, released.source) for text in texts)


def _is_text(
    cell: Cell, known: set[str], lines_known: set[str], least: int = WORDS_OF_ANSWER
) -> bool:
    """Whether a cell holds words that the release does not have: beside code at least so many."""
    text = _squashed(cell.source)
    if not text or text in known:
        return False
    if cell.kind != "code":
        return any(letter.isalpha() for letter in text)
    lines = [line.strip() for line in cell.source.splitlines() if line.strip()]
    is_one_text = lines[0].startswith(QUOTES) and lines[-1].endswith(QUOTES)
    if is_one_text or all(line.startswith(SAYING) for line in lines):
        return True
    least = WORDS_ABOUT_CODE if cell.grading.get("solution") else least
    said = (text for text in _texts_said(cell.source) if not _is_released(text, lines_known))
    return any(_words(text) >= least for text in said) or bool(_sentence(cell, lines_known, least))


def _is_released(text: str, known: set[str]) -> bool:
    """Whether each line of a text stands in a line of the release."""
    lines = filter(None, map(_squashed, text.splitlines()))
    return all(any(line in one for one in known) for line in lines)


def _texts_said(code: str) -> Iterator[str]:
    """Yield the texts that stand in a cell for themselves, get a name, or are shown."""
    try:
        tree = python_tree(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for statement in tree.body:
        value = getattr(statement, "value", None)
        while isinstance(value, ast.Call) and value.args:
            shows = getattr(value.func, "attr", getattr(value.func, "id", "")) in SHOWING
            value = value.args[0] if shows else None
        if isinstance(value, ast.JoinedStr):
            yield "".join(str(getattr(one, "value", "")) for one in value.values)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


def _words(text: str) -> int:
    return sum(word.strip("()'\",.;:!?").isalpha() for word in text.split())


def _sentence(cell: Cell, known: set[str], least: int) -> str:
    """Return the first comment in code that is long enough for an answer, and no code itself.

    Lines that the release has, in whatever cell, are not the student's.
    """
    said = list[str]()
    for line in (*_with_comments_apart(cell.source), ""):
        if line.startswith("#"):
            said += [] if _is_released(line, known) else [line.lstrip("# ")]
            continue
        words = " ".join(said)
        if _words(words) >= least and not _is_code("\n".join(said)):
            return words
        said = []
    return ""


def _with_comments_apart(code: str) -> Iterator[str]:
    """Yield the lines of code; a comment behind code is a line of its own."""
    for line in map(str.strip, code.splitlines()):
        before, mark, comment = line.partition("  # ")
        yield before
        if mark and before:
            yield f"# {comment}"
            yield ""


def _is_code(text: str) -> bool:
    try:
        python_tree(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _nearest(
    place: int, mine: Sequence[Cell], given: Sequence[Cell], names: Sequence[str]
) -> tuple[str, int]:
    """Return the name of the answer's cell that is nearest, and how many cells behind it is.

    One that was deleted counts as where the cell is that stood before it.
    """
    places = {cell.name: number for number, cell in enumerate(mine) if cell.name}
    texts = {_squashed(cell.source): number for number, cell in enumerate(mine)}
    where = {}
    for name in names:
        at = places.get(name)
        before = iter([cell for cell in given if cell.name == name] and given)
        for cell in before if at is None else ():
            if cell.name == name:
                break
            at = texts.get(_squashed(cell.source), at)
        where[name] = len(mine) if at is None else at
    name = min(names, key=lambda one: abs(where[one] - place))
    return name, place - where[name]


def _in_others(cell: Cell, others: Mapping[str, Mapping[str, Any]]) -> str:
    for file, notebook in others.items():
        cells = cells_of(notebook)
        named = [one for one in cells if one.name == cell.name]
        if named and not _is_blank(cell, cells):
            return f"{cell.name}: no answer in its cell; {one_line(file, 60)!r} has one{LOOK}"
    return ""


def _line(name: str, place: int, distance: int, cell: Cell) -> str:
    where = "above" if distance < 0 else "below" if distance > 0 else "near"
    shown = one_line(cell.source.strip(), MAX_SHOWN)
    text = f"a text stands {where} it, in cell {place + 1}: {shown!r}"
    return f"{name}: no answer in its cell; {text}{LOOK}"


def _squashed(text: str) -> str:
    return "".join(text.split())

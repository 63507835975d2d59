"""Compares a hand-in's notebook with the release: a line for each thing that grading puts right.

A hand-in's notebook may hold anything in any place; what has not the type that it should have
counts as not being there.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gradekit.assignment.facts import read_facts
from gradekit.findings.stray_answers import LOOK
from gradekit.notebook.cells import Cell, cells_of, text_of
from gradekit.notebook.copies import place_of_counting
from gradekit.notebook.lost_names import given_back, is_stripped
from gradekit.notebook.order import out_of_order
from gradekit.text import at_most, listed, one_line

MAX_LINES, MOST_NAMES = 10, 3
MOST_ALIKE = 2  # cells that are told one by one where the same happened to them
# What is said of one cell, and of several.
MANY = (
    ("of its cell was", "of their cells was"),
    ("its cell was", "their cells were"),
    ("its cell is", "their cells are"),
    ("its metadata", "their metadata"),
)
RESTORED = "restored from the release"
# Said of a notebook that another program took nbgrader's metadata off.
NAMES_LOST = "its cells have lost all their metadata, as other programs take them off"
GIVEN = ", which have them again"
NBGRADERS_FACTS = ("points", "grade", "solution", "locked", "task")


def repairs(notebook: Mapping[str, Any], released: Mapping[str, Any]) -> list[str]:
    """Return one line for each difference that matters; none where the notebook is as released."""
    mine, theirs = cells_of(notebook), [cell for cell in cells_of(released) if _counts(cell)]
    places: dict[str, list[int]] = {}
    for place, cell in enumerate(mine):
        places.setdefault(_name(cell), []).append(place)
    lost = [cell for cell in theirs if _name(cell) not in places]
    new = _never_given(notebook, lost)
    lines = [*_earlier(mine, theirs, lost, new), *_kernel(notebook, released)]
    back = given_back(notebook)
    if back:
        lines.append(f"{NAMES_LOST}; known by text and place: {listed(back, MOST_NAMES)}{GIVEN}")
    if is_stripped(notebook) and _has_texts(mine, released):
        lines.append(f"{NAMES_LOST}; those with points are {RESTORED}")
    else:
        lines += _all_lost([cell for cell in lost if _name(cell) not in new], mine)
    changes = [
        change
        for cell in theirs
        if _name(cell) in places
        for change in _of_cell(cell, mine, places[_name(cell)])
    ]
    lines += _together([*changes, *_moved(theirs, places)])
    lines += _unknown(mine, {_name(cell) for cell in cells_of(released)})
    return at_most([one_line(line) for line in lines], MAX_LINES)


def _never_given(notebook: Mapping[str, Any], lost: Sequence[Cell]) -> list[str]:
    """Return the names of lost cells that the notebook was given out without, as it says itself."""
    facts = read_facts(notebook)
    checks = {check.item for check in facts.checks}
    if facts.cells or not checks:
        return [_name(cell) for cell in lost if facts.cells and _name(cell) not in facts.cells]
    # An older release says only which checks it had.
    tests = [cell for cell in lost if cell.kind == "code" and cell.grading.get("grade")]
    return [_name(cell) for cell in tests if cell.source.strip() and _name(cell) not in checks]


def _earlier(
    mine: Sequence[Cell], released: Sequence[Cell], lost: Sequence[Cell], new: Sequence[str]
) -> Iterator[str]:
    """Yield a line where the notebook seems to be one that was given out before this release.

    It lacks cells, and in their place, or with other points, it has some that students do not make;
    or it says itself that it never had them, which are the `new` ones.
    """
    known = {_name(cell): cell for cell in released}
    made = [cell for cell in mine if _counts(cell) and not cell.grading.get("task")]
    others = dict.fromkeys(_name(cell) for cell in made if _name(cell) not in known)
    points = dict.fromkeys(
        _name(cell)
        for cell in made
        if _name(cell) in known and _fact(cell, "points") != _fact(known[_name(cell)], "points")
    )
    seems = "it seems to be of an earlier release"
    if lost and (others or points):
        has = listed([f"{name[:40]!r}" for name in others], MOST_NAMES)
        more = f"it has {has}, which this one has not" if has else "its points are others"
        lacks = listed([_name(cell) for cell in lost], MOST_NAMES)
        yield f"{seems}: {more}, and it lacks {lacks}{LOOK}"
    elif new:
        yield f"{seems}, which did not have {listed(list(new), MOST_NAMES)}{LOOK}"


def _together(changes: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield a line for each change of a cell; for what happened to many cells alike it is one."""
    found: dict[str, list[str]] = {}
    for name, what in changes:
        found.setdefault(what, []).append(name)
    many = {what for what, names in found.items() if len(names) > MOST_ALIKE}
    for name, what in changes:
        if what not in many:
            yield f"{name}: {what}"
        elif found[what][0] == name:
            yield f"{len(found[what])} cells ({listed(found[what], MOST_NAMES)}): {_of_many(what)}"


def _of_many(what: str) -> str:
    """Return what happened to a cell as it is said of several."""
    for one, several in MANY:
        if one in what:
            return what.replace(one, several, 1)
    return what


def _moved(
    released: Sequence[Cell], places: Mapping[str, Sequence[int]]
) -> Iterator[tuple[str, str]]:
    """Yield what is to be said of each cell that is there once, elsewhere than in the release."""
    names = list(dict.fromkeys(map(_name, released)))
    once = [name for name in names if len(places.get(name, ())) == 1]
    for name in out_of_order(sorted(once, key=lambda name: places[name][0]), names):
        yield name, "its cell was moved; put back in the release's order"


def _counts(cell: Cell) -> bool:
    facts = cell.grading
    return bool(_name(cell) and any(facts.get(fact) for fact in ("grade", "solution", "locked")))


def _name(cell: Cell) -> str:
    name = cell.grading.get("grade_id")
    return name if isinstance(name, str) else ""


def _is_locked(cell: Cell) -> bool:
    return bool(not cell.grading.get("solution"))


def _of_cell(
    released: Cell, mine: Sequence[Cell], places: Sequence[int]
) -> Iterator[tuple[str, str]]:
    name = _name(released)
    split = _is_locked(released) and any(_is_split(released, mine[place:]) for place in places)
    copies = [mine[place].source for place in places]
    which = place_of_counting(copies, released.source, not _is_locked(released))
    last = mine[places[which]]
    if split:
        yield name, f"its cell was split; {RESTORED}"
    elif len(places) > 1:
        counting = "last one" if _is_locked(released) else "last one that was written in"
        yield name, f"its cell is there {len(places)} times; the {counting} counts"
    if last.kind != released.kind:
        was = f"from {released.kind} into {last.kind or 'none'}"
        yield name, f"its cell was turned {was}; {RESTORED}"
    if _is_locked(released) and not split and _squashed(last) != _squashed(released):
        yield name, f"the text of its cell was changed; {RESTORED}"
    changed = [fact for fact in NBGRADERS_FACTS if _fact(last, fact) != _fact(released, fact)]
    if changed == ["points"]:
        # Staff may have changed them after this was given out: nobody is said to have done it.
        yield name, "its points are not the release's, which count"
    elif changed:
        yield name, f"its metadata were changed ({', '.join(changed)}); {RESTORED}"


def _has_texts(mine: Sequence[Cell], released: Mapping[str, Any]) -> bool:
    """Whether some text of the release is there."""
    texts = {_squashed(cell) for cell in cells_of(released)} - {""}
    return any(_squashed(cell) in texts for cell in mine)


def _all_lost(released: Sequence[Cell], mine: Sequence[Cell]) -> Iterator[str]:
    """Yield a line for the cells that are not there, one for all that it happened to alike."""
    there = {_squashed(cell) for cell in mine if not _name(cell)} - {""}
    for has_text in (False, True):
        alike = [cell for cell in released if (_squashed(cell) in there) == has_text]
        names = [_name(cell) for cell in alike]
        graded = sum(bool(cell.grading.get("grade")) for cell in alike)
        if not names:
            continue
        which = "" if graded == len(names) else "those with points are "
        back = f"; {which}{RESTORED}" if graded else ""
        if len(names) == 1:
            what = "has lost its metadata" if has_text else "was deleted"
            yield f"{names[0]}: its cell {what}{back}"
        else:
            more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
            what = "have lost their metadata" if has_text else "were deleted"
            yield f"{len(names)} cells {what} ({', '.join(names[:MOST_NAMES])}{more}){back}"


def _is_split(released: Cell, cells: Sequence[Cell]) -> bool:
    """Whether a cell and the ones behind it, that have no other name, make the released text."""
    whole, text = _squashed(released), ""
    for count, cell in enumerate(cells, start=1):
        text += _squashed(cell)
        if not whole.startswith(text) or _name(cell) not in ("", _name(released)):
            return False
        if text == whole:
            return count > 1
    return False


def _squashed(cell: Cell) -> str:
    return "".join(cell.source.split())


def _fact(cell: Cell, fact: str) -> object:
    # Other editors leave out what is false.
    return cell.grading.get(fact) or False


def _unknown(mine: Sequence[Cell], known: set[str]) -> Iterator[str]:
    given = [cell.grading["grade_id"] for cell in mine if "grade_id" in cell.grading]
    names = dict.fromkeys(name for name in given if isinstance(name, str) and name)
    for name in names:
        if name not in known:
            yield f"{name[:40]!r} is no cell of the release and has no effect"
    odd = sum(not isinstance(name, str) or not name for name in given)
    if odd:
        yield f"cells whose name is no text: {odd}; they have no effect"


def _kernel(notebook: Mapping[str, Any], released: Mapping[str, Any]) -> Iterator[str]:
    mine, theirs = _kernel_name(notebook), _kernel_name(released)
    if theirs and mine != theirs:
        found = f"the kernel is {mine[:40]!r}" if mine else "no kernel is named"
        yield f"{found}; {theirs!r} {RESTORED}"


def _kernel_name(notebook: Mapping[str, Any]) -> str:
    metadata = notebook.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, Mapping) else None
    return text_of(kernel.get("name")) if isinstance(kernel, Mapping) else ""

"""Finds the notebook of a hand-in: under its name, under another, or beside a blank one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradekit.errors import SubmissionError
from gradekit.findings.released import Released
from gradekit.intake.limits import MAX_BYTES, Sent
from gradekit.notebook.cells import cells_of
from gradekit.notebook.lost_names import with_names
from gradekit.notebook.reading import parse_notebook
from gradekit.submission.names import OTHER_ENDINGS
from gradekit.text import listed

MAX_NAMED = 5


@dataclass(frozen=True)
class FoundNotebook:
    """The name of what is the notebook, "" where there is none, and a line on that, or "".

    `others` are the names of further notebooks that were worked in.
    """

    name: str = ""
    line: str = ""
    others: tuple[str, ...] = ()


def choose_notebooks(
    where: str, sent: Sent, root: str, assignment: str, released: Released
) -> dict[str, FoundNotebook]:
    """Return which file is which of the assignment's notebooks, by the notebooks' names.

    One goes by its name, and else by the cells that it has of that notebook's release. Raises
    SubmissionError where several may be one of them.
    """
    given = released.of(assignment)
    found = _notebooks(sent, root)
    if len(given) == 1:
        name = next(iter(given))
        return {name: choose_notebook(where, sent, root, name, released.only(name), found)}
    named = {f"{root}{name}.ipynb" for name in given}
    of = {name: _most_alike(sent, name, given) for name in found if name not in named}
    chosen = {}
    for name in given:
        among = [one for one in found if one == f"{root}{name}.ipynb" or of.get(one) == name]
        chosen[name] = choose_notebook(where, sent, root, name, released.only(name), among)
    return chosen


def _most_alike(sent: Sent, name: str, given: Mapping[str, Mapping[str, Any] | None]) -> str:
    """Return the notebook that a file has the most cells of, by their names, or ""."""
    mine = notebook_in(sent, name) or {}
    counts = {
        one: len(_names(with_names(mine, notebook or {})) & _names(notebook or {}))
        for one, notebook in given.items()
    }
    best = max(counts, key=lambda one: counts[one])
    return best if list(counts.values()).count(counts[best]) == 1 and counts[best] else ""


def _names(notebook: Mapping[str, Any]) -> set[str]:
    return {cell.name for cell in cells_of(notebook) if cell.name}


def choose_notebook(
    where: str, sent: Sent, root: str, assignment: str, released: Released, found: Sequence[str]
) -> FoundNotebook:
    """Return which file is a notebook: one that was worked in before one that is as released.

    `assignment` is the notebook's own name, `found` are the files that it may be. Raises
    SubmissionError where several were worked in, and none of them has the proper name.
    """
    wanted = f"{root}{assignment}.ipynb"
    if wanted in found and len(found) == 1:
        return FoundNotebook(wanted)
    worked = [name for name in found if holds_work(sent, name, released)]
    if wanted in found and (wanted in worked or not worked):
        others = tuple(name for name in worked if name != wanted)
        return FoundNotebook(wanted, others=others)
    if wanted in found and len(worked) == 1:
        shown = worked[0].removeprefix(root)
        line = f"{assignment}.ipynb is as released; {shown}, which was worked in, is taken for it"
        return FoundNotebook(worked[0], line)
    if len(worked) > 1:
        shown = listed([name.removeprefix(root) for name in worked], MAX_NAMED)
        raise SubmissionError(
            f"{where}: {assignment}.ipynb may be {shown}: ask which of them counts"
        )
    only = worked or (found if len(found) == 1 else [])
    return FoundNotebook(only[0] if only else "")


def holds_work(sent: Sent, name: str, released: Released) -> bool:
    """Whether a file is the assignment's notebook, with an answer or an output of the student's."""
    notebook = notebook_in(sent, name)
    if notebook is None or released.notebook is None:
        return False
    given = {cell.name: cell for cell in cells_of(released.notebook) if cell.name}
    cells = cells_of(with_names(notebook, released.notebook))
    if not any(cell.name in given for cell in cells):
        return False
    texts = {"".join(cell.source.split()) for cell in cells_of(released.notebook)}
    return any(
        cell.outputs or (cell.source.strip() and "".join(cell.source.split()) not in texts)
        for cell in cells
    )


def _notebooks(sent: Sent, root: str) -> list[str]:
    """Return the notebooks in the hand-in's folder, or else below it."""
    inside = [name for name in sent.names if name.startswith(root)]
    direct = [name for name in inside if "/" not in name.removeprefix(root)]
    for names in (direct, inside):
        found = [name for name in names if name.lower().endswith(".ipynb")]
        odd = [n for n in names if n.lower().endswith(OTHER_ENDINGS) and notebook_in(sent, n)]
        if found or odd:
            return [*found, *odd]
    return []


def notebook_in(sent: Sent, name: str) -> Mapping[str, Any] | None:
    """Return a file's notebook, or None where it is none."""
    if name in sent.problems or sent.sizes.get(name, 0) > MAX_BYTES:
        return None
    try:
        return parse_notebook(sent.read(name), name)
    except SubmissionError:
        return None

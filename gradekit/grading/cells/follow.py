"""Error carried forward in cells: a test that fails only because of a mistake in another answer.

An assignment declares which answers an item follows from. Where its test does not pass, the
notebook runs once more with the source's own cells in the place of those: if the test passes then,
the mistake is in these answers, and is counted in the items that test them.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from gradekit.assignment.code_cells.cells import CellKind, SourceCell
from gradekit.assignment.code_cells.remote_names import cells_needed
from gradekit.assignment.code_cells.steps import StudentCell
from gradekit.checks.carry_forward import Rules, choices_to_replace, wrong_functions
from gradekit.errors import AuthoringError
from gradekit.grading.deciding_cells import Notebooks, cell_checks
from gradekit.model import Item, Outcome, Result


def cell_rules(
    notebooks: Notebooks, items: Sequence[Item], follows: Mapping[str, Sequence[str]], where: str
) -> dict[str, Rules]:
    """Return what test cells count and what they follow, by the names of their checks.

    `items` are those that test cells decide on; `follows` has for some the names of answers' cells.
    Raises AuthoringError, with the file `where` that is said, for a name that there is not, for an
    item that follows all that it needs, and for an answer whose mistakes no item would count.
    """
    if not follows:
        return {}
    for name in follows.keys() - {item.name for item in items}:
        raise AuthoringError(f"{where}: follows: {name!r} is no item that a test cell decides on")
    found = {}
    for item in items:
        cells, parts = notebooks[item.notebook], tuple(follows.get(item.name, ()))
        answers = {cell.name for cell in cells if cell.kind is CellKind.SOLUTION}
        for part in set(parts) - answers:
            raise AuthoringError(
                f"{where}: follows: {item.name}: {part!r} is no answer in {item.notebook}.ipynb"
            )
        own = [name for name in _needed(cells, item.cell) if name not in parts]
        if parts and not own:
            raise AuthoringError(
                f"{where}: follows: {item.name}: its test needs no answer but these: nothing is "
                "left that it would test"
            )
        (check,) = cell_checks([item])
        labelled = tuple((_label(item.notebook, part),) for part in parts)
        of = tuple(_label(item.notebook, name) for name in own)
        found[check.check] = Rules(of=of, follows=labelled)
    counted = {name for one in found.values() for name in one.of}
    for check_name, one in found.items():
        for part in set(one.parts) - counted:
            raise AuthoringError(
                f"{where}: follows: {check_name.partition('::')[2]}: no other item counts the "
                f"mistakes of {part}"
            )
    return found


def _needed(cells: Sequence[SourceCell], test: str) -> Iterator[str]:
    for cell in cells_needed(cells, test):
        if cell.kind is CellKind.SOLUTION:
            yield cell.name


def _label(notebook: str, name: str) -> str:
    """Return what an answer's cell is called beside functions of modules."""
    return f"{name} in {notebook}"


def with_right(
    notebook: str,
    source: Sequence[SourceCell],
    submitted: Sequence[StudentCell],
    parts: Collection[str],
) -> list[StudentCell]:
    """Return a submission's cells with the source's in the place of some answers."""
    right = {cell.name: cell for cell in source if _label(notebook, cell.name) in parts}
    kept = [cell for cell in submitted if cell.name not in right]
    placed = [StudentCell(cell.number, name, cell.python) for name, cell in right.items()]
    order = {cell.name: place for place, cell in enumerate(submitted)}
    return sorted([*kept, *placed], key=lambda cell: order.get(cell.name, len(order)))


def carried(
    results: Sequence[Result],
    items: Sequence[Item],
    rules: Mapping[str, Rules],
    with_parts: Callable[[Item, tuple[str, ...]], Result | None],
) -> Iterator[Result]:
    """Yield the results of items: one that passes with right answers in some places passes so.

    `with_parts` gives an item's result with these, if it passes.
    """
    wrong = wrong_functions(results, rules)
    for result, item in zip(results, items, strict=True):
        own = rules.get(result.check, Rules())
        if result.outcome in (Outcome.PASS, Outcome.ERROR) or wrong.isdisjoint(own.parts):
            yield result
            continue
        found = ((parts, with_parts(item, parts)) for parts in choices_to_replace(own, wrong))
        right = ((parts, one) for parts, one in found if one and one.outcome is Outcome.PASS)
        parts, one = next(right, ((), result))
        told, outcome = result.message, result.outcome
        if parts:
            one = replace(one, excused=parts, unexcused=told, unexcused_outcome=outcome)
        yield one

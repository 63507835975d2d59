"""What staff give as data, and a student's code may change in place: tests see it in a run of its
own.

In a notebook there is one `temps`, and who changes it has changed what tests measure by. Here the
student's code has a `temps` of its own. So such a test runs once more with what the student's code
has made of it, and the lesser of both ends counts: nobody gains by a change, or by saying that
there is none.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from gradekit.assignment.code_cells.cells import CellKind, SourceCell
from gradekit.assignment.code_cells.remote_names import names_in
from gradekit.errors import CheckOutcome
from gradekit.workers.remote.in_test.namespace import RemoteNamespace

ABSENT = object()  # of a name that is not there


def data_read_by_tests(source: Sequence[SourceCell]) -> Mapping[int, frozenset[str]]:
    """Return the names that staff's cells bind and later tests only read, by places of cells.

    What a test binds or changes itself is none.
    """
    read = frozenset[str]()
    of_tests = [names_in(cell.python) for cell in source if cell.kind is CellKind.TEST]
    by_tests = frozenset[str]().union(*(one.bound | one.changed for one in of_tests))
    found = dict[int, frozenset[str]]()
    for place in reversed(range(len(source))):
        cell = source[place]
        names = names_in(cell.python) if cell.runs else None
        if names is None:
            continue
        if cell.kind is CellKind.TEST:
            read |= names.loaded
        elif cell.kind in (CellKind.STAFF, CellKind.FREE):
            data = (names.bound | names.changed) - names.defined - by_tests
            if data & read:
                found[place] = data & read
    return found


def values_there(remote: RemoteNamespace, names: Collection[str]) -> dict[str, object]:
    """Return what the student's code gives to names; of a process that is gone nothing is there."""
    found = dict[str, object]()
    for name in names:
        try:
            found[name] = remote.get(name)
        except (CheckOutcome, NameError):
            found[name] = ABSENT
    return found


class InPlaceOf:
    """Values that some names have while a test runs, in place of what a namespace has."""

    def __init__(self, names: dict[str, Any], values: Mapping[str, object]) -> None:
        self._names, self._values, self._before = names, values, dict[str, object]()

    def __enter__(self) -> None:
        for name, value in self._values.items():
            self._before[name] = dict.get(self._names, name, ABSENT)
            self._put(name, value)

    def __exit__(self, *_: object) -> None:
        for name, before in self._before.items():
            self._put(name, before)

    def _put(self, name: str, value: object) -> None:
        if value is ABSENT:
            dict.pop(self._names, name, None)
        else:
            dict.__setitem__(self._names, name, value)

"""Examples in a student's docstrings, where a test runs them: they run beside the student's code.

They are the student's text, and none of that runs in a test's process. What they print comes back,
and is compared here with what the docstring says.
"""

import doctest
from dataclasses import dataclass
from types import CodeType
from typing import Any

from gradekit.workers.remote.in_test.mirrors.home import Place
from gradekit.workers.remote.in_test.mirrors.objects import RemoteClass, place_of

_REAL_COMPILE, _REAL_EXEC = compile, exec


class _StudentsNames(dict[str, Any]):
    """The names of examples that run where a student's object is."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place

    def copy(self) -> "_StudentsNames":
        """Return the like."""
        return _StudentsNames(self.place)


@dataclass(frozen=True)
class _Example:
    source: str
    code: CodeType


def _compiled(source: str, *given: Any, **named: Any) -> Any:
    return _Example(source, _REAL_COMPILE(source, *given, **named))


def _run(example: Any, names: Any, *given: Any) -> None:
    if not isinstance(example, _Example):
        _REAL_EXEC(example, names, *given)
    elif isinstance(names, _StudentsNames):
        names.place.home.operate("example", 0, "", example.source)
    else:
        _REAL_EXEC(example.code, names)


def run_doctests_there() -> None:
    """Have `doctest` of this process run a student's examples where they are from."""
    finder: Any = doctest.DocTestFinder
    get_test, find = finder._get_test, finder._find

    def get(self: Any, value: Any, name: str, module: Any, names: Any, lines: Any) -> Any:
        place = place_of(value)
        own = names if place is None else _StudentsNames(place)
        return get_test(self, value, name, module, own, lines)

    def find_all(
        self: Any, tests: Any, value: Any, name: str, module: Any, lines: Any, names: Any, seen: Any
    ) -> None:
        is_new = id(value) not in seen
        find(self, tests, value, name, module, lines, names, seen)
        if type(value) is RemoteClass and is_new and self._recurse:
            place: Any = place_of(value)
            for one in place.home.operate("methods", place.number):
                method = place.home.operate("attribute", place.number, one)
                find_all(self, tests, method, f"{name}.{one}", module, lines, names, seen)

    finder._get_test, finder._find = get, find_all
    vars(doctest).update(compile=_compiled, exec=_run)

"""Parts of modules that a test replaces here: the student's code gets them in its own modules."""

import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import ModuleType

from gradekit.assignment.code_cells.module_parts import ModulePart
from gradekit.workers.remote.own_builtins import keep_own_builtins

_ABSENT = object()


class PartsOfTest:
    """What one test replaces, of the parts that its text names.

    Where a part is what it was when the test began, the student's code has its own.
    """

    def __init__(self, parts: Sequence[ModulePart] = ()) -> None:
        self._before: dict[ModulePart, object] = {
            part: getattr(module, part[1], _ABSENT) for part, module in _found(parts)
        }
        self._sent = dict(self._before)
        if any(module == "builtins" for module, _ in self._before):
            keep_own_builtins()

    def send(
        self, put: Callable[[str, str, object], None], put_back: Callable[[str, str], None]
    ) -> None:
        """Have the student's code see what was replaced, or put back, since the last time."""
        for part, module in _found(self._before):
            now = getattr(module, part[1], _ABSENT)
            if now is self._sent[part]:
                continue
            self._sent[part] = now
            if now is self._before[part] or now is _ABSENT:
                put_back(*part)
            else:
                put(*part, now)

    def end(self, put_back: Callable[[str, str], None]) -> None:
        """Have all of them be what they were when the test began, here and there."""
        for part, module in _found(self._before):
            before = self._before[part]
            if getattr(module, part[1], _ABSENT) is not before and before is not _ABSENT:
                setattr(module, part[1], before)
        for part, sent in self._sent.items():
            if sent is not self._before[part]:
                put_back(*part)


def _found(parts: Iterable[ModulePart]) -> Iterator[tuple[ModulePart, ModuleType]]:
    for part in parts:
        try:
            module = importlib.import_module(part[0])
        except (ImportError, ValueError):  # such as a class, or what is not installed
            continue
        yield part, module

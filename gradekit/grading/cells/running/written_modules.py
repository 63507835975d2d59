"""Modules that a notebook's cells write, where its tests import them.

Staff's have the source's own text. Those that answers write stay with the student's code: what
a test takes of one is asked of it there.
"""

import contextlib
import importlib.util
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from gradekit.python_tree import python_tree


@contextlib.contextmanager
def written_modules(
    own: Mapping[str, str], students: Collection[str], there: Callable[[str], Any]
) -> Iterator[None]:
    """Have `import` find modules of staff's by their text, and students', which are `there`."""
    finder = _Finder(own, students, there)
    names = {*own, *students}
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in names:
            sys.modules.pop(name, None)


class _Finder(MetaPathFinder):
    def __init__(
        self, own: Mapping[str, str], students: Collection[str], there: Callable[[str], Any]
    ) -> None:
        self._own, self._students, self._there = own, students, there

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how a module is made, None for others."""
        del path, target
        if fullname in self._students:
            return importlib.util.spec_from_loader(fullname, _Students(self._there))
        if fullname in self._own:
            return importlib.util.spec_from_loader(fullname, _Staffs(self._own[fullname]))
        return None


class _Staffs(Loader):
    def __init__(self, text: str) -> None:
        self._text = text

    def exec_module(self, module: ModuleType) -> None:
        """Run a module of staff's."""
        file = f"<{module.__name__}.py>"
        exec(compile(python_tree(self._text, file), file, "exec"), vars(module))


class StudentsModule(ModuleType):
    """A module that a student's code has written: what it binds is asked for there."""

    def __init__(self, name: str, there: Callable[[str], Any]) -> None:
        super().__init__(name)
        vars(self)["_gradekit_there"] = there

    def __getattr__(self, name: str) -> Any:
        """Return what the module binds; of names that `*` takes those without a low line first."""
        module = vars(self)["_gradekit_there"](self.__name__)
        if name == "__all__":
            return [one for one in dir(module) if not one.startswith("_")]
        return getattr(module, name)


class _Students(Loader):
    def __init__(self, there: Callable[[str], Any]) -> None:
        self._there = there

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return what stands for the module; raise what its import raises there."""
        dir(self._there(spec.name))
        return StudentsModule(spec.name, self._there)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: it has run there."""

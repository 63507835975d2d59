"""The names that a test cell sees: staff's own are here, the student's are asked for when read."""

import builtins
import contextlib
import importlib
import os
import sys
import weakref
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType, ModuleType
from typing import Any

from gradekit.assignment.code_cells.module_parts import ModulePart
from gradekit.grading.cells.running.module_parts import PartsOfTest
from gradekit.workers.remote.arguments import Snapshot, is_followed
from gradekit.workers.remote.in_test.mirrors.classes import is_instance, is_subclass
from gradekit.workers.remote.in_test.namespace import RemoteNamespace

_ABSENT = object()
MOST_ITEMS = 2000
# Python's own, which know nothing of what a student's class says that it is below.
_KNOWING = MappingProxyType({"isinstance": is_instance, "issubclass": is_subclass})


class Namespace(dict[str, Any]):
    """A test's global names. What lies in the dictionary itself is staff's.

    `owned` are the names that are the student's; one that nobody here knows, and that is no
    builtin, is asked for there as well. `staffs` are those that staff's code gives values to: where
    it did not get there, they are missing, and never the student's. Those that answers import
    (`imported`) are the same library on both sides, if the student has imported it.

    Names that a test gives a value to are sent where the source's answers read them, before the
    student's code runs next. What the student's own code reads says nothing: else it would have
    what a test compares with, by its name.
    """

    def __init__(
        self,
        remote: RemoteNamespace,
        read_by_answers: Collection[str] = (),
        imported: Mapping[str, tuple[str, str]] = MappingProxyType({}),
    ) -> None:
        super().__init__(__name__="__main__", __builtins__=builtins)
        self.owned, self.staffs = set[str](), set[str]()
        self._read_by_answers, self._imported = read_by_answers, imported
        self._cache: dict[str, object] = {}
        self._just_come: dict[str, object] = {}
        self._fetched_items: dict[str, list[Any]] = {}  # of the student's lists, as they came
        self._waiting, self._sent = set[str](), set[str]()
        self._before: dict[str, object] = {}  # the student's objects that a test has replaced
        self._replaced = set[str]()  # of these, those that are not in their place there
        self._deleted, self._shared = set[str](), frozenset[str]()
        self._fetched = set[str]()  # here for code that does not ask a mapping
        self._staffs_data: dict[str, Snapshot] = {}  # that the test changes, and answers read
        self._in_test, self._parts = False, PartsOfTest()
        self._before_tests = dict(os.environ)
        self._classes_of_tests: weakref.WeakSet[type] = weakref.WeakSet()
        self.connect(remote)

    def connect(self, remote: RemoteNamespace) -> None:
        """Ask this process from now on; what was sent to another is sent again."""
        self._remote = remote
        self._remote.before_call = self._send
        self._remote.share_names(self._of_both_sides, self._name_of)
        self._cache, self._seen, self._fetched_items = {}, remote.operations, {}
        self._environment = self._before_tests
        self._waiting |= self._sent & self.keys_here()
        self._forget_test()

    def _of_both_sides(self, name: str) -> object:
        """Return what staff's code outside of tests has bound: only that is there as well."""
        found = super().get(name)
        return None if isinstance(found, type) and found in self._classes_of_tests else found

    def _name_of(self, value: object) -> str:
        """Return the student's name that something has come by, with nothing run there since."""
        names = (name for name, one in self._just_come.items() if one is value)
        return next((name for name in names if name in self.owned), "")

    def begin_test(
        self,
        shared: frozenset[str],
        fetched: Collection[str],
        replaced: Sequence[ModulePart] = (),
        changed: Collection[str] = (),
    ) -> None:
        """Begin with a test; `shared` are names that its functions declare global.

        Those in `fetched` are read by code that looks into the dictionary itself. The test may
        have `replaced` parts of modules, and `changed` what names stand for.
        """
        read = (name for name in changed if name in self._read_by_answers)
        held = ((name, super(Namespace, self).get(name)) for name in read)
        self._staffs_data = {name: Snapshot(value) for name, value in held if is_followed(value)}
        self._in_test, self._shared = True, shared
        self._parts = PartsOfTest(replaced)
        self._cache.clear()
        for name in fetched:
            if name in self.owned and not super().__contains__(name):
                value = self._ask(name)
                if value is not _ABSENT:
                    super().__setitem__(name, value)
                    self._fetched.add(name)

    def end_test(self) -> None:
        """Undo what a test has done to the student's names; data that it gave them stays."""
        self._note_changed_data()
        self._in_test = False
        for name in self._fetched:
            super().pop(name, None)
        self._fetched.clear()
        for name, before in self._before.items():
            now = super().get(name, _ABSENT)
            if now is not _ABSENT and now is not before and not _is_code(now):
                self.owned.discard(name)
                continue
            super().pop(name, None)
            self._waiting.discard(name)
            if before is not _ABSENT and name in self._replaced:
                self._put(name, before)
            self._sent.discard(name)
        self._forget_test()
        self._cache.clear()
        self._remote.forget_given()
        self._waiting |= {name for name in self._sent if _is_code(super(Namespace, self).get(name))}
        parts, self._parts = self._parts, PartsOfTest()
        parts.end(lambda *part: self._remote.put_back(part))

    def _forget_test(self) -> None:
        for names in (self._before, self._replaced, self._deleted):
            names.clear()

    def give_to_student(self, names: Collection[str]) -> None:
        """Make names the student's."""
        self.owned |= set(names)
        for name in names:
            super().pop(name, None)
            self._waiting.discard(name)
            self._sent.discard(name)

    def keys_here(self) -> set[str]:
        """Return the names that are staff's."""
        return set(super().keys())

    def __missing__(self, name: str) -> object:
        """Return what a student's name stands for."""
        if self._is_nowhere(name):
            if name in _KNOWING and name not in self.staffs:
                return _KNOWING[name]
            raise KeyError(name)
        value = self._ask(name)
        if value is _ABSENT:
            raise KeyError(name)
        return value

    def __setitem__(self, name: str, value: object) -> None:
        """Give a name a value here; in a test it is sent where the student's code may use it."""
        if self._in_test:
            self._keep(name)
            if isinstance(value, type) and (value.__module__, value.__name__) == ("__main__", name):
                self._classes_of_tests.add(value)
            self._deleted.discard(name)
            self._waiting.add(name)
            self._fetched.discard(name)
        else:
            self.owned.discard(name)
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        """Take a name away, there at once."""
        here = super().__contains__(name)
        if not here and (name in self._deleted or self._ask(name) is _ABSENT):
            raise KeyError(name)
        if self._in_test:
            self._keep(name)
        if here:
            super().__delitem__(name)
        self._waiting.discard(name)
        if not here or name in self._sent or name in self.owned:
            with contextlib.suppress(NameError):
                self._remote.delete(name)
            self._deleted.add(name)
            self._replaced.add(name)

    def __contains__(self, name: object) -> bool:
        """Whether there is such a name, here or there."""
        if super().__contains__(name) or type(name) is not str:
            return super().__contains__(name)
        return not self._is_nowhere(name) and name in self._remote.names()

    def _is_nowhere(self, name: str) -> bool:
        """Whether nobody is asked for a name: it was deleted, or is staff's or Python's."""
        is_others = name in self.staffs or hasattr(builtins, name)
        return name in self._deleted or (name not in self.owned and is_others)

    def __iter__(self) -> Iterator[str]:
        """Yield all names, here and there."""
        yield from self.keys()

    def keys(self) -> Any:
        """Return all names, here and there."""
        there = self.owned.intersection(self._remote.names()) - self._deleted
        return sorted(self.keys_here() | there)

    def items(self) -> Any:
        """Return all names and what they stand for."""
        return [(name, self[name]) for name in self]

    def values(self) -> Any:
        """Return what all names stand for."""
        return [self[name] for name in self]

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(list(self.keys()))

    def get(self, name: str, default: Any = None) -> Any:
        """Return what a name stands for, or else `default`."""
        try:
            return self[name]
        except KeyError:
            return default

    def copy(self) -> dict[str, Any]:
        """Return the names as they are now; the student's are asked for when they are read there.

        pandas copies the names of who calls `query` and `eval`, and reads few of them.
        """
        return _Copy(self)

    def _keep(self, name: str) -> None:
        if name in self.owned and name not in self._before:
            self._before[name] = self._ask(name)

    def _ask(self, name: str) -> object:
        if self._remote.operations != self._seen:
            self._cache = {k: v for k, v in self._cache.items() if _is_code(v)}
            self._fetched_items.clear()
        if name not in self._cache:
            try:
                value = self._cache[name] = self._own_library(name, self._remote.get(name))
                if type(value) in (list, dict, set):
                    self._fetched_items[name] = _items_of(value)
            except NameError:
                self._cache[name] = _ABSENT
        self._seen = self._remote.operations
        return self._cache[name]

    def _own_library(self, name: str, theirs: object) -> object:
        """Return what a name is here that answers import; else `theirs`, what it is there."""
        if name not in self._imported or name not in self.owned:
            return theirs
        found = self._library(name)
        return theirs if found is _ABSENT else found

    def _library(self, name: str) -> object:
        """Return what answers import by a name; _ABSENT for a module that only the student has."""
        module, part = self._imported.get(name, ("", ""))
        try:
            found = importlib.import_module(module)
            return getattr(found, part) if part else found
        except (ImportError, AttributeError, ValueError):
            return _ABSENT

    def _note_changed_data(self) -> None:
        """Have data of staff's sent that the test has changed since it was there last."""
        for name, before in self._staffs_data.items():
            value = super().get(name)
            if is_followed(value) and before.differs(value):
                self._staffs_data[name] = Snapshot(value)
                self._waiting.add(name)

    def _send(self) -> None:
        """Send what tests gave names to, or changed, before the student's code runs."""
        self._note_changed_data()
        self._send_environment()
        self._just_come = self._cache if self._remote.operations == self._seen else {}
        self._parts.send(self._put_part, lambda *part: self._remote.put_back(part))
        fetched, self._fetched_items = self._fetched_items, {}
        for name, items in fetched.items():
            value = self._cache.get(name)
            is_held = name in self.owned and type(value) in (list, dict, set)
            if is_held and not _are_same(_items_of(value), items):
                self._remote.set(name, value)
        for name in sorted(self._waiting | (self._shared & self.keys_here())):
            if name in self._read_by_answers or name in self.owned:
                self._put(name, super().get(name))
        self._waiting.clear()

    def _send_environment(self) -> None:
        """Have the student's code see what a test, or staff's code, has set in `os.environ`."""
        now = dict(os.environ)
        if now != self._environment:
            names = now.keys() | self._environment.keys()
            known, self._environment = self._environment, now
            changes = {k: now.get(k) for k in sorted(names) if now.get(k) != known.get(k)}
            self._remote.set_environment(changes)

    def _put_part(self, module: str, name: str, value: object) -> None:
        # What cannot be sent, or is in no module there, the student's code has as it was.
        with contextlib.suppress(TypeError, ImportError, AttributeError):
            self._remote.put_part((module, name), value)

    def _put(self, name: str, value: object) -> None:
        if isinstance(value, ModuleType) or value is self._library(name):
            return  # the student's side has its own
        try:
            self._remote.set(name, value)
        except TypeError:  # what cannot be sent, the source's own answers do without
            return
        self._sent.add(name)
        self._replaced.add(name)


class _Copy(dict[str, Any]):
    """Staff's names as they were, and the student's where they are asked for."""

    def __init__(self, names: Namespace) -> None:
        super().__init__({name: dict.__getitem__(names, name) for name in names.keys_here()})
        self._names = names

    def copy(self) -> dict[str, Any]:
        """Return the like: `doctest` copies its names once more."""
        return _Copy(self._names)

    def items(self) -> Any:
        """Return all names and what they stand for, the student's too."""
        return self._names.items()

    def __missing__(self, name: str) -> object:
        """Return what a student's name stands for."""
        return self._names[name]


class NotebookModule(ModuleType):
    """The module `__main__` of a test: its attributes are the notebook's names."""

    def __init__(self, names: Namespace) -> None:
        super().__init__("__main__")
        ModuleType.__setattr__(self, "_gradekit_names", names)

    @property
    def __dict__(self) -> dict[str, Any]:  # type: ignore[override]
        """The names, for what goes through all of them."""
        return _names_of(self).copy()

    def __getattr__(self, name: str) -> object:
        """Return what a name stands for."""
        try:
            return _names_of(self)[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: object) -> None:
        """Give a name a value."""
        _names_of(self)[name] = value

    def __delattr__(self, name: str) -> None:
        """Take a name away."""
        try:
            del _names_of(self)[name]
        except KeyError:
            raise AttributeError(name) from None

    def __dir__(self) -> list[str]:
        """Return all names."""
        return list(_names_of(self))


def _names_of(module: NotebookModule) -> Namespace:
    names: Namespace = ModuleType.__getattribute__(module, "_gradekit_names")
    return names


@contextlib.contextmanager
def as_main(names: Namespace) -> Iterator[None]:
    """Have `__main__` be a notebook's names, for tests that patch or import it."""
    before = sys.modules["__main__"]
    sys.modules["__main__"] = NotebookModule(names)
    try:
        yield
    finally:
        sys.modules["__main__"] = before


def _items_of(value: Any) -> list[Any]:
    """Return what a list, dict or set holds, of long ones only a part."""
    held = (one for pair in value.items() for one in pair) if type(value) is dict else value
    return [len(value), *islice(held, MOST_ITEMS)]


def _are_same(items: list[Any], others: list[Any]) -> bool:
    return len(items) == len(others) and all(a is b for a, b in zip(items, others, strict=True))


def _is_code(value: object) -> bool:
    return callable(value) or isinstance(value, ModuleType)

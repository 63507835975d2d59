"""A student's module in this process, which answers as the confined one does: for tests."""

import contextlib
import importlib
import io
import sys
from collections.abc import Callable, Collection, Mapping
from typing import Any

from gradekit.workers.remote.in_test.answers.answer_facts import AnswerFacts
from gradekit.workers.remote.in_test.namespace import CellResult


class Stub:
    """Stands for a function of the student's: a call counts, and sends first what waits."""

    def __init__(self, remote: "FakeRemote", function: Callable[..., Any]) -> None:
        self.remote, self.function = remote, function
        self.__name__ = getattr(function, "__name__", "")

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call the function."""
        self.remote.before_call()
        self.remote.operations += 1
        self.remote.calls.append(self.__name__)
        try:
            value = self.remote.out(self.function(*arguments, **named))
        except Exception as error:
            self.remote.after_answer(error)
            raise
        self.remote.after_answer(value)
        return value


class FakeRemote:
    """The names of a student's module."""

    def __init__(self) -> None:
        self.module: dict[str, Any] = {"__name__": "__main__"}
        self.hears_warnings = True
        self.before_call: Callable[[], None] = lambda: None
        self.after_answer: Callable[[object], None] = lambda _: None
        self.operations = 0
        self.libraries: dict[str, Any] = {}
        self.calls: list[str] = []
        self.gets: list[str] = []

    def expect(self, *, attributes: Collection[str], draws: bool, closures: bool = False) -> None:
        """Do nothing: there are no handles, and one generator of random numbers."""

    def out(self, value: Any) -> Any:
        """Return what the other side sees of a value."""
        return Stub(self, value) if callable(value) and not isinstance(value, type) else value

    def get(self, name: str) -> object:
        """Return what a name stands for."""
        self.gets.append(name)
        if name not in self.module:
            raise NameError(f"name {name!r} is not defined")
        value = self.out(self.module[name])
        self.after_answer(value)
        return value

    def set(self, name: str, value: object) -> None:
        """Give a name a value; a stub set back is the function itself."""
        if isinstance(value, complex):
            raise TypeError("complex numbers are what this one cannot send")
        self.module[name] = value.function if isinstance(value, Stub) else value

    def delete(self, name: str) -> None:
        """Take a name away."""
        if name not in self.module:
            raise NameError(f"name {name!r} is not defined")
        del self.module[name]

    def of_member(self, member: object, name: str) -> object:
        """Return what a member has."""
        return getattr(member, name)

    def set_environment(self, changes: Mapping[str, str | None]) -> None:
        """Do nothing: the environment is here."""

    def put_part(self, part: tuple[str, str], value: object) -> None:
        """Do nothing: modules are here."""

    def put_back(self, part: tuple[str, str]) -> None:
        """Do nothing: modules are here."""

    def forget_given(self) -> None:
        """Do nothing: what was given is here."""

    def names(self) -> frozenset[str]:
        """Return all names."""
        return frozenset(self.module)

    def take_changes(self, *, always: bool, only_of: Collection[str] | None = None) -> int:  # noqa: ARG002
        """Return 0: what is changed here is changed."""
        return 0

    def ask_objects(self, places: Mapping[str, int] | None) -> None:
        """Do nothing: objects are here."""

    def share_names(self, find: Callable[[str], object], name_of: Callable[[object], str]) -> None:
        """Do nothing: classes and names are here."""

    def make_wrong(self, wrong: object) -> None:
        """Do nothing: what is here is as it is."""

    def watch(self, names: Collection[str]) -> None:
        """Do nothing: what is changed here is changed."""

    def watched_changes(self, names: Collection[str]) -> frozenset[str]:  # noqa: ARG002
        """Return none."""
        return frozenset()

    def watched(self, name: str) -> object:
        """Return what a name is bound to."""
        return self.get(name)

    def share_files(self, files: object) -> None:
        """Do nothing: the files are here."""

    def taken_facts(self) -> AnswerFacts:
        """Return no facts: nothing is noted here."""
        return AnswerFacts()

    def library(self, name: str) -> object:
        """Return a module of this process, whatever stands in for it here."""
        if name not in self.libraries:
            stand_in = sys.modules.pop(name, None)
            self.libraries[name] = importlib.import_module(name)
            if stand_in is not None:
                sys.modules[name] = stand_in
        return self.libraries[name]

    def run(self, source: str, filename: str) -> CellResult:
        """Run a cell."""
        self.before_call()
        self.operations += 1
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(source, filename, "exec"), self.module)
        except SystemExit as error:  # the confined one tells it as an exception, too
            return CellResult("", RuntimeError(str(error)))
        except Exception as error:
            return CellResult("", error)
        finally:
            for drawing in self.libraries.values():
                drawing.close("all")
        return CellResult()

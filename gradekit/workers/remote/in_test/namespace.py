"""The names of a notebook's code, used from outside: what runs cells and holds what they bind.

`SessionNamespace` asks a session: of a confined worker, or of one in this process through the same
wire (`local.LocalExchange`). `PlainNamespace` is a dict, for tests.
"""

import builtins
import contextlib
import importlib
import io
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from gradekit.errors import CheckOutcome
from gradekit.workers.remote.in_test.answers.answer_facts import AnswerFacts
from gradekit.workers.remote.in_test.answers.wrong_answers import WrongAt
from gradekit.workers.remote.in_test.exchange import outcome_of
from gradekit.workers.remote.in_test.given.file_sharing import SharedFiles
from gradekit.workers.remote.in_test.session import RemoteSession


@dataclass(frozen=True)
class CellResult:
    """What came of a cell: what it printed, and the exception that ended it, if one did."""

    printed: str = ""
    exception: Exception | None = None


class RemoteNamespace(Protocol):
    """Names that code of a hand-in binds, and the code's place to run.

    Plain values come as copies; all else as handles, functions and classes that stay there. Each
    method raises a CheckOutcome where the code's process gives no answer: it crashed, ran out of
    time or memory, or wrote what is no answer. From then on each one raises the same.

    What may run the code, be it a call of a handle, first calls `before_call`, which may set and
    delete names, and counts as one of `operations`: until the next one no name changes by itself.
    `after_answer` is called with each value that comes, and with each exception of the student's.
    What the code warns of is given here only while `hears_warnings`.
    """

    hears_warnings: bool
    before_call: Callable[[], None]
    after_answer: Callable[[object], None]
    operations: int

    def expect(self, *, attributes: Collection[str], draws: bool, closures: bool = False) -> None:
        """Know of the source's answers what their own classes have, and whether they draw numbers.

        That says what is asked of a handle, and whether what is drawn there is drawn here, too.
        With `closures`, a function comes with what it reads of the functions around it.
        """

    def get(self, name: str) -> object:
        """Return what a name is bound to; raise NameError where it is not."""

    def set(self, name: str, value: object) -> None:
        """Bind a name; a handle is bound to what it stands for."""

    def delete(self, name: str) -> None:
        """Unbind a name; raise NameError where it is not bound."""

    def set_environment(self, changes: Mapping[str, str | None]) -> None:
        """Have variables of the environment be something else, or not be there."""

    def names(self) -> frozenset[str]:
        """Return all names that are bound, without those that Python binds itself."""

    def put_part(self, part: tuple[str, str], value: object) -> None:
        """Have a module's part be something else while the code runs: (module, name)."""

    def put_back(self, part: tuple[str, str]) -> None:
        """Have it be what it was."""

    def forget_given(self) -> None:
        """Let the code call, and change, nothing any more that it was given so far.

        Parts of modules are what they were.
        """

    def take_changes(self, *, always: bool, only_of: Collection[str] | None = None) -> int:
        """Have arguments come back changed, `always` or where what is returned is not used.

        They come back `only_of` calls of some names, if that is given. Return how often they have
        not come back since the last time for being used.
        """

    def ask_objects(self, places: Mapping[str, int] | None) -> None:
        """Have objects asked for what they are no judges of: at places of the test, or always."""

    def share_names(self, find: Callable[[str], object], name_of: Callable[[object], str]) -> None:
        """Have objects of staff's classes given as such: `find` says what a name of theirs is.

        What has just come by a name of the hand-in's is given as what it is there: `name_of` says
        by which name, or "".
        """

    def make_wrong(self, wrong: WrongAt | None) -> None:
        """Have some answers come wrong, until it is said otherwise."""

    def watch(self, names: Collection[str]) -> None:
        """Note what staff have bound names to, as it is now: lists, arrays and other such data."""

    def watched_changes(self, names: Collection[str]) -> frozenset[str]:
        """Return those of some names whose data the code has changed since they were noted."""

    def watched(self, name: str) -> object:
        """Return what was noted of a name, as it is now."""

    def share_files(self, files: SharedFiles) -> None:
        """Have the code see the files of a folder here, and its own be seen there."""

    def taken_facts(self) -> AnswerFacts:
        """Return what is noted of the answers since the last time."""

    def library(self, name: str) -> object:
        """Return a module of the code's process, whose attributes are asked for there."""

    def of_member(self, member: object, name: str) -> object:
        """Return what the code's enumeration gives one of its members, such as a property."""

    def run(self, source: str, filename: str) -> CellResult:
        """Run a cell's code; what it raises is returned, with Python's or the student's type.

        What it prints is in the result, and not in `sys.stdout`.
        """


class PlainNamespace:
    """A namespace that is a dict of this process: for tests, never for a student's code."""

    def __init__(self) -> None:
        self._bound: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
        self.hears_warnings = True
        self.before_call: Callable[[], None] = _nothing
        self.after_answer: Callable[[object], None] = lambda _: None
        self.operations = 0

    def expect(self, *, attributes: Collection[str], draws: bool, closures: bool = False) -> None:
        """Do nothing: there are no handles, and one generator of random numbers."""

    def get(self, name: str) -> object:
        """Return what a name is bound to; raise NameError where it is not.

        What it is bound to may run code, and is nothing that counts it: so this does.
        """
        self.operations += 1
        if name not in self._bound:
            raise NameError(f"name {name!r} is not defined", name=name)
        return self._bound[name]

    def set(self, name: str, value: object) -> None:
        """Bind a name."""
        self._bound[name] = value

    def delete(self, name: str) -> None:
        """Unbind a name; raise NameError where it is not bound."""
        self.get(name)
        del self._bound[name]

    def names(self) -> frozenset[str]:
        """Return all names that are bound, without those that Python binds itself."""
        return frozenset(self._bound) - {"__name__", "__builtins__"}

    def set_environment(self, changes: Mapping[str, str | None]) -> None:
        """Do nothing: the environment is here."""

    def put_part(self, part: tuple[str, str], value: object) -> None:
        """Do nothing: modules are here."""

    def put_back(self, part: tuple[str, str]) -> None:
        """Do nothing: modules are here."""

    def forget_given(self) -> None:
        """Do nothing: what was given is here."""

    def take_changes(self, *, always: bool, only_of: Collection[str] | None = None) -> int:  # noqa: ARG002
        """Return 0: what is changed here is changed."""
        return 0

    def ask_objects(self, places: Mapping[str, int] | None) -> None:
        """Do nothing: objects are here."""

    def share_names(self, find: Callable[[str], object], name_of: Callable[[object], str]) -> None:
        """Do nothing: classes and names are here."""

    def make_wrong(self, wrong: WrongAt | None) -> None:
        """Do nothing: what is here is as it is."""

    def watch(self, names: Collection[str]) -> None:
        """Do nothing: what is changed here is changed."""

    def watched_changes(self, names: Collection[str]) -> frozenset[str]:  # noqa: ARG002
        """Return none."""
        return frozenset()

    def watched(self, name: str) -> object:
        """Return what a name is bound to."""
        return self.get(name)

    def share_files(self, files: SharedFiles) -> None:
        """Do nothing: the files are here."""

    def taken_facts(self) -> AnswerFacts:
        """Return no facts: nothing is noted here."""
        return AnswerFacts()

    def library(self, name: str) -> object:
        """Return a module of this process."""
        return importlib.import_module(name)

    def of_member(self, member: object, name: str) -> object:
        """Return what a member has."""
        return getattr(member, name)

    def run(self, source: str, filename: str) -> CellResult:
        """Run a cell's code."""
        self.before_call()
        self.operations += 1
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                exec(compile(source, filename, "exec", dont_inherit=True), self._bound)
        except Exception as error:
            return CellResult(printed.getvalue(), error)
        return CellResult(printed.getvalue())


def _nothing() -> None:
    """Do nothing."""


class SessionNamespace:
    """The namespace that a session's worker holds."""

    def __init__(self, session: RemoteSession) -> None:
        self._session = session

    @property
    def before_call(self) -> Callable[[], None]:
        """What is called before the hand-in's code may run."""
        return self._session.before_call

    @before_call.setter
    def before_call(self, function: Callable[[], None]) -> None:
        self._session.before_call = function

    @property
    def hears_warnings(self) -> bool:
        """Whether what the code warns of is given here."""
        return self._session.hears_warnings

    @hears_warnings.setter
    def hears_warnings(self, hears: bool) -> None:
        self._session.hears_warnings = hears

    @property
    def after_answer(self) -> Callable[[object], None]:
        """What is called with each value that came."""
        return self._session.after_answer

    @after_answer.setter
    def after_answer(self, function: Callable[[object], None]) -> None:
        self._session.after_answer = function

    @property
    def operations(self) -> int:
        """How many operations there were that may have run the hand-in's code."""
        return self._session.operations

    @operations.setter
    def operations(self, count: int) -> None:
        self._session.operations = count

    def expect(self, *, attributes: Collection[str], draws: bool, closures: bool = False) -> None:
        """Know of the source's answers what their own classes have, and whether they draw."""
        self._session.declared, self._session.follows_draws = frozenset(attributes), draws
        if closures:
            with contextlib.suppress(CheckOutcome):  # each test is told that the process is gone
                self._session.operate("tell_closures", 0)

    def get(self, name: str) -> object:
        """Return what a name is bound to; raise NameError where it is not."""
        return self._session.operate("get", 0, name)

    def set(self, name: str, value: object) -> None:
        """Bind a name; a handle is bound to what it stands for."""
        self._session.operate("set", 0, name, value)

    def delete(self, name: str) -> None:
        """Unbind a name; raise NameError where it is not bound."""
        self._session.operate("delete", 0, name)

    def names(self) -> frozenset[str]:
        """Return all names that are bound, without those that Python binds itself."""
        found = self._session.operate("names", 0)
        listed = found if type(found) is list else []
        return frozenset(name for name in listed if type(name) is str)

    def set_environment(self, changes: Mapping[str, str | None]) -> None:
        """Have variables of the environment be something else, or not be there."""
        self._session.operate("set_environment", 0, "", *changes.items())

    def put_part(self, part: tuple[str, str], value: object) -> None:
        """Have a module's part be something else while the code runs."""
        self._session.operate("put_part", 0, part[1], part[0], value)

    def put_back(self, part: tuple[str, str]) -> None:
        """Have it be what it was."""
        self._session.operate("put_back", 0, part[1], part[0])

    def forget_given(self) -> None:
        """Let the code call, and change, nothing any more that it was given so far."""
        self._session.forget_given()

    def take_changes(self, *, always: bool, only_of: Collection[str] | None = None) -> int:
        """Have arguments come back changed; return how often they have not until now."""
        withheld, self._session.answers.withheld = self._session.answers.withheld, 0
        self._session.answers.takes_changes, self._session.answers.changes_only_of = always, only_of
        return withheld

    def ask_objects(self, places: Mapping[str, int] | None) -> None:
        """Have objects asked for what they are no judges of: at places of the test, or always."""
        self._session.asking.places = places

    def share_names(self, find: Callable[[str], object], name_of: Callable[[object], str]) -> None:
        """Have objects of staff's classes given as such, and what names have as what it is."""
        self._session.own.find, self._session.name_of = find, name_of

    def watch(self, names: Collection[str]) -> None:
        """Note what staff have bound names to, as it is now."""
        self._session.operate("watch", 0, "", *sorted(names))

    def watched_changes(self, names: Collection[str]) -> frozenset[str]:
        """Return those of some names whose data the code has changed since they were noted."""
        found = self._session.operate("watched_changes", 0, "", *sorted(names))
        listed = found if type(found) is list else []
        return frozenset(name for name in listed if type(name) is str)

    def watched(self, name: str) -> object:
        """Return what was noted of a name, as it is now."""
        return self._session.operate("watched", 0, name)

    def make_wrong(self, wrong: WrongAt | None) -> None:
        """Have some answers come wrong, until it is said otherwise."""
        self._session.answers.wrong = wrong

    def share_files(self, files: SharedFiles) -> None:
        """Have the code see the files of a folder here, and its own be seen there."""
        self._session.sharing.files = files

    def taken_facts(self) -> AnswerFacts:
        """Return what is noted of the answers since the last time."""
        facts = self._session.answers.take_facts()
        facts.asked, facts.refused, facts.apart = self._session.asking.taken()
        facts.compared, facts.makers = self._session.others.taken()
        return facts

    def library(self, name: str) -> object:
        """Return a module of the worker's, whose attributes are asked for there."""
        return self._session.module(name)

    def of_member(self, member: object, name: str) -> object:
        """Return what the code's enumeration gives one of its members."""
        return self._session.operate("member_attribute", 0, name, member)

    def run(self, source: str, filename: str) -> CellResult:
        """Run a cell's code; what it raises is returned."""
        printed = io.StringIO()
        self._session.texts[filename] = source
        try:
            with contextlib.redirect_stdout(printed):
                self._session.operate("run", 0, "", source, filename)
        except CheckOutcome:
            raise
        except Exception as error:
            if outcome_of(error) is None:
                raise
            return CellResult(printed.getvalue(), error)
        return CellResult(printed.getvalue())

"""The test's side of remote names: asks for operations, and makes values of what comes back."""

import sys
import time
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import Any

from gradekit.errors import CheckFailed, CheckOutcome
from gradekit.workers import wire
from gradekit.workers.remote import protocol
from gradekit.workers.remote.arguments import GivenArguments
from gradekit.workers.remote.console import issue
from gradekit.workers.remote.frames import AsProtocol
from gradekit.workers.remote.in_test.answers.answer_facts import AnswerFacts
from gradekit.workers.remote.in_test.answers.others_compared import OthersCompared
from gradekit.workers.remote.in_test.answers.repeated import question_of
from gradekit.workers.remote.in_test.answers.taken_answers import TakenAnswers
from gradekit.workers.remote.in_test.asking import NO_JUDGE, OWN_CLASS, Asking
from gradekit.workers.remote.in_test.exchange import Exchange
from gradekit.workers.remote.in_test.given.answering import Answering
from gradekit.workers.remote.in_test.given.file_sharing import FileSharing
from gradekit.workers.remote.in_test.given.own_objects import OwnObjects
from gradekit.workers.remote.in_test.given.shared_objects import SharedObjects, Takes
from gradekit.workers.remote.in_test.given.tests_objects import classes_above, is_tests_object
from gradekit.workers.remote.in_test.known_objects import KnownObjects
from gradekit.workers.remote.in_test.mirrors import objects as mirrors
from gradekit.workers.remote.in_test.mirrors.errors import told_error
from gradekit.workers.remote.in_test.mirrors.functions import GivenFunctions
from gradekit.workers.remote.in_test.mirrors.home import NotAsked, Place
from gradekit.workers.remote.in_test.mirrors.objects import (
    RemoteIterator,
    RemoteModule,
    RemoteObject,
)
from gradekit.workers.remote.in_test.mirrors.plain_names import PLAIN_NAMES
from gradekit.workers.remote.in_test.usage import result_is_used
from gradekit.workers.remote.randomness import RandomWatch
from gradekit.workers.remote.values import nodes as n
from gradekit.workers.remote.values.decoding import Decoder
from gradekit.workers.remote.values.encoding import CannotCross, Encoder
from gradekit.workers.remote.values.replies import gives_nothing, read_parts
from gradekit.workers.remote.values.shared import MODULES
from gradekit.workers.remote.values.shown import shown_object

Of = tuple[str, str]  # an operation's kind and name


class RemoteSession:
    """What one check, or one cell, holds of a student's objects.

    `declared` are names of attributes that the assignment's own classes have: other names which a
    plain value has, too, are not asked of a student's object. `operators` are those that the author
    has declared remote, by class. `in_place` names functions whose changes of what they are given
    come back even if what they return is used. Tables of `packages` are plain values.
    `follows_draws` says that what the hand-in draws of random numbers is drawn here, too: what
    comes next here is then partly the hand-in's choice.
    """

    def __init__(
        self,
        exchange: Exchange,
        *,
        declared: Collection[str] = (),
        operators: Mapping[str, Collection[str]] | None = None,
        in_place: Collection[str] = (),
        packages: Collection[str] = (),
        source: Callable[[str], str] = lambda _: "",
        follows_draws: bool = False,
    ) -> None:
        self._exchange = exchange
        self.declared, self.asking = frozenset(declared), Asking(operators or {})
        self._packages, self.follows_draws = frozenset(packages), follows_draws
        self.answers = TakenAnswers(in_place)
        self.fault: CheckOutcome | None = None
        self.before_call: Callable[[], None] = lambda: None
        self.after_answer: Callable[[object], None] = lambda _: None
        self.operations = 0  # that may have run the hand-in's code
        self.sharing = FileSharing(self.operate)
        self._random = RandomWatch(apart=True)
        self._number = self._depth = self._items = self._scope = 0
        self._took = 0.0  # seconds of the last exchange
        self.name_of: Callable[[object], str] = lambda _: ""  # of what has just come by a name
        self._named, self._sent = dict[int, str](), frozenset[int]()
        self._given, self._shared = GivenFunctions(), SharedObjects()
        self.own = OwnObjects(self._packages)
        self.hears_warnings = True
        self.others = OthersCompared(self.operate, self.answers)
        self.texts: dict[str, str] = {}  # of what has run in the worker beside the hand-in's files
        self._source = source
        self._answering = Answering(
            self._given,
            self._decoder,
            self._encoder,
            lambda *given: self.answers.note_given(*given),
        )
        self._known = KnownObjects(self, self._packages, self._text_of, self.own)

    def _text_of(self, file: str) -> str:
        return self.texts.get(file) or self._source(file)

    def _clear(self) -> None:
        self._known.clear()
        self._shared.clear()
        self._given.clear()
        self.own.clear()
        self.others.clear()
        self._items = 0
        self.answers.clear()

    def begin(self, *, lost: bool = False) -> None:
        """Begin with another check: what one before it held is gone. `lost` says that the worker is
        another one anyway."""
        had_any = bool(self._number) and not lost and self.fault is None
        self.fault = None
        if lost:
            self._number = 0
            self.sharing.begin_anew()
        self._clear()
        self.answers.facts = AnswerFacts()
        self._random.forget()
        if had_any:
            self.operate("forget", 0)
        self._random.begin_apart()

    def forget_given(self) -> None:
        """Let the worker call, and change, nothing any more that a test has given it so far."""
        self._shared.forget()
        self._given.clear()
        self.own.library.clear()

    def module(self, name: str, find: Callable[[str, str], Any] | None = None) -> RemoteModule:
        """Return a module of the student's by its dotted name; `find` looks up its attributes."""
        look = find or self.module_attribute
        return RemoteModule(Place(self, 0), name, lambda attribute: look(name, attribute))

    def module_attribute(self, module: str, name: str) -> Any:
        """Return what a module binds."""
        return self.operate("module_attribute", 0, name, module)

    def attribute(self, target: int, name: str) -> Any:
        """Return an attribute; raise NotAsked where the student's object is no judge of it."""
        value, owner = self.operate("attribute", target, name), self._known.get(target)
        # What is data is compared here; a method would be told what it is compared with.
        judges = name in PLAIN_NAMES - self.declared and callable(value)
        kind = type(owner).__name__
        if judges and isinstance(owner, RemoteObject) and not self.is_asked(kind, name):
            raise self.not_asked(kind, name)
        return value

    def iterate(self, target: int) -> Iterator[Any]:
        """Yield the items of an object, one message each."""
        iterator = self.operate("iterate", target)
        if not isinstance(iterator, RemoteIterator):
            raise TypeError("iter() returned no iterator")
        return iterator

    def is_asked(self, owner: str, name: str, *, beside_another: bool = False) -> bool:
        """Whether an object of a class is asked for an operator, or a name of plain values."""
        return self.asking.is_asked(owner, name, beside_another=beside_another)

    def compared(self, value: Any, other: Any, compare: Callable[[Any, Any], Any]) -> Any:
        """Return what a comparison gives that is asked of an object."""
        return self.others.compared(self.asking.last_place, value, other, compare)

    def note_identity(self, owner: str, name: str, *, is_same: bool) -> None:
        """Note that a class does not compare, and two are the same or not by being one object."""
        self.asking.note_identity(owner, name, is_same=is_same)

    def not_asked(self, owner: str, operator: str) -> NotAsked:
        """Return the error for what would let a student's object decide."""
        error = NotAsked(NO_JUDGE.format(operator, owner))
        # A class's name is the hand-in's to choose, and could tell what it was given.
        vars(error)["gradekit_outcome"] = CheckFailed(OWN_CLASS)
        self.answers.note_refused(operator)
        return error

    def operate(
        self,
        kind: str,
        target: int,
        name: str = "",
        *given: Any,
        named: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return what an operation gives; raise what it raises.

        Raises a CheckOutcome where there is no answer, and the same one from then on.
        """
        if self.fault is not None:
            raise self.fault
        if kind == "take_next":
            return self._take_next(target)
        if kind not in _RUNS_NOTHING:
            self._begin_running()
        given, named, question = self._question(kind, target, given, named or {})
        operation, links = self._operation(kind, target, name, (given, dict(named))), self._sent
        if kind == "call":
            name = self.answers.name_of(target, self._known.get(target))
        self._depth += 1
        try:
            reply = self._exchanged(operation)
            with AsProtocol():
                came = self._taken(reply, self._takes(reply, (kind, name), (given, named), links))
        except CheckOutcome as error:
            if not isinstance(error, CheckFailed):
                self.fault = error
            raise
        except Exception as error:
            self._take_raised(kind, target, name, error)
            raise
        finally:
            self._depth -= 1
        self._take_files(kind, came)
        if kind == "call":
            self.others.note_made(self._known.get(target), given, named, came)
        return self._noted(kind, name, came, question)

    def _question(
        self, kind: str, target: int, given: tuple[Any, ...], named: Mapping[str, Any]
    ) -> tuple[tuple[Any, ...], Mapping[str, Any], Hashable]:
        """Return what is given, and what tells a call of a named function from its others."""
        if kind != "call":
            return given, named, None
        if not self._depth:
            given, named = self.others.given(self._known.get(target), given, named)
        asked = question_of(given, named) if self.answers.was_named(target) else None
        return given, named, asked

    def _noted(self, kind: str, name: str, value: Any, question: Hashable) -> Any:
        if kind in _NO_ANSWERS or value is NotImplemented:  # the other one of two is asked
            return value
        noted = self.answers.note(kind, name, value, question)
        self.after_answer(noted)
        return noted

    def _exchanged(self, operation: protocol.Operation) -> protocol.Finished:
        began = time.perf_counter()
        reply = self._exchange.exchange(operation, self._answering)
        self._took = time.perf_counter() - began
        return reply

    def _take_raised(self, kind: str, target: int, name: str, error: Exception) -> None:
        self._take_files(kind, None)
        self.answers.note_raised(kind, name, error, self._known.get(target))
        self.after_answer(error)

    def _begin_running(self) -> None:
        self.before_call()
        self.sharing.send()
        self.operations += 1

    def _take_files(self, kind: str, value: Any) -> None:
        if kind not in _RUNS_NOTHING:
            used = lambda: kind == "run" or (value is not None and result_is_used())  # noqa: E731
            takes = self.answers.takes_changes
            self.answers.withheld += self.sharing.take(lambda: not takes and used())

    def _take_next(self, target: int) -> Any:
        self._items += 1
        if self._items > protocol.MAX_ITEMS:
            raise CheckFailed(f"gives more than {protocol.MAX_ITEMS} items one by one")
        found = self.operate("next", target)
        found = self.answers.note_item(target, found if type(found) is tuple else ())
        if not found:
            raise StopIteration
        return found[0]

    def _operation(
        self, kind: str, target: int, name: str, arguments: tuple[Any, ...]
    ) -> protocol.Operation:
        if self._depth >= protocol.MAX_NESTED:
            raise RecursionError("calls to and fro, one within another, are too many")
        self._number += 1
        self._named, shared = {}, self._shared
        self.own.library.refresh()
        nodes, self._sent = shared.written(
            self._number,
            arguments,
            lambda link, known: Encoder(self._write, link, self._packages, known, shared.base),
            self._note_named,
        )
        dropped, unlinked = self._known.take_dropped(), shared.take_unlinked()
        states = self._random.changed()
        return protocol.Operation(
            self._number, kind, target, name, nodes, dropped, unlinked, states, self._named
        )

    def _note_named(self, link: int, value: Any) -> None:
        if name := self.name_of(value):
            self._named[link] = name

    def _write(self, encoder: Encoder, value: Any) -> n.AnyNode:
        place = mirrors.place_of(value)
        if place is not None:
            if place.home is not self:
                raise CannotCross("an object of another hand-in's, or of the reference's")
            if place.number and place.number not in self._known:
                raise CannotCross("an object of an earlier check")
            return n.Object(place.number)
        own = self.own.node(encoder, value)
        if own is not None:
            return own
        if is_tests_object(value):
            return self._given.object_node(value, self.own.known_above(classes_above(value)))
        if callable(value):
            return self._given.node(value)
        if isinstance(value, ModuleType) and MODULES.get(value.__name__) is value:
            return n.GivenModule(value.__name__)
        raise CannotCross(
            f"an object of class {type(value).__name__} cannot be given to a student's code"
        )

    def _encoder(self) -> Encoder:
        return Encoder(self._write, packages=self._packages)

    def _decoder(self) -> Decoder:
        return Decoder(self._read, packages=self._packages)

    def _answers_decoder(self, takes: Takes, kept: Collection[int]) -> Decoder:
        def linked(link: int, value: Any) -> Any:
            return self._shared.take(link, value, decoder.measure, takes, kept)

        decoder = Decoder(self._read, linked, self._packages)
        return decoder

    def _taken(self, reply: protocol.Finished, takes: Takes) -> Any:
        """Return what a reply holds, or raise it."""
        sys.stdout.write(reply.printed)
        self.sharing.told = reply.files
        if reply.fault is not None and reply.fault.kind != "exception":
            raise self._exchange.describe(reply.fault)
        kept = frozenset(reply.kept)
        read = self._answers_decoder(takes, kept).decode(reply.value)
        if type(read) is not tuple or not read:
            raise wire.WireError("a reply of other parts")
        told = read[0]
        self._shared.settle(told)
        self.own.library.apply()
        if self.follows_draws:
            self._random.follow(reply.randomness, self._took)
        for one in reply.warned if self.hears_warnings else ():
            issue(one)
        self._shared.keep_only(kept)
        if reply.fault is not None:
            raised, describe = self._given.raised, self._exchange.describe
            raise told_error(reply.fault, reply.builtin, told, raised, describe)
        return read_parts(told, 1)[0]

    def _takes(
        self, reply: protocol.Finished, of: Of, given: GivenArguments, links: Collection[int]
    ) -> Takes:
        """Return what says whether something given changes here `of` an operation, as there."""

        @cache
        def is_used() -> bool:
            return reply.fault is None and not gives_nothing(reply.value) and result_is_used()

        def takes(link: int, value: Any, is_tests: bool) -> bool:
            if not is_tests and link not in links:  # it was not given: it is the student's state
                taken = self.answers.takes_earlier(*of)
            else:  # an object's attributes are data, used or not
                used = (link not in self.own or link in self.own.library) and is_used()
                object_of = self.own.library.get(link)
                taken = self.answers.takes_change(object_of or value, used, of[1], given)
            if not taken:
                self.own.library.drop([link])
            return taken

        return takes

    def _read(self, decoder: Decoder, node: Any) -> Any:
        if isinstance(node, n.Ref) and node.link in self._shared:
            decoder.weigh_held(*self._shared.measure(node.link))
            return self._shared.get(node.link)
        if isinstance(node, n.Instance) and node.link in self.own:
            return self.own.get(node.link)
        if isinstance(node, n.Instance) and ":" in node.name:
            return shown_object(node.name, decoder.child(node.state))
        if isinstance(node, n.Instance) and node.state >= 0:
            return self.own.named_tuple(node.name, decoder.child(node.state))
        if isinstance(node, n.Callback):
            for table in (self._given.functions, self._given.objects, self._given.earlier):
                if node.id in table:
                    return table[node.id]
        return self._known.read(decoder, node)


# These read and bind names; whatever else is asked may run the hand-in's code.
_RUNS_NOTHING = frozenset(
    """get set set_environment tell_closures delete names forget files put_file share_folder
    put_part put_back watch watched watched_changes""".split()  # noqa: SIM905
)
_NO_ANSWERS = _RUNS_NOTHING - {"get"} | {"run"}  # what comes of these no test has asked for

"""Remote names of a confined worker: operations take the hand-in's time, as probes do."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gradekit.errors import (
    CheckOutcome,
    GradekitError,
    StudentCrash,
    StudentMemory,
    StudentProtocol,
    StudentTimeout,
)
from gradekit.workers import wire
from gradekit.workers.client import TOLD_TYPES, ProbeClient
from gradekit.workers.deadlines.clock import OutOfTime, Spent, Watch
from gradekit.workers.deadlines.thread_limit import uninterrupted
from gradekit.workers.messages import describe_crash, describe_to_staff, source_line
from gradekit.workers.packages import with_required
from gradekit.workers.remote import protocol
from gradekit.workers.remote.frames import decode_from_worker
from gradekit.workers.remote.in_test.answers.answer_facts import AnswerFacts
from gradekit.workers.remote.in_test.answers.wrong_answers import WrongAt
from gradekit.workers.remote.in_test.exchange import AnswerBack
from gradekit.workers.remote.in_test.notebook import LabelledCode, RemoteNotebook, RemoteNotebooks
from gradekit.workers.remote.in_test.session import RemoteSession


class ConfinedExchange:
    """Asks the worker of a client; what it takes is on the client's clock."""

    def __init__(self, client: ProbeClient) -> None:
        self._client = client
        self.last_fault: wire.Fault | None = None

    def exchange(self, operation: protocol.Operation, answer: AnswerBack) -> protocol.Finished:
        """Return the worker's reply; raise a CheckOutcome where it gives none."""
        message: protocol.FromTest = operation
        try:
            while not isinstance(told := self._ask(message, operation.number), protocol.Finished):
                with self._client._protocol():
                    message = answer(told)  # the test's own time is not the hand-in's
        except CheckOutcome:
            raise
        except BaseException:  # the worker waits for what will not come
            self._client.renew()
            raise
        return told

    @uninterrupted()
    def _ask(self, message: protocol.FromTest, number: int) -> protocol.FromWorker:
        """Return what the worker says to a message; what it says last answers to a number."""
        client = self._client
        watch = self._watch()
        try:
            with client._protocol():
                client._current().channel.send(wire.encode(message), watch)
                told = decode_from_worker(client._current().channel.receive(watch))
                if isinstance(told, protocol.Finished) and (
                    told.number != number or client._current().channel.has_more()
                ):
                    raise wire.WireError("an answer to another question, or more than one")
        except OutOfTime as error:
            client.renew()
            if error.spent is not Spent.TOTAL:
                client.clock.hung += 1
            raise StudentTimeout(str(error)) from error
        except wire.WireClosed as error:
            raise client._death(watch) from error
        finally:
            watch.end()
        return told

    def describe(self, fault: wire.Fault) -> GradekitError:
        """Return how a check ends with a fault: of an exception only its type may be told."""
        client, self.last_fault = self._client, fault
        client.staff_message, client.staff_trace = describe_to_staff(fault), fault.trace
        if fault.kind == "memory":
            return StudentMemory("asked for more memory than the grader gives")
        if fault.kind == "answer":
            return StudentProtocol("the answer is not made of plain values")
        if fault.type_name == "NotImplementedError":
            return StudentCrash("it is not implemented yet")
        name = fault.type_name if fault.type_name in TOLD_TYPES else "an exception"
        return StudentCrash(f"{name} was raised")

    def _watch(self) -> Watch:
        client = self._client
        client.clock.require_left(client.reference_seconds)
        meter = client._current().meter
        return Watch(client.clock, meter, lambda: 0.0, client.reference_seconds)


def confined_session(
    client: ProbeClient, exchange: ConfinedExchange | None = None, **options: Any
) -> RemoteSession:
    """Return a session on the worker of a client; options are those of `RemoteSession`."""

    def source(name: str) -> str:
        notebooks: RemoteNotebooks | None = vars(client).get("notebooks")
        if notebooks is not None and (cell := notebooks.source(name)):
            return cell
        path = client.snapshot / name
        inside = path.resolve().is_relative_to(client.snapshot.resolve())
        try:
            return path.read_text("utf-8", "replace") if inside and path.is_file() else ""
        except OSError:  # test cells run where a hand-in's files cannot be read
            return ""

    packages = with_required(client.packages)
    given: Mapping[str, Any] = {"source": source, "packages": packages, **options}
    return RemoteSession(exchange or ConfinedExchange(client), **given)


class StudentClient(ProbeClient):
    """A client whose hand-in's modules are attributes: `student.lib.thing.Doubler()`.

    So are the names of its notebook: `student.notebook.double(2)`; of several,
    `student.notebooks["NAME"].double(2)`. `cells` is the notebooks' code, by their names.
    """

    # Set before the first question.
    cells: Mapping[str, Sequence[LabelledCode]] = MappingProxyType({})
    session_options: Mapping[str, Any] = MappingProxyType({})  # those of `RemoteSession`

    @cached_property
    def notebooks(self) -> RemoteNotebooks:
        """The hand-in's notebooks by their names."""
        return RemoteNotebooks(self, self.cells)

    @property
    def notebook(self) -> RemoteNotebook:
        """The hand-in's only notebook that students answer in."""
        if len(self.cells) != 1:
            named = ", ".join(f'student.notebooks["{name}"]' for name in self.cells)
            raise LookupError(f"student.notebook is for one notebook; there are: {named or 'none'}")
        return self.notebooks[next(iter(self.cells))]

    def with_right(self, functions: Collection[str], snapshot: Path) -> "StudentClient":
        """Return a client on the same files with some functions from the reference in their place.

        The notebooks are the hand-in's own.
        """
        client = super().with_right(functions, snapshot)
        assert isinstance(client, StudentClient), "made of the same class"
        client.cells, client.session_options = self.cells, self.session_options
        if "remote" in vars(self):
            client.remote.answers.changes_only_of = self.remote.answers.changes_only_of
        return client

    @cached_property
    def remote(self) -> RemoteSession:
        """What the check that runs now holds of the hand-in's objects."""
        return confined_session(self, **self.session_options)

    @property
    def facts(self) -> AnswerFacts:
        """What is noted of the answers in the check that runs now."""
        return self.remote.answers.facts_so_far if "remote" in vars(self) else AnswerFacts()

    @contextmanager
    def changes_only(self, names: Collection[str]) -> Iterator[None]:
        """Have arguments come back changed at some places of some calls, and at no other."""
        self.remote.answers.changes_only_of = names
        try:
            yield
        finally:
            self.remote.answers.changes_only_of = None

    @contextmanager
    def answers_wrong(self, wrong: WrongAt | None) -> Iterator[None]:
        """Have some answers come wrong; None for as they are."""
        if wrong is None:
            yield
            return
        self.remote.answers.wrong = wrong
        try:
            yield
        finally:
            self.remote.answers.wrong = None

    def begin_check(self) -> None:
        """Begin with another check: it holds nothing of the one before."""
        if "remote" in vars(self):
            self.remote.begin()

    def renew(self) -> None:
        """End the worker, and with it what a check holds of its objects."""
        super().renew()
        if "notebooks" in vars(self):
            self.notebooks.forget()
        if "remote" in vars(self):
            self.remote.begin(lost=True)

    def swallowed(self, error: BaseException | None) -> BaseException | None:
        """Return how a check has ended: what has ended the worker, whatever the check caught."""
        fault = vars(self)["remote"].fault if "remote" in vars(self) else None
        return fault or error

    def __getattr__(self, name: str) -> Any:
        """Return a module of the hand-in."""
        if name.startswith("_") or not self._has(name):
            error = AttributeError(f"no module {name} is in the hand-in, and no client has that")
            if not name.startswith("_"):
                self.remote.answers.note_raised("attribute", name, error, None)
            raise error
        return self.remote.module(name, self._find)

    def _has(self, module: str) -> bool:
        path = self.snapshot.joinpath(*module.split("."))
        return path.is_dir() or path.with_suffix(".py").is_file()

    def _find(self, module: str, name: str) -> Any:
        if self._has(f"{module}.{name}"):
            return self.remote.module(f"{module}.{name}", self._find)
        try:
            return self.remote.module_attribute(module, name)
        except StudentCrash as error:  # as of SystemExit, which no check can catch
            if told := self._import_crash(module, name):
                self.remote.fault = StudentCrash(told)
            raise self.remote.fault or error from error
        except CheckOutcome:
            raise
        except Exception as error:
            if told := self._import_crash(module, name):
                vars(error)["gradekit_outcome"] = StudentCrash(told)
            raise

    def _import_crash(self, module: str, name: str) -> str:
        """Return what keeps a name of a module from being there, or "" where it is there.

        It is asked of a worker that never had any hidden input: so a line of the student's tells
        nothing of one.
        """
        if (module, name) not in self._import_crashes:
            said = (self.staff_message, self.staff_trace)
            public = StudentClient(self._pool, self.snapshot, self._probes, self.clock)
            exchange = ConfinedExchange(public)
            try:
                RemoteSession(exchange).module_attribute(module, name)
            except Exception:  # whatever is raised there, in the student's code or on the way to it
                fault = exchange.last_fault
            else:
                fault = None
            finally:
                public.renew()
            told = _named(fault, module, name, self.snapshot) if fault else ""
            self._import_crashes[module, name] = told
            self.staff_message, self.staff_trace = said
        return self._import_crashes[module, name]

    @cached_property
    def _import_crashes(self) -> dict[tuple[str, str], str]:
        return {}


def _named(fault: wire.Fault, module: str, name: str, snapshot: Path) -> str:
    """Return what a student reads of an import that failed."""
    if fault.type_name == "AttributeError" and not source_line(snapshot, fault.file, fault.line)[0]:
        return f"`{name}` is not in {module.replace('.', '/')}.py"
    return describe_crash(fault, snapshot)

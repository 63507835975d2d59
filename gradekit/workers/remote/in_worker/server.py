"""Carries out operations on a hand-in's names, beside its code.

Nothing that it says is believed: whoever reads its replies checks them.
"""

import builtins
import contextlib
import copy
import importlib
import linecache
import os
import random
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from gradekit.workers import wire
from gradekit.workers.remote import protocol
from gradekit.workers.remote.console import Console
from gradekit.workers.remote.coroutines import cell_codes, run_code, run_coroutine
from gradekit.workers.remote.in_worker.drawing import Figures
from gradekit.workers.remote.in_worker.given_data import GivenData
from gradekit.workers.remote.in_worker.held import Held
from gradekit.workers.remote.in_worker.other_state import hold_otherwise
from gradekit.workers.remote.in_worker.replaced_parts import ReplacedParts
from gradekit.workers.remote.in_worker.scratch import Scratch
from gradekit.workers.remote.in_worker.written_modules import WrittenModules
from gradekit.workers.remote.randomness import RandomWatch
from gradekit.workers.remote.values.encoding import CannotCross

# What is carried out with a scratch folder, from the first of them on.
_NEED_SCRATCH = ("run", "put_file", "share_folder")
# What is made for the answer only, and nobody else has.
_GIVES_COPIES = ("names", "dir", "files", "array", "watched_changes")


class Asks(Protocol):
    """Asks the test's side back, and carries out what it asks for meanwhile."""

    def __call__(
        self, server: "Server", request: protocol.CallBack | protocol.ReadLine
    ) -> protocol.Returned:
        """Return its answer."""


Describe = Callable[[BaseException], wire.Fault]


class Server:
    """What a worker holds for one test after another; `ask` asks the test's side back.

    `describe` says in what way an exception is told; `probes` finds the author's own functions.
    """

    def __init__(
        self, ask: Asks, describe: Describe, probe: Callable[[str], Any] | None = None
    ) -> None:
        self._ask, self._describe, self._probe = ask, describe, probe
        self._held = Held(self._call_back, lambda name: vars(self._namespace).get(name))
        self._random, self._console = RandomWatch(), Console()
        self._namespace = types.ModuleType("__main__")
        self._scratch: Scratch | None = None  # what cells write into
        self._figures, self._depth = Figures(), 0
        self._given_data = GivenData()
        self._parts = ReplacedParts()  # of modules, that a test has replaced

    def carry_out(self, operation: protocol.Operation) -> protocol.Finished:
        """Return what an operation gives, be it a fault of the hand-in's."""
        self._held.begin(operation.number)
        self._held.drop(operation.dropped)
        self._held.drop_given(operation.unlinked)
        self._held.named = dict(operation.named)
        self._random.take(operation.randomness)
        if operation.kind in _NEED_SCRATCH and self._scratch is None:
            root = str(Path.cwd())
            self._scratch = Scratch(root)
            sys.meta_path.insert(0, WrittenModules(self._scratch, root))
        self._depth += 1
        try:
            if self._depth > 1:
                return self._reply(operation)
            files = self._scratch.in_place() if self._scratch else contextlib.nullcontext()
            with self._console.listening(self._read_line), files, self._parts.in_place():
                return self._reply(operation)
        finally:
            self._depth -= 1

    def _reply(self, operation: protocol.Operation) -> protocol.Finished:
        with self._held.linked.level():
            return self._answered(operation)

    def _answered(self, operation: protocol.Operation) -> protocol.Finished:
        # What it holds is taken out of it: else every argument would seem to be in use.
        told: list[Any] = []
        fault, builtin = None, ""
        try:
            given, named, *changed = self._held.decoder().decode(operation.arguments)
            self._held.linked.note_held()
            try:
                told.append((getattr(self, f"_do_{operation.kind}")(operation, given, named),))
            finally:
                del given, named, changed
        except MemoryError:
            return self._failed(operation, wire.Fault("memory", "MemoryError", ""))
        except (CannotCross, wire.WireError) as error:
            return self._failed(operation, wire.Fault("answer", "", str(error)[:500]))
        except BaseException as error:  # student code may raise anything, SystemExit too
            fault, builtin = self._told(error, told)
        return self._finished(operation, told, fault, builtin)

    def _told(self, error: BaseException, told: list[Any]) -> tuple[wire.Fault, str]:
        """Tell an exception as values: its arguments, its attributes, its class, and where that is
        the student's own the exception itself, which can be asked for more; last its cause."""
        fault = self._describe(error)
        kind = type(error)
        known = next(one for one in kind.__mro__ if one.__module__ in ("builtins", "numpy.linalg"))
        fault = fault if isinstance(error, Exception) else wire.Fault(*_as_exit(fault))
        attributes = dict(list(vars(error).items())[:20])
        own, held = (None, None) if kind is known else (kind, error)
        cause = error.__cause__ if isinstance(error.__cause__, Exception) else None
        for one in (error, cause):
            _let_frames_go(one)
        told.append((error.args, attributes, own, held, cause))
        return fault, known.__name__

    def _finished(
        self,
        operation: protocol.Operation,
        told: list[Any],
        fault: wire.Fault | None,
        builtin: str,
    ) -> protocol.Finished:
        linked = self._held.linked
        self._held.refresh()
        changed = linked.changed()
        encoder = self._held.encoder(numbers=operation.kind not in _GIVES_COPIES)
        try:
            places = [encoder.add(told.pop())]
            places += [encoder.add(linked.links[link]) for link in changed]
            encoder.put_tuple(places)
        except CannotCross as error:
            linked.note_told([])
            return self._failed(operation, wire.Fault("answer", "", str(error)[:500]))
        value, encoder = encoder.nodes, self._held.encoder()
        linked.note_told(value)
        if self._scratch:
            self._scratch.settle()
        still = self._held.settle()
        return protocol.Finished(
            operation.number,
            value,
            fault,
            builtin,
            still,
            self._console.taken(),
            self._console.warned() if self._depth == 1 else [],
            self._random.changed(),
            self._scratch.stamp if self._scratch else 0,
        )

    def _failed(self, operation: protocol.Operation, fault: wire.Fault) -> protocol.Finished:
        return protocol.Finished(operation.number, [None], fault, printed=self._console.taken())

    def _call_back(
        self, function: int, asked: str, given: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        if not self._depth:
            raise RuntimeError("a function of the test's is called when no test asks for anything")
        self._held.refresh()
        values = self._held.encoder_of_call().encode((given, named))
        return self._asked(protocol.CallBack(function, values, self._console.taken(), asked))

    def _asked(self, request: protocol.CallBack | protocol.ReadLine) -> Any:
        """Return what the test's side gives, or raise what is raised there."""
        answer = self._ask(self, request)
        value = self._held.decoder().decode(answer.value)
        if answer.fault is None:
            return value
        text, number = value
        kind = getattr(builtins, answer.fault.type_name, RuntimeError)
        error = kind.__new__(kind, text)  # some classes want other arguments
        vars(error)[protocol.RAISED_BY_TEST] = number
        raise error

    def _read_line(self, prompt: str) -> str:
        return str(self._asked(protocol.ReadLine(prompt[:1000], self._console.taken())))

    def _do_import(self, operation: protocol.Operation, _given: Any, _named: Any) -> Any:
        return importlib.import_module(operation.name)

    def _do_probe(self, operation: protocol.Operation, given: Any, named: Any) -> Any:
        if self._probe is None:
            raise LookupError(f"no probe {operation.name}")
        return self._probe(operation.name)(*given, **named)

    def _do_module_attribute(self, operation: protocol.Operation, given: Any, _named: Any) -> Any:
        return getattr(importlib.import_module(given[0]), operation.name)

    def _do_set_module_attribute(self, operation: protocol.Operation, given: Any, _: Any) -> None:
        setattr(importlib.import_module(given[0]), operation.name, given[1])

    def _do_put_part(self, operation: protocol.Operation, given: Any, _named: Any) -> None:
        self._parts.put(given[0], operation.name, given[1])

    def _do_put_back(self, operation: protocol.Operation, given: Any, _named: Any) -> None:
        self._parts.put_back(given[0], operation.name)

    def _do_attribute(self, operation: protocol.Operation, _given: Any, _named: Any) -> Any:
        return getattr(self._held[operation.target], operation.name)

    def _do_is_instance(self, operation: protocol.Operation, given: Any, _named: Any) -> bool:
        return isinstance(given[0], self._held[operation.target])

    def _do_member_attribute(self, operation: protocol.Operation, given: Any, _: Any) -> Any:
        return getattr(given[0], operation.name)

    def _do_set_attribute(self, operation: protocol.Operation, given: Any, _named: Any) -> None:
        setattr(self._held[operation.target], operation.name, given[0])

    def _do_delete_attribute(self, operation: protocol.Operation, _given: Any, _named: Any) -> None:
        delattr(self._held[operation.target], operation.name)

    def _do_call(self, operation: protocol.Operation, given: Any, named: Any) -> Any:
        return self._held[operation.target](*given, **named)

    def _do_method(self, operation: protocol.Operation, given: Any, named: Any) -> Any:
        held = self._held[operation.target]
        kind = type(held)
        if not hasattr(kind, operation.name):
            raise TypeError(f"{kind.__name__!r} object has no {operation.name}")
        return getattr(kind, operation.name)(held, *given, **named)

    def _do_hold_otherwise(self, operation: protocol.Operation, _given: Any, _named: Any) -> None:
        hold_otherwise(self._held[operation.target])

    def _do_array(self, operation: protocol.Operation, _given: Any, _named: Any) -> Any:
        return np.array(self._held[operation.target])

    def _do_copy(self, operation: protocol.Operation, _given: Any, _named: Any) -> Any:
        made = copy.deepcopy if operation.name == "deepcopy" else copy.copy
        return made(self._held[operation.target])

    def _do_contains(self, operation: protocol.Operation, given: Any, _named: Any) -> bool:
        return given[0] in self._held[operation.target]

    def _do_item(self, operation: protocol.Operation, given: Any, _named: Any) -> Any:
        return self._held[operation.target][given[0]]

    def _do_set_item(self, operation: protocol.Operation, given: Any, _named: Any) -> None:
        self._held[operation.target][given[0]] = given[1]

    def _do_delete_item(self, operation: protocol.Operation, given: Any, _named: Any) -> None:
        del self._held[operation.target][given[0]]

    def _do_iterate(self, operation: protocol.Operation, _given: Any, _named: Any) -> Any:
        return iter(self._held[operation.target])

    def _do_next(self, operation: protocol.Operation, _given: Any, _named: Any) -> Any:
        try:
            return (next(self._held[operation.target]),)
        except StopIteration:
            return ()

    def _do_exit(self, operation: protocol.Operation, given: Any, _named: Any) -> Any:
        held = self._held[operation.target]
        if not given:
            return type(held).__exit__(held, None, None, None)
        error = given[0](*given[1])
        return type(held).__exit__(held, type(error), error, None)

    def _do_run_awaitable(self, operation: protocol.Operation, _given: Any, _named: Any) -> Any:
        return run_coroutine(self._held[operation.target])

    def _do_run_method(self, operation: protocol.Operation, given: Any, named: Any) -> Any:
        return run_coroutine(self._do_method(operation, given, named))

    def _do_next_awaited(self, operation: protocol.Operation, _given: Any, _named: Any) -> Any:
        held = self._held[operation.target]
        try:
            return (run_coroutine(type(held).__anext__(held)),)
        except StopAsyncIteration:
            return ()

    def _do_exit_awaited(self, operation: protocol.Operation, given: Any, _named: Any) -> Any:
        held = self._held[operation.target]
        error = given[0](*given[1]) if given else None
        return run_coroutine(type(held).__aexit__(held, error and type(error), error, None))

    def _do_text(self, operation: protocol.Operation, given: Any, _named: Any) -> str:
        held = self._held[operation.target]
        made = {"repr": repr, "format": format}.get(operation.name, str)(held, *given)
        return str.__str__(made)[: protocol.MAX_TEXT]

    def _do_dir(self, operation: protocol.Operation, given: Any, _named: Any) -> list[str]:
        held = importlib.import_module(given[0]) if given else self._held[operation.target]
        return [name for name in dir(held) if type(name) is str][:10_000]

    def _do_own_names(
        self, operation: protocol.Operation, _given: Any, _named: Any
    ) -> dict[str, Any]:
        """Return what a class binds itself, as far as it can be asked for by its names."""
        held = self._held[operation.target]
        names = [name for name in vars(held) if type(name) is str]
        hidden = ("__dict__", "__weakref__", "__module__", "__doc__", "__slots__")
        return {name: vars(held)[name] for name in names[:1000] if name not in hidden}

    def _do_get(self, operation: protocol.Operation, _given: Any, _named: Any) -> Any:
        names = vars(self._namespace)
        if operation.name not in names:
            raise NameError(f"name {operation.name!r} is not defined", name=operation.name)
        return names[operation.name]

    def _do_set(self, operation: protocol.Operation, given: Any, _named: Any) -> None:
        vars(self._namespace)[operation.name] = given[0]

    def _do_delete(self, operation: protocol.Operation, given: Any, named: Any) -> None:
        self._do_get(operation, given, named)
        del vars(self._namespace)[operation.name]

    def _do_tell_closures(self, _operation: protocol.Operation, _given: Any, _named: Any) -> None:
        self._held.tells_closures = True

    def _do_set_environment(self, _operation: protocol.Operation, given: Any, _: Any) -> None:
        for name, value in given:
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

    def _do_watch(self, _operation: protocol.Operation, given: Any, _named: Any) -> None:
        self._given_data.watch(given, vars(self._namespace))

    def _do_watched_changes(self, _operation: protocol.Operation, given: Any, _: Any) -> list[str]:
        return self._given_data.changed(given)

    def _do_watched(self, operation: protocol.Operation, _given: Any, _named: Any) -> Any:
        return self._given_data[operation.name]

    def _do_names(self, _operation: protocol.Operation, _given: Any, _named: Any) -> list[str]:
        own = set(vars(types.ModuleType(""))) | {"__builtins__"}
        names = list(vars(self._namespace))
        return [name for name in names if type(name) is str and name not in own][:10_000]

    def _do_run(self, _operation: protocol.Operation, given: Any, _named: Any) -> None:
        source, filename = given
        sys.modules["__main__"] = self._namespace
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        try:
            for code in cell_codes(source, filename):
                run_code(code, vars(self._namespace))
        except (SystemExit, KeyboardInterrupt) as error:  # it ends the cell, as in a notebook
            raise RuntimeError(f"the cell ends with {type(error).__name__}") from error
        finally:
            self._figures.end_cell(source)

    def _do_example(self, _operation: protocol.Operation, given: Any, _named: Any) -> None:
        """Run an example of a docstring's, which shows its value as a terminal does."""
        exec(compile(given[0], "<doctest>", "single", dont_inherit=True), vars(self._namespace))

    def _do_methods(self, operation: protocol.Operation, _given: Any, _named: Any) -> list[str]:
        kinds = types.FunctionType, staticmethod, classmethod
        return [
            k for k, one in vars(self._held[operation.target]).items() if isinstance(one, kinds)
        ]

    def _do_files(self, _operation: protocol.Operation, given: Any, _named: Any) -> Any:
        if self._scratch is None:
            return 0, [], {}
        return self._scratch.stamp, self._scratch.names(), self._scratch.changed(given[0])

    def _do_share_folder(self, operation: protocol.Operation, _given: Any, _named: Any) -> None:
        if self._scratch is not None:
            self._scratch.share(operation.name)

    def _do_put_file(self, operation: protocol.Operation, given: Any, _named: Any) -> None:
        if self._scratch is not None:
            self._scratch.put(operation.name, given[0])

    def _do_forget(self, _operation: protocol.Operation, _given: Any, _named: Any) -> None:
        """Forget what a test held, before another one begins."""
        self._held.clear()
        self._parts.clear()
        random.seed(0)
        np.random.seed(0)
        self._random.forget()


def _let_frames_go(error: BaseException | None) -> None:
    """Have an exception that is kept not keep what the functions hold that it came through."""
    if error is not None:
        BaseException.with_traceback(error, None)
        error.__context__ = None


def _as_exit(fault: wire.Fault) -> tuple[Any, ...]:
    return ("exit", fault.type_name, fault.text, fault.file, fault.line, fault.trace)

"""The worker's side: runs confined in a process of its own, imports the hand-in, answers requests.

Everything here runs beside student code; nothing that it says is believed without a check.
"""

import contextlib
import marshal
import os
import random
import sys
import traceback
import types
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import numpy as np

from gradekit.sandbox.confinement import CHANNEL
from gradekit.workers import wire
from gradekit.workers.remote import protocol
from gradekit.workers.remote.frames import decode_from_test
from gradekit.workers.remote.in_worker.server import Server
from gradekit.workers.remote.protocol import is_remote

TRACED_FRAMES = 12


def reseed(seed: int) -> None:
    """Give the random generators a known start, so that a hand-in is graded the same each time."""
    random.seed(seed)
    np.random.seed(seed)


class ProbeModules:
    """The probes' modules, each run when a probe is first looked for in it.

    They may import the hand-in at their top, and nothing of it runs before the first question.
    """

    def __init__(self, probes: wire.Probes) -> None:
        self._waiting = [(name, marshal.loads(code)) for name, code in probes.modules]
        self._loaded: list[types.ModuleType] = []

    def find(self, name: str) -> Callable[..., Mapping[str, object]]:
        """Return a probe; raise LookupError where none has this name, and what a module raises."""
        while not any(name in module.__dict__ for module in self._loaded):
            if not self._waiting:
                raise LookupError(f"no probe {name}")
            self._load()
        found = next(module for module in self._loaded if name in module.__dict__)
        probe: Callable[..., Mapping[str, object]] = found.__dict__[name]
        return probe

    def _load(self) -> None:
        name, code = self._waiting[0]
        module = types.ModuleType(name)
        # Probes may use those of the modules before them.
        earlier = {one.__name__: one for one in self._loaded}
        sys.modules.update(earlier)
        try:
            exec(code, module.__dict__)
        finally:
            for one in earlier:
                sys.modules.pop(one, None)
        self._loaded.append(module)
        del self._waiting[0]


def answer(request: wire.Request, probes: ProbeModules) -> wire.Reply:
    """Run the probe on each call's arguments; what it raises becomes a fault."""
    try:
        probe = probes.find(request.probe)
        answers = [_one_answer(probe, call) for call in request.calls]
    except MemoryError:
        return wire.Reply(request.number, fault=wire.Fault("memory", "MemoryError", ""))
    except wire.WireError as error:
        return wire.Reply(request.number, fault=wire.Fault("answer", "", str(error)[:500]))
    except BaseException as error:  # student code may raise anything, SystemExit too
        return wire.Reply(request.number, fault=as_fault(error))
    return wire.Reply(request.number, answers=answers)


def _one_answer(
    probe: Callable[..., Mapping[str, object]], call: dict[str, wire.Argument]
) -> wire.NamedArrays:
    reseed(0)
    values = probe(**{name: wire.from_argument(value) for name, value in call.items()})
    if not isinstance(values, Mapping):
        raise wire.WireError(f"the probe returned {type(values).__name__}, not arrays by name")
    return {name: wire.to_array(value) for name, value in values.items()}


def as_fault(error: BaseException) -> wire.Fault:
    """Return an exception as a fault, with the last line below the working directory."""
    root = f"{Path.cwd()}{os.sep}"
    file, line = "", 0
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith(root):
            file, line = frame.filename.removeprefix(root), frame.lineno or 0
    if isinstance(error, SyntaxError) and (error.filename or "").startswith(root):
        file, line = str(error.filename).removeprefix(root), error.lineno or 0
    name = type(error).__name__[: wire.MAX_WIRE_NAME]
    trace = _trace(error)
    return wire.Fault("exception", name, _text(error), file[: wire.MAX_WIRE_NAME], line, trace)


def _trace(error: BaseException) -> str:
    try:
        frames = traceback.format_tb(error.__traceback__, limit=-TRACED_FRAMES)
        return "".join(frames)[-wire.MAX_TRACE :]
    except BaseException:  # a hand-in may have put anything in the place of what this calls
        return ""


def _text(error: BaseException) -> str:
    try:
        return str(error)[:500]
    except BaseException:  # an exception's own __str__ may raise
        return ""


def serve(channel: int, probes: ProbeModules) -> None:
    """Answer requests one after another until the grader closes the channel."""
    remote = RemoteNames(channel, probes)
    while True:
        try:
            payload = _receive(channel)
            if is_remote(payload):
                remote.answer(payload)
                continue
            request = wire.decode(payload, wire.Request)
        except wire.WireError:
            return
        reply = answer(request, probes)
        try:
            frame = wire.encode(reply)
        except (wire.WireError, msgspec.MsgspecError, TypeError) as error:
            fault = wire.Fault("answer", "", str(error)[:500])
            frame = wire.encode(wire.Reply(request.number, fault=fault))
        with contextlib.suppress(BaseException):  # the hand-in may have put anything there
            sys.stdout.flush()
        _write(channel, frame)


def run_worker(snapshot: str) -> None:
    """Be a worker, confined already: get the probes, import and run what the hand-in holds."""
    sys.path.insert(0, snapshot)
    sys.dont_write_bytecode = True
    reseed(0)
    length = wire.read_length(_read(CHANNEL, wire.LENGTH.size))
    probes = ProbeModules(wire.decode(_read(CHANNEL, length), wire.Probes))
    # Until here nothing of the hand-in has run: whoever reads this knows that the doors are shut,
    # and the kernel tells them which process it was that wrote it.
    _write(CHANNEL, wire.encode(wire.Reply(wire.READY, [{}])))
    serve(CHANNEL, probes)


class RemoteNames:
    """Carries out operations on remote names, and asks the test's side back meanwhile."""

    def __init__(self, channel: int, probes: ProbeModules) -> None:
        self._channel, self._server = channel, Server(self._ask, as_fault, probes.find)

    def answer(self, payload: bytes) -> None:
        """Carry out one operation and send its reply."""
        operation = decode_from_test(payload)
        if not isinstance(operation, protocol.Operation):
            raise wire.WireError("an answer that nobody has asked for")
        reply = self._server.carry_out(operation)
        try:
            frame = wire.encode(reply)
        except (wire.WireError, msgspec.MsgspecError, TypeError, ValueError) as error:
            fault = wire.Fault("answer", "", str(error)[:500])
            frame = wire.encode(protocol.Finished(operation.number, [None], fault))
        _write(self._channel, frame)

    def _ask(
        self, server: Server, request: protocol.CallBack | protocol.ReadLine
    ) -> protocol.Returned:
        del server
        _write(self._channel, wire.encode(request))
        while True:
            payload = _receive(self._channel)
            message = decode_from_test(payload)
            if isinstance(message, protocol.Returned):
                return message
            self.answer(payload)


def _receive(channel: int) -> bytes:
    return _read(channel, wire.read_length(_read(channel, wire.LENGTH.size)))


def _read(channel: int, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        chunk = os.read(channel, count - len(data))
        if not chunk:
            raise wire.WireClosed("the grader is gone")
        data += chunk
    return bytes(data)


def _write(channel: int, frame: bytes) -> None:
    view = memoryview(frame)
    while view:
        view = view[os.write(channel, view) :]

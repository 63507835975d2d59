"""The worker's side: runs confined in a process of its own, imports the hand-in, answers requests.

Everything here runs beside student code; nothing that it says is believed without a check.
"""

import contextlib
import os
import random
import sys
import time
import traceback
import types
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np

from gradekit.grading import wire
from gradekit.sandbox.confinement import CHANNEL

MOST_COMPILED = 8  # texts of probes; a class has one


def reseed(seed: int) -> None:
    """Give the random generators a known start, so that a hand-in is graded the same each time."""
    random.seed(seed)
    np.random.seed(seed)


def load_probes(source: str) -> types.ModuleType:
    """Return the probes as a module; they import student modules only when they are called."""
    module = types.ModuleType("probes")
    exec(compiled(source), module.__dict__)
    return module


@lru_cache(MOST_COMPILED)
def compiled(source: str) -> types.CodeType:
    """Return the probes' code, which the zygote keeps for all its workers."""
    return compile(source, "probes.py", "exec")


def answer(request: wire.Request, probes: types.ModuleType) -> wire.Reply:
    """Run the probe on each call's arguments; what it raises becomes a fault."""
    try:
        probe = getattr(probes, request.probe)
        answers = [_one_answer(probe, call) for call in request.calls]
    except MemoryError:
        return wire.Reply(request.number, fault=wire.Fault("memory", "MemoryError", ""))
    except wire.WireError as error:
        return wire.Reply(request.number, fault=wire.Fault("answer", "", str(error)[:500]))
    except BaseException as error:  # student code may raise anything, SystemExit too
        return wire.Reply(request.number, fault=describe(error))
    return wire.Reply(request.number, answers=answers)


def _one_answer(probe: types.FunctionType, call: dict[str, wire.Argument]) -> wire.Answer:
    reseed(0)
    values = probe(**{name: wire.from_argument(value) for name, value in call.items()})
    return {name: wire.to_array(value) for name, value in values.items()}


def describe(error: BaseException) -> wire.Fault:
    """Return an exception as a fault, with the last line below the working directory."""
    root = f"{Path.cwd()}{os.sep}"
    file, line = "", 0
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith(root):
            file, line = frame.filename.removeprefix(root), frame.lineno or 0
    if isinstance(error, SyntaxError) and (error.filename or "").startswith(root):
        file, line = str(error.filename).removeprefix(root), error.lineno or 0
    return wire.Fault("exception", type(error).__name__[:80], _text(error), file[:200], line)


def _text(error: BaseException) -> str:
    try:
        return str(error)[:500]
    except BaseException:  # an exception's own __str__ may raise
        return ""


def serve(channel: int, probes: types.ModuleType) -> None:
    """Answer requests one after another until the grader closes the channel."""
    while True:
        try:
            length = wire.read_length(_read(channel, wire.LENGTH.size))
            request = wire.decode(_read(channel, length), wire.Request)
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


def run(snapshot: str, probe_source: str) -> None:
    """Be a worker, confined already: import and run what the hand-in holds."""
    sys.path.insert(0, snapshot)
    sys.dont_write_bytecode = True
    reseed(0)
    probes = load_probes(probe_source)
    # Until here nothing of the hand-in has run: whoever reads this knows that the doors are shut.
    taken = {"cpu_seconds": wire.to_array(time.process_time())}
    _write(CHANNEL, wire.encode(wire.Reply(wire.READY, [taken])))
    serve(CHANNEL, probes)


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

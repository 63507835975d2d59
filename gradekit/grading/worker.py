"""The worker's side: runs in a process of its own, imports the hand-in, answers requests.

Everything here runs beside student code; nothing that it says is believed without a check.
"""

import os
import random
import resource
import socket
import sys
import time
import traceback
import types
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from gradekit.grading import wire

ANSWER_SECONDS = 3600.0  # the grader's deadline is the one that counts


@dataclass(frozen=True)
class Limits:
    """What a worker may use: memory and file sizes in bytes, processor time in seconds."""

    address_space_bytes: int = 2 * 2**30
    file_bytes: int = 2**20
    cpu_seconds: int = 120
    open_files: int = 64


def apply_limits(limits: Limits) -> None:
    """Set the limits on this process, for good."""
    for name, value in (
        (resource.RLIMIT_AS, limits.address_space_bytes),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (value, value))
    # The signal that tells the reason comes a second before the one that cannot be ignored.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))


def detach(channel: socket.socket) -> socket.socket:
    """Close every descriptor but the channel, point the standard ones at null, start a session."""
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    kept = os.dup2(channel.fileno(), 3)
    os.closerange(4, 1 << 16)
    channel.detach()
    return socket.socket(fileno=kept)


def reseed(seed: int) -> None:
    """Give the random generators a known start, so that a hand-in is graded the same each time."""
    random.seed(seed)
    np.random.seed(seed)


def load_probes(source: str) -> types.ModuleType:
    """Return the probes as a module; they import student modules only when they are called."""
    module = types.ModuleType("probes")
    exec(compile(source, "probes.py", "exec"), module.__dict__)
    return module


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


def serve(channel: socket.socket, probes: types.ModuleType) -> None:
    """Answer requests one after another until the grader closes the channel."""
    while True:
        try:
            request = wire.decode(_next(channel), wire.Request)
        except wire.WireError:
            return
        reply = answer(request, probes)
        try:
            frame = wire.encode(reply)
        except (wire.WireError, msgspec.MsgspecError, TypeError) as error:
            fault = wire.Fault("answer", "", str(error)[:500])
            frame = wire.encode(wire.Reply(request.number, fault=fault))
        wire.send(channel, frame, time.monotonic() + ANSWER_SECONDS)


def _next(channel: socket.socket) -> bytes:
    return wire.receive(channel, time.monotonic() + ANSWER_SECONDS)


def run(channel: socket.socket, snapshot: str, probe_source: str, limits: Limits) -> None:
    """Be a worker: shut the doors, then import and run what the hand-in holds."""
    channel = detach(channel)
    os.chdir(snapshot)
    apply_limits(limits)
    sys.path.insert(0, snapshot)
    sys.dont_write_bytecode = True
    reseed(0)
    serve(channel, load_probes(probe_source))

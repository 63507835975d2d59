"""Limits for what reads hand-ins outside of the sandbox: processor time, and memory.

What reads a hand-in is the kit's own code and that of its packages, never the student's. A hand-in
that makes it work without end, or fill the memory, costs itself a refusal in one line, and nobody
else anything. Limits count processor time: how busy the machine is refuses nobody.
"""

import errno
import gc
import os
import select
import signal
import struct
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Generic, NoReturn, TypeVar

import msgspec

from gradekit.errors import GradekitError, GraderError, StorageError, SubmissionError
from gradekit.sandbox.privileges import end_with_parent

_LENGTH = struct.Struct(">Q")
_MB = 2**20

_Item = TypeVar("_Item")
_Read = TypeVar("_Read")


@dataclass(frozen=True)
class ReadingLimits:
    """What reading one hand-in may take: processor time and, at most, time by the clock, in
    seconds; and memory in bytes beyond what the process has before.
    """

    cpu_seconds: int = 20
    clock_seconds: float = 600.0  # the last resort, for what waits without working
    memory_bytes: int = 1024 * _MB

    @property
    def too_slow(self) -> str:
        """Why something was refused that took more processor time."""
        return f"takes more than {self.cpu_seconds} s of processor time to read"

    @property
    def too_large(self) -> str:
        """Why something was refused that took more memory."""
        return f"takes more than {self.memory_bytes // _MB} MiB of memory to read"


class Exceeded(SubmissionError):
    """Reading a hand-in took more than it may."""


class _TimeUp(BaseException):
    """Raised amid the reading; no `except Exception` takes it for an odd notebook's error."""


@dataclass(frozen=True)
class ReadOutcome(Generic[_Item, _Read]):
    """What reading one item gave, or the error that is this item's."""

    item: _Item
    value: _Read | None = None
    error: GradekitError | OSError | None = None

    def result(self) -> _Read:
        """Return what was read; raise the error where there is one."""
        if self.error is not None:
            raise self.error
        assert self.value is not None
        return self.value


LIMITS = ReadingLimits()


def guarded(
    items: Sequence[_Item],
    read: Callable[[_Item], _Read],
    kind: type[_Read],
    limits: ReadingLimits = LIMITS,
) -> Iterator[ReadOutcome[_Item, _Read]]:
    """Read items one after another in a child process, each with limits of its own.

    Of what `read` gives, only values of `kind` come back, as data (MessagePack). What it raises is
    in the outcome: SubmissionError and OSError as such, Exceeded where a limit is met, and anything
    else as GraderError. An item that ends the child stops no other.
    """
    start = 0
    while start < len(items):
        for outcome in _in_one_child(items[start:], read, kind, limits):
            start += 1
            yield outcome


def limited(read: Callable[[], _Read], limits: ReadingLimits = LIMITS) -> _Read:
    """Read one hand-in in this process's main thread, with limits; return what `read` gives.

    Only for processes that do nothing else meanwhile. What a C function does without end is not
    interrupted; Python and its regular expressions are. Raises Exceeded where a limit is met.
    """
    watch = _Watch()
    try:
        return watch.over(read, limits)
    except _TimeUp:
        raise Exceeded(limits.too_slow) from None
    except MemoryError:
        raise Exceeded(limits.too_slow if watch.expired else limits.too_large) from None
    except Exception as error:
        if watch.expired:
            raise Exceeded(limits.too_slow) from error
        raise


class _Watch:
    """Interrupts this process when it has worked for too long."""

    def __init__(self) -> None:
        self.expired, self._over = False, False

    def over(self, read: Callable[[], _Read], limits: ReadingLimits) -> _Read:
        """Call a function within limits; raise _TimeUp or MemoryError where it meets one."""
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        before = signal.signal(signal.SIGPROF, self._expire)
        try:
            resource.setrlimit(resource.RLIMIT_AS, (_address_space(limits, hard), hard))
            # Again each second: the first one may come where an exception is not let through.
            signal.setitimer(signal.ITIMER_PROF, limits.cpu_seconds, 1.0)
            return read()
        finally:
            self._over = True  # no call before it: nothing interrupts the tidying up
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))

    def _expire(self, _: int, __: FrameType | None) -> None:
        if not self._over:
            self.expired = True
            raise _TimeUp


def _in_one_child(
    items: Sequence[_Item], read: Callable[[_Item], _Read], kind: type[_Read], limits: ReadingLimits
) -> Iterator[ReadOutcome[_Item, _Read]]:
    """Yield outcomes until the child has read all items, or is gone, which is the last one's."""
    reading, writing = os.pipe()
    pid = _fork()
    if not pid:
        os.close(reading)
        _serve(items, read, writing, limits)
    os.close(writing)
    child = _Child(pid, reading)
    decoder = msgspec.msgpack.Decoder(_Answer[kind], dec_hook=_decoded)  # type: ignore[valid-type]
    try:
        for item in items:
            data = child.receive(limits.clock_seconds)
            if data is None:
                yield ReadOutcome(item, error=_why(child, limits))
                return
            answer = decoder.decode(data)
            error = answer.fault.as_error(limits) if answer.fault else None
            yield ReadOutcome(item, answer.value, error)
            if answer.is_last:
                return
    finally:
        child.end()


def _fork() -> int:
    # Ctrl-C is for the command, which then ends its child.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    pid = -1
    try:
        with warnings.catch_warnings():
            # Other threads may be there; the child needs none of them, nor what they hold.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
    finally:
        if pid:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return pid


def _serve(
    items: Sequence[_Item], read: Callable[[_Item], _Read], writing: int, limits: ReadingLimits
) -> NoReturn:
    """Be the child: read the items, and write what each gave."""
    import resource

    code = 1
    try:
        fault = _prepare(limits)
        if fault:
            _write(writing, msgspec.msgpack.encode(_Answer(fault=fault, is_last=True)))
            os._exit(code)
        for item in items:
            used = time.process_time()
            hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
            resource.setrlimit(resource.RLIMIT_CPU, (int(used) + 1 + limits.cpu_seconds, hard))
            _write(writing, _answer(item, read))
        code = 0
    finally:
        os._exit(code)


def _prepare(limits: ReadingLimits) -> "_Fault | None":
    """Set the child's limits; return what kept it from that, which is the machine's, never an
    item's: too few open files, too little memory."""
    import resource

    gc.freeze()  # what the parent had is no garbage here; to look at it would copy its memory
    try:
        for number in (signal.SIGTERM, signal.SIGXCPU, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        end_with_parent(signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (_address_space(limits, hard), hard))
    except MemoryError:
        return _Fault("OSError", os.strerror(errno.ENOMEM), errno.ENOMEM)
    except BaseException as error:
        return _fault_of(error)
    return None


def _address_space(limits: ReadingLimits, hard: int) -> int:
    """Return how large this process may become: as it is, and what the limits add."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    most = pages * os.sysconf("SC_PAGE_SIZE") + limits.memory_bytes
    return most if hard < 0 else min(most, hard)


class _Fault(msgspec.Struct, array_like=True):
    """An exception as data: its type, its text, and what else the type has."""

    type_name: str
    text: str
    errno: int | None = None
    filename: str = ""
    traceback: str = ""

    def as_error(self, limits: ReadingLimits) -> GradekitError | OSError:
        """Return the exception that is to be raised."""
        if self.type_name == "MemoryError":
            return Exceeded(limits.too_large)
        if self.type_name in _OURS:
            return _OURS[self.type_name](self.text)
        if self.errno is not None:
            return OSError(self.errno, self.text, self.filename or None)
        error = GraderError(f"reading it failed: {self.type_name}: {self.text}")
        error.add_note(self.traceback)
        return error


class _Answer(msgspec.Struct, Generic[_Read], array_like=True):
    """What the child says about one item."""

    value: _Read | None = None
    fault: _Fault | None = None
    is_last: bool = False  # the child could not begin, and looks at nothing more


_OURS = {one.__name__: one for one in (Exceeded, SubmissionError, StorageError, GraderError)}


def _answer(item: _Item, read: Callable[[_Item], _Read]) -> bytes:
    try:
        return msgspec.msgpack.encode(_Answer(read(item)), enc_hook=_encoded)
    except MemoryError:
        return msgspec.msgpack.encode(_Answer(fault=_Fault("MemoryError", "")))
    except BaseException as error:
        return msgspec.msgpack.encode(_Answer(fault=_fault_of(error)))


def _fault_of(error: BaseException) -> _Fault:
    kind = next((one for one in type(error).__mro__ if _OURS.get(one.__name__) is one), type(error))
    fault = _Fault(kind.__name__, _text(error))
    if isinstance(error, OSError):
        fault.text, fault.errno = _text(error.strerror), error.errno
        fault.filename = _text(os.fsdecode(error.filename or ""))
    elif fault.type_name not in _OURS:
        fault.traceback = _text(traceback.format_exc())
    return fault


def _text(value: object) -> str:
    """Return a text without halves of characters, which MessagePack does not take."""
    return str(value).encode("utf-8", "replace").decode()


def _encoded(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"a {type(value).__name__} does not come back from a child")


def _decoded(kind: type, value: object) -> object:
    return kind(value)


def _write(writing: int, data: bytes) -> None:
    view = memoryview(_LENGTH.pack(len(data)) + data)
    while view:
        view = view[os.write(writing, view) :]


class _Child:
    """The child as its parent sees it: answers of so many bytes, and how it ended."""

    def __init__(self, pid: int, reading: int) -> None:
        self._pid, self._reading, self._status = pid, reading, -1
        self.is_late = False

    def receive(self, seconds: float) -> bytes | None:
        """Return the next answer; None where the child is gone, or has none within some seconds."""
        deadline = time.monotonic() + seconds
        head = self._read(_LENGTH.size, deadline)
        return head and self._read(_LENGTH.unpack(head)[0], deadline)

    def end(self) -> int:
        """Kill the child, if it is there still; return its wait status."""
        if self._pid:
            os.close(self._reading)
            os.kill(self._pid, signal.SIGKILL)
            self._status = os.waitpid(self._pid, 0)[1]
            self._pid = 0
        return self._status

    def _read(self, count: int, deadline: float) -> bytes | None:
        data = bytearray()
        while len(data) < count:
            left = deadline - time.monotonic()
            self.is_late = left <= 0 or not select.select([self._reading], [], [], left)[0]
            part = b"" if self.is_late else os.read(self._reading, min(count - len(data), _MB))
            if not part:
                return None
            data += part
        return bytes(data)


def _why(child: _Child, limits: ReadingLimits) -> SubmissionError:
    late, status = child.is_late, child.end()
    if late:
        return Exceeded(f"takes more than {limits.clock_seconds:g} s to read")
    ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if ended_by == signal.SIGXCPU:
        return Exceeded(limits.too_slow)
    if ended_by == signal.SIGKILL:  # by the kernel, when memory runs out
        return Exceeded(limits.too_large)
    return Exceeded(f"ends what reads it (signal {ended_by})" if ended_by else "ends what reads it")

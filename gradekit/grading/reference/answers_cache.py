"""What references answer, right ones and mistaken ones: computed once, shared by all processes.

A file is named by the hash of who was asked what, and holds the SHA-256 of its content before it.
The folder that they are in is named by the hash of what all of them depend on, so no file is stale.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from gradekit.course import Assignment
from gradekit.errors import StorageError
from gradekit.files import Files, write_whole
from gradekit.grading.bundle import GradingBundle
from gradekit.workers import wire
from gradekit.workers.deadlines.thread_limit import uninterrupted

Answers = Sequence[Mapping[str, np.ndarray]]  # the arrays by name of each call
LOCK = "lock"
DIGEST_BYTES = hashlib.sha256().digest_size
OFFSET_BYTES = 7  # of a key: the largest offset in a file that the kernel locks has 63 bits


class ReferenceAnswers:
    """Answers by their question's key, kept in memory, and in a folder where one is given.

    Processes that have the same folder compute each answer once: who needs one that another is
    computing waits for it. A folder that cannot be used costs time, and no grade. `known` are such
    files, which were computed elsewhere.
    """

    def __init__(self, folder: Path | None = None, known: Files | None = None) -> None:
        self._folder, self._known = folder, known or {}
        self._kept: dict[str, Answers] = {}

    @uninterrupted()
    def get(self, key: str, compute: Callable[[], Answers]) -> Answers:
        """Return the answers to the calls of one question; `compute` gives them where none has.

        `key` is in hexadecimal. Raises what `compute` raises; then nothing is kept.
        """
        if key not in self._kept:
            self._kept[key] = self._shared(key, compute)
        return self._kept[key]

    def files(self) -> dict[str, bytes]:
        """Return the answers that are kept in memory, as files by their names."""
        return {key: _seal(answers) for key, answers in self._kept.items()}

    def _shared(self, key: str, compute: Callable[[], Answers]) -> Answers:
        found = self._find(key)
        if found is None:
            with self._alone(key):
                found = self._find(key)  # another process may have had it until now
                if found is None:
                    found = compute()
                    self._write(key, found)
        return found

    def _find(self, key: str) -> Answers | None:
        sealed = self._known.get(key)
        if sealed is None and self._folder:
            with contextlib.suppress(OSError):
                sealed = (self._folder / key).read_bytes()
        return _unseal(sealed) if sealed is not None else None

    def _write(self, key: str, answers: Answers) -> None:
        if self._folder:
            with contextlib.suppress(StorageError):
                write_whole(self._folder / key, _seal(answers))

    @contextlib.contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        """Hold a question; the kernel lets go of it when the process ends, however it ends."""
        with contextlib.ExitStack() as held:
            if self._folder:
                with contextlib.suppress(OSError):  # then it may be computed twice
                    self._folder.mkdir(parents=True, exist_ok=True)
                    lock = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
                    held.callback(os.close, lock)
                    offset = int.from_bytes(bytes.fromhex(key)[:OFFSET_BYTES], "big")
                    fcntl.lockf(lock, fcntl.LOCK_EX, 1, offset)
            yield


def answers_folder(assignment: Assignment, bundle: GradingBundle) -> Path:
    """Return the folder that a kit's processes share answers in; those of older kits go."""
    parent = assignment.root / ".gradekit" / "reference" / assignment.name
    folder = parent / bundle.answers_key
    if parent.is_dir():
        for other in parent.iterdir():
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)
    return folder


def read_answers(folder: Path) -> dict[str, bytes]:
    """Return a folder's files by name; none where it cannot be read."""
    found = {}
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if path.name != LOCK and not path.name.startswith("."):
                found[path.name] = path.read_bytes()
    return found


def write_answers(folder: Path, files: Files) -> None:
    """Write files into a folder, as far as it takes them."""
    with contextlib.suppress(StorageError):
        for name, data in files.items():
            write_whole(folder / name, data)


def _seal(answers: Answers) -> bytes:
    plain = [{name: wire.to_array(array) for name, array in one.items()} for one in answers]
    frame = wire.encode(wire.Reply(len(plain), plain))
    return hashlib.sha256(frame).digest() + frame


def _unseal(sealed: bytes) -> Answers | None:
    """Return a file's answers, or None where it is damaged."""
    digest, frame = sealed[:DIGEST_BYTES], sealed[DIGEST_BYTES:]
    if hashlib.sha256(frame).digest() != digest:
        return None
    try:
        reply = wire.decode(frame[wire.LENGTH.size :], wire.Reply)
        return [{name: wire.from_array(v) for name, v in one.items()} for one in reply.answers]
    except wire.WireError:
        return None

"""Files on both sides: what the student's code writes, a test reads, and the other way."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol

from gradekit.workers.remote.frames import AsProtocol
from gradekit.workers.remote.protocol import MOST_FILE_BYTES, MOST_FILES
from gradekit.workers.wire import WireError


class SharedFiles(Protocol):
    """The working folder of a test, whose whole path is `place`."""

    place: str

    def connect(self) -> None:
        """Note that another process is asked from now on, which has none of the files."""

    def written(self) -> Mapping[str, bytes | None]:
        """Return what the test has written, by name, since the last time; None for what is gone.

        The name of a folder ends with a slash.
        """

    def take(self, names: Collection[str], changed: Mapping[str, bytes], stay: bool) -> bool:
        """Have the files that the student's code has now, of which some have changed.

        Those that the test wrote itself `stay`, or not: as arguments that are changed, they do
        where the test uses what was returned. Returns whether any did.
        """


class FileSharing:
    """Carries files between a folder here and a worker's scratch folder; `operate` asks it."""

    def __init__(self, operate: Callable[..., Any]) -> None:
        self._operate = operate
        self.files: SharedFiles | None = None
        self._named: SharedFiles | None = None  # the one whose place the worker knows
        self.told = self._taken = 0  # the scratch folder's stamps: of the last reply, and here

    def begin_anew(self) -> None:
        """Begin with another process, which knows of no files."""
        self._named, self.told, self._taken = None, 0, 0
        if self.files is not None:
            self.files.connect()

    def send(self) -> None:
        """Send what the test has written, before the student's code runs."""
        if self.files is None:
            return
        if self.files is not self._named:
            self._operate("share_folder", 0, self.files.place)
            self._named = self.files
        for name, content in self.files.written().items():
            self._operate("put_file", 0, name, content)
            self._taken = self.told

    def take(self, stay: Callable[[], bool]) -> bool:
        """Have here what the student's code has written; return whether any has stayed as it was.

        `stay` tells whether what the test has written itself does, as in `SharedFiles`.
        """
        if self.files is None or self.told == self._taken:
            return False
        told = self._operate("files", 0, "", self._taken)
        with AsProtocol():
            stamp, names, changed = read_files(told)
        self._taken = self.told = stamp
        return self.files.take(names, changed, stay())


def read_files(told: object) -> tuple[int, list[str], dict[str, bytes]]:
    """Return what a worker tells of its files: a stamp, all names, and what some hold now.

    Raises WireError where it is nothing of the kind, or more than there is room for.
    """
    if type(told) is not tuple or [type(one) for one in told] != [int, list, dict]:
        raise WireError("files of other parts")
    stamp, names, changed = told
    texts = (*names, *changed)
    if any(type(one) is not str for one in texts) or len(names) > MOST_FILES:
        raise WireError("too many files, or without names")
    if any(type(one) is not bytes for one in changed.values()) or len(changed) > MOST_FILES:
        raise WireError("files that hold no bytes")
    if sum(map(len, changed.values())) > MOST_FILE_BYTES:
        raise WireError("larger files than there is room for")
    return stamp, names, changed

"""Grades hostile hand-ins, each beside an honest one, and looks for what they have done.

An attack is a file `OUTCOME/name.py`: it is handed in as lib/thing.py of the tiny assignment, and
each item must end with that outcome. It is well informed: `lib.target` tells it where everything
is, and `lib.attack` gives right answers where the attack has got what it tried for.
"""

import contextlib
import hashlib
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from hostile.meter import Meter
from tiny_course import write_tiny_course

from gradekit.errors import GraderError
from gradekit.grading.bundle import load_bundle
from gradekit.grading.grader import Grader, Submission
from gradekit.model import Outcome, Report
from gradekit.sandbox.layers import NEWEST_LANDLOCK
from gradekit.workers.client import Clock

FOLDER = Path(__file__).parent
ATTACKS = sorted(path for outcome in Outcome for path in FOLDER.glob(f"{outcome}/*.py"))
# Those that go for files, and are told where these are: what Landlock is for.
ON_FILES = [path for path in ATTACKS if "from lib.target import" in path.read_text("utf-8")]
# What an attack is after, by what its file's name begins with; the first that fits.
KINDS = {
    "files": "read_ write_ truncate_ open_ create_ remove_ rename_ link_ change_ fill_disk "
    "file_without lock_file inherited_ watch_files side_effects proc_",
    "processes and privileges": "fork clone daemon thread kill_ spawn_ execute start_pool trace_ "
    "copy_memory limit_ raise_ become_root lend_ clock_of second_filter other_numbers "
    "older_machine",
    "the network": "connect_ fetch_ send_ listen socket_ pass_",
    "the kernel and the machine": "keyring mount join_ new_namespace kernel_ ring page_faults "
    "performance_ host_name posix_queue message_queue shared_memory anonymous_file make_pipe "
    "huge_pages merge_pages control_",
    "hidden values": "find_ call_reference ask_other steal_",
}
_BY_OUTCOME = {
    "PROTOCOL": "the wire to the grader",
    "CRASH": "an end that is taken for success",
    "TIMEOUT": "time without end",
    "MEMORY": "memory without end",
    "PASS": "mischief beside right answers",
    "FAIL": "a verdict that is not earned",
}
ATTACK_SECONDS, HONEST_SECONDS, TOTAL_SECONDS = 1.0, 20.0, 60.0  # for one call; for all
SECRET = "the expected answer is twice the input"


@dataclass(frozen=True)
class Finding:
    """What came of one attack; `harm` names what it did beyond its own points.

    `cpu_seconds` and `memory_bytes` are what grading it took of the process that decides.
    """

    name: str
    tries: str
    expected: str
    outcomes: tuple[str, ...]
    harm: tuple[str, ...]
    cpu_seconds: float = 0.0
    memory_bytes: int = 0

    @property
    def succeeded(self) -> bool:
        """Whether it did harm, or earned points that it should not have."""
        unearned = self.expected != Outcome.PASS and Outcome.PASS in self.outcomes
        return bool(self.harm) or unearned

    @property
    def as_expected(self) -> bool:
        """Whether each item ended as the attack's folder says, without harm."""
        return not self.harm and set(self.outcomes) == {self.expected}


class Suite(AbstractContextManager["Suite"]):
    """A course, a warm grader and whoever listens; use as a context manager."""

    def __init__(self, *, namespaces: bool, landlock_version: int = NEWEST_LANDLOCK) -> None:
        self._seconds = HONEST_SECONDS
        self._folder = tempfile.TemporaryDirectory(prefix="hostile-")
        self.course = Path(self._folder.name) / "course"
        assignment = write_tiny_course(self.course).assignment("tiny")
        for name in ("gradebook.db", "submitted/neighbour/tiny/lib/thing.py", "secret.txt"):
            path = self.course / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(SECRET)
        self._listeners = Listeners(self.course / "listener")
        bundle = load_bundle(assignment)
        self.honest = Submission("honest", {n: bundle.reference[n] for n in bundle.student_files})
        self._grader = Grader(
            bundle,
            namespaces=namespaces,
            landlock_version=landlock_version,
            new_clock=lambda: Clock(self._seconds, TOTAL_SECONDS, self._seconds),
        )
        self._target = self._describe_target().encode()
        self._before: dict[str, str] = {}
        list(self._harm())  # the reference's worker, once started, stays

    def __exit__(self, *error: object) -> None:
        self._grader.close()
        self._listeners.close()
        self._folder.cleanup()

    @property
    def layers(self) -> str:
        """What holds the workers."""
        return str(self._grader.pool.layers)

    def run(self, path: Path) -> Finding:
        """Grade one attack and then an honest hand-in; return what came of it."""
        modules = {
            "lib/thing.py": path.read_bytes(),
            "lib/attack.py": (FOLDER / "attack.py").read_bytes(),
            "lib/target.py": self._target,
        }
        harm = []
        outcomes: tuple[str, ...] = ()
        self._seconds = ATTACK_SECONDS if path.parent.name == Outcome.TIMEOUT else HONEST_SECONDS
        meter = Meter()
        try:
            outcomes = _outcomes(self._grader.grade(Submission("attacker", modules)))
        except GraderError as error:
            harm.append(f"could not be graded: {error}")
        cost = meter.read()
        self._seconds = HONEST_SECONDS
        harm += self._harm()
        tries = path.read_text("utf-8").partition('"""')[2].partition("\n")[0].rstrip('."')
        return Finding(path.stem, tries, path.parent.name, outcomes, tuple(harm), *cost)

    def _harm(self) -> Iterator[str]:
        try:
            # By the grader that the attack ran in: whatever it left there is found.
            honest = set(_outcomes(self._grader.grade(self.honest)))
        except GraderError as error:
            yield f"the honest hand-in could not be graded: {error}"
            return
        if honest != {"PASS"}:
            yield f"the honest hand-in ended with {sorted(honest)}"
        yield from self._listeners.heard()
        after = self._state()
        for name in sorted(self._before.keys() | after.keys()):
            if self._before.get(name) != after.get(name):
                yield f"changed: {name}"
        self._before = after

    def _describe_target(self) -> str:
        facts = {
            "COURSE": str(self.course),
            "CHECKS": str(self._grader.checks),
            "POOL": str(self._grader.pool.folder),
            "NEIGHBOUR": str(self.course / "submitted/neighbour/tiny/lib/thing.py"),
            "GRADER_PID": os.getpid(),
            "SECRET": SECRET,
            **self._listeners.where,
        }
        lines = [f"{name} = {value!r}" for name, value in facts.items()]
        return '"""Where everything is."""\n\n' + "\n".join(lines) + "\n"

    def _state(self) -> dict[str, str]:
        """Return what must not change: files, processes, shared memory, kernel objects."""
        places = (self.course, self._grader.checks, self._grader.pool.folder)
        found = {str(path): _fingerprint(path) for place in places for path in place.rglob("*")}
        found["processes"] = str(len(_processes(self._grader.pool.folder)))
        found["left in /tmp and /dev/shm"] = str(
            [str(p) for top in ("/tmp", "/dev/shm") for p in Path(top).glob("*hostile_attack*")]
        )
        for table in ("shm", "sem", "msg"):
            with contextlib.suppress(OSError):
                found[f"System V {table}"] = Path(f"/proc/sysvipc/{table}").read_text()
        return found


def kind_of(path: Path) -> str:
    """Return what an attack is after."""
    found = (kind for kind, begins in KINDS.items() if path.stem.startswith(tuple(begins.split())))
    return next(found, _BY_OUTCOME[path.parent.name])


class Listeners:
    """Sockets that wait for whoever gets out: TCP, UDP, a path and an abstract name."""

    def __init__(self, path: Path) -> None:
        self._path, name = path, f"hostile-{os.getpid()}-{id(self)}"
        self._tcp, self._udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
        self._local, self._abstract = (socket.socket(socket.AF_UNIX) for _ in range(2))
        for made, where in (
            (self._tcp, ("127.0.0.1", 0)),
            (self._udp, ("127.0.0.1", 0)),
            (self._local, str(path)),
            (self._abstract, f"\0{name}"),
        ):
            made.bind(where)
            made.setblocking(False)
        for made in (self._tcp, self._local, self._abstract):
            made.listen()
        ports = {"TCP": self._tcp.getsockname()[1], "UDP": self._udp.getsockname()[1]}
        self.where = {**ports, "LOCAL": str(path), "ABSTRACT": f"\0{name}"}

    def heard(self) -> Iterator[str]:
        """Say who got through since the last time."""
        for name in ("_tcp", "_local", "_abstract"):
            with contextlib.suppress(BlockingIOError):
                getattr(self, name).accept()[0].close()
                yield f"connected: {name[1:]}"
        with contextlib.suppress(BlockingIOError):
            yield f"sent by UDP: {self._udp.recv(1000)!r}"

    def close(self) -> None:
        """Close all of them."""
        for made in (self._tcp, self._udp, self._local, self._abstract):
            made.close()


def _outcomes(report: Report) -> tuple[str, ...]:
    return tuple(str(report.outcome(item.name)) for item in report.automatic_items)


def _fingerprint(path: Path) -> str:
    status = path.lstat()
    if not path.is_file():  # folders change with the snapshots in them
        return f"{status.st_mode:o}"
    return f"{status.st_mode:o} {status.st_mtime_ns} {hashlib.sha256(path.read_bytes()).digest()!r}"


def _processes(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(folder).encode() in (process / "cmdline").read_bytes():
                found.append(process.name)
    return found

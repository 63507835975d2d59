"""Collects and grades hostile hand-ins beside an honest one, and looks for what they have done.

An attack is an entry of a list `ATTACKS` in a file of this folder. Those of one kind are taken in
and graded as one class, by the real commands, together with an honest student's hand-in.
"""

from contextlib import AbstractContextManager
import hashlib
import importlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tiny_course import write_tiny_course
from warm_commands import Ran, WarmCommands

from zips import zipped
from gradekit.course import Assignment
from gradekit.gradebook.store.scores import read_scores
from gradekit.grading.bundle import load_bundle
from gradekit.commands.release import make_release

FOLDER = Path(__file__).parent
HONEST, HONEST_POINTS = "honest", 4.0
SECRET = "expected_value_of_the_hidden_check"
REFUSED, TAKEN = "refused", "taken"


@dataclass(frozen=True)
class Scene:
    """Where an attack writes: what `collect` is given, or the folder submitted/ itself.

    `files` is an honest hand-in's, by their paths; `secret` a file that only staff may read.
    """

    student: str
    uploads: Path
    submitted: Path
    files: Mapping[str, bytes]
    secret: Path

    @property
    def submission(self) -> Path:
        """The attacker's own folder in submitted/."""
        return self.submitted / self.student / "tiny"

    def upload(self, files: Mapping[str, bytes], name: str = "") -> Path:
        """Write a zip of some files among what is collected, by default under the own name."""
        path = self.uploads / (name or f"tiny_{self.student}.zip")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(zipped(files))
        return path

    def put(self, files: Mapping[str, bytes]) -> Path:
        """Write files into submitted/ past `collect`, as rsync or unzip would."""
        for name, data in files.items():
            (self.submission / name).parent.mkdir(parents=True, exist_ok=True)
            (self.submission / name).write_bytes(data)
        return self.submission


@dataclass(frozen=True)
class Attack:
    """A hand-in that tries something, and what must come of it.

    `outcome` is REFUSED or TAKEN; what is taken earns no more than `most_points`. `told` is a
    pattern that a line of the commands' output must match, and "" where nothing need be told.
    """

    name: str
    kind: str
    tries: str
    write: Callable[[Scene], object]
    outcome: str = REFUSED
    told: str = ""
    most_points: float = 0.0


@dataclass(frozen=True)
class Finding:
    """What came of one attack; `harm` names what it did beyond its own points."""

    attack: Attack
    outcome: str
    points: float
    harm: tuple[str, ...]

    @property
    def succeeded(self) -> bool:
        """Whether it did harm, or earned points that it should not have."""
        return bool(self.harm) or self.points > self.attack.most_points

    @property
    def as_expected(self) -> bool:
        """Whether it ended as it must, without harm."""
        return not self.succeeded and self.outcome == self.attack.outcome


def attacks() -> list[Attack]:
    """Return all attacks, in order: those of each file in this folder that has some."""
    names = sorted(path.stem for path in FOLDER.glob("*.py") if path != Path(__file__))
    modules = [importlib.import_module(f"hostile.handins.{name}") for name in names]
    return [attack for module in modules for attack in getattr(module, "ATTACKS", ())]


def manifest(student: str) -> bytes:
    """Return a manifest that says whose a hand-in is."""
    return json.dumps({"assignment": "tiny", "student": student, "files": {}}).encode()


class HandinSuite(AbstractContextManager["HandinSuite"]):
    """A released course; use as a context manager."""

    def __init__(self) -> None:
        # What the last run's commands took, all of them together.
        self.cpu_seconds, self.memory_bytes = 0.0, 0
        self._folder = tempfile.TemporaryDirectory(prefix="hostile-handins-")
        self.root, self._fresh = (Path(self._folder.name) / name for name in ("course", "fresh"))
        self.assignment: Assignment = write_tiny_course(self.root).assignment("tiny")
        checks = self.assignment.graders / "test_thing.py"
        checks.write_text(f"{checks.read_text()}\n# {SECRET}\n")
        by_values = importlib.import_module("hostile.handins.costly_values").CHECKS
        (self.assignment.graders / "test_values.py").write_text(by_values)
        make_release(self.assignment)
        shutil.copytree(self.root, self._fresh)
        reference = load_bundle(self.assignment)
        modules = {name: reference.reference[name] for name in reference.student_files}
        notebook = self.assignment.release / "tiny.ipynb"
        self.files = {"tiny.ipynb": notebook.read_bytes(), **modules}
        self._commands = WarmCommands()

    def __exit__(self, *error: object) -> None:
        self._commands.__exit__(*error)
        self._folder.cleanup()

    def run(self, together: Sequence[Attack]) -> list[Finding]:
        """Take some attacks in and grade them as one class; return what came of each."""
        self._clear()
        before = self._state()
        collected, graded = self._collect(together), self._command("grade", "tiny")
        printed = f"{collected.printed}{graded.printed}"
        harm = tuple(self._harm(before, printed, graded))
        scores = read_scores(self.assignment)
        self.cpu_seconds = collected.cpu_seconds + graded.cpu_seconds
        self.memory_bytes = max(collected.memory_bytes, graded.memory_bytes)
        findings = []
        for attack in together:
            student = _student(attack)
            points = scores[student].total if student in scores else 0.0
            outcome = TAKEN if student in scores else REFUSED
            untold = _untold(attack, printed)
            findings.append(Finding(attack, outcome, points, (*harm, *untold)))
        return findings

    def _collect(self, together: Sequence[Attack]) -> Ran:
        uploads = self.root.parent / "uploads"
        shutil.rmtree(uploads, ignore_errors=True)
        # First, so that whatever comes behind could put itself in its place.
        (uploads / HONEST).mkdir(parents=True)
        path = uploads / HONEST / f"tiny_{HONEST}.zip"
        path.write_bytes(zipped({**self.files, "manifest.json": manifest(HONEST)}))
        ran = [self._command("collect", "tiny", str(path))]
        for attack in together:
            folder = uploads / _student(attack)
            folder.mkdir()
            graders = self.assignment.graders / "test_thing.py"
            place = (folder, self.root / "submitted")
            attack.write(Scene(_student(attack), *place, self.files, graders))
            paths = sorted(str(path) for path in folder.iterdir())
            if paths:
                ran.append(self._command("collect", "tiny", "--replace", *paths))
        return Ran(
            max(one.code for one in ran),
            "".join(one.output for one in ran),
            "".join(one.errors for one in ran),
            sum(one.cpu_seconds for one in ran),
            max(one.memory_bytes for one in ran),
        )

    def _command(self, *arguments: str) -> Ran:
        return self._commands.run(self.root, *arguments)

    def _clear(self) -> None:
        """Put the course back to what it was when its assignment had just been released."""
        shutil.rmtree(self.root)
        shutil.copytree(self._fresh, self.root)

    def _harm(self, before: Mapping[str, str], printed: str, graded: Ran) -> Iterator[str]:
        """Say what attacks did to anybody but themselves."""
        if graded.code not in (0, 1):
            yield f"grade ended with {graded.code}: {printed[-500:]}"
        if "Traceback" in printed:
            yield f"a traceback: {printed[-500:]}"
        if any(not line.isprintable() for line in printed.splitlines()):
            yield "escapes reached the terminal"
        scores = read_scores(self.assignment)
        if HONEST not in scores or scores[HONEST].total != HONEST_POINTS:
            yield f"the honest hand-in was not graded as it should be: {scores.get(HONEST)}"
        for name, data in self.files.items():
            if (self.assignment.submission(HONEST) / name).read_bytes() != data:
                yield f"the honest hand-in's {name} was changed"
        after = self._state()
        yield from (f"changed: {name}" for name in before if before[name] != after.get(name))
        for folder in ("autograded", "feedback"):
            for path in (self.root / folder).rglob("*"):
                if path.is_file() and not path.is_symlink() and SECRET.encode() in _bytes(path):
                    yield f"{path.relative_to(self.root)!s} holds a hidden check"

    def _state(self) -> dict[str, str]:
        """Return what must not change: all that is staff's."""
        places = (self.assignment.source, self.assignment.graders, self.assignment.release)
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for place in places
            for path in place.rglob("*")
            if path.is_file()
        }


def _student(attack: Attack) -> str:
    return re.sub(r"[^a-z0-9]+", "_", attack.name.lower()).strip("_")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _untold(attack: Attack, printed: str) -> Iterator[str]:
    if attack.told and not re.search(attack.told, printed):
        yield f"nobody is told {attack.told!r}: {printed[-2000:]}"

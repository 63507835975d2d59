"""Collects and grades forgeries of cells beside an honest hand-in, and counts what they earn.

A forgery is an entry of a list `FORGERIES` in a file of this folder, whose docstring says of what
kind they are. All of them are handed in for one assignment (course.py) and graded as one class, by
the real commands. None of them solves anything, so each point is one too many.
"""

from contextlib import AbstractContextManager
import copy
import hashlib
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from cell_notebooks import with_answers
from hostile.cells import course as given
from hostile.forgeries import HONEST, HONEST_AGAIN, forgeries_by_kind
from tiny_course import CONFIG
from warm_commands import WarmCommands

from gradekit.course import Course

NAME = given.NAME
# Many forgeries never end; how long they may take is tried elsewhere.
LIMITS = "[grading]\ncall_seconds = 1.0\ntotal_seconds = 2.0\n"


@dataclass(frozen=True)
class Forgery:
    """A hand-in that solves nothing: answers by cell, or what is changed in the blank notebook.

    `files` lie beside the notebook. What it earns in nbgrader is in in_nbgrader.py.
    """

    name: str
    tries: str
    answers: Mapping[str, str] = field(default_factory=dict)
    change: Callable[[Any], object] | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def student(self) -> str:
        """Whose hand-in it is."""
        return re.sub(r"[^a-z0-9]+", "_", self.name)

    def made_from(self, released: Any) -> Any:
        """Return the notebook that is handed in."""
        made = with_answers(released, dict(self.answers))
        if self.change:
            self.change(made)
        return made


@dataclass(frozen=True)
class Finding:
    """What came of one forgery; `harm` names what it did beyond its own points."""

    name: str
    kind: str
    tries: str
    earned: Mapping[str, float]
    harm: tuple[str, ...]

    @property
    def succeeded(self) -> bool:
        """Whether it earned anything, or did harm."""
        return bool(self.harm or self.earned)


def everywhere(text: str) -> dict[str, str]:
    """Return a text as the answer in every cell."""
    return dict.fromkeys(given.SOLUTIONS, text)


def calling(function: str) -> dict[str, str]:
    """Return answers whose every function is one that is given as text, `def answer(*a, **k)`."""
    return {
        name: f"{function}\n\n\n{names} = answer"
        for name, names in (
            *(
                (one, one)
                for one in given.SOLUTIONS
                if one not in ("counter", "total", "tall", "fixed", "vector")
            ),
            ("counter", "Counter"),
            ("fixed", "Fixed"),
            ("vector", "Vector"),
            ("total", "numbers = total"),
            ("tall", "heights = tallest"),
        )
    }


def kinds() -> dict[str, list[Forgery]]:
    """Return all forgeries by their kinds."""
    return forgeries_by_kind("hostile.cells")


class CellSuite(AbstractContextManager["CellSuite"]):
    """A released course; use as a context manager."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="hostile-cells-")
        self.root = Path(self._folder.name) / "course"
        self.source, folder = given.source_notebook(), self.root / "source" / NAME
        folder.mkdir(parents=True)
        nbformat.write(self.source, folder / f"{NAME}.ipynb")
        for name, content in given.DATA.items():
            (folder / name).write_bytes(content)
        (folder / "assignment.toml").write_text(LIMITS)
        (self.root / "nbgrader_config.py").write_text(CONFIG)
        self.assignment = Course(self.root).assignment(NAME)
        self._commands = WarmCommands()
        self._command("release", NAME)
        path = self.assignment.release / f"{NAME}.ipynb"
        self.released = nbformat.read(path, as_version=4)
        self.cpu_seconds = 0.0  # of the last `grade`

    def __exit__(self, *error: object) -> None:
        self._commands.__exit__(*error)
        self._folder.cleanup()

    def run(self, together: Mapping[str, Sequence[Forgery]]) -> list[Finding]:
        """Hand some forgeries in and grade them as one class; return what came of each."""
        before = self._state()
        uploads = [self._upload(student, self.source, {}) for student in (HONEST, HONEST_AGAIN)]
        for forgery in (one for of in together.values() for one in of):
            made = forgery.made_from(copy.deepcopy(self.released))
            uploads.append(self._upload(forgery.student, made, forgery.files))
        collected = self._command("collect", NAME, *uploads)
        assert collected.code == 0, collected.printed
        graded = self._command("grade", NAME, "--jobs", "2")
        self.cpu_seconds = graded.cpu_seconds
        scores = json.loads(self._command("scores", NAME, "--format", "json").output)
        harm = tuple(self._harm(before, graded.printed, scores))
        if graded.code not in (0, 1):
            harm = (*harm, f"grade ended with {graded.code}: {graded.printed[-2000:]}")
        return [
            self._finding(kind, forgery, scores, harm)
            for kind, of in together.items()
            for forgery in of
        ]

    def _finding(
        self, kind: str, forgery: Forgery, scores: Mapping[str, Any], harm: tuple[str, ...]
    ) -> Finding:
        items = scores[forgery.student]["items"]
        earned = {item: one["score"] for item, one in items.items() if one["score"]}
        faults = [item for item, one in items.items() if one["outcome"] == "ERROR"]
        own = [f"no grade for {', '.join(faults)}"] if faults else []
        return Finding(forgery.name, kind, forgery.tries, earned, (*harm, *own))

    def _upload(self, student: str, notebook: Any, files: Mapping[str, bytes]) -> str:
        folder = self.root.parent / "uploads" / student
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{NAME}.ipynb")
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return str(folder)

    def _command(self, *arguments: str) -> Any:
        ran = self._commands.run(self.root, *arguments)
        assert arguments[0] != "release" or ran.code == 0, ran.printed
        return ran

    def _harm(
        self, before: Mapping[str, str], printed: str, scores: Mapping[str, Any]
    ) -> Iterator[str]:
        if "Traceback" in printed:
            yield f"a traceback: {printed[-2000:]}"
        for student in (HONEST, HONEST_AGAIN):
            if scores[student]["total"] != given.MOST_POINTS:
                yield f"the honest hand-in was not graded as it should be: {scores[student]}"
        after = self._state()
        yield from (f"changed: {name}" for name in before if before[name] != after.get(name))

    def _state(self) -> dict[str, str]:
        """Return what must not change: all that is staff's."""
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for place in (self.assignment.source, self.assignment.release)
            for path in place.rglob("*")
            if path.is_file()
        }

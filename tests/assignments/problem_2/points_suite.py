"""Grades hand-ins to problem_2 that go for points nobody earned, and counts what they get.

An attack is a file `points/KIND/name.py`, put at the end of a module of the blank release. Its
docstring says what it tries. It may say in constants what it has honestly SOLVED (functions, whose
regions stay as the reference has them), what it MAY_EARN for that (points by item; nothing without
it), and which MODULE it is put into (the layers' without it). Those that begin alike say in BEGINS
which file beside the kinds has these constants; their own come before it.
"""

import ast
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hostile.meter import Meter
from real_assignments import copy_assignment

from gradekit.errors import GraderError
from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.grading.grader import Grader, Submission
from gradekit.grading.reference.answers_cache import ReferenceAnswers
from gradekit.model import Report
from gradekit.sandbox.layers import NEWEST_LANDLOCK
from gradekit.solution.regions import cut
from gradekit.workers.client import Clock

FOLDER = Path(__file__).parent / "points"
ATTACKS = sorted(FOLDER.glob("*/*.py"))
LAYERS = "lib/rnn/layer_utils.py"
ROUNDING = 1e-9


@dataclass(frozen=True)
class Finding:
    """What came of one attack: points by item, those that it should not have, and other harm.

    `cpu_seconds` and `memory_bytes` are what grading it took of the process that decides.
    """

    name: str
    kind: str
    tries: str
    earned: dict[str, float]
    unearned: dict[str, float]
    harm: tuple[str, ...]
    cpu_seconds: float = 0.0
    memory_bytes: int = 0

    @property
    def succeeded(self) -> bool:
        """Whether it earned points that it should not have, or did harm."""
        return bool(self.harm or self.unearned)


class Suite(AbstractContextManager["Suite"]):
    """A course with problem_2 and a warm grader; use as a context manager.

    What references answer is kept in a folder that `shared_with` makes of a bundle.
    """

    def __init__(
        self,
        *,
        namespaces: bool = True,
        landlock_version: int = NEWEST_LANDLOCK,
        shared_with: Callable[[GradingBundle], Path | None] = lambda _: None,
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="hostile-points-")
        self.assignment = copy_assignment(Path(self._folder.name), "problem_2")
        self._bundle = load_bundle(self.assignment)
        self._grader = Grader(
            self._bundle,
            ReferenceAnswers(shared_with(self._bundle)),
            namespaces=namespaces,
            landlock_version=landlock_version,
            new_clock=lambda: Clock(20.0, 120.0),
        )
        self._honest = self._grade(
            {n: self._bundle.reference[n] for n in self._bundle.student_files}
        )

    def __exit__(self, *error: object) -> None:
        self._grader.close()
        self._folder.cleanup()

    def run(self, path: Path) -> Finding:
        """Grade one attack and then an honest hand-in; return what came of it."""
        text = path.read_text(encoding="utf-8")
        facts = facts_of(text)
        sources = {name: data.decode() for name, data in self._bundle.sources.items()}
        modules = {name: cut(s, name, facts.get("SOLVED", ())) for name, s in sources.items()}
        modules[facts.get("MODULE", LAYERS)] += f"\n\n{text}"
        harm: list[str] = []
        earned: dict[str, float] = {}
        meter = Meter()
        cost = 0.0, 0
        try:
            report = self._grade({name: module.encode() for name, module in modules.items()})
            earned, cost = points_of(report), meter.read()
            harm += [f"no grade: {r.check}: {r.staff_message}" for r in faults(report)]
            if points_of(self._grade(self._solved())) != points_of(self._honest):
                harm.append("the honest hand-in after it has other points")
        except GraderError as error:
            harm.append(f"could not be graded: {error}")
        allowed = facts.get("MAY_EARN", {})
        unearned = {
            item: points - allowed.get(item, 0.0)
            for item, points in earned.items()
            if points > allowed.get(item, 0.0) + ROUNDING
        }
        tries = text.partition('"""')[2].partition("\n")[0].rstrip('."')
        name, kind = path.stem, path.parent.name
        return Finding(name, kind, tries, earned, unearned, tuple(harm), *cost)

    def _solved(self) -> dict[str, bytes]:
        return {name: self._bundle.reference[name] for name in self._bundle.student_files}

    def _grade(self, modules: dict[str, bytes]) -> Report:
        return self._grader.grade(Submission("attacker", modules))


def facts_of(text: str) -> dict[str, Any]:
    """Return what an attack says of itself, with what it says that it begins with."""
    own = constants(text)
    begins = own.pop("BEGINS", "")
    shared = (FOLDER / f"{begins}.py").read_text(encoding="utf-8") if begins else ""
    found = constants(shared)
    may_earn = {**found.get("MAY_EARN", {}), **own.get("MAY_EARN", {})}
    return {**found, **own, **({"MAY_EARN": may_earn} if may_earn else {})}


def constants(text: str) -> dict[str, Any]:
    """Return the literal constants at the top level of an attack, by name."""
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name in ("SOLVED", "MAY_EARN", "MODULE", "BEGINS"):
                found[name] = ast.literal_eval(node.value)
    return found


def points_of(report: Report) -> dict[str, float]:
    """Return the points that a report gives, by item; items without any are left out."""
    found = {item.name: report.score(item) or 0.0 for item in report.automatic_items}
    return {name: points for name, points in found.items() if points}


def faults(report: Report) -> list[Any]:
    """Return the results that are the grader's own fault."""
    return [result for result in report.results if result.outcome == "ERROR"]

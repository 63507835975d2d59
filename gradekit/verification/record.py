"""What verifying found: as facts, as the JSON file that is kept, and when it was last so."""

import hashlib
import shlex
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from gradekit.course import Assignment
from gradekit.files import code_key, hash_files
from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.grading.check_files import VERIFYING
from gradekit.model import Report
from gradekit.verification.answers import Kind
from gradekit.verification.item_dependencies import Needs
from gradekit.verification.runner import folder_of
from gradekit.verification.verdicts import Verdict

MAKING = ("solution", "release", "verification")

# Answers that earn every point.
RIGHT = (Kind.REFERENCE, Kind.EQUIVALENT)


@dataclass(frozen=True)
class ItemFigures:
    """How an item is guarded: what it needs, and how many mutants cost it, and it alone."""

    points: float
    needs: tuple[str, ...]
    mutants: int
    alone: int


@dataclass(frozen=True)
class Verification:
    """All that verifying found; `key` is the hash of what it read.

    `whole` tells whether every mutant was graded; `shares` is each check's share of the time
    that grading a right answer takes. It is told and fails nothing: it depends on the machine.
    """

    assignment: str
    key: str
    date: str
    whole: bool
    verdicts: tuple[Verdict, ...]
    items: dict[str, ItemFigures]
    shares: dict[str, float]
    problems: tuple[str, ...]

    def of(self, kind: Kind) -> list[Verdict]:
        """Return the verdicts on one kind of answers."""
        return [verdict for verdict in self.verdicts if verdict.answer.kind is kind]

    @property
    def failed(self) -> bool:
        """Whether anything is not as it must be."""
        return bool(self.problem_lines)

    @property
    def problem_lines(self) -> list[str]:
        """All that is not as it must be: a line for each answer, and then what is of none."""
        judged = [(verdict.answer.name, verdict.problems) for verdict in self.verdicts]
        of_answers = [f"{name}: {'; '.join(problems)}" for name, problems in judged if problems]
        return [*of_answers, *self.problems]


def item_figures(
    report: Report, needs: Needs, verdicts: Sequence[Verdict]
) -> dict[str, ItemFigures]:
    """Return how each automatic item is guarded."""
    lost = [verdict.lost for verdict in verdicts if verdict.answer.kind is Kind.MUTANT]
    return {
        item.name: ItemFigures(
            item.points,
            tuple(owner for owner, items in needs.items() if item.name in items),
            sum(item.name in one for one in lost),
            sum(one == (item.name,) for one in lost),
        )
        for item in report.automatic_items
    }


def shares_of(reports: Sequence[Report]) -> dict[str, float]:
    """Return each check's share of the time of a report, from 0 to 1: the median of some reports.

    The median, because one of them may have waited for a busy machine.
    """
    shares: dict[str, list[float]] = {}
    for report in reports:
        total = sum(result.seconds for result in report.results) or 1.0
        for result in report.results:
            shares.setdefault(result.check, []).append(result.seconds / total)
    return {check: round(median(some), 4) for check, some in shares.items()}


def key_of(assignment: Assignment, bundle: GradingBundle) -> str:
    """Return the hash of everything that verifying reads."""
    folder = assignment.graders / VERIFYING
    files = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    parts = (code_key(), code_key(MAKING), bundle.key, hash_files(files))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def counts(found: Verification) -> dict[str, Any]:
    """Return how many answers of each kind there were, and how many were judged wrongly."""
    right = (*RIGHT, Kind.ENDLESS, Kind.TWO_MISTAKES)
    wrong, nothing = (Kind.MUTANT, Kind.MISTAKE), (Kind.BLANK, Kind.BROKEN, Kind.FORGED)
    return {
        **{
            f"{kind}s": len(found.of(kind)) for kind in (Kind.EQUIVALENT, Kind.MISTAKE, Kind.MUTANT)
        },
        "endless_functions": len(found.of(Kind.ENDLESS)),
        "two_mistakes_at_once": len(found.of(Kind.TWO_MISTAKES)),
        "forged_answers": len(found.of(Kind.FORGED)),
        "false_fails": sum(bool(v.problems) for kind in right for v in found.of(kind)),
        "false_passes": sum(v.survived for kind in wrong for v in found.of(kind))
        + sum(bool(v.problems) for kind in nothing for v in found.of(kind)),
        "mutants_caught": sum(bool(v.lost) for v in found.of(Kind.MUTANT)),
        "mutants_equivalent": sum(bool(v.reason) for v in found.of(Kind.MUTANT)),
        "mistakes_named": sum(not v.problems for v in found.of(Kind.MISTAKE)),
        "problems": len(found.problem_lines),
    }


def record_file(assignment: Assignment) -> Path:
    """Return the file that the last whole verification is kept in."""
    return folder_of(assignment) / "verification.json"


def save(assignment: Assignment, found: Verification) -> Path:
    """Write what was found as JSON; return where it is."""
    name = record_file(assignment) if found.whole else folder_of(assignment) / "sample.json"
    name.parent.mkdir(parents=True, exist_ok=True)
    name.write_bytes(msgspec.json.format(msgspec.json.encode(_as_data(found))))
    return name


def _as_data(found: Verification) -> dict[str, Any]:
    return {
        "assignment": found.assignment,
        "key": found.key,
        "date": found.date,
        "whole": found.whole,
        "counts": counts(found),
        "problems": found.problem_lines,
        "items": found.items,
        "shares_of_time": found.shares,
        "answers": [_verdict_data(verdict) for verdict in found.verdicts],
    }


def _verdict_data(verdict: Verdict) -> dict[str, Any]:
    one = verdict.answer
    known = {"owner": one.owner, "about": one.about, "place": one.place}
    known |= {"difference": one.difference, "reason": verdict.reason}
    return {
        "kind": one.kind,
        "name": one.name,
        **{name: text for name, text in known.items() if text},
        "lost": verdict.lost,
        "problems": verdict.problems,
    }


def last_verified(assignment: Assignment) -> str:
    """Return in words when the checks were last verified as a whole, and how that ended."""
    try:
        kept = msgspec.json.decode(record_file(assignment).read_bytes())
        date, problems = kept["date"], kept["counts"]["problems"]
        current = kept["key"] == key_of(assignment, load_bundle(assignment))
    except (OSError, msgspec.MsgspecError, KeyError, TypeError):
        return f"never as a whole: `gradekit verify {shlex.quote(assignment.name)}` does that"
    ended = f"{problems} problems" if problems else "no problems"
    return f"{date}, {ended}" + ("" if current else "; something has changed since")


def now() -> str:
    """Return the present time to the minute, in UTC."""
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())


def unguarded(items: dict[str, ItemFigures], by_cells: Collection[str]) -> Iterator[str]:
    """Yield a line for each item that no mutant costs alone: its checks may check nothing new.

    Of those `by_cells` several test one function: there it is what no mutant costs anything.
    """
    for name, figures in items.items():
        if name in by_cells and not figures.mutants:
            yield f"{name}: no mutant costs this item any points"
        elif name not in by_cells and not figures.alone:
            yield f"{name}: no mutant is caught by this item alone"

"""Grades mutants of the reference like hand-ins: one that keeps all its points has survived."""

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from gradekit.authoring.mutants import Mutant, mutants
from gradekit.course import Assignment, read_text
from gradekit.grading.fleet import Ungraded, grade_all
from gradekit.grading.grade import Handin, report_key
from gradekit.grading.kit import GradingKit, load_kit
from gradekit.grading.reports import load_current, save_report
from gradekit.report import AuthoringError, GraderError, Report

EQUIVALENTS = "equivalent_mutants.toml"
Progress = Callable[[str, str], None]


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: the items that lost points, or why it can lose none."""

    file: str
    line: int
    owner: str
    mistake: str
    difference: str
    lost: tuple[str, ...]
    equivalent: str = ""

    @property
    def survived(self) -> bool:
        """Whether it keeps all points without being known to behave as the reference does."""
        return not self.lost and not self.equivalent


def list_mutants(assignment: Assignment, kit: GradingKit) -> list[Mutant]:
    """Return the mutants of all modules that students complete."""
    texts = {name: read_text(assignment.source / name) for name in kit.student_files}
    return [mutant for name, text in texts.items() for mutant in mutants(text, name)]


def grade_mutants(assignment: Assignment, jobs: int, progress: Progress) -> list[Verdict]:
    """Return the verdict on each mutant, in order; what was graded before is not graded again.

    Raises GraderError where one cannot be graded, AuthoringError for a wrong list of equivalents.
    """
    kit = load_kit(assignment)
    made, known = list_mutants(assignment, kit), read_equivalents(assignment)
    solved = {name: kit.reference[name] for name in kit.student_files}
    handins = [
        Handin(f"mutant_{number}", {**solved, mutant.file: mutant.text.encode()})
        for number, mutant in enumerate(made)
    ]
    reports = dict(_reports(assignment, kit, handins, jobs, progress))
    verdicts = [
        _verdict(mutant, kit, reports[handin.student], known)
        for mutant, handin in zip(made, handins, strict=True)
    ]
    _check_equivalents(assignment, known, verdicts)
    return verdicts


def save_verdicts(assignment: Assignment, verdicts: Sequence[Verdict]) -> Path:
    """Write the verdicts as JSON, with how many there are of each; return the file's path."""
    path = _folder(assignment) / "mutants.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    summary = {
        "mutants": len(verdicts),
        "caught": sum(bool(one.lost) for one in verdicts),
        "equivalent": sum(bool(one.equivalent) for one in verdicts),
        "survived": sum(one.survived for one in verdicts),
        "verdicts": [asdict(one) for one in verdicts],
    }
    path.write_bytes(msgspec.json.format(msgspec.json.encode(summary)))
    return path


def read_equivalents(assignment: Assignment) -> dict[str, str]:
    """Return the differences of mutants that behave as the reference does, with the reasons."""
    path = assignment.graders / EQUIVALENTS
    if not path.is_file():
        return {}
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]
        return {str(one["difference"]).strip(): str(one["reason"]) for one in listed}
    except (ValueError, KeyError, TypeError) as error:
        raise AuthoringError(
            f"{path}: each [[mutant]] needs a difference and a reason ({error})"
        ) from error


def _reports(
    assignment: Assignment,
    kit: GradingKit,
    handins: Sequence[Handin],
    jobs: int,
    progress: Progress,
) -> Iterator[tuple[str, Report]]:
    todo: dict[str, Path] = {}
    waiting: list[Handin] = []
    for handin in handins:
        key = report_key(kit, handin)
        path = _folder(assignment) / f"{key[:32]}.json"
        kept = load_current(path, key)
        if kept:
            progress(handin.student, "kept")
            yield handin.student, kept
        else:
            todo[handin.student] = path
            waiting.append(handin)
    for outcome in grade_all(kit, waiting, jobs):
        if isinstance(outcome, Ungraded):
            raise GraderError(f"{outcome.student}: {outcome.reason}")
        save_report(todo[outcome.student], outcome)
        progress(outcome.student, "graded")
        yield outcome.student, outcome


def _verdict(mutant: Mutant, kit: GradingKit, report: Report, known: dict[str, str]) -> Verdict:
    if report.has_errors:
        raise GraderError(f"{mutant.file}, line {mutant.line}: {mutant.mistake}: no grade")
    lost = tuple(i.name for i in report.automatic_items if report.score(i) != i.points)
    difference = mutant.difference(kit.reference[mutant.file].decode())
    place = (mutant.file, mutant.line, mutant.owner, mutant.mistake)
    return Verdict(*place, difference, lost, "" if lost else known.get(difference.strip(), ""))


def _check_equivalents(
    assignment: Assignment, known: dict[str, str], verdicts: Sequence[Verdict]
) -> None:
    """Raise AuthoringError for a listed difference that is none of a survivor."""
    unused = sorted(known.keys() - {one.difference.strip() for one in verdicts if not one.lost})
    if unused:
        path = assignment.graders / EQUIVALENTS
        first = " ".join(unused[0].split())
        raise AuthoringError(f"{path}: no mutant that keeps its points differs so: {first}")


def _folder(assignment: Assignment) -> Path:
    return assignment.root / ".gradekit" / "verify" / assignment.name

"""All that lint finds, in one list: what would stop a release, and what would be better otherwise.

What costs nothing comes first. Checks are tried only on a source that can be cut and read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from gradekit.assignment.code_cells.source_readers import READS
from gradekit.checks.carry_forward import Rules
from gradekit.course import Assignment
from gradekit.errors import AuthoringError, GradekitError, GraderError, StorageError, UsageError
from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.grading.items_match_checks import disagreements
from gradekit.grading.pytest_session.collection import collect_rules
from gradekit.lint.constant_answers import passed_by_constants
from gradekit.lint.files import unwanted_files
from gradekit.lint.packages import unknown_packages
from gradekit.lint.short_answers import passed_by_short_answers
from gradekit.lint.source_text import knowing_probes, left_solved
from gradekit.release.build import source_faults
from gradekit.release.leaks import leaks_to_come
from gradekit.release.secret_lines import lines_given_too
from gradekit.verification.quick import try_quickly
from gradekit.verification.test_cells import limits
from gradekit.verification.visible_checks import visible_faults, visible_passed_by_constants


@dataclass(frozen=True)
class Findings:
    """What lint found, a line each, with its place.

    `stopping` is what a release would stop at; `others` are not. `untried` says that the checks
    were not tried, as the source has to be put right first.
    """

    stopping: tuple[str, ...]
    others: tuple[str, ...]
    untried: bool = False


def lint(assignment: Assignment) -> Findings:
    """Return all that is wrong in a source, or would be better otherwise.

    Raises GraderError where the machine keeps checks from being tried.
    """
    found = [
        _told(partial(one, assignment)) for one in (source_faults, disagreements, leaks_to_come)
    ]
    faults = tuple(dict.fromkeys(fault for some in found for fault in some))
    if faults:
        others = [*_seen(assignment), *_told(partial(unknown_packages, assignment))]
        others += _told(lambda: left_solved(assignment, _rules(assignment)))
        return Findings(faults, tuple(one for one in others if one not in faults), untried=True)
    trial = try_quickly(assignment)
    visible = map(str, visible_faults(assignment))
    of_checks = (f"{assignment.graders}: {fault}" for fault in trial.faults)
    is_strict = load_bundle(assignment).spec.strict_tests
    of_cells = trial.of_cells if is_strict else ()
    stopping = tuple(dict.fromkeys((*of_checks, *of_cells, *visible)))
    others = [*limits(assignment), *(() if is_strict else trial.of_cells), *trial.remarks]
    others += [*_seen(assignment), *_beside_checks(assignment)]
    if not stopping:
        others += _of_constants(assignment, load_bundle(assignment))
    return Findings(stopping, tuple(dict.fromkeys(others)))


def remarks(assignment: Assignment) -> tuple[str, ...]:
    """Return what is to be looked at in a source that can be released."""
    return lint(assignment).others


def _seen(assignment: Assignment) -> Iterator[str]:
    """Yield what is seen without trying anything."""
    yield from map(str, assignment.item_remarks())
    yield from unwanted_files(assignment)
    for path in assignment.no_python:
        yield f"{path}: is no Python in UTF-8: students get it as it is, and cannot import it"
    yield from knowing_probes(assignment)
    for path, checks in assignment.source_reading_checks().items():
        for name, (_, line) in checks.items():
            yield f"{path}:{line}: {name} {READS}"


def _beside_checks(assignment: Assignment) -> Iterator[str]:
    yield from left_solved(assignment, _rules(assignment))
    yield from unknown_packages(assignment)
    yield from lines_given_too(assignment)


def _rules(assignment: Assignment) -> Mapping[str, Rules]:
    """Return the rules of the checks by their names; none where they cannot be collected."""
    try:
        return collect_rules(assignment.graders)[1]
    except GraderError as error:
        if error.__cause__ is not None:  # the machine's: see `collect`
            raise
        return {}


def _of_constants(assignment: Assignment, bundle: GradingBundle) -> Iterator[str]:
    if bundle.has_checks or bundle.by_cells:
        yield from passed_by_constants(assignment, bundle)
        yield from passed_by_short_answers(assignment, bundle)
    yield from visible_passed_by_constants(assignment)


def _told(find: Callable[[], Iterable[AuthoringError | str]]) -> list[str]:
    """Return faults in words; one that keeps the rest from being found ends them."""
    found: list[str] = []
    try:
        for fault in find():
            found.append(str(fault))
    except (GraderError, StorageError, UsageError):
        raise
    except GradekitError as error:
        found.append(str(error))
    return list(dict.fromkeys(found))

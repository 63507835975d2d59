"""The turn of one hand-in in a session of checks, and how its checks are run."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import pytest

from gradekit.checks.carry_forward import MOST_FRESH_WORKERS
from gradekit.errors import GradekitError
from gradekit.grading.reference import ReferenceFails
from gradekit.model import Result
from gradekit.workers.client import ProbeClient
from gradekit.workers.thread_limit import ThreadTimeUp


@dataclass
class Turn:
    """One hand-in's turn: its client, the results that are kept, and what its checks said by name.

    `fresh_workers` is how many it may still have for being asked with right parts. `own_seconds`
    are the grader's own, of processor time, and `allowed` is how many of them a check may take.
    """

    student: ProbeClient
    kept: Mapping[str, Result]
    found: dict[str, Result] = field(default_factory=dict)
    machines: set[str] = field(default_factory=set)  # ERRORs that no value can have led to
    ended: Future[None] = field(default_factory=Future)
    fresh_workers: int = MOST_FRESH_WORKERS
    own_seconds: dict[str, float] = field(default_factory=dict)  # that a check took of the grader
    time_up: set[str] = field(default_factory=set)  # checks that were interrupted
    allowed: dict[str, float] = field(default_factory=dict)  # own seconds, where they are known


def may_be_the_handins(error: BaseException | None) -> bool:
    """Whether a hand-in's values may have led to an exception that is no outcome of a check."""
    if isinstance(error, GradekitError):
        return isinstance(error, ReferenceFails)
    if isinstance(error, ThreadTimeUp):
        return True
    return isinstance(error, Exception) and not isinstance(error, OSError | MemoryError)


def run_items(items: Sequence[pytest.Item]) -> None:
    """Run checks, one after another."""
    for item, following in with_next(items):
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)


def with_next(items: Sequence[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    """Yield each check with the next one; the last has none."""
    yield from zip(items, [*items[1:], None], strict=True)

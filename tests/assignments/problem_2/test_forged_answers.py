"""Whatever a hand-in answers, the checks decide: it cannot make them fail as the grader's fault."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any, cast

import numpy as np
import pytest

from gradekit.grading.pytest_session.session import CheckSession
from gradekit.grading.pytest_session.turn import Turn
from gradekit.model import Outcome
from gradekit.workers.client import ProbeClient, Question, StudentValues
from gradekit.workers.deadlines.clock import Clock

Array = np.ndarray
FORGERIES: dict[str, Callable[[Array], Array]] = {
    "one number": lambda _: np.array(3.0),
    "nothing": lambda a: a.reshape(-1)[:0],
    "no rows": lambda a: a[:0] if a.ndim else a,
    "one row less": lambda a: a[:-1] if a.ndim else a,
    "flat": lambda a: a.ravel(),
    "turned": lambda a: a.T.copy(),
    "one axis more": lambda a: a[None],
    "many axes": lambda a: a.reshape((1,) * 7 + (-1,)),
    "long": lambda _: np.zeros(100_000),
    "truth": lambda a: a > 0,
    "bytes": lambda a: a.astype(np.int8),
    "unsigned": lambda a: np.full(a.shape, 2**64 - 1, dtype=np.uint64),
    "smallest": lambda a: np.full(a.shape, -(2**63), dtype=np.int64),
    "halves": lambda a: a.astype(np.float16),
    "huge": lambda a: np.full(a.shape, 1.7e308),
    "opposite": lambda a: np.full(a.shape, -1.7e308),
    "not a number": lambda a: np.full(a.shape, np.nan),
    "infinite": lambda a: np.full(a.shape, np.inf),
    "zeros": lambda a: np.zeros_like(a),
}


class ForgingClient:
    """Answers as the reference does, and then changes each array."""

    staff_message = staff_trace = ""

    def __init__(self, reference: Any, forge: Callable[[Array], Array], missing: bool) -> None:
        self._reference, self._forge, self._missing = reference, forge, missing
        self.clock = Clock()

    def ask(self, probe: str, **arguments: Any) -> Mapping[str, Array]:
        """Return a forged answer."""
        return self.ask_many(probe, [arguments])[0]

    def ask_many(self, probe: str, calls: Sequence[Any]) -> list[Mapping[str, Array]]:
        """Return forged answers."""
        if self._missing:
            return [StudentValues({}, Question(probe, call)) for call in calls]
        right = self._reference.ask_many(probe, calls)
        return [
            StudentValues({k: self._forge(v) for k, v in a.items()}, Question(probe, call))
            for a, call in zip(right, calls, strict=True)
        ]

    def renew(self) -> None:
        """Do nothing: there is no worker."""

    def charge(self, cpu_seconds: float) -> None:
        """Take no time."""


@pytest.mark.one_in(5)
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", [*FORGERIES, "missing"])
def test_forged_answers_fail_and_are_no_error(problem_2: Any, name: str) -> None:
    """Arrays of any shape and kind, or none, cost the student checks and the grader nothing."""
    grader = problem_2.grader
    student = ForgingClient(
        grader._reference_client, FORGERIES.get(name, lambda a: a), name == "missing"
    )
    with closing(CheckSession(grader.checks, grader._reference_client)) as session:
        results = session.run(Turn(cast(ProbeClient, student)))
    assert {r.check: r.staff_message for r in results if r.outcome is Outcome.ERROR} == {}
    assert any(result.outcome is Outcome.FAIL for result in results)

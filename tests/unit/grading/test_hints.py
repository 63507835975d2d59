"""A known mistake is told by its name; to look for one costs nobody points, and no time if all
passes."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Grader, Submission
from gradekit.grading.reference.hints import HintFinder
from gradekit.grading.reference.mistaken import MistakenReferences
from gradekit.model import Outcome, Report, Result
from gradekit.solution.mistakes import read_mistakes
from gradekit.workers.wire import Probes

LISTED = """
[[mistake]]
in = ["Doubler.forward"]
old = "np.multiply(self.meta, 1.0)"
new = "np.multiply(self.meta, 2.0)"
hint = "it is tripled: how many times does x count?"

[[mistake]]
in = ["Doubler.backward"]
old = "2.0 * floats(dout)"
new = "floats(dout) * missing"
hint = "never told"

[[mistake]]
in = ["Doubler.backward"]
old = "2.0 * floats(dout)"
new = "floats(dout) + 1"
hint = "one is added, not multiplied"
"""
FORWARD, BACKWARD = "doubled = self.meta + np.multiply(self.meta, 1.0)", "dx = 2.0 * floats(dout)"


@pytest.fixture(scope="module")
def grader(tiny_kit: GradingBundle) -> Iterator[Grader]:
    """A warm grader that knows three mistakes, one of which crashes."""
    solved = {"lib/thing.py": tiny_kit.reference["lib/thing.py"].decode()}
    mistakes = read_mistakes(LISTED, "mistakes.toml", solved)
    with Grader(replace(tiny_kit, mistakes=mistakes)) as grader:
        yield grader


@pytest.fixture
def grade(grader: Grader) -> Callable[[str, str], Report]:
    """Grades the reference with one text replaced by another."""

    def change(old: str, new: str) -> Report:
        text = grader.bundle.reference["lib/thing.py"].decode()
        assert old in text
        return grader.grade(Submission("ada", {"lib/thing.py": text.replace(old, new).encode()}))

    return change


def failed(report: Report) -> list[Result]:
    """Return the results that are no PASS."""
    return [result for result in report.results if result.outcome is not Outcome.PASS]


def test_a_known_mistake_is_told_by_its_name(grade: Callable[[str, str], Report]) -> None:
    """Whoever gives what a mistake would give, however it is written, reads its hint."""
    found = failed(grade(FORWARD, "doubled = 3 * self.meta"))
    assert found
    assert all("doubled: it is tripled: how many times does x count?" in r.message for r in found)


def test_a_mistake_that_crashes_explains_nothing_and_costs_nothing(
    grade: Callable[[str, str], Report],
) -> None:
    """A mistaken reference without an answer is passed over, and the next one is told."""
    (result,) = failed(grade(BACKWARD, "dx = 1 + floats(dout)"))
    assert result.outcome is Outcome.FAIL
    assert result.message.endswith("dx: one is added, not multiplied.")


def test_an_unknown_mistake_is_told_by_its_look(grade: Callable[[str, str], Report]) -> None:
    """Without a known mistake the values' look is told."""
    (result,) = failed(grade(BACKWARD, "dx = -2.0 * floats(dout)"))
    assert result.message.endswith("dx: of the opposite sign.")


def test_nothing_is_started_where_all_passes(tiny_kit: GradingBundle) -> None:
    """A mistaken reference is made only when values differ."""
    solved = {"lib/thing.py": tiny_kit.reference["lib/thing.py"].decode()}
    mistakes = read_mistakes(LISTED, "mistakes.toml", solved)
    with Grader(replace(tiny_kit, mistakes=mistakes)) as grader:
        before = sorted(path.name for path in grader.pool.snapshots.iterdir())
        report = grader.grade(Submission("ada", {k: v.encode() for k, v in solved.items()}))
        assert failed(report) == []
        assert sorted(path.name for path in grader.pool.snapshots.iterdir()) == before


def test_a_fault_in_looking_for_a_mistake_changes_no_outcome(
    tiny_kit: GradingBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no mistaken reference can be made, the check fails as it would, and staff read why."""
    solved = {"lib/thing.py": tiny_kit.reference["lib/thing.py"].decode()}
    mistakes = read_mistakes(LISTED, "mistakes.toml", solved)

    def full(*_: object) -> None:
        raise OSError("no space left")

    with Grader(replace(tiny_kit, mistakes=mistakes)) as grader:
        monkeypatch.setattr("gradekit.grading.reference.mistaken.make_snapshot", full)
        wrong = solved["lib/thing.py"].replace(BACKWARD, "dx = 3.0 * floats(dout)").encode()
        (result,) = failed(grader.grade(Submission("ada", {"lib/thing.py": wrong})))
    assert result.outcome is Outcome.FAIL
    assert result.message.startswith("dx differs by 4e-01")
    assert result.staff_message == "no hint: OSError: no space left"


def test_mistakes_are_part_of_what_a_grade_depends_on(tiny_kit: GradingBundle) -> None:
    """Another hint is another message, so kept reports of the old one are not current."""
    solved = {"lib/thing.py": tiny_kit.reference["lib/thing.py"].decode()}
    mistakes = read_mistakes(LISTED, "mistakes.toml", solved)
    assert replace(tiny_kit, mistakes=mistakes).key != tiny_kit.key


def without_list(grader: Grader) -> HintFinder:
    """Return what recognises the mistakes that a check itself names."""
    reference = grader._reference_client
    return HintFinder(
        reference, MistakenReferences(grader.bundle, grader.pool, Probes([]), reference.answers)
    )


def test_values_that_a_check_gives_are_recognised_too(grader: Grader) -> None:
    """A check may say itself what a mistake would give, for values that no probe gave."""
    from gradekit.checks.compare import Compared

    hint_finder = without_list(grader)
    losses = {"losses": np.array([3.0, 3.0])}
    compared = Compared(
        losses, {"losses": np.array([3.0, 2.0])}, ("losses",), 1e-6, {"no step": losses}
    )
    assert hint_finder.explain(compared) == "losses: no step."


@pytest.mark.parametrize(
    ("got", "bound", "told"),
    [
        (np.array([1.5, 0.1], dtype=np.float32), 1e-6, "h: mistaken."),
        (np.array([1.5, 0.1]) + 1e-5, 1e-6, ""),
        (np.array([1.0, 0.1]) + 5e-7, 1e-7, ""),
    ],
)
def test_values_are_those_of_a_mistake_but_for_rounding(
    grader: Grader, got: np.ndarray, bound: float, told: str
) -> None:
    """32-bit values are recognised; what is nearly right is not taken for a mistake."""
    from gradekit.checks.compare import Compared

    mistakes = {"mistaken": {"h": np.array([1.5, 0.1])}, "elsewhere": {"h": np.array([1.0, 0.1])}}
    want = {"h": np.array([1.0, 0.1])}
    compared = Compared({"h": got}, want, ("h",), bound, mistakes)
    assert without_list(grader).explain(compared) == told

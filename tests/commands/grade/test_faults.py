"""What staff read of a fault: its file, its line and its traceback; a log keeps all of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gradekit.course import Assignment
from gradekit.fault_log import log_file
from gradekit.grading.bundle import load_bundle
from gradekit.grading.grader import Grader, Submission
from gradekit.model import Outcome, Result

pytestmark = pytest.mark.one_in(4, of="grading a class")

Gradekit = Callable[..., tuple[int, str, str]]
CHECK = '''\
import pytest


def helper(value):
    return value.there_is_no_such_thing


@pytest.mark.item("slope")
def test_slope(student):
    """Nothing is asked."""


@pytest.mark.item("double")
def test_it(student, reference):
    """Something is asked."""
    {body}
'''
NO_PROBE = "\n\n\ndef nothing(x):\n    _doubler()\n"


@pytest.fixture
def end_of(tiny: Assignment) -> Callable[..., Result]:
    """Grades the reference with a check whose body is given; returns the check's result."""

    def grade(body: str, more_probes: str = "") -> Result:
        (tiny.graders / "test_thing.py").write_text(CHECK.format(body=body))
        probes = tiny.graders / "probes.py"
        probes.write_text(probes.read_text() + more_probes)
        bundle = load_bundle(tiny)
        with Grader(bundle) as grader:
            modules = {name: bundle.reference[name] for name in bundle.student_files}
            return grader.grade(Submission("ada", modules)).results_of("double")[0]

    return grade


def test_an_error_has_its_file_line_and_traceback(end_of: Callable[..., Result]) -> None:
    """A NameError or the like of a check says where it is, and through what it came there."""
    found = end_of("helper(3)")
    assert found.outcome is Outcome.ERROR
    assert found.staff_message == (
        "AttributeError: 'int' object has no attribute 'there_is_no_such_thing' "
        "(test_thing.py, line 5: return value.there_is_no_such_thing)"
    )
    assert 'test_thing.py", line 16, in test_it' in found.trace
    assert 'test_thing.py", line 5, in helper' in found.trace
    assert "pluggy" not in found.trace
    assert found.message == "could not be graded; the course staff know"


def test_an_assert_tells_staff_its_values_and_the_student_none(
    end_of: Callable[..., Result],
) -> None:
    """What the reference fails is told as pytest tells it, with the line."""
    found = end_of('assert student.ask("double", x=[1.0, 2.0])["doubled"].tolist() == [2.0, 5.0]')
    assert found.outcome is Outcome.FAIL
    assert "assert [2.0, 4.0] == [2.0, 5.0]" in found.staff_message
    assert "test_thing.py, line 16" in found.staff_message
    assert found.message == "what the check asserts does not hold"


def test_a_probe_that_returns_nothing_is_told_by_its_place(end_of: Callable[..., Result]) -> None:
    """Who forgot to return reads the probe's file and line, and what it returned."""
    found = end_of('reference.ask("nothing", x=1.0)', NO_PROBE)
    assert found.outcome is Outcome.ERROR
    assert "probe nothing (probes.py, line " in found.staff_message
    assert "returned NoneType, not arrays by name" in found.staff_message


def test_a_probe_that_fails_for_the_reference_is_traced(end_of: Callable[..., Result]) -> None:
    """The traceback of the reference's worker stands before the check's own."""
    probe = "\n\n\ndef wrong(x):\n    return {'x': x.missing}\n"
    found = end_of('reference.ask("wrong", x=1.0)', probe)
    assert found.outcome is Outcome.ERROR
    assert 'File "probes.py", line ' in found.trace
    assert "in wrong" in found.trace


@pytest.mark.slow
def test_probes_may_import_what_students_write(tiny: Assignment) -> None:
    """Where probes import at their top a module that is no Python, it is the student's CRASH."""
    probes = tiny.graders / "probes.py"
    probes.write_text(f"from lib.thing import Doubler\n{probes.read_text()}")
    bundle = load_bundle(tiny)
    with Grader(bundle) as grader:
        right = {name: bundle.reference[name] for name in bundle.student_files}
        ends = {r.outcome for r in grader.grade(Submission("right", right)).results}
        broken = grader.grade(Submission("broken", {"lib/thing.py": b"def broken(:\n"}))
        nothing = grader.grade(Submission("nothing", {"lib/thing.py": b"x = 1\n"}))
        endless = grader.grade(Submission("endless", {"lib/thing.py": b"while True: pass\n"}))
    assert ends == {Outcome.PASS}
    assert {r.outcome for r in broken.results} == {Outcome.CRASH}
    assert broken.results[0].message == "SyntaxError at lib/thing.py, line 1: def broken(:"
    assert {r.message for r in nothing.results} == {"`Doubler` is not in lib/thing.py"}
    assert {r.outcome for r in endless.results} == {Outcome.TIMEOUT}


def test_verify_tries_modules_that_are_no_python(tiny: Assignment, gradekit: Gradekit) -> None:
    """A check that gives points to what is no Python, or cannot grade it, is found at once."""
    check = 'assert student.is_one == 2 if hasattr(student, "is_one") else True'
    (tiny.graders / "test_thing.py").write_text(CHECK.format(body=check))
    code, _, told = gradekit(tiny.root, "verify", "tiny", "--quick")
    assert code == 1
    assert "test_thing::test_it passes though nothing is solved" in told


@pytest.mark.slow
def test_a_log_keeps_tracebacks_and_debug_prints_them(
    tiny_handins: object, gradekit: Gradekit
) -> None:
    """Staff find under .gradekit/log/ where a fault came from; --debug tells it at once."""
    assignment: Assignment = tiny_handins.assignment  # type: ignore[attr-defined]
    tiny_handins.add_solved("ada")  # type: ignore[attr-defined]
    (assignment.graders / "test_thing.py").write_text(CHECK.format(body="helper(3)"))
    code, _, told = gradekit(assignment.root, "grade", "tiny")
    assert code == 3
    assert "line 5" in told
    log = log_file(assignment.root).read_text()
    assert "tiny, ada, test_thing::test_it: ERROR: AttributeError" in log
    assert 'test_thing.py", line 5, in helper' in log
    assert "Traceback" not in told
    _, _, told = gradekit(assignment.root, "--debug", "grade", "tiny")
    assert 'test_thing.py", line 5, in helper' in told


NAMES = {
    "class Double:\n    def forward(self, x): return 2 * x\n": "`Doubler` is not in lib/thing.py",
    "doubler = 1\n": "`Doubler` is not in lib/thing.py",
    "class Doubler:\n    def back(self, d): return d\n": "`Doubler.forward` is not in lib/thing.py",
    "# class Doubler:\nimport numpy as np\n": "`Doubler` is not in lib/thing.py",
    "class Doubler:\n    def forward(self, x): return x.nothing\n": (
        "AttributeError at lib/thing.py, line 2: def forward(self, x): return x.nothing"
    ),
}


@pytest.mark.parametrize("text", NAMES)
def test_a_name_that_is_not_there_is_told(grade_thing: Callable[[str], object], text: str) -> None:
    """A student reads which name of the release is missing; not what the exception says."""
    report = grade_thing(text)
    assert report.results[0].message == NAMES[text]  # type: ignore[attr-defined]


def test_a_text_of_an_exception_decides_no_name(grade_thing: Callable[[str], object]) -> None:
    """Whoever raises an ImportError of their own has its words told to nobody."""
    text = "class Doubler:\n    def forward(self, x):\n"
    text += "        raise ImportError(f'cannot import name {x.tolist()}')\n"
    text += "    def backward(self, d): return d\n"
    report = grade_thing(text)
    for result in report.results:  # type: ignore[attr-defined]
        assert "1.0" not in result.message


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    """A file in the place of the log's folder, or a full disk, changes no command's end."""
    from gradekit import fault_log as faults

    (tmp_path / ".gradekit").write_text("no folder")
    faults.log_to(tmp_path)
    faults.note("a fault", "Traceback\n" * 10)

"""Classes of honest students: methods named as a list's are, and operators that are declared."""

from pathlib import Path
from typing import Any

import pytest
from cell_notebooks import cell, notebook, with_answers
from graded_cells import bundle_of, submission
from tiny_course import write_tiny_course

from gradekit.assignment.code_cells.answers import class_attributes
from gradekit.assignment.spec import operators_by_class, parse_spec
from gradekit.batch.report_store import save_report
from gradekit.commands.class_report import forged_lines
from gradekit.commands.doctor import _forgeable
from gradekit.course import Assignment
from gradekit.errors import AuthoringError
from gradekit.grading.bundle import load_bundle
from gradekit.grading.grader import Grader, Submission
from gradekit.verification.answers import Answer, Kind
from gradekit.verification.test_cells import limits, shown_by_trial

STACK = """\
class Stack:
    def __init__(self):
        self.items, self.count = [], 0

    def append(self, item):
        self.items.append(item)
        self.count += 1

    def pop(self):
        self.count -= 1
        return self.items.pop()

    def index(self, item):
        return self.items.index(item)
"""
VECTOR = """\
class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __rmul__(self, factor):
        return Vector(factor * self.x, factor * self.y)

    def __len__(self):
        return 2
"""
SOURCE = notebook(
    cell("solution", STACK, "stack"),
    cell(
        "test",
        "s = Stack()\ns.append(3)\ns.append(4)\nassert s.count == 2 and s.index(4) == 1\n"
        "assert s.pop() == 4 and s.count == 1",
        "test_stack",
    ),
    cell("solution", VECTOR, "vector"),
    cell(
        "test",
        "assert Vector(1, 2) + Vector(3, 4) == Vector(4, 6)\n"
        "assert 2 * Vector(1, 2) == Vector(2, 4) and len(Vector(0, 0)) == 2",
        "test_vector",
    ),
)
TOML = '[operators]\nVector = ["==", "+", "*", "len"]\n'
AGREES = "class Any:\n    def __getattr__(self, name): return lambda *a: True\n"
FORGED = {
    "stack": f"{AGREES}\nclass Stack:\n    count = Any()\n    def pop(self): return Any()\n"
    "    def append(self, x): pass\n    def index(self, x): return Any()",
    "vector": f"{AGREES}    def __eq__(self, other): return True\n"
    "    def __add__(self, other): return self\n    def __rmul__(self, f): return self\n"
    "    def __len__(self): return 2\ndef Vector(*x): return Any()",
}


def graded(root: Path, toml: str, *answers: Any) -> list[list[float | None]]:
    """Return the points of each answer."""
    bundle_of(root, SOURCE)
    (root / "source" / "ps1" / "assignment.toml").write_text(toml)
    with Grader(load_bundle(Assignment(root, "ps1"))) as grader:
        reports = [grader.grade(submission(answer)) for answer in answers]
    return [[report.score(item) for item in report.automatic_items] for report in reports]


def test_methods_are_named_as_a_list_s_are(tmp_path: Path) -> None:
    """What a class of the source has is asked for; what stands in for its values earns nothing."""
    found = graded(tmp_path, TOML, SOURCE, with_answers(SOURCE, FORGED))
    assert found == [[1, 1], [0, 0]]


EQUALS_ALL = VECTOR.replace("return (self.x, self.y) == (other.x, other.y)", "return True")


@pytest.mark.slow
def test_objects_are_compared_where_the_solution_s_compare(tmp_path: Path) -> None:
    """Unless the author says that they do not; a class that is equal to all compares nothing."""
    forged = with_answers(SOURCE, {"vector": EQUALS_ALL.replace("self.x + other.x", "0")})
    assert graded(tmp_path / "own", "", SOURCE, forged) == [[1, 1], [1, 0]]
    assert graded(tmp_path / "not", "[operators]\nVector = []\n", SOURCE) == [[1, None]]


def test_who_compares_is_told(tmp_path: Path) -> None:
    """In the report, and to staff wherever it is told what can be forged."""
    assignment = Assignment(tmp_path, "ps1")
    with Grader(bundle_of(tmp_path, SOURCE)) as grader:
        report = grader.grade(submission(SOURCE))
    assert [one.compared_by for one in report.results] == ["", "=="]
    save_report(assignment.report_file("ada"), report)
    (told,) = shown_by_trial(assignment, [(Answer(Kind.REFERENCE, "right", {}), report)])
    assert "test_vector: compares objects by the student's own ==" in told
    item = report.results[1].item
    assert item in forged_lines(assignment)[0]
    assert item in dict(_forgeable(tmp_path))["can be forged in ps1"]


def test_operators_are_asked_where_the_author_declares_them(tmp_path: Path) -> None:
    """And lint says what it means."""
    assert graded(tmp_path, TOML, SOURCE) == [[1, 1]]
    told = list(limits(Assignment(tmp_path, "ps1")))
    assert [line.partition(": ")[2] for line in told] == [
        "Vector: == + * len: asked of the student's own class: points of tests that compare by it "
        "can be forged"
    ]


ASKED = notebook(
    cell("staff", "import copy, types", "staff"),
    cell("solution", f"{VECTOR}\ndef half(n):\n    return n / 2\n\ndef evens(n):\n"
         "    for i in range(0, n, 2):\n        yield i\n\ndef counted(f):\n"
         "    def run(*a):\n        run.calls += 1\n        return f(*a)\n    run.calls = 0\n"
         "    return run", "answer"),
    cell("test", "v = Vector(1, 2) + Vector(3, 4)\nassert (v.x, v.y) == (4, 6) and len(v) == 2\n"
         "assert v and v is not None and v != None\nassert copy.copy(v).x == 4", "test_sum"),
    cell("test", "for f, at in ((Vector, (1, 2)), (half, (6,))):\n"
         "    found = 2 * f(*at)\n    assert getattr(found, 'x', found) in (2, 6)", "test_both"),
    cell("test", "assert abs(half(9) - 4.5) < 1e-9", "test_half"),
    cell("test", "g = evens(5)\nassert isinstance(g, types.GeneratorType)\n"
         "assert type(g) == types.GeneratorType and list(g) == [0, 2, 4]", "test_evens"),
    cell("test", "@counted\ndef one(x):\n    return x + 1\nassert one(1) + one(2) == 5\n"
         "assert one.calls == 2", "test_counted"),
)  # fmt: skip
AGREEING = {
    "answer": "class Vector:\n    x = 2\n    def __init__(self, *a): pass\n"
    "    __sub__ = __abs__ = __mul__ = __rmul__ = lambda s, *a: 0.0\n"
    "    __len__ = lambda s: 2\n    __iter__ = lambda s: iter([0, 2, 4])\n"
    "def half(n): return Vector()\ndef evens(n): return Vector()\ncounted = lambda f: f"
}


def test_operators_are_asked_where_the_solution_s_object_is_asked(tmp_path: Path) -> None:
    """At that place of the test, as often as there; where it gives a number no object is asked."""
    bundle = bundle_of(tmp_path, ASKED)
    with Grader(bundle) as grader:
        reports = [grader.grade(submission(one)) for one in (ASKED, with_answers(ASKED, AGREEING))]
    found = [[report.score(item) for item in report.automatic_items] for report in reports]
    assert found == [[1, 1, 1, 1, 1], [0, 0, 0, 0, 0]]


def test_doctor_names_the_classes_that_compare_for_themselves(tmp_path: Path) -> None:
    """Beside the items whose tests run inside the sandbox; nothing where there are none."""
    for name, toml in (("ps1", TOML), ("ps2", "")):
        bundle_of(tmp_path / name, SOURCE)
        (tmp_path / name / "source" / "ps1" / "assignment.toml").write_text(toml)
    found = dict(_forgeable(tmp_path / "ps1"))
    assert list(found) == ["can be forged in ps1"]
    assert "Vector" in found["can be forged in ps1"]
    assert not list(_forgeable(tmp_path / "ps2"))


def test_what_is_no_operator_is_refused() -> None:
    """In one line, with file and line."""
    with pytest.raises(AuthoringError, match="toml:2: Vector: no operator '__getattr__'"):
        parse_spec(b'[operators]\nVector = ["__getattr__"]')
    assert operators_by_class({"V": ["*"]}) == {"V": {"__mul__", "__rmul__", "__imul__"}}
    asked = operators_by_class({"V": ["==", "<"]})["V"]
    assert asked >= {"__eq__", "__ne__", "__lt__", "__gt__"}
    assert not asked & {"__le__", "__ge__", "__hash__"}


def test_names_of_classes_are_found() -> None:
    """Methods, values of the class and of `self`; nothing of functions beside them."""
    python = "class A:\n    n: int = 0\n    m = 1\n    def f(self):\n        self.pop = 2\n"
    assert class_attributes(f"{python}def g():\n    x = 1\n    x.y") == {"n", "m", "f", "pop"}
    assert class_attributes("def (") == set()


CHECKS = '''\
"""The hidden checks."""

import pytest


@pytest.mark.item("double")
def test_pop(student):
    """A stack gives back what was put in last."""
    stack = student.lib.thing.Stack()
    stack.append(3)
    stack.append(4)
    assert stack.count == 2 and stack.pop() == 4


@pytest.mark.item("slope")
def test_vectors(student):
    """Vectors are added and compared."""
    vector = student.lib.thing.Vector
    assert vector(1, 2) + vector(3, 4) == vector(4, 6)
'''


def test_checks_ask_the_same_of_classes(tmp_path: Path) -> None:
    """In modules as in cells."""
    thing = f"### BEGIN SOLUTION\n{STACK}\n\n{VECTOR}### END SOLUTION\n"
    assignment = write_tiny_course(tmp_path).assignment("tiny")
    (assignment.source / "lib" / "thing.py").write_text(thing)
    (assignment.source / "assignment.toml").write_text(TOML)
    for path in assignment.graders.rglob("*.py"):
        path.unlink()
    (assignment.graders / "test_thing.py").write_text(CHECKS)
    bundle = load_bundle(assignment)
    wrong = STACK.replace("pop()", "pop(0)") + VECTOR.replace("self.x + other.x", "self.x")
    with Grader(bundle) as grader:
        scores = [
            [grader.grade(Submission("ada", {"lib/thing.py": text})).score(item)
             for item in bundle.items if not item.manual]
            for text in (bundle.reference["lib/thing.py"], wrong.encode())
        ]  # fmt: skip
    assert scores[0] == [item.points for item in bundle.items if not item.manual]
    assert scores[1] == [0, 0]


@pytest.mark.slow
def test_either_of_two_objects_may_know_how_they_compare(tmp_path: Path) -> None:
    """As Python asks the other one where the class of the first does not say."""
    task = "class Task:\n    def __init__(self, n): self.n = n\n    def __{}__(self, o): return {}"
    source = notebook(
        cell("solution", task.format("lt", "self.n < o.n"), "task"),
        cell("test", "assert Task(1) < Task(2) and not Task(3) < Task(2)", "less"),
        cell(
            "test",
            "assert Task(1) < Task(2)\ntry:\n    Task()\nexcept TypeError:\n    pass",
            "weak",
        ),
    )
    others = task.format("gt", "self.n > o.n"), task.format("gt", "True")
    with Grader(bundle_of(tmp_path, source)) as grader:
        reports = [grader.grade(submission(with_answers(source, {"task": one}))) for one in others]
    found = [[report.score(item) for item in report.automatic_items] for report in reports]
    assert found == [[1, 1], [0, 0]]

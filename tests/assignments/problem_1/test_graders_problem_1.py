"""The test cells of problem_1: what real answers get, right and wrong ones."""

from typing import Any

from real_assignments import Problem1

from gradekit.model import Outcome

AUTOMATIC = {name: points for name, points in Problem1.ITEMS.items() if name != "question"}


def test_the_solution_gets_every_automatic_point(problem_1: Any) -> None:
    """The solved notebook earns 18 of 18 automatic points."""
    report = problem_1.grade({})
    assert {i.name: report.score(i) for i in report.automatic_items} == AUTOMATIC
    assert {result.outcome for result in report.results} == {Outcome.PASS}


def test_the_blank_release_gets_nothing(problem_1: Any) -> None:
    """No test passes on the notebook as students get it."""
    report = problem_1.grade({}, begun=True)
    assert {result.outcome for result in report.results} == {Outcome.CRASH}
    words = ("NotImplementedError", "it is not implemented yet")
    assert all(any(word in r.message for word in words) for r in report.results)


def test_each_function_earns_its_own_points_alone(problem_1: Any) -> None:
    """A function is tested without the others: who has written one has its points."""
    for item, points in AUTOMATIC.items():
        cell = f"{item}_code"
        report = problem_1.grade({cell: problem_1.solved(cell)}, begun=True)
        scores = {i.name: report.score(i) for i in report.automatic_items if report.score(i)}
        assert scores == {item: points}


def test_what_names_stand_for_is_nothing_that_a_test_looks_at(problem_1: Any) -> None:
    """Who rebinds what the tests compare with, or answers as is expected, earns nothing by it."""
    forged = (
        "class Yes(dict):\n"
        "    def __eq__(self, other):\n        return True\n"
        "    def __float__(self):\n        return 2.0\n"
        "def tokenize(text):\n    return Yes()\n"
        "count_words = rank_words = bigram_table = lambda *_: Yes()\n"
        "probability = perplexity = sample = lambda *_, **__: Yes()\n"
        "import math\nmath.isclose = lambda *_, **__: True\n"
    )
    report = problem_1.grade({"tokenize_code": forged}, begun=True)
    assert sum(report.score(item) or 0 for item in report.automatic_items) == 0
    assert not report.has_errors

"""What a released notebook says about itself: what students have, and nothing that is hidden."""

from typing import Any

import pytest

from gradekit.assignment.facts import read_facts
from gradekit.commands.release import make_release
from gradekit.course import Assignment
from gradekit.notebook.cells import read_notebook

HIDDEN = "\n### BEGIN HIDDEN TESTS\nassert 'a secret' or True\n### END HIDDEN TESTS\nprint('seen')"


def test_the_facts_are_those_of_the_release(released_tiny: Assignment) -> None:
    """Name, checks, modules and data are what lies in the release."""
    facts = read_facts(read_notebook(released_tiny.release / "tiny.ipynb"))
    assert (facts.assignment, facts.modules) == ("tiny", ("lib/thing.py",))
    assert [(check.item, check.points) for check in facts.checks] == [("double", 3), ("slope", 1)]
    assert facts.setup == "from lib.thing import Doubler"
    for name in (*facts.modules, *facts.provided, *facts.data):
        assert (released_tiny.release / name).is_file()


@pytest.mark.slow
def test_hidden_tests_do_not_stand_in_the_facts(tiny: Assignment, notebooks: Any) -> None:
    """A check is noted as students get it, without what nbgrader takes out of its cell."""

    def hide(notebook: Any) -> None:
        notebooks.cell(notebook, "double").source += HIDDEN

    notebooks.change(tiny.notebook, hide)
    make_release(tiny)
    path = tiny.release / "tiny.ipynb"
    assert "secret" not in path.read_text(encoding="utf-8")
    assert "HIDDEN" not in path.read_text(encoding="utf-8")
    (double, _) = read_facts(read_notebook(path)).checks
    assert double.source.endswith("print('seen')")

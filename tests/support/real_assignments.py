"""The repository's own assignments, in courses of their own, and what grades answers to them."""

import shutil
from pathlib import Path
from typing import ClassVar

import pytest
from made_once import for_all_processes
from notebooks_in_place import Notebooks
from tiny_course import FIXED_SECRET

from gradekit.course import Assignment, Course
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.grader import Grader, Submission
from gradekit.grading.reference.answers_cache import answers_folder
from gradekit.model import Report
from gradekit.solution.cell_solutions import answer_cells, unanswered
from gradekit.solution.regions import cut
from gradekit.verification.cell_answers import with_texts

REPOSITORY = Path(__file__).resolve().parents[2]


def copy_assignment(root: Path, name: str) -> Assignment:
    """Copy an assignment of the repository's and its graders into a course of their own."""
    ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "secret.key")
    for folder in (f"source/{name}", f"tests/graders/{name}"):
        if (REPOSITORY / folder).is_dir():
            shutil.copytree(REPOSITORY / folder, root / folder, ignore=ignored)
    (root / "tests/graders" / name).mkdir(parents=True, exist_ok=True)
    (root / "tests/graders" / name / "secret.key").write_text(FIXED_SECRET)
    shutil.copyfile(REPOSITORY / "nbgrader_config.py", root / "nbgrader_config.py")
    return Course(root).assignment(name)


def shared_answers(factory: pytest.TempPathFactory, bundle: GradingBundle) -> Path:
    """Return the folder in which a run's processes share what references answer.

    What the mistaken ones answer takes most of the time of the first wrong answer's grading.
    """
    return for_all_processes(factory) / "reference-answers" / bundle.answers_key


def share_answers(
    factory: pytest.TempPathFactory, assignment: Assignment, bundle: GradingBundle
) -> None:
    """Let a course's own folder of what references answer be the one that all tests share."""
    own, shared = answers_folder(assignment, bundle), shared_answers(factory, bundle)
    own.parent.mkdir(parents=True)
    shared.mkdir(parents=True, exist_ok=True)
    own.symlink_to(shared)


class Problem2:
    """Grades answers to problem_2 that are made of its reference."""

    LAYERS, MODELS, TRAIN = "lib/rnn/layer_utils.py", "lib/rnn/rnn.py", "lib/rnn/train.py"

    def __init__(self, assignment: Assignment, grader: Grader) -> None:
        self.assignment, self.grader = assignment, grader

    def cell(self, name: str) -> str:
        """Return the text of a named cell of the notebook."""
        cell = Notebooks.cell(Notebooks.read(self.assignment.notebook), name)
        return str(cell.source)

    def solved(self) -> dict[str, str]:
        """Return the modules of a student who solved everything."""
        bundle = self.grader.bundle
        return {name: bundle.reference[name].decode("utf-8") for name in bundle.student_files}

    def begun(self, *methods: str) -> dict[str, str]:
        """Return the modules of a student who solved some methods and left the rest."""
        sources = {n: (self.assignment.source / n).read_text("utf-8") for n in self.solved()}
        return {name: cut(text, name, methods) for name, text in sources.items()}

    def changed(self, name: str, old: str, new: str, after: str = "") -> dict[str, str]:
        """Return the solved modules with a text replaced once, the first time after another."""
        modules = self.solved()
        start = modules[name].index(after)
        place = modules[name].index(old, start)
        modules[name] = modules[name][:place] + new + modules[name][place + len(old) :]
        return modules

    def grade(self, modules: dict[str, str]) -> Report:
        """Return the report of some modules."""
        encoded = {name: text.encode("utf-8") for name, text in modules.items()}
        return self.grader.grade(Submission("ada", encoded))

    def lost(self, modules: dict[str, str]) -> dict[str, str]:
        """Return the items that some modules do not get all points for, and their outcomes."""
        report = self.grade(modules)
        items = report.automatic_items
        return {i.name: str(report.outcome(i.name)) for i in items if report.score(i) != i.points}


class Problem1:
    """Grades answers to problem_1 that are made of its solution."""

    NOTEBOOK = "problem_1"
    ITEMS: ClassVar = {
        "tokenize": 2,
        "count_words": 2,
        "rank_words": 2,
        "bigram_table": 3,
        "probability": 3,
        "perplexity": 3,
        "sample": 3,
        "question": 2,
    }

    def __init__(self, assignment: Assignment, grader: Grader) -> None:
        self.assignment, self.grader = assignment, grader
        self._cells = {one.cell.name: one for one in answer_cells(grader.bundle.notebooks)}

    def solved(self, name: str) -> str:
        """Return the solution of a cell, without markers."""
        return self._cells[name].right

    def changed(self, name: str, old: str, new: str) -> dict[str, str]:
        """Return a cell's solution with a text in it replaced, by its name."""
        assert self.solved(name).count(old) == 1, old
        return {name: self.solved(name).replace(old, new)}

    def grade(self, answers: dict[str, str], begun: bool = False) -> Report:
        """Return the report of a hand-in with these cells; others are solved, or as released."""
        bundle = self.grader.bundle
        texts = {one: unanswered(one.cell.python) for one in self._cells.values()} if begun else {}
        texts |= {self._cells[name]: text for name, text in answers.items()}
        return self.grader.grade(Submission("ada", {}, cells=with_texts(bundle, texts)))

    def lost(self, answers: dict[str, str]) -> dict[str, str]:
        """Return the items that do not get all points, and their outcomes."""
        report = self.grade(answers)
        items = report.automatic_items
        return {i.name: str(report.outcome(i.name)) for i in items if report.score(i) != i.points}

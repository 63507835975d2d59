"""What the kit's tests share: a tiny course that is graded in no time, and the real problem_2."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from browser import open_browser
from hypothesis import HealthCheck, settings
from tiny_course import FIXED_SECRET, write_tiny_course
from warm_commands import NBGRADER_WITH_KIT, WarmCommands

from gradekit.cli import staff
from gradekit.course import Assignment, Course
from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.grading.grader import Grader, Submission
from gradekit.model import Report
from gradekit.solution.cell_solutions import answer_cells, unanswered
from gradekit.solution.regions import cut
from gradekit.verification.cell_answers import with_texts
from gradekit.workers.pool import WorkerPool
from gradekit.workers.snapshots import make_snapshot

# How long an example takes says nothing on a shared machine; CI draws the same examples each time.
settings.register_profile(
    "kit",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("kit")

REPOSITORY = Path(__file__).resolve().parents[1]
# Minutes each, in few tests.
LONGEST = ("test_hostile_handins.py", "test_student_environment.py", "test_verify_problem_2.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that rewrites the golden folders."""
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite tests/commands/release/golden/"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: begun last, one process would wait for the other."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


class Notebooks:
    """Reads and changes notebooks in place."""

    read = staticmethod(lambda path: nbformat.read(path, as_version=4))
    write = staticmethod(nbformat.write)

    @staticmethod
    def cell(notebook: Any, name: str) -> Any:
        """Return the cell with an nbgrader name."""
        found = (
            c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name
        )
        return next(found)

    def change(self, path: Path, change: Callable[[Any], None]) -> None:
        """Apply a function to a notebook in a file."""
        notebook = self.read(path)
        change(notebook)
        self.write(notebook, path)


@pytest.fixture(scope="session", params=[True, False], ids=["namespaces", "plain"])
def pool(request: pytest.FixtureRequest) -> Iterator[WorkerPool]:
    """A pool of confined workers, with namespaces where the kernel allows them and without."""
    with WorkerPool(namespaces=request.param) as pool:
        yield pool


@pytest.fixture
def snapshot_of() -> Callable[..., Path]:
    """Makes a snapshot in a pool, of files by name; it is gone with the pool."""

    def make(pool: WorkerPool, **files: str) -> Path:
        named = {name.replace("_py", ".py"): text.encode() for name, text in files.items()}
        return make_snapshot(pool.snapshots, named)

    return make


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium; pages are opened by `browser.open_page`."""
    with open_browser() as browser:
        yield browser


@pytest.fixture
def notebooks() -> Notebooks:
    """What reads and changes notebooks."""
    return Notebooks()


@pytest.fixture
def tiny(tmp_path: Path) -> Assignment:
    """The tiny assignment in a course of its own, not released yet."""
    return write_tiny_course(tmp_path / "course").assignment("tiny")


@pytest.fixture(scope="session")
def tiny_kit(tmp_path_factory: pytest.TempPathFactory) -> GradingBundle:
    """The grading kit of the tiny assignment."""
    return load_bundle(write_tiny_course(tmp_path_factory.mktemp("tiny-kit")).assignment("tiny"))


@pytest.fixture(scope="session")
def tiny_grader(tiny_kit: GradingBundle) -> Iterator[Grader]:
    """A warm grader of the tiny assignment."""
    with Grader(tiny_kit) as grader:
        yield grader


@pytest.fixture
def grade_thing(tiny_grader: Grader) -> Callable[[str], Report]:
    """Grades a hand-in of the tiny assignment whose lib/thing.py holds a text."""
    return lambda text: tiny_grader.grade(Submission("ada", {"lib/thing.py": text.encode("utf-8")}))


@pytest.fixture(scope="session")
def released_tiny_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with the tiny assignment released; tests work on copies."""
    from gradekit.commands.release import make_release

    course = write_tiny_course(tmp_path_factory.mktemp("tiny-released"))
    make_release(course.assignment("tiny"))
    return course.root


@pytest.fixture
def released_tiny(released_tiny_root: Path, tmp_path: Path) -> Assignment:
    """The tiny assignment in a course of its own, released."""
    shutil.copytree(released_tiny_root, tmp_path / "course")
    return Course(tmp_path / "course").assignment("tiny")


class HandIns:
    """Puts hand-ins into a course's submitted/, made from the release."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment

    def add(self, student: str, modules: dict[str, str] | None = None) -> Path:
        """Hand in the release with some modules replaced; return the hand-in's folder."""
        folder = self.assignment.submission(student)
        ignored = shutil.ignore_patterns("*.whl", "requirements.txt")
        shutil.copytree(self.assignment.release, folder, ignore=ignored)
        for name, text in (modules or {}).items():
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    def add_solved(self, student: str, keep: Callable[[str], bool] = lambda _: True) -> Path:
        """Hand in the release with the reference's modules, or those that `keep` says."""
        reference = load_bundle(self.assignment).reference
        return self.add(student, {k: v.decode() for k, v in reference.items() if keep(k)})


@pytest.fixture
def tiny_handins(released_tiny: Assignment) -> HandIns:
    """What puts hand-ins into the tiny course, which is released."""
    return HandIns(released_tiny)


@pytest.fixture(scope="session")
def hand_ins() -> Callable[[Assignment], HandIns]:
    """Makes what puts hand-ins into a course."""
    return HandIns


@pytest.fixture
def gradekit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs a command of the kit in a course's root; gives exit code, stdout and stderr."""

    def run_here(root: Path, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.chdir(root)
        monkeypatch.setattr(sys, "argv", ["gradekit", *arguments])
        # A command is a process of its own elsewhere: what it logs to ends with it.
        log = logging.getLogger("gradekit.fault_log")
        before = [*log.handlers]
        try:
            with pytest.raises(SystemExit) as ended:
                staff.main()
        finally:
            for handler in set(log.handlers) - set(before):
                log.removeHandler(handler)
                handler.close()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run_here


@pytest.fixture(scope="session")
def warm_nbgrader() -> Iterator[WarmCommands]:
    """A process that has imported nbgrader and the kit's steps in it."""
    with WarmCommands(NBGRADER_WITH_KIT) as warm:
        yield warm


@pytest.fixture
def nbgrader(
    tmp_path: Path, warm_nbgrader: WarmCommands
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs an nbgrader command in a course's root, as course staff would."""
    settings = tmp_path / "settings"
    home = {"HOME": str(settings), "JUPYTER_CONFIG_DIR": str(settings / "jupyter")}

    def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        settings.mkdir(exist_ok=True)
        ran = warm_nbgrader.run(root, *arguments, environment={**os.environ, **home})
        return subprocess.CompletedProcess(arguments, ran.code, ran.output, ran.errors)

    return run


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


@pytest.fixture(scope="session")
def released_problem_2(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """The real problem_2 in a course of its own, released; hand-ins stay below their own names."""
    from gradekit.commands.release import make_release

    assignment = copy_assignment(tmp_path_factory.mktemp("problem-2"), "problem_2")
    make_release(assignment)
    return assignment


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


@pytest.fixture(scope="session")
def problem_2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Problem2]:
    """What grades answers to the real problem_2."""
    assignment = copy_assignment(tmp_path_factory.mktemp("problem-2-graders"), "problem_2")
    with Grader(load_bundle(assignment)) as grader:
        yield Problem2(assignment, grader)


class Problem1:
    """Grades answers to problem_1 that are made of its solution."""

    NOTEBOOK = "problem_1"

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


@pytest.fixture(scope="session")
def released_problem_1(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """The real problem_1 in a course of its own, released; hand-ins stay below their own names."""
    from gradekit.commands.release import make_release

    assignment = copy_assignment(tmp_path_factory.mktemp("problem-1"), "problem_1")
    make_release(assignment)
    return assignment


@pytest.fixture(scope="session")
def problem_1(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Problem1]:
    """What grades answers to the real problem_1."""
    assignment = copy_assignment(tmp_path_factory.mktemp("problem-1-graders"), "problem_1")
    with Grader(load_bundle(assignment)) as grader:
        yield Problem1(assignment, grader)

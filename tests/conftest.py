"""What the kit's tests share: a tiny course that is graded in no time, and ways to run commands."""

import gc

from gradekit.imports import pass_over_slow_imports

# What the tests import is slow without it; so it comes before that.
pass_over_slow_imports()
# Whatever importing and collecting makes stays: looking for what may go costs a sixth of it.
gc.disable()

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from asked_of_nbgrader import AskedOfNbgrader
from browser import open_browser
from hand_ins import HandIns
from hypothesis import HealthCheck, settings
from made_once import made_once
from notebooks_in_place import Notebooks
from some_of_each import deselect, share_of
from tiny_course import write_tiny_course
from warm_commands import NBGRADER_WITH_KIT, WarmCommands

from gradekit.cli import staff
from gradekit.course import Assignment, Course
from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.grading.grader import Grader, Submission
from gradekit.model import Report
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

# A good part of a test is waiting for a process, a deadline or a disk.
PROCESSES_PER_CORE = 2
SLOW = "slow"
MARKS_SLOW = f"mark.{SLOW}"
# Minutes each.
LONGEST = (
    "test_verify_problem_2.py",
    "test_student_environment.py",
    "test_hostile_handins.py",
    "test_cell_grading.py",
    "test_recording_faults.py",
    "test_hostile_points.py",
    "test_linear_patterns.py",
    "test_verify.py",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run more processes than there are cores."""
    return PROCESSES_PER_CORE * (os.cpu_count() or 1)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that rewrites the golden folders."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite tests/commands/release/golden/, and ask nbgrader for all points anew",
    )
    parser.addoption(
        "--every", action="store_true", help="of what is many and alike try all, not some"
    )
    parser.addoption(
        "--share", type=int, help="of what is many and alike try this share, not the commit's"
    )


def pytest_report_header(config: pytest.Config) -> str:
    """Tell which share is taken of what is many and alike, so that it can be run again."""
    return "every test" if config.getoption("--every") else f"--share {share_of(config)}"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import no file of tests that has none of those that are asked for."""
    if config.option.markexpr != SLOW or collection_path.suffix != ".py":
        return None
    return None if MARKS_SLOW in collection_path.read_text(encoding="utf-8") else True


def pytest_collection_finish() -> None:
    """Tests, and the processes that they fork, need not look through what was made until now."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take some of what is alike, and begin with the files that take longest.

    Begun last, one process would wait for the other.
    """
    deselect(items, config)
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


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


@pytest.fixture(scope="session")
def asked_of_nbgrader(pytestconfig: pytest.Config) -> AskedOfNbgrader:
    """What holds that nbgrader gives some points, and asks it where something changed."""
    return AskedOfNbgrader(anew=bool(pytestconfig.getoption("--update-golden")))


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

    def make(root: Path) -> None:
        make_release(write_tiny_course(root).assignment("tiny"))

    return made_once(tmp_path_factory, "tiny-released", make)


@pytest.fixture
def released_tiny(released_tiny_root: Path, tmp_path: Path) -> Assignment:
    """The tiny assignment in a course of its own, released."""
    shutil.copytree(released_tiny_root, tmp_path / "course")
    return Course(tmp_path / "course").assignment("tiny")


@pytest.fixture(scope="session")
def tiny_class(
    released_tiny_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], HandIns]:
    """Makes what puts hand-ins into a released tiny course of its own, in a folder of a name."""

    def make(name: str) -> HandIns:
        root = tmp_path_factory.mktemp(name) / "course"
        shutil.copytree(released_tiny_root, root)
        return HandIns(Course(root).assignment("tiny"))

    return make


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
def warm_gradekit() -> Iterator[WarmCommands]:
    """A process that has imported the staff's commands."""
    with WarmCommands() as warm:
        yield warm


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

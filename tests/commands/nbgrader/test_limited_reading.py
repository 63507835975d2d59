"""nbgrader's own autograde and feedback, and formgrader, read hand-ins within limits."""

import json
import re
import sys
from collections.abc import Callable
from contextlib import chdir
from subprocess import CompletedProcess
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from gradekit.course import Assignment
from gradekit.gradebook.convert import course_config
from gradekit.gradebook.nbgrader_patches import FORMGRADER
from gradekit.gradebook.steps import limited_reading
from gradekit.gradebook.steps.limited_reading import limit_pages
from gradekit.gradebook.store.scores import read_scores
from gradekit.sandbox import guard

pytestmark = pytest.mark.one_in(4, of="commands of nbgrader")

NBGrader = Callable[..., CompletedProcess[str]]
CPU_SECONDS, MEMORY_MB = 4, 300
SHORT = f"""
from gradekit.sandbox import guard
limits = guard.ReadingLimits(cpu_seconds={CPU_SECONDS}, memory_bytes={MEMORY_MB} * 2**20)
guard.guarded.__defaults__ = (limits,)
"""
CELL = {"cell_type": "markdown", "metadata": {}, "source": ""}
# Each takes more than what is allowed above, of whoever reads it as a notebook.
HOSTILE: dict[str, Callable[[], bytes]] = {
    "lists": lambda: b'{"cells":[' + b"[]," * 6_000_000 + b"[]]}",
    "objects": lambda: (
        b'{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":['
        + b",".join(json.dumps({**CELL, "id": f"c{n}"}).encode() for n in range(400_000))
        + b"]}"
    ),
    "metadata": lambda: (
        b'{"nbformat":4,"nbformat_minor":5,"cells":[],"metadata":{"a":['
        + b'{"b":{}},' * 2_000_000
        + b"0]}}"
    ),
}
EXCEEDED = r"takes more than \d+ (s of processor time|MiB of memory) to read"


@pytest.fixture
def hostile_class(tiny_handins: Any) -> Assignment:
    """An honest hand-in before the hostile ones and one behind them; limits that tests wait for."""
    assignment: Assignment = tiny_handins.assignment
    for student in ("ada", *HOSTILE, "zoe"):
        folder = tiny_handins.add_solved(student)
        if student in HOSTILE:
            (folder / "tiny.ipynb").write_bytes(HOSTILE[student]())
    config = assignment.root / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8") + SHORT, encoding="utf-8")
    return assignment


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same limits in this process, which are gone afterwards."""
    monkeypatch.setattr(guard.guarded, "__defaults__", guard.guarded.__defaults__)


@pytest.mark.slow
def test_nbgraders_autograde_goes_on_after_hostile_notebooks(
    hostile_class: Assignment, nbgrader: NBGrader
) -> None:
    """Each is one line that says what, where and what to do; others have points and feedback."""
    done = nbgrader(hostile_class.root, "autograde", "tiny")
    told = [line for line in done.stderr.splitlines() if "not taken: " in line]
    for name in HOSTILE:
        (line,) = [line for line in told if f"submitted/{name}/tiny" in line]
        assert re.search(EXCEEDED, line)
        assert f"`gradekit grade tiny {name}`" in line
        assert not hostile_class.autograded(name).exists()
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    scores = read_scores(hostile_class)
    assert [scores[name].total for name in ("ada", "zoe")] == [4.0, 4.0]
    assert nbgrader(hostile_class.root, "generate_feedback", "tiny").returncode == 0
    for name in ("ada", "zoe"):
        assert (hostile_class.feedback(name) / "tiny.html").is_file()


@pytest.mark.slow
@pytest.mark.usefixtures("short")
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own way to add rows
def test_formgraders_buttons_go_on_after_hostile_notebooks(hostile_class: Assignment) -> None:
    """What a button calls ends, says why, and does the honest hand-in's as ever."""
    with chdir(hostile_class.root):
        config = course_config(hostile_class.root)
        api = NbGraderAPI(CourseDirectory(config=config), config=config)
        for name in HOSTILE:
            ended = api.autograde("tiny", name)
            assert not ended["success"]
            assert f"`gradekit grade tiny {name}`" in ended["log"]
        assert api.autograde("tiny", "ada")["success"]
        for name in HOSTILE:  # as somebody may have put it there
            hostile_class.autograded(name).mkdir(parents=True)
            (hostile_class.autograded(name) / "tiny.ipynb").write_bytes(HOSTILE[name]())
        ended = api.generate_feedback("tiny")
    assert not ended["success"]
    assert "not taken: " in ended["log"]
    assert read_scores(hostile_class)["ada"].total == 4.0
    assert (hostile_class.feedback("ada") / "tiny.html").is_file()


@pytest.mark.slow
def test_a_page_of_formgraders_is_made_within_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook whose page is never made is told, in a page; another's is shown."""

    class BaseHandler:
        settings: dict[str, Any] = {}  # noqa: RUF012

        @property
        def exporter(self) -> Any:
            return self.settings["nbgrader_exporter"]

    def from_filename(filename: str, resources: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        while "<slow>" in filename:
            pass
        return f"page of {resources['student']}", resources

    module = ModuleType(FORMGRADER)
    module.__dict__["BaseHandler"] = BaseHandler
    monkeypatch.setitem(sys.modules, FORMGRADER, module)
    monkeypatch.setattr(guard.guarded, "__defaults__", (guard.ReadingLimits(cpu_seconds=1),))
    BaseHandler.settings["nbgrader_exporter"] = SimpleNamespace(from_filename=from_filename)
    for _ in range(2):
        limit_pages()
    assert isinstance(BaseHandler.__dict__["exporter"], limited_reading._Limited)
    exporter = BaseHandler().exporter
    assert exporter.from_filename("honest", resources={"student": "ada"})[0] == "page of ada"
    page, _ = exporter.from_filename("<slow>", resources={"student": "eve"})
    assert "takes more than 1 s of processor time to read" in page
    assert "<slow>" not in page

"""When the disk is full, a folder read-only, a hand-in gone or the command killed: nothing is lost.

After each the same command gives the gradebook and the folders of a run where nothing happened.
"""

import contextlib
import json
import multiprocessing
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hand_ins import HandIns

from gradekit.batch.read_submission import read_submission
from gradekit.commands import grade as pipeline
from gradekit.commands.class_recorder import ClassResult
from gradekit.commands.grade import grade_class
from gradekit.commands.submission_done import SubmissionDone
from gradekit.course import Assignment, Course
from gradekit.errors import GraderError
from gradekit.gradebook.store.scores import read_scores
from gradekit.grading.grader import Submission

pytestmark = [pytest.mark.slow, pytest.mark.one_in(4, of="grading a class")]
WRONG = "class Doubler:\n    def forward(self, x):\n        return 3 * x\n"
STAFF = "from gradekit.cli.entry import staff; staff()"
COMMAND = [sys.executable, "-c", STAFF, "grade", "tiny", "--jobs", "1"]
STUDENTS = ("ada", "bob", "cyd", "dan")
ROWS = """
SELECT student_id, base_cell.name, auto_score, manual_score, needs_manual_grade
FROM grade JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
JOIN base_cell ON grade.cell_id = base_cell.id ORDER BY 1, 2
"""
# Cells that nbgrader adds get ids by chance.
BY_CHANCE = re.compile(rb'(cell-)?id=[\w-]+|"id": "\w+"')
# What root may read whatever the permissions say is taken away.
POWERS = "-dac_override,-dac_read_search"
ANYBODY = ["setpriv", f"--bounding-set={POWERS}", f"--inh-caps={POWERS}"]
MOUNTS = ["unshare", "--mount", *(["--user", "--map-root-user"] if os.geteuid() else [])]

State = tuple[list[tuple[Any, ...]], dict[str, bytes]]


def state(root: Path) -> State:
    """Return the grades in a course's gradebook, and what is in autograded/ and feedback/."""
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as database:
        rows = database.execute(ROWS).fetchall()
    files = [p for made in ("autograded", "feedback") for p in (root / made).rglob("*")]
    return rows, {
        str(path.relative_to(root)): BY_CHANCE.sub(b"", path.read_bytes())
        for path in files
        if path.is_file()
    }


@pytest.fixture(scope="module")
def class_of_four(tiny_class: Callable[[str], HandIns]) -> Path:
    """A class that is not graded yet: two right ones, a wrong one, and one without a notebook."""
    submissions = tiny_class("class")
    for student in STUDENTS:
        submissions.add_solved(student)
    root = submissions.assignment.root
    (root / "submitted/bob/tiny/lib/thing.py").write_text(WRONG)
    (root / "submitted/cyd/tiny/tiny.ipynb").unlink()
    return root


@pytest.fixture(scope="module")
def graded_class(class_of_four: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The class, graded where nothing happens."""
    root = tmp_path_factory.mktemp("undisturbed") / "course"
    shutil.copytree(class_of_four, root)
    subprocess.run(COMMAND, cwd=root, check=True, capture_output=True)
    return root


@pytest.fixture(scope="module")
def undisturbed(graded_class: Path) -> State:
    """What grading the class gives where nothing happens."""
    found = state(graded_class)
    assert len(found[0]) == 3 * len(STUDENTS)
    return found


@pytest.fixture
def course(class_of_four: Path, tmp_path: Path) -> Path:
    """The class in a course of its own."""
    shutil.copytree(class_of_four, tmp_path / "course")
    return tmp_path / "course"


def in_namespace(script: str, *arguments: object) -> list[str]:
    """Run a shell script that mounts what nobody else sees; return the lines it prints."""
    command = [*MOUNTS, "sh", "-euc", script, "sh", *map(str, arguments), *COMMAND]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def may_mount(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip where this user may not mount, even in a namespace."""
    folder = tmp_path_factory.mktemp("mount")
    try:
        command = [*MOUNTS, "mount", "-t", "tmpfs", "none", str(folder)]
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mounting is not allowed here, not even in a namespace")


FULL_DISK = """
course=$1 disk=$2 free=$3; shift 3
mount -t tmpfs -o size=8m none "$disk"
cp -a "$course" "$disk/course"
room=$(df --output=avail -k "$disk" | tail -n 1)
dd if=/dev/zero of="$disk/filled" bs=1k count=$((room - free)) status=none
cd "$disk/course"
"$@" 2>&1 >/dev/null || echo "code $?"
rm "$disk/filled"
"$@" >/dev/null
cp -a "$disk/course/." "$course"
"""


@pytest.mark.one_in(2)
@pytest.mark.parametrize("free", [4, 350])
@pytest.mark.usefixtures("may_mount")
def test_a_full_disk_is_one_line_and_no_half_grade(
    course: Path, tmp_path: Path, undisturbed: State, free: int
) -> None:
    """Wherever the room ends, in kB: one line and code 1; with room again it is as if never."""
    (tmp_path / "disk").mkdir()
    lines = in_namespace(FULL_DISK, course, tmp_path / "disk", free)
    told = next((line for line in lines if line.startswith("gradekit: ")), "")
    assert lines[-1] == "code 1", lines
    assert told.startswith(f"gradekit: {tmp_path / 'disk' / 'course'}") or "gradebook.db" in told
    assert re.search(r"(No space left|is full).*: .*, then run the same command again$", told)
    assert state(course) == undisturbed


READ_ONLY = """
course=$1 place=$2; shift 2
cd "$course"
mkdir -p autograded .gradekit/recorded
mount --bind "$place" "$place"
mount -o remount,bind,ro "$place"
"$@" 2>&1 >/dev/null || echo "code $?"
umount "$place"
"$@" >/dev/null
"""


@pytest.mark.one_in(3)
@pytest.mark.parametrize("place", ["autograded", "gradebook.db", ".gradekit/recorded"])
@pytest.mark.usefixtures("may_mount")
def test_what_may_only_be_read_is_one_line(course: Path, undisturbed: State, place: str) -> None:
    """A read-only folder or gradebook is told with its path; writable again, all is recorded."""
    told, code = in_namespace(READ_ONLY, course, place)
    assert code == "code 1"
    assert re.match(rf"gradekit: (gradebook )?{course / place}.*: .*[Rr]ead-?only", told)
    assert state(course) == undisturbed


def grade(assignment: Assignment, tell: Callable[[str], object] = len) -> ClassResult:
    """Grade a class with one job; `tell` hears of each student who is done."""

    def progress(done: SubmissionDone) -> None:
        tell(done.student)

    return grade_class(assignment, [], 1, False, progress)


def test_a_hand_in_that_vanishes_before_it_is_read_is_refused(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gone between listing and reading: that student has a line, the others have their points."""

    def read(folder: Path, *arguments: Any) -> Submission:
        if folder.parent.name == "bob":
            shutil.rmtree(folder)
        return real(folder, *arguments)

    real = read_submission
    monkeypatch.setattr(pipeline, "read_submission", read)
    assignment = Course(course).assignment("tiny")
    result = grade(assignment)
    assert (set(result.refused), result.exit_code) == ({"bob"}, 1)
    assert "no hand-in of bob" in result.refused["bob"]
    assert set(read_scores(assignment)) == {"ada", "cyd", "dan"}


@pytest.mark.parametrize("lost", ["", "tiny.ipynb"])
def test_a_hand_in_that_vanishes_before_it_is_recorded_is_refused(
    course: Path, undisturbed: State, lost: str
) -> None:
    """Gone between grading and recording, whole or in part: no half grade; there again, a grade."""
    assignment = Course(course).assignment("tiny")
    aside = course.parent / "aside"

    def take_away(_student: str) -> None:
        if not aside.exists():
            (assignment.submission("dan") / lost).rename(aside)

    result = grade(assignment, take_away)
    assert (set(result.refused), result.exit_code) == ({"dan"}, 1)
    assert "changed or gone since it was graded" in result.refused["dan"]
    assert set(read_scores(assignment)) == {"ada", "bob", "cyd"}
    aside.rename(assignment.submission("dan") / lost)
    assert grade(assignment).kept == {"ada", "bob", "cyd"}
    assert state(course) == undisturbed


@pytest.mark.parametrize("place", ["lib", "data/words.txt"])
def test_a_hand_in_that_may_not_be_read_is_refused_and_no_zero(course: Path, place: str) -> None:
    """A folder of modules that may not be listed does not count as one without modules."""
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("permissions do not stop root, and there is no setpriv to change that")
    unreadable = course / "submitted/dan/tiny" / place
    unreadable.chmod(0)
    as_anybody = [*([] if os.geteuid() else ANYBODY), *COMMAND]
    done = subprocess.run([*as_anybody, "dan"], cwd=course, capture_output=True, text=True)
    unreadable.chmod(0o755)
    assert done.returncode == 1
    assert (
        f"dan: not taken: {unreadable.relative_to(course)}: cannot be read (Permission denied)"
        in done.stderr
    )
    assert read_scores(Course(course).assignment("tiny")) == {}


def test_processes_that_are_killed_stop_the_run(course: Path, undisturbed: State) -> None:
    """Without the processes that record, one line says how to go on; what was recorded is kept."""

    def kill(_student: str) -> None:
        for process in multiprocessing.active_children():
            process.kill()

    assignment = Course(course).assignment("tiny")
    with pytest.raises(GraderError, match=r"records hand-ins has died.*goes on where it was"):
        grade(assignment, kill)
    assert grade(assignment).kept
    assert state(course) == undisturbed


def killed(root: Path, moment: Callable[[], bool], *options: str) -> None:
    """Start the command and kill it as soon as a moment has come, or let it end before."""
    with subprocess.Popen([*COMMAND, *options], cwd=root, stdout=subprocess.DEVNULL) as started:
        while started.poll() is None and not moment():
            time.sleep(0.002)
        started.send_signal(signal.SIGKILL)


def test_a_kill_at_any_moment_loses_nothing_and_grades_nothing_twice(
    course: Path, undisturbed: State
) -> None:
    """Killed at a report, at rows in the gradebook and at a mark: the end is the same."""
    kept = course / ".gradekit"
    reports: dict[Path, Any] = {}

    def graded() -> dict[Path, Any]:
        # What its PDF was found to be is added when it is recorded, and grades nothing.
        read = {path: json.loads(path.read_text()) for path in kept.glob("reports/tiny/*.json")}
        return {path: {**report, "pdf": None} for path, report in read.items()}

    def first_rows() -> bool:
        with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as database:
            return bool(database.execute("SELECT count(*) FROM grade").fetchone()[0])

    for moment in (
        lambda: any(kept.glob("reports/tiny/*.json")),
        first_rows,
        lambda: len([*kept.glob("recorded/tiny/*.txt")]) == 2,
    ):
        killed(course, moment, "--jobs", "2")
        found = graded()
        assert {path: found.get(path) for path in reports} == reports
        reports = found
    subprocess.run(COMMAND, cwd=course, check=True, capture_output=True)
    assert {path: graded()[path] for path in reports} == reports
    assert state(course) == undisturbed


def test_a_killed_regrade_leaves_no_half_made_page(
    graded_class: Path, tmp_path: Path, undisturbed: State
) -> None:
    """Killed while an earlier record is replaced, the next run makes that record again."""
    course = Path(shutil.copytree(graded_class, tmp_path / "graded"))
    mark = course / ".gradekit/recorded/tiny/ada.txt"
    killed(course, lambda: not mark.exists(), "--force")
    assert not mark.exists()
    subprocess.run(COMMAND, cwd=course, check=True, capture_output=True)
    assert state(course) == undisturbed

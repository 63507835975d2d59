"""The gradebook on a PostgreSQL server: a class is graded as with SQLite."""

import datetime
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from nbgrader.api import Gradebook
from tiny_course import write_tiny_course

from gradekit.commands.grade import grade_class
from gradekit.commands.release import make_release
from gradekit.course import Assignment
from gradekit.errors import GradekitError
from gradekit.gradebook.store.scores import open_gradebook, read_scores

pytest.importorskip("psycopg", reason="PostgreSQL's driver is not installed")
from postgresql_server import PASSWORD, Server, owner, programs, running

pytestmark = [pytest.mark.slow, pytest.mark.one_in(4, of="commands of nbgrader")]
WRONG = "class Doubler:\n    def forward(self, x):\n        return 3 * x\n"
Nbgrader = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A real server, of this module's own."""
    folder, user = programs(), owner()
    if folder is None:
        pytest.skip("no PostgreSQL server is installed: neither initdb nor /usr/lib/postgresql")
    if user is None:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres or nobody")
    with running(folder, user) as server:
        yield server


def set_address(assignment: Assignment, url: str) -> None:
    """Give a course's gradebook another address."""
    path = assignment.root / "nbgrader_config.py"
    text = path.read_text(encoding="utf-8").partition("\nc = ")[0]
    setting = f"\nc = get_config()\nc.CourseDirectory.db_url = {url!r}\n"
    path.write_text(text + setting, encoding="utf-8")


def fill(hand_ins: Any) -> None:
    """Hand in a right answer, a wrong one and one without its notebook."""
    (hand_ins.add_solved("ada") / "timestamp.txt").write_text("2026-01-02 03:04:05 UTC")
    hand_ins.add("bob", {"lib/thing.py": WRONG})
    (hand_ins.add_solved("cyd") / "tiny.ipynb").unlink()


@pytest.fixture(scope="module")
def course(
    server: Server, tmp_path_factory: pytest.TempPathFactory, hand_ins: Callable[..., Any]
) -> Assignment:
    """A course on the server, released and graded."""
    server.run("CREATE DATABASE gradebook")
    assignment = write_tiny_course(tmp_path_factory.mktemp("postgresql")).assignment("tiny")
    set_address(assignment, server.url("gradebook"))
    make_release(assignment)
    fill(hand_ins(assignment))
    assert grade(assignment) == dict.fromkeys(("ada", "bob", "cyd"), "graded")
    return assignment


def grade(assignment: Assignment, force: bool = False) -> dict[str, str]:
    """Grade a class with two jobs; return the last word of progress on each student."""
    words: dict[str, str] = {}
    grade_class(assignment, [], 2, force, lambda done: words.update({done.student: done.word}))
    return words


def test_points_are_those_of_sqlite(course: Assignment, tiny_handins: Any) -> None:
    """The same hand-ins have the same points and times in both, and no SQLite file is made."""
    fill(tiny_handins)
    grade(tiny_handins.assignment)
    assert read_scores(course) == read_scores(tiny_handins.assignment)
    for assignment in (course, tiny_handins.assignment):
        with open_gradebook(assignment.root) as gradebook:
            handed_in = gradebook.find_submission("tiny", "ada").timestamp
            assert handed_in == datetime.datetime(2026, 1, 2, 3, 4, 5)
    assert not (course.root / "gradebook.db").exists()


def test_what_has_not_changed_is_kept_also_by_a_new_release(course: Assignment) -> None:
    """A second run has nothing to do, nor has one after the same release was made again."""
    grade(course)
    assert set(grade(course).values()) == {"kept"}
    make_release(course)
    assert set(grade(course).values()) == {"kept"}


def test_a_persons_grade_survives_a_regrade(course: Assignment, server: Server) -> None:
    """Points and a comment by hand stay when all is graded again, and reach the feedback."""
    with Gradebook(server.url("gradebook")) as gradebook:
        place = ("question", "tiny", "tiny", "ada")
        gradebook.find_grade(*place).manual_score = 1.5
        gradebook.find_comment(*place).manual_comment = "Nearly."
        gradebook.db.commit()
    assert set(grade(course, force=True).values()) == {"graded"}
    assert read_scores(course)["ada"].total == 5.5
    assert "Nearly." in (course.feedback("ada") / "tiny.html").read_text("utf-8")


def test_nbgraders_own_commands_work(
    course: Assignment, server: Server, nbgrader: Nbgrader
) -> None:
    """`nbgrader` releases, grades and gives feedback in a database that is empty."""
    before = read_scores(course)
    for made in ("autograded", "feedback"):
        shutil.rmtree(course.root / made)
    server.run("CREATE DATABASE by_nbgrader")
    set_address(course, server.url("by_nbgrader"))
    try:
        for command in ("generate_assignment", "autograde", "generate_feedback"):
            done = nbgrader(course.root, command, "tiny", "--force")
            assert done.returncode == 0, done.stderr
        for student, after in read_scores(course).items():
            assert after.items["double"] == before[student].items["double"]
            assert (course.feedback(student) / "tiny.html").is_file()
    finally:
        set_address(course, server.url("gradebook"))


@pytest.mark.parametrize(
    ("database", "password", "reason"),
    [
        ("gradebook", "wr0ng", "password authentication failed"),
        ("nowhere", PASSWORD, 'database "nowhere" does not exist'),
    ],
)
def test_a_wrong_address_is_one_line_without_a_password(
    course: Assignment,
    server: Server,
    gradekit: Callable[..., tuple[int, str, str]],
    database: str,
    password: str,
    reason: str,
) -> None:
    """Each command says what the server said, in one line with code 1, and the release stays."""
    set_address(course, server.url(database, password))
    try:
        for command in ("release", "grade", "scores", "report"):
            code, _, told = gradekit(course.root, command, "tiny")
            assert (code, told.count("\n")) == (1, 1)
            assert reason in told
            assert password not in told
    finally:
        set_address(course, server.url("gradebook"))
    assert course.release.is_dir()


def test_a_gradebook_that_may_only_be_read_is_told_before_anything_is_graded(
    course: Assignment, server: Server
) -> None:
    """Where the server lets nobody write nothing is begun, and what was recorded can be read."""
    grade(course)
    read_only = "ALTER DATABASE gradebook SET default_transaction_read_only = "
    server.run(f"{read_only}on")
    try:
        with pytest.raises(GradekitError, match="in a read-only transaction: put that right"):
            grade(course, force=True)
        assert read_scores(course)["bob"].total == 0.0
    finally:
        server.run(f"{read_only}off")
    assert set(grade(course).values()) == {"kept"}


def test_a_server_that_stops_meanwhile_loses_nothing(course: Assignment, server: Server) -> None:
    """The run ends with one line; when the server is there again the same command does the rest."""
    grade(course)
    before = read_scores(course)
    stopped = []

    def stop(done: Any) -> None:
        stopped.append(done.student)
        server.stop()

    try:
        with pytest.raises(GradekitError, match=r"gradebook postgresql.*then run the same command"):
            grade_class(course, [], 1, True, stop)
    finally:
        server.start()
    assert len(stopped) == 1
    assert set(grade(course).values()) <= {"graded", "kept"}
    assert read_scores(course) == before


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql+pg8000://me:s3cret@h/d", "asks for pg8000, which is not installed"),
        ("oracle9://me:s3cret@h/d", "is none that SQLAlchemy knows"),
        ("gradebook of s3cret", "is none that SQLAlchemy knows"),
    ],
)
def test_an_address_that_is_none_is_told(released_tiny: Assignment, url: str, told: str) -> None:
    """An unknown driver and a text that is no address are one line, without what may be secret."""
    set_address(released_tiny, url)
    with pytest.raises(GradekitError, match=told) as error:
        read_scores(released_tiny)
    assert "s3cret" not in str(error.value)

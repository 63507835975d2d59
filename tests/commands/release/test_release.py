"""A release: solutions are cut from the notebook and from every module, all or nothing."""

import ast
import errno
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gradekit.commands.release import make_release
from gradekit.course import Assignment
from gradekit.errors import AuthoringError, GraderError, StorageError
from gradekit.release.leaks import check_no_leak
from gradekit.release.student_wheel import build_wheel
from gradekit.verification.visible_checks import require_visible

pytestmark = pytest.mark.one_in(4)

GOLDEN = Path(__file__).parent / "golden"
Nbgrader = Callable[..., subprocess.CompletedProcess[str]]


def texts(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by relative path."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_tiny_release_is_the_golden_one(
    released_tiny: Assignment, request: pytest.FixtureRequest
) -> None:
    """A release and its reference hold, file by file, what they held when last looked at.

    `pytest --update-golden` writes them anew; look at the difference before you keep it.
    """
    made = {
        "release": {k: v for k, v in texts(released_tiny.release).items() if k[-4:] != ".whl"},
        "lib_solution": texts(released_tiny.solution),
    }
    for folder, files in made.items():
        golden = GOLDEN / "tiny" / folder
        if request.config.getoption("--update-golden"):
            shutil.rmtree(golden, ignore_errors=True)
            for name, data in files.items():
                (golden / name).parent.mkdir(parents=True, exist_ok=True)
                (golden / name).write_bytes(data)
        assert files == texts(golden)


def test_a_release_shows_nothing_that_students_must_not_see(released_tiny: Assignment) -> None:
    """No solution, marker, output, check or probe is in a release."""
    everything = b"\n".join(texts(released_tiny.release).values())
    for secret in (b"np.multiply", b"BEGIN SOLUTION", b"STUB", b"[2. 4.]", b"probes", b"hidden"):
        assert secret not in everything


def test_each_released_module_says_what_is_to_be_done(released_tiny: Assignment) -> None:
    """A region becomes an exception that names the method, or the stub that it names itself."""
    text = (released_tiny.release / "lib" / "thing.py").read_text(encoding="utf-8")
    ast.parse(text)
    assert 'raise NotImplementedError("Doubler.forward is not implemented yet' in text
    assert "        dx = None\n        return dx" in text
    assert "# TODO: keep in self.meta what backward needs." in text


def test_the_reference_says_where_it_comes_from(released_tiny: Assignment) -> None:
    """lib_solution/ holds the solved modules without markers, headed as generated."""
    text = (released_tiny.solution / "lib" / "thing.py").read_text(encoding="utf-8")
    assert text.startswith(
        "# Generated from source/tiny/lib/thing.py by `gradekit release`; do not"
    )
    assert "np.multiply" in text
    assert "SOLUTION" not in text


MISTAKES = {
    "nested": (
        "        ### BEGIN SOLUTION\n",
        "        ### BEGIN SOLUTION\n" * 2,
        r"thing\.py:1\d: ",
    ),
    "unclosed": (
        "        ### END SOLUTION\n        return dx",
        "        return dx",
        r"thing\.py:\d+",
    ),
    "unmatched": (
        "        ### BEGIN SOLUTION\n        self",
        "        self",
        r"thing\.py:\d+: .*without",
    ),
    "no Python": ("return dx", "return dx)", r"thing\.py:\d+: not Python"),
    "leak": (
        "return doubled",
        "doubled = self.meta + np.multiply(self.meta, 1.0)\n        return doubled",
        "stands in the release",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_wrong_source_leaves_no_release_behind(released_tiny: Assignment, mistake: str) -> None:
    """What is wrong is told with file and line, and neither a new nor an old release is left."""
    old, new, message = MISTAKES[mistake]
    path = released_tiny.source / "lib" / "thing.py"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AuthoringError, match=message) as told:
        make_release(released_tiny)
    assert not released_tiny.release.exists()
    assert not released_tiny.solution.exists()
    assert told.value.__notes__[0].startswith("release/tiny")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stop", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "there"), StorageError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
    ids=["full disk", "Ctrl-C"],
)
def test_what_is_not_the_sources_fault_leaves_the_older_release(
    released_tiny: Assignment,
    monkeypatch: pytest.MonkeyPatch,
    stop: BaseException,
    told: type[BaseException],
) -> None:
    """Where the disk is full, or one presses Ctrl-C, what was released before stays as it was."""

    def stopped(_: Path) -> Path:
        raise stop

    before = [texts(folder) for folder in (released_tiny.release, released_tiny.solution)]
    module = released_tiny.source / "lib" / "thing.py"
    module.write_text(f"# Newer.\n{module.read_text('utf-8')}", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr("gradekit.release.build.build_wheel", stopped)
        with pytest.raises(told):
            make_release(released_tiny)
    assert [texts(folder) for folder in (released_tiny.release, released_tiny.solution)] == before
    make_release(released_tiny)
    assert (released_tiny.release / "lib" / "thing.py").read_text("utf-8").startswith("# Newer.")


@pytest.mark.slow
@pytest.mark.parametrize("place", ["README.md", "tiny.ipynb"])
def test_a_solution_is_looked_for_everywhere(
    released_tiny: Assignment, notebooks: Any, place: str
) -> None:
    """A line of a solution in a README or in a cell stops the release."""
    tiny = released_tiny
    secret = "doubled=self.meta + np.multiply(self.meta,1.0)"
    if place == "README.md":
        (tiny.source / place).write_text(f"Try {secret}.\n", encoding="utf-8")
    else:
        notebooks.change(tiny.notebook, lambda n: n.cells[0].update(source=f"# Tiny\n\n`{secret}`"))
    with pytest.raises(AuthoringError, match=place):
        make_release(tiny)


@pytest.mark.parametrize("name", ["lib/thing.py~", "lib/thing.pyi", "notes.tex", "old.html"])
def test_a_solution_is_looked_for_in_files_of_any_kind(
    released_tiny: Assignment, name: str
) -> None:
    """An editor's copy of a module, or a solution in any other file, does not go out."""
    solution = (released_tiny.solution / "lib" / "thing.py").read_bytes()
    (released_tiny.release / name).write_bytes(b"\xff" + solution)
    with pytest.raises(AuthoringError, match=rf"in \S*{re.escape(name)}"):
        check_no_leak(released_tiny, released_tiny.release)


def test_a_solution_is_looked_for_in_every_notebook(
    released_tiny: Assignment, notebooks: Any
) -> None:
    """A second notebook in the source is searched as well, and named."""
    notebook = notebooks.read(released_tiny.notebook)
    notebook.cells = notebook.cells[:1]
    notebook.cells[0].source = 'say("x")\ndoubled = self.meta + np.multiply(self.meta, 1.0)'
    notebooks.write(notebook, released_tiny.source / "aside.ipynb")
    with pytest.raises(AuthoringError, match=r"aside\.ipynb"):
        make_release(released_tiny)
    assert not released_tiny.release.exists()


def test_items_and_checks_must_agree(tiny: Assignment) -> None:
    """An item without a check and a check without an item stop the release, each by its name."""
    path = tiny.graders / "test_thing.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('item("slope")', 'item("scope")'), encoding="utf-8")
    with pytest.raises(AuthoringError, match="slope"):
        make_release(tiny)
    path.write_text(text.replace('item("double")', 'item("triple")'), encoding="utf-8")
    with pytest.raises(AuthoringError, match="triple"):
        make_release(tiny)


@pytest.mark.slow
def test_nbgrader_makes_the_same_release(released_tiny: Assignment, nbgrader: Nbgrader) -> None:
    """`nbgrader generate_assignment` gives the same files, byte for byte."""
    release, solution = texts(released_tiny.release), texts(released_tiny.solution)
    shutil.rmtree(released_tiny.release)
    shutil.rmtree(released_tiny.solution)
    done = nbgrader(released_tiny.root, "generate_assignment", "tiny", "--force")
    assert done.returncode == 0, done.stderr
    assert texts(released_tiny.release) == release
    assert texts(released_tiny.solution) == solution


@pytest.mark.slow
def test_nbgrader_leaves_no_release_of_a_wrong_source(tiny: Assignment, nbgrader: Nbgrader) -> None:
    """`nbgrader generate_assignment` stops at a nested marker and removes what it had copied."""
    path = tiny.source / "lib" / "thing.py"
    marker = "        ### BEGIN SOLUTION\n"
    path.write_text(path.read_text("utf-8").replace(marker, marker * 2, 1), encoding="utf-8")
    done = nbgrader(tiny.root, "generate_assignment", "tiny", "--force")
    assert done.returncode != 0
    assert re.search(r"lib/thing\.py:\d+: nested region", done.stderr)
    assert not tiny.release.exists()


def test_the_students_wheel_is_the_same_each_time_and_holds_no_grading(tmp_path: Path) -> None:
    """The wheel is reproducible and carries the student's side alone."""
    first, second = build_wheel(tmp_path / "a"), build_wheel(tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()
    names = zipfile.ZipFile(first).namelist()
    assert "gradekit/submission/pack.py" in names
    assert not [n for n in names if "grading" in n or "authoring" in n or "gradebook" in n]
    with zipfile.ZipFile(first) as wheel:
        metadata = next(n for n in names if n.endswith("METADATA"))
        assert b"nbgrader" not in wheel.read(metadata)


VISIBLE: dict[str, tuple[str, str]] = {
    "one that the solution fails": (
        "assert Doubler().backward(1) == 3",
        "the visible check of slope does not pass on the solution: assert Doubler",
    ),
    "one that raises": (
        "Doubler().sideways(1)",
        "the visible check of slope does not pass on the solution: AttributeError",
    ),
    "one that needs another cell": (
        "assert np.array(Doubler().backward(1)) == 2",
        "NameError: name 'np' is not defined (a visible check of code in modules runs without",
    ),
    "one that is no Python": (
        "assert Doubler().backward(1) ==",
        "the visible check of slope does not pass on the solution: SyntaxError",
    ),
    "one that passes what is blank": (
        "print(Doubler().backward(1))",
        "the visible check of slope passes though nothing is solved",
    ),
    "one that passes without its hidden tests": (
        "Doubler\n### BEGIN HIDDEN TESTS\nassert Doubler().backward(1) == 2\n### END HIDDEN TESTS",
        "the visible check of slope passes though nothing is solved",
    ),
    "one whose hidden test the solution fails": (
        "assert Doubler().backward(1) == 2\n"
        "### BEGIN HIDDEN TESTS\nassert Doubler().backward(2) == 5\n### END HIDDEN TESTS",
        "the visible check of slope does not pass on the solution",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", VISIBLE)
def test_a_visible_check_must_pass_on_the_solution_and_on_nothing_else(
    tiny: Assignment, notebooks: Any, kind: str
) -> None:
    """What students would run in vain, or pass with nothing done, is not released."""
    source, told = VISIBLE[kind]
    notebooks.change(tiny.notebook, lambda n: notebooks.cell(n, "slope").update(source=source))
    with pytest.raises(AuthoringError, match=re.escape(told)):
        require_visible(tiny)


@pytest.mark.slow
def test_a_setup_cell_that_fails_on_the_solution_is_not_released(
    tiny: Assignment, notebooks: Any
) -> None:
    """Where the setup cell does not run, no visible check does."""
    setup = "from lib.thing import Tripler"
    notebooks.change(tiny.notebook, lambda n: notebooks.cell(n, "setup").update(source=setup))
    with pytest.raises(AuthoringError, match="double does not pass on the solution: the setup"):
        require_visible(tiny)


DOUBTFUL = {
    "hangs": ("while True: pass", "stopped after 3 seconds"),
    "dies": ("import os; os._exit(0)", "the Python process ended"),
    "has no memory": ("raise MemoryError", "MemoryError"),
    "has no files": ("raise OSError(24, 'Too many open files')", "Too many open files"),
}


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["slope", "setup"])
@pytest.mark.parametrize("kind", DOUBTFUL)
def test_a_visible_check_that_the_machine_may_have_stopped_costs_no_older_release(
    released_tiny: Assignment, notebooks: Any, kind: str, cell: str
) -> None:
    """A check or setup cell that hangs or dies is told: nothing is made, nothing is lost."""
    before = texts(released_tiny.release)
    source, told = DOUBTFUL[kind]
    notebooks.change(
        released_tiny.notebook, lambda n: notebooks.cell(n, cell).update(source=source)
    )
    told = "did not end within 3 seconds" if (kind, cell) == ("hangs", "setup") else told
    with pytest.raises(GraderError, match=f"on the solution: .*{told}"):
        require_visible(released_tiny, seconds=3)
    assert texts(released_tiny.release) == before


@pytest.mark.slow
def test_visible_checks_are_run_again_only_where_something_changed(
    released_tiny: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was right stays right, until a module, a cell or data has changed."""

    def run(*_: object) -> list[object]:
        raise LookupError

    monkeypatch.setattr("gradekit.verification.visible_checks.results", run)
    require_visible(released_tiny)
    with (released_tiny.source / "data/words.txt").open("a") as data:
        data.write("more\n")
    with pytest.raises(LookupError):
        require_visible(released_tiny)


@pytest.mark.slow
def test_what_the_machine_may_have_stopped_on_the_blank_release_is_no_verdict(
    released_tiny: Assignment,
) -> None:
    """A visible check that had no memory where nothing is solved has not been seen not to pass."""
    path = released_tiny.source / "lib" / "thing.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("STUB dx = None", "STUB raise MemoryError"), encoding="utf-8")
    before = texts(released_tiny.release)
    with pytest.raises(GraderError, match=r"on what is not solved: .*may be this machine's fault"):
        require_visible(released_tiny)
    assert texts(released_tiny.release) == before

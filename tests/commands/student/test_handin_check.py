"""The checks that a student can see: how each ends, and what is said about it."""

import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from gradekit.assignment.facts import KEY, Facts, checks_of, write_facts
from gradekit.assignment.visible_checks import Check, CheckResult, State
from gradekit.errors import SubmissionError
from gradekit.submission import check
from gradekit.submission.check import Checks, read_checks, run_checks, what_does_not_pass
from gradekit.submission.display import show_checks, show_missing
from gradekit.submission.notebook_kernel import ErrorLine, Kernel, Ran
from gradekit.submission.pack import StudentFolder

pytestmark = pytest.mark.one_in(3)

SETUP = "from lib.thing import *"
THING = '''\
"""What the student writes."""
import os, time


def right():
    print("right error:  1.0e-09")
    return 1


def unfinished():
    raise NotImplementedError("unfinished() is not implemented yet")


def broken():
    return [][1]
'''


def cell(source: str, grade_id: str = "", points: float | None = None) -> dict[str, Any]:
    """Return a code cell, which is the check of an item where it has points."""
    grading = {"grade_id": grade_id, "grade": points is not None, "points": points}
    meta = {"nbgrader": grading} if grade_id else {}
    return {"cell_type": "code", "source": source, "metadata": meta, "outputs": []}


def heading(title: str) -> dict[str, Any]:
    """Return a Markdown cell with a heading."""
    return {"cell_type": "markdown", "source": f"### {title}", "metadata": {}}


def make(folder: Path, *checks: str, setup: str = SETUP, thing: str = THING) -> Path:
    """Make an assignment whose items `item0`, `item1`, … have these checks."""
    cells = [cell(setup, "setup"), cell("never = 1 / 0")]
    for number, source in enumerate(checks):
        cells += [heading(f"Item {number} (2 points)"), cell(source, f"item{number}", 2)]
    (folder / "lib").mkdir(exist_ok=True)
    (folder / "lib" / "thing.py").write_text(thing)
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    (folder / "tiny.ipynb").write_text(text)
    return folder


def result(state: State, what: str = "") -> CheckResult:
    """Return the result of some item."""
    return CheckResult("item", "An item", 2, state, what)


def printed(
    checks: Sequence[Check],
    results: Sequence[CheckResult],
    notes: tuple[str, ...] = (),
    known: bool = True,
) -> str:
    """Return what `gradekit check` prints of some results."""
    console = Console(width=60, record=True, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    with console.file:
        show_checks(console, Checks("", list(checks), notes, are_all=known), iter(results))
    return console.export_text()


def test_the_checks_of_a_notebook_are_its_graded_code_cells(tmp_path: Path) -> None:
    """Name, title, points and source come from the notebook; other cells do not matter."""
    found = read_checks(make(tmp_path, "assert right()") / "tiny.ipynb")
    assert found == Checks(SETUP, [Check("item0", "Item 0", 2.0, "assert right()")])


def test_a_notebook_without_setup_or_checks_is_one_line(tmp_path: Path) -> None:
    """What was lost is named, and where to begin again."""
    path = make(tmp_path) / "tiny.ipynb"
    with pytest.raises(SubmissionError, match=r"^tiny.ipynb has lost its checks: begin again"):
        read_checks(path)
    path.write_text(path.read_text().replace('"setup"', '"other"'))
    with pytest.raises(SubmissionError, match=r"^tiny.ipynb has lost its setup cell: begin again"):
        read_checks(path)


def test_a_source_is_no_notebook_of_a_student_s(tmp_path: Path) -> None:
    """Staff who check where they write are told where students do."""
    path = make(tmp_path) / "tiny.ipynb"
    solved = "### BEGIN SOLUTION\\nx = 1\\n### END SOLUTION"
    path.write_text(path.read_text().replace('"setup"', '"other"').replace(SETUP, solved))
    with pytest.raises(SubmissionError, match=r"solutions in it.*cd release/NAME"):
        read_checks(path)


def say_released(folder: Path, setup: str) -> Path:
    """Make a notebook without a setup cell that says its release's facts; return where it is."""
    path = folder / "tiny.ipynb"
    notebook = json.loads(path.read_text())
    del notebook["cells"][0]
    facts = Facts("tiny", setup, tuple(checks_of(notebook)), ("lib/thing.py",))
    notebook["metadata"][KEY] = write_facts(facts)
    path.write_text(json.dumps(notebook))
    return path


@pytest.mark.slow
def test_a_release_without_a_setup_cell_has_lost_none(tmp_path: Path) -> None:
    """Its checks import by themselves, and are run."""
    path = say_released(make(tmp_path, "from lib.thing import right\nassert right()"), "")
    assert read_checks(path).setup == ""
    assert [one.state for one in run_checks(tmp_path)] == [State.PASSED]


def test_a_setup_cell_that_is_gone_is_run_as_released(tmp_path: Path) -> None:
    """Where the release had one, its facts say it."""
    assert read_checks(say_released(make(tmp_path, "assert right()"), SETUP)).setup == SETUP


def test_a_release_without_checks_has_lost_none(tmp_path: Path) -> None:
    """There is nothing to run, which is said, and nothing to tell as one hands in."""
    path = say_released(make(tmp_path), "")
    with pytest.raises(SubmissionError, match=r"^tiny.ipynb was released without checks"):
        read_checks(path)
    assert what_does_not_pass(tmp_path) == ()


def test_each_item_ends_in_its_own_way(tmp_path: Path) -> None:
    """Passed, failed with the bound or with the place of the error, or not done yet."""
    make(
        tmp_path,
        "assert right() == 1",
        "unfinished()",
        "broken()",
        "right()\nassert right() < 1e-8",
        "assert False, 'dx error is 0.3; it should be below 1e-08'",
        "",
        "assert right() == 1",
    )
    before = (tmp_path / "tiny.ipynb").read_bytes()
    ended = run_checks(tmp_path)
    assert [(one.state, one.what) for one in ended[:-2]] == [
        (State.PASSED, ""),
        (State.TODO, "unfinished() is not implemented yet"),
        (State.FAILED, "lib/thing.py line 15: IndexError: list index out of range"),
        (State.FAILED, "right error: 1.0e-09; assert right() < 1e-8"),
        (State.FAILED, "dx error is 0.3; it should be below 1e-08"),
    ]
    assert ended[-2].what.startswith("its cell is empty")
    assert ended[-1].state is State.PASSED
    assert (tmp_path / "tiny.ipynb").read_bytes() == before
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["lib", "thing.py", "tiny.ipynb"]


@pytest.mark.slow
def test_a_check_that_hangs_or_dies_costs_the_others_nothing(tmp_path: Path) -> None:
    """After an endless loop, or the end of the process, the next check runs in a fresh one."""
    make(tmp_path, "while True: pass", "assert right()", "os._exit(3)", "assert right()")
    ended = run_checks(tmp_path, seconds=2)
    assert [one.state for one in ended] == [
        State.TIMED_OUT,
        State.PASSED,
        State.FAILED,
        State.PASSED,
    ]
    assert ended[0].what == "stopped after 2 seconds"
    assert ended[2].what == "the Python process ended in the middle of the check"


@pytest.mark.slow
def test_no_process_is_left_behind(tmp_path: Path) -> None:
    """The process of a check that hangs is gone when the checks have ended."""
    note = tmp_path / "pid"
    loop = f"open({str(note)!r}, 'w').write(str(os.getpid())) and None\nwhile True: pass"
    ended = run_checks(make(tmp_path, loop), seconds=2)
    assert ended[0].state is State.TIMED_OUT
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("thing", "what"),
    [
        (
            "if True\n    pass\n",
            "lib/thing.py line 1 cannot be imported: SyntaxError: expected ':'",
        ),
        (
            "\nimport nowhere_at_all\n",
            "lib/thing.py line 2 cannot be imported: "
            "ModuleNotFoundError: No module named 'nowhere_at_all'",
        ),
        (
            "x = 1 / 0\n",
            "the setup cell failed: lib/thing.py line 1: ZeroDivisionError: division by",
        ),
        ("import os\nos._exit(1)\n", "the Python process ended while it ran the setup cell"),
        ("while True: pass\n", "the setup cell did not end within 3 seconds"),
    ],
)
def test_a_module_that_cannot_be_imported_is_one_line(
    tmp_path: Path, thing: str, what: str
) -> None:
    """No check runs then, and the line names the file, the place and the error."""
    make(tmp_path, "assert right()", "assert right()", thing=thing)
    ended = run_checks(tmp_path, seconds=3)
    assert [one.state for one in ended] == [State.NOT_RUN, State.NOT_RUN]
    assert all(one.what.startswith(what) for one in ended), ended[0].what


def test_nothing_passes_without_the_kernels_word() -> None:
    """Only a reply that says so makes a check pass: silence, death and errors do not."""
    here = Path()
    assert check._judge(Ran(done=True), here, 1)[0] is State.PASSED
    for ran in (Ran(), Ran(died=True), Ran(timed_out=True), Ran(error="X"), Ran(printed="ok")):
        assert check._judge(ran, here, 1)[0] is not State.PASSED


def test_the_place_of_an_error_is_the_last_one_in_the_students_files(tmp_path: Path) -> None:
    """Places in packages, in cells and in the environment of the assignment are passed over."""
    inside = tmp_path.resolve()
    places = (
        ErrorLine("/tmp/ipykernel_1/1.py", 1, ""),
        ErrorLine(str(inside / "lib" / "thing.py"), 7, ""),
        ErrorLine(str(inside / ".venv" / "site-packages" / "numpy" / "x.py"), 9, ""),
    )
    ran = Ran(error="ValueError", message="two\nlines", places=places)
    state, what = check._judge(ran, tmp_path, 1)
    assert (state, what) == (State.FAILED, "lib/thing.py line 7: ValueError: two lines")


def test_a_kernel_that_cannot_start_is_one_line(tmp_path: Path) -> None:
    """A folder that is not there gives a SubmissionError and no traceback."""
    with Kernel(tmp_path / "nowhere", 5) as kernel, pytest.raises(SubmissionError) as caught:
        kernel.start()
    assert str(caught.value).startswith("no Python kernel can be started")
    assert "\n" not in str(caught.value)


def test_the_table_says_how_each_item_ended() -> None:
    """Each item has a row with title, points and state, and below it why it did not pass."""
    checks = [Check("a", "First item", 4, ""), Check("b", "Second", 0.5, "")]
    shown = printed(checks, [result(State.PASSED), result(State.FAILED, "dx error is 0.3")])
    lines = [line.rstrip() for line in shown.splitlines()]
    assert "First item       4  passed" in lines
    assert lines[lines.index("Second         0.5  failed") + 1] == "    dx error is 0.3"
    assert lines[-1] == "1 of 2 checks pass."


def test_where_nothing_ran_there_is_one_line_and_no_table() -> None:
    """The reason stands there once, not once for each item."""
    shown = printed([Check("a", "First item", 4, "")], [result(State.NOT_RUN, "lib/x.py line 1")])
    assert shown.split("\n")[0].rstrip() == "No check can run: lib/x.py line 1"
    assert "First item" not in shown


def told(submission: StudentFolder) -> str:
    """Return what `gradekit check` prints of what is missing."""
    console = Console(width=60, record=True, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    with console.file:
        show_missing(console, submission)
    return console.export_text()


def test_what_is_missing_is_listed_or_said_to_be_nothing() -> None:
    """After the checks stand what the graders cannot run, what is missing, and what is odd."""
    nothing = StudentFolder(Path(), {"tiny.ipynb": "tiny.ipynb"}, "tiny", "Tiny", (), (), ())
    assert "Nothing is missing" in told(nothing)
    assert "Nothing is missing" in told(replace(nothing, notes=("Look at this.",)))
    assert "  - Look at this." in told(replace(nothing, notes=("Look at this.",)))
    wrong = ("Sampled text: nothing printed yet. Run [bold]it[/bold].", "no package scipy")
    shown = told(replace(nothing, missing=wrong, cannot_run=wrong[1:]))
    assert "  - Sampled text: nothing printed yet. Run [bold]it[/bold]." in shown
    assert "The graders cannot run this, whatever passes here:\n  - no package scipy" in shown
    assert shown.count("scipy") == 1
    assert "Nothing is missing" not in shown


def released(folder: Path, *checks: str) -> Path:
    """Make an assignment whose notebook says which checks it was released with; return it."""
    path = make(folder, *checks) / "tiny.ipynb"
    notebook = json.loads(path.read_text())
    facts = Facts("tiny", SETUP, tuple(checks_of(notebook)), ("lib/thing.py",))
    notebook["metadata"][KEY] = write_facts(facts)
    path.write_text(json.dumps(notebook))
    return path


def change(path: Path, change: Callable[[list[Any]], object]) -> None:
    """Change the cells of a notebook."""
    notebook = json.loads(path.read_text())
    change(notebook["cells"])
    path.write_text(json.dumps(notebook))


def test_checks_that_are_gone_are_counted_all_the_same(tmp_path: Path) -> None:
    """What the release has is run, and which cells are gone or changed is said by name."""
    path = released(tmp_path, "assert right()", "assert True", "assert right() == 1")
    before = read_checks(path)
    assert (before.notes, before.are_all) == ((), True)
    change(path, lambda cells: [cells.pop(7), cells.pop(3), cells[4].update(source="pass")])
    found = read_checks(path)
    assert found.checks == before.checks
    assert found.notes == (
        "2 checks are gone from tiny.ipynb: Item 0, Item 2. The checks that you were given were "
        "run; copy them back from the notebook that you were given.",
        "1 check is changed in tiny.ipynb: Item 1. The checks that you were given were "
        "run; copy it back from the notebook that you were given.",
    )


@pytest.mark.parametrize(
    "spoil",
    [
        lambda cell: cell.update(cell_type="markdown"),
        lambda cell: cell.update(metadata={}),
        lambda cell: cell["metadata"]["nbgrader"].update(grade=False),
        lambda cell: cell["metadata"]["nbgrader"].update(grade_id="other"),
    ],
)
def test_a_check_is_gone_however_it_went(tmp_path: Path, spoil: Callable[[Any], object]) -> None:
    """Turned into text, without its name or under another one: it is not there."""
    path = released(tmp_path, "assert right()", "assert True")
    change(path, lambda cells: spoil(cells[3]))
    found = read_checks(path)
    assert [check.item for check in found.checks] == ["item0", "item1"]
    assert found.notes[0].startswith("1 check is gone from tiny.ipynb: Item 0.")


def test_copies_and_blanks_change_no_check(tmp_path: Path) -> None:
    """A copied cell is one check, and white space is no change."""
    path = released(tmp_path, "assert right()", "assert True")

    def copied_and_spaced(cells: list[Any]) -> None:
        cells.append(cells[3])
        cells[5].update(source="assert  True\n")

    change(path, copied_and_spaced)
    assert read_checks(path).notes == ()
    assert len(read_checks(path).checks) == 2


def test_a_setup_cell_that_is_gone_is_the_releases(tmp_path: Path) -> None:
    """One that was changed is the student's own: they may need it on their computer."""
    path = released(tmp_path, "assert right()")
    change(path, lambda cells: cells[0].update(source="import sys"))
    assert read_checks(path).setup == "import sys"
    change(path, lambda cells: cells.pop(0))
    assert read_checks(path).setup == SETUP


@pytest.mark.parametrize("facts", [3, [], {"checks": 3}, {"checks": [3, {"name": []}, {}]}])
def test_odd_metadata_say_nothing(tmp_path: Path, facts: Any) -> None:
    """Where a notebook does not say what it was released with, what is left is counted as such."""
    path = make(tmp_path, "assert right()") / "tiny.ipynb"
    notebook = json.loads(path.read_text())
    notebook["metadata"][KEY] = facts
    path.write_text(json.dumps(notebook))
    found = read_checks(path)
    assert (len(found.checks), found.are_all) == (1, False)
    shown = printed(found.checks, [result(State.PASSED)], known=found.are_all)
    assert "The only check that is in the notebook passes." in shown


@pytest.mark.slow
def test_what_does_not_pass_is_one_line(tmp_path: Path) -> None:
    """Whoever hands in reads how many checks do not pass, which and why; nothing where all do."""
    assert what_does_not_pass(make(tmp_path, "assert right()")) == ()
    make(tmp_path, "assert right()", *["assert 0"] * 4)
    assert what_does_not_pass(tmp_path) == (
        "4 of 5 checks do not pass: Item 1, Item 2, Item 3 and 1 more; the first: assert 0. "
        "Run `gradekit check` to see more.",
    )
    make(tmp_path, "while True: pass", "assert right()")
    assert what_does_not_pass(tmp_path, seconds=2) == (
        "1 of 2 checks does not pass: Item 0: stopped after 2 seconds. "
        "Run `gradekit check` to see more.",
        "Only 1 of 2 checks were run in 2 s. Run `gradekit check` to see all of them.",
    )
    (line,) = what_does_not_pass(make(tmp_path))
    assert line.startswith("The checks were not run: tiny.ipynb has lost its checks")


def test_a_kernels_files_are_in_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that is stopped amid the start of a kernel leaves no file behind."""
    temporary, home = tmp_path / "temporary", tmp_path / "home"
    for folder in (temporary, home):
        folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(home))
    with Kernel(tmp_path, 30) as kernel:
        assert kernel.start().done
        names = [path.name for path in temporary.iterdir()]
        assert names
        assert all(name.startswith("gradekit-check-") for name in names), names
    assert not [*temporary.iterdir(), *home.iterdir()]

"""No way of making a release gives students a solution, whatever the configuration says."""

import base64
import contextlib
import gzip
import io
import json
import logging
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearOutput, Execute
from traitlets.config import Config
from zips import zipped

from gradekit.commands.release import make_release
from gradekit.course import Assignment
from gradekit.errors import AuthoringError, GradekitError, GraderError
from gradekit.gradebook.config import AUTOGRADE, RELEASE, configure
from gradekit.gradebook.steps.base import note_folders
from gradekit.release.leaks import check_no_leak, leaks_to_come, require_no_leak
from gradekit.release.secret_lines import secret_lines
from gradekit.solution.regions import is_one_region

pytestmark = pytest.mark.one_in(5)

SECRET = "doubled = self.meta + np.multiply(self.meta, 1.0)"
MARKER = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n"
CONFIGURED = """\
from gradekit.gradebook.config import configure

configure(get_config())
"""


def texts(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by relative path."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def tarred(name: str, data: bytes) -> bytes:
    """Return a compressed tar of a file."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return made.getvalue()


def notebook(change: Callable[[Any, Any], None]) -> bytes:
    """Return a notebook of a code cell and a text, changed."""
    code, text = new_code_cell("print(1)"), new_markdown_cell("Text")
    change(code, text)
    return str(nbformat.writes(new_notebook(cells=[code, text]))).encode()


def attached(_: Any, text: Any) -> None:
    """Attach the secret to a text."""
    encoded = base64.b64encode(f"{'#' * 99}\n{SECRET}\n".encode()).decode()
    text.attachments = {"a.png": {"image/png": encoded}}


def printed(code: Any, _: Any) -> None:
    """Print the secret."""
    code.outputs = [new_output("stream", text=f"def f():\n    {SECRET}\n")]


def shown(code: Any, _: Any) -> None:
    """Show the secret as HTML."""
    code.outputs = [new_output("display_data", data={"text/html": f"<pre>{SECRET}</pre>"})]


SOLVED = f"def f(self):\n    {SECRET}\n".encode()
PLACES: dict[str, tuple[str, bytes]] = {
    "a cell": ("aside.ipynb", notebook(lambda code, _: code.update(source=SOLVED.decode()))),
    "a printed output": ("aside.ipynb", notebook(printed)),
    "a shown output": ("aside.ipynb", notebook(shown)),
    "an attachment": ("aside.ipynb", notebook(attached)),
    "a cell's metadata": (
        "aside.ipynb",
        notebook(lambda _, text: text.metadata.update(old=[SECRET, {"more": 1}])),
    ),
    "a checkpoint": (".ipynb_checkpoints/tiny-checkpoint.ipynb", notebook(printed)),
    "a hidden file": (".thing.py.swp", SOLVED),
    "an editor's copy": ("lib/thing.py~", SOLVED),
    "a text in UTF-16": ("notes.txt", SOLVED.decode().encode("utf-16")),
    "other white space": ("notes.md", SOLVED.replace(b" = ", b"=\t\r\n")),
    "data in JSON": ("data/answers.json", json.dumps({"line": [SECRET, 3]}).encode()),
    "a zip": ("old.zip", zipped({"thing": SOLVED})),
    "a zip of another name": ("data/words.dat", zipped({"thing": SOLVED})),
    "a zip in a zip": ("old.zip", zipped({"inner": zipped({"thing": SOLVED})})),
    "a notebook in a zip": ("old.zip", zipped({"a.ipynb": notebook(attached)})),
    "a compressed tar": ("old.tar.gz", tarred("thing.py", SOLVED)),
    "a compressed file": ("thing.py.gz", gzip.compress(SOLVED)),
    "a wheel of another's": ("other-1-py3-none-any.whl", zipped({"thing": SOLVED})),
    "a marker": ("lib/helper.py", MARKER.encode()),
    "a marker of hidden tests": ("more.py", b"### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS\n"),
    "a marker of a scheme": ("more.md", b"=== BEGIN MARK SCHEME ===\n"),
    "a marker nearly right": ("lib/helper.py", b"# begin solution\n"),
    "compiled Python": ("lib/__pycache__/thing.cpython-311.pyc", b"\xa7\r\r\n"),
    "far down in a long file": ("long.txt", b"x = 1\n" * 3_000_000 + SOLVED),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_solution_is_found_wherever_it_stands(released_tiny: Assignment, place: str) -> None:
    """A line of a solution or a marker in any file of a release is told with the file."""
    check_no_leak(released_tiny, released_tiny.release)
    name, data = PLACES[place]
    path = released_tiny.release / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    with pytest.raises(AuthoringError) as told:
        check_no_leak(released_tiny, released_tiny.release)
    assert name in str(told.value)
    assert "\n" not in str(told.value)


def test_a_link_in_a_release_is_none_of_it(released_tiny: Assignment) -> None:
    """A link would show what it leads to, or nothing at all on a student's computer."""
    (released_tiny.release / "solved.py").symlink_to(released_tiny.source / "lib/thing.py")
    with pytest.raises(AuthoringError, match="a link stands in the release"):
        check_no_leak(released_tiny, released_tiny.release)


@pytest.mark.slow
def test_hidden_tests_are_secret_lines(tiny: Assignment, notebooks: Any) -> None:
    """What nbgrader takes out of a cell with tests is looked for as well."""
    hidden = "assert Doubler().forward([7.25]) == 14.5"
    text = (
        f"assert Doubler().forward(1) == 2\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    )
    notebooks.change(tiny.notebook, lambda n: notebooks.cell(n, "double").update(source=text))
    assert hidden in [line.text for line in secret_lines(tiny)]
    make_release(tiny)
    assert hidden.encode() not in b"".join(texts(tiny.release).values())
    with (tiny.release / "README.md").open("a") as readme:
        readme.write(f"\n    {hidden}\n")
    with pytest.raises(AuthoringError, match=r"README\.md"):
        check_no_leak(tiny, tiny.release)


@pytest.mark.slow
@pytest.mark.parametrize(
    "common", ["for i in range(3):", "shape = np.shape(x)", "return doubled + 0.0"]
)
def test_a_common_line_is_no_secret(tiny: Assignment, common: str) -> None:
    """What stands outside of regions as well, and is short, may stay there."""
    path = tiny.source / "lib" / "thing.py"
    inside = f"{common}\n            pass" if common.endswith(":") else common
    given = f"\n\ndef given(x, doubled):\n    {inside.replace('            ', '        ')}\n"
    if not common.startswith("return"):
        text = path.read_text().replace("dx = 2.0", f"x = dout\n        {inside}\n        dx = 2.0")
        given += "    return x\n"
    else:
        text = path.read_text().replace("        ### END", f"        {inside}\n        ### END", 1)
    path.write_text(text + given)
    make_release(tiny)
    check_no_leak(tiny, tiny.release)


def test_a_short_line_that_a_longer_one_holds_is_no_secret(tiny: Assignment) -> None:
    """Who gives out `return self.meta * 2` has not given away `return self`; all else is told."""
    path = tiny.source / "lib" / "thing.py"
    text = path.read_text().replace("dx = 2.0", "x = dout.copy()\n        dx = 2.0")
    path.write_text(text + "\n\ndef given(dout):\n    x = dout.copy() * 2\n    return x\n")
    assert not [str(one) for one in leaks_to_come(tiny)]
    (tiny.source / "notes.md").write_text("x = dout.copy()\n")
    assert not [str(one) for one in leaks_to_come(tiny)]
    (tiny.source / "notes.md").write_text(f"{SECRET}\n")
    assert ["notes.md" in str(one) for one in leaks_to_come(tiny)] == [True]


def test_what_is_given_anyway_is_no_secret(tiny: Assignment, notebooks: Any) -> None:
    """An import that is given, and a hidden test that a visible one repeats, tell nothing."""
    imported = "from collections.abc import Iterable, Iterator"
    path = tiny.source / "lib" / "thing.py"
    solved = path.read_text().replace("dx = 2.0", f"{imported}\n        dx = 2.0")
    path.write_text(solved)
    test = "assert Doubler().forward([7.25, 1.5]) == 14.5"
    text = f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS"
    notebooks.change(tiny.notebook, lambda n: notebooks.cell(n, "double").update(source=text))
    assert {imported, test} <= {line.text for line in secret_lines(tiny)}
    path.write_text(f"{imported}\n{solved}")
    notebooks.change(
        tiny.notebook, lambda n: notebooks.cell(n, "double").update(source=f"{test}\n{text}")
    )
    assert not {imported, test} & {line.text for line in secret_lines(tiny)}


CONFIGURATIONS: dict[str, tuple[dict[str, str], str]] = {
    "none": ({}, "nbgrader_config.py is not there: make it"),
    "one without the kit": ({"nbgrader_config.py": "c = get_config()\n"}, "are not in place"),
    "an empty one": ({"nbgrader_config.py": ""}, "are not in place"),
    "steps set afterwards": (
        {"nbgrader_config.py": f"{CONFIGURED}get_config().GenerateAssignment.preprocessors = []\n"},
        "GenerateAssignment.preprocessors lacks WriteTests",
    ),
    "grading set afterwards": (
        {
            "nbgrader_config.py": f"{CONFIGURED}"
            "get_config().Autograde.autograde_preprocessors = "
            "['nbgrader.preprocessors.Execute', 'nbgrader.preprocessors.SaveAutoGrades']\n"
        },
        "Autograde.autograde_preprocessors lacks GradeModules",
    ),
    "execution added": (
        {
            "nbgrader_config.py": f"{CONFIGURED}from nbgrader.preprocessors import Execute\n"
            "get_config().Autograde.autograde_preprocessors.insert(0, Execute)\n"
        },
        "outside of the sandbox",
    ),
    "JSON beside it": (
        {
            "nbgrader_config.py": CONFIGURED,
            "nbgrader_config.json": json.dumps({"GenerateAssignment": {"preprocessors": []}}),
        },
        "GenerateAssignment.preprocessors lacks WriteTests",
    ),
    "JSON alone": (
        {"nbgrader_config.json": json.dumps({"CourseDirectory": {"course_id": "x"}})},
        "nbgrader_config.py is not there: make it",
    ),
    "one that raises": (
        {"nbgrader_config.py": "import os\n\nundefined\n" + CONFIGURED},
        "nbgrader_config.py:3: NameError: name 'undefined' is not defined",
    ),
    "one that is no Python": (
        {"nbgrader_config.py": CONFIGURED + "c = = 3\n"},
        "nbgrader_config.py:4: SyntaxError",
    ),
    "one that exits": (
        {"nbgrader_config.py": "raise SystemExit(0)\n"},
        "nbgrader_config.py:1: SystemExit",
    ),
}


@pytest.mark.parametrize("kind", CONFIGURATIONS)
def test_every_command_refuses_without_the_kits_steps(
    tiny_handins: Any, gradekit: Callable[..., tuple[int, str, str]], kind: str
) -> None:
    """One line says what to add; nothing is released, taken in or graded, and all stays."""
    assignment = tiny_handins.assignment
    zip_path = assignment.root / "tiny_ada.zip"
    folder = tiny_handins.add_solved("ada")
    shutil.make_archive(str(zip_path.with_suffix("")), "zip", folder)
    (assignment.root / "nbgrader_config.py").unlink()
    files, told = CONFIGURATIONS[kind]
    for name, text in files.items():
        (assignment.root / name).write_text(text)
    before = texts(assignment.root / "release"), texts(assignment.solution)
    for command in (
        ["release", "tiny"],
        ["collect", "tiny", str(zip_path)],
        ["grade", "tiny"],
        ["scores", "tiny"],
    ):
        code, _, errors = gradekit(assignment.root, *command)
        assert code == 1, command
        assert told in errors
        assert len(errors.splitlines()) == 1
    assert (texts(assignment.root / "release"), texts(assignment.solution)) == before
    assert not (assignment.root / "autograded").exists()


def converter(
    kind: type[Any], assignment: Assignment, change: Callable[[Config], None], **folders: str
) -> Any:
    """Return one of nbgrader's converters as nbgrader starts it, with a changed configuration."""
    with contextlib.chdir(assignment.root):
        config = configure(Config())
    config.CourseDirectory.root = str(assignment.root)
    config.CourseDirectory |= folders
    change(config)
    courses = CourseDirectory(config=config)
    courses.assignment_id = assignment.name
    made = kind(coursedir=courses, config=config, log=logging.getLogger("as nbgrader's"))
    made.force = True
    return made


def without(*names: str) -> Callable[[Config], None]:
    """Return what takes steps out of a configuration's list for the release."""

    def change(config: Config) -> None:
        config.GenerateAssignment.preprocessors = [
            step for step in RELEASE if step.__name__ not in names
        ]

    return change


def turned_off(*names: str) -> Callable[[Config], None]:
    """Return what switches steps off, as nbgrader lets a configuration do."""

    def turn_off(config: Config) -> None:
        for name in names:
            config[name].enabled = False

    return turn_off


def other_folder(**folders: str) -> Callable[[Config], None]:
    """Return what names other folders."""
    return lambda config: config.CourseDirectory.update(folders)


def configured_folder(**folders: str) -> Callable[[Config], None]:
    """Return what names other folders before the kit's steps are put in place."""

    def change(config: Config) -> None:
        config.CourseDirectory.update(folders)
        note_folders(config)

    return change


LEAKING: dict[str, tuple[Callable[[Config], None], str]] = {
    "no steps": (lambda c: setattr(c.GenerateAssignment, "preprocessors", []), "lacks WriteTests"),
    "modules not cut": (without("CutModules"), "lacks CutModules"),
    "solutions of cells left": (without("ClearSolutions"), "lacks ClearSolutions"),
    "reference not written": (without("WriteSolution"), "lacks WriteSolution"),
    "steps in another order": (
        lambda c: setattr(c.GenerateAssignment, "preprocessors", RELEASE[::-1]),
        "too early",
    ),
    "ClearSolutions switched off": (turned_off("ClearSolutions"), "stands in the release"),
    "a source that is not configured": (
        other_folder(source_directory="src"),
        "source_directory is 'src', which",
    ),
    "a release that is not configured": (
        other_folder(release_directory="out"),
        "release_directory is 'out', which",
    ),
    "a release within the source": (
        configured_folder(release_directory="source/out"),
        "is 'source/out', which is within source_directory",
    ),
    "another structure": (
        other_folder(directory_structure="{nbgrader_step}/{assignment_id}/{student_id}"),
        "directory_structure",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", LEAKING)
def test_nbgraders_own_release_never_leaks(
    released_tiny: Assignment, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever a file or an option of nbgrader's changes, it stops and nothing new is released."""
    shutil.copytree(released_tiny.source, released_tiny.root / "src" / "tiny")
    change, told = LEAKING[way]
    module = released_tiny.source / "lib/thing.py"
    module.write_text(module.read_text() + "\n\nNEWER = True\n")
    with pytest.raises((NbGraderException, GradekitError)):
        converter(GenerateAssignment, released_tiny, change).start()
    assert told in caplog.text
    for folder in ("release", "out"):
        everything = b"".join(texts(released_tiny.root / folder).values())
        assert SECRET.encode() not in everything
        assert b"NEWER" not in everything


def test_steps_that_are_switched_off_are_done_all_the_same(released_tiny: Assignment) -> None:
    """The kit's own steps have no switch: modules are cut though a configuration says not to."""
    before = texts(released_tiny.release)
    names = ("CheckSource", "CutModules", "WriteSolution", "NbGraderPreprocessor")
    shutil.rmtree(released_tiny.solution)
    converter(GenerateAssignment, released_tiny, turned_off(*names[:3])).start()
    assert texts(released_tiny.release) == before
    assert released_tiny.solution.is_dir()


def test_a_step_of_the_courses_own_may_stand_between(released_tiny: Assignment) -> None:
    """A course may add steps to the kit's, as long as those stay in their order."""
    made = converter(GenerateAssignment, released_tiny, lambda _: None)
    made.preprocessors = [*RELEASE[:3], ClearOutput, *RELEASE[3:]]
    made.start()
    assert released_tiny.release.is_dir()


def test_no_notebook_is_run_outside_of_the_sandbox(
    tiny_handins: Any, tmp_path: Path, notebooks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Where a configuration would have cells executed, nbgrader's own autograde stops."""
    trace = tmp_path / "trace"
    folder = tiny_handins.add_solved("ada")
    notebooks.change(
        folder / "tiny.ipynb",
        lambda n: notebooks.cell(n, "play").update(source=f"open({str(trace)!r}, 'w')"),
    )

    def change(config: Config) -> None:
        config.Autograde.autograde_preprocessors = [Execute, *AUTOGRADE]

    made = converter(Autograde, tiny_handins.assignment, change)
    made.coursedir.student_id = "ada"
    with pytest.raises(NbGraderException):
        made.start()
    assert "outside of the sandbox" in caplog.text
    assert not trace.exists()
    assert not (tiny_handins.assignment.root / "autograded").exists()


@pytest.mark.parametrize("command", ["collect", "grade"])
def test_a_release_made_without_the_kit_is_refused(
    tiny_handins: Any, gradekit: Callable[..., tuple[int, str, str]], command: str
) -> None:
    """What plain nbgrader has released, solved modules and all, is told by the next command."""
    assignment = tiny_handins.assignment
    folder = tiny_handins.add_solved("ada")
    shutil.copyfile(assignment.source / "lib/thing.py", assignment.release / "lib/thing.py")
    given = ["collect", "tiny", str(folder)] if command == "collect" else ["grade", "tiny"]
    code, _, errors = gradekit(assignment.root, *given)
    assert code == 1
    assert "lib/thing.py" in errors
    assert "made without the kit's steps" in errors
    assert "gradekit release tiny" in errors
    with pytest.raises(GradekitError):
        require_no_leak(assignment)


@pytest.mark.slow
def test_nbgraders_command_stops_where_an_option_takes_the_steps_away(
    tiny: Assignment, nbgrader: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """From the command line, too, no option makes a release without the kit's steps."""
    option = "--GenerateAssignment.preprocessors=nbgrader.preprocessors.LockCells"
    done = nbgrader(tiny.root, "generate_assignment", "tiny", "--force", option)
    assert done.returncode == 1
    assert "the kit's steps are not in place" in done.stderr
    assert "Traceback" not in done.stderr
    assert not tiny.release.exists()


def no_landlock(*_: object, **__: object) -> None:
    """Fail as where the sandbox does not hold."""
    raise GraderError("no Landlock on this machine")


@pytest.mark.parametrize("by_nbgrader", [False, True], ids=["gradekit", "nbgrader"])
def test_the_graders_fault_never_takes_a_good_release_away(
    released_tiny: Assignment, monkeypatch: pytest.MonkeyPatch, by_nbgrader: bool
) -> None:
    """Where nothing can be verified on a machine, the older release and reference stay."""
    before = texts(released_tiny.release), texts(released_tiny.solution)
    for place in ("commands.release", "gradebook.steps.release"):
        monkeypatch.setattr(f"gradekit.{place}.require_verified", no_landlock)
    if by_nbgrader:
        with pytest.raises(NbGraderException):
            converter(GenerateAssignment, released_tiny, lambda _: None).start()
    else:
        with pytest.raises(GraderError, match="no Landlock"):
            make_release(released_tiny)
    assert (texts(released_tiny.release), texts(released_tiny.solution)) == before


def test_an_error_of_nbgraders_own_steps_leaves_the_older_release(
    released_tiny: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nbgrader fails, the older release is back in its place, and Ctrl-C is no fault."""
    before = texts(released_tiny.release)
    for stop in (RuntimeError("odd"), KeyboardInterrupt()):

        def preprocess(*_: object, stop: BaseException = stop) -> None:
            raise stop

        monkeypatch.setattr("nbgrader.preprocessors.LockCells.preprocess", preprocess)
        with pytest.raises((NbGraderException, KeyboardInterrupt)):
            converter(GenerateAssignment, released_tiny, lambda _: None).start()
        assert texts(released_tiny.release) == before


@pytest.mark.slow
def test_a_second_assignment_is_released_in_one_course(released_tiny: Assignment) -> None:
    """A course without a name can have any number of assignments."""
    for name in ("second", "third"):
        for folder in ("source", "tests/graders"):
            shutil.copytree(
                released_tiny.root / folder / "tiny", released_tiny.root / folder / name
            )
        source = released_tiny.root / "source" / name
        (source / "tiny.ipynb").rename(source / f"{name}.ipynb")
        make_release(Assignment(released_tiny.root, name))
        assert (released_tiny.root / "release" / name / f"{name}.ipynb").is_file()


STAFFS_OWN = (
    "### BEGIN SOLUTION\nSay `configure(get_config())` in nbgrader_config.py.\n### END SOLUTION"
)


UNCONFIGURED = {
    "no file": None,
    "a file that does not configure": "c = get_config()\n",
    "a file that is no Python": "c = get_config(\n",
    "a file that raises": "raise RuntimeError('broken')\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("text", UNCONFIGURED.values(), ids=list(UNCONFIGURED))
def test_nbgrader_releases_nothing_of_the_kits_where_it_is_not_configured(
    tiny: Assignment, nbgrader: Callable[..., subprocess.CompletedProcess[str]], text: str | None
) -> None:
    """Wherever the kit is installed, nbgrader's own command says what to add, and stops."""
    configuration = tiny.root / "nbgrader_config.py"
    configuration.unlink()
    if text is not None:
        configuration.write_text(text)
    for command in ("generate_assignment", "autograde", "generate_feedback"):
        (tiny.submission("ada")).mkdir(parents=True, exist_ok=True)
        (tiny.submission("ada") / "tiny.ipynb").write_bytes(tiny.notebook.read_bytes())
        done = nbgrader(tiny.root, command, "tiny", "--force")
        told = done.stdout + done.stderr
        assert done.returncode != 0, command
        if command == "generate_assignment":
            assert "the kit's steps are not in place" in told
            assert "configure(get_config())" in told
        assert not tiny.release.exists()
        assert not tiny.autograded("ada").exists()


@pytest.mark.slow
def test_nbgraders_own_assignments_are_nbgraders(
    tiny: Assignment, nbgrader: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """In a course without the kit, an assignment with nothing of the kit's is released as ever."""
    (tiny.root / "nbgrader_config.py").unlink()
    shutil.rmtree(tiny.graders)
    shutil.rmtree(tiny.source / "lib")
    done = nbgrader(tiny.root, "generate_assignment", "tiny", "--force")
    assert done.returncode == 0, done.stderr
    assert (tiny.release / "tiny.ipynb").is_file()


@pytest.mark.slow
def test_a_cell_of_the_staffs_own_stops_plain_nbgrader(
    tiny: Assignment,
    notebooks: Any,
    nbgrader: Callable[..., subprocess.CompletedProcess[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the kit is not installed nbgrader prints it, releases nothing; the kit drops it."""
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "1")  # as if the kit were not there
    before = len(notebooks.read(tiny.notebook).cells)
    notebooks.change(tiny.notebook, lambda n: n.cells.append(new_markdown_cell(STAFFS_OWN)))
    configuration = tiny.root / "nbgrader_config.py"
    text = configuration.read_text()
    configuration.unlink()
    done = nbgrader(tiny.root, "generate_assignment", "tiny", "--force")
    assert done.returncode != 0
    assert "Say `configure(get_config())` in nbgrader_config.py." in done.stderr
    assert not tiny.release.exists()
    configuration.write_text(text)
    make_release(tiny)
    assert len(notebooks.read(tiny.release / "tiny.ipynb").cells) == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (STAFFS_OWN, True),
        (f"\n{STAFFS_OWN}\n\n", True),
        (f"Text\n{STAFFS_OWN}", False),
        (f"{STAFFS_OWN}\nText", False),
        (f"{STAFFS_OWN}\n{STAFFS_OWN}", False),
        ("Text", False),
        ("", False),
    ],
)
def test_which_cells_are_the_staffs_own(text: str, expected: bool) -> None:
    """Those that are one region from their first line to their last."""
    assert is_one_region(text) is expected


def test_doctor_looks_at_the_course(
    released_tiny: Assignment, gradekit: Callable[..., tuple[int, str, str]]
) -> None:
    """It tells a configuration without the kit's steps, and a release that shows a solution."""
    code, told, errors = gradekit(released_tiny.root, "doctor")
    assert (code, errors) == (0, "")
    assert "release tiny" in told
    shutil.copyfile(released_tiny.source / "lib/thing.py", released_tiny.release / "lib/thing.py")
    code, _, errors = gradekit(released_tiny.root, "doctor")
    assert code == 1
    assert "made without the kit's steps" in errors
    (released_tiny.root / "nbgrader_config.py").write_text("")
    code, _, errors = gradekit(released_tiny.root, "doctor")
    assert code == 1
    assert "the kit's steps are not in place" in errors


def test_a_configuration_has_lists_of_its_own(tiny: Assignment) -> None:
    """What a course adds to its lists of steps changes no other course's, nor what is needed."""
    first = configure(Config(), tiny.root)
    first.Autograde.autograde_preprocessors.insert(0, Execute)
    assert Execute not in configure(Config(), tiny.root).Autograde.autograde_preprocessors
    assert Execute not in AUTOGRADE

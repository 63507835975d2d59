"""The kit's commands take a course's configuration from the same files as nbgrader's."""

from collections.abc import Callable
from pathlib import Path

import pytest
from nbgrader.apps.baseapp import NbGrader
from nbgrader.coursedir import CourseDirectory

from gradekit.course import Assignment
from gradekit.errors import GradekitError
from gradekit.gradebook.convert import course_config, gradebook_url

URL = "c.CourseDirectory.db_url = 'sqlite:////{}.db'\n"
JSON_URL = '{{"CourseDirectory": {{"db_url": "sqlite:////{}.db"}}}}'
# Each counts over those before it.
ORDER = (
    "machine/jupyter_config.py",
    "own/jupyter_config.json",
    "machine/nbgrader_config.py",
    "machine/nbgrader_config.json",
    "own/nbgrader_config.py",
    "own/nbgrader_config.json",
    "course/nbgrader_config.py",
    "course/nbgrader_config.json",
)


@pytest.fixture
def put(
    tiny: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, str], Path]:
    """Writes to a file of the machine's, one's own, or the course's; none of others is read."""
    for name in ("machine", "own"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "own"))
    monkeypatch.delenv("JUPYTER_CONFIG_PATH", raising=False)
    monkeypatch.delenv("JUPYTER_NO_CONFIG", raising=False)
    monkeypatch.setattr("jupyter_core.paths.SYSTEM_CONFIG_PATH", [str(tmp_path / "machine")])
    monkeypatch.setattr("jupyter_core.paths.ENV_CONFIG_PATH", [])

    def write(name: str, text: str) -> Path:
        folder, _, file = name.partition("/")
        path = (tiny.root if folder == "course" else tmp_path / folder) / file
        with path.open("a", encoding="utf-8") as stream:
            stream.write(text)
        return path

    return write


def nbgraders_url(root: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the gradebook's address that nbgrader itself finds."""
    monkeypatch.chdir(root)
    app = NbGrader()
    app.coursedir = CourseDirectory(parent=app)
    app.load_config_file()
    return str(CourseDirectory(config=app.config).db_url)


@pytest.mark.parametrize("last", range(1, len(ORDER) + 1))
def test_the_last_file_has_the_last_word(
    tiny: Assignment,
    put: Callable[[str, str], Path],
    monkeypatch: pytest.MonkeyPatch,
    last: int,
) -> None:
    """Of all files that say where the gradebook is, the same one counts as with nbgrader."""
    for number, name in enumerate(ORDER[:last]):
        put(name, (JSON_URL if name.endswith(".json") else URL).format(number))
    url = gradebook_url(tiny.root)
    assert url == f"sqlite:////{last - 1}.db"
    assert url == nbgraders_url(tiny.root, monkeypatch)


def test_a_setting_of_ones_own_is_the_courses_as_well(
    tiny: Assignment, put: Callable[[str, str], Path]
) -> None:
    """Also the rule for late hand-ins; the steps of the course stay those of its own file."""
    put("own/nbgrader_config.py", "c.LateRule.percent_per_day = 10\n")
    put("own/nbgrader_config.py", "c.GenerateAssignment.preprocessors = []\n")
    config = course_config(tiny.root)
    assert config.LateRule.percent_per_day == 10
    assert len(config.GenerateAssignment.preprocessors) > 5


@pytest.mark.parametrize("name", ["own/nbgrader_config.py", "machine/jupyter_config.json"])
def test_a_file_that_cannot_be_read_is_one_line(
    tiny: Assignment, put: Callable[[str, str], Path], name: str
) -> None:
    """It is told with its place, whoever's it is."""
    path = put(name, "c.This is wrong")
    with pytest.raises(GradekitError, match=f"^{path}.*: [A-Za-z]*Error: ") as told:
        course_config(tiny.root)
    assert "\n" not in str(told.value)

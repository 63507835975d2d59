"""What is built for others to install: a course works from it, without this repository."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

import gradekit

REPOSITORY = Path(__file__).resolve().parents[2]
NOT_BUILT = ("gradebook.db", "secret.key", "/.gradekit/", "/.venv/", "__pycache__")
MADE = ("release", "lib_solution", "submitted", "autograded", "feedback")


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built source distribution, unpacked."""
    folder = tmp_path_factory.mktemp("built")
    built = next(iter(SdistBuilder(str(REPOSITORY)).build(directory=str(folder))))
    with tarfile.open(built) as packed:
        packed.extractall(folder, filter="data")
    return folder / f"gradekit-{gradekit.__version__}"


@pytest.fixture(scope="module")
def installed(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of an environment in which the wheel of the source distribution is installed.

    What the kit depends on is this environment's, which is not what is tested here.
    """
    wheel = next(iter(WheelBuilder(str(sdist)).build(directory=str(sdist / "dist"))))
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    into = ["--python", str(folder), "install", "--no-deps", "--no-index", wheel]
    subprocess.run([*pip, *into], check=True, capture_output=True, text=True)
    [packages] = folder.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def run(bin_folder: Path, root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of an environment in a folder, without what this one has set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    # Behind the environment's own scripts stand those of what the kit depends on.
    kept["PATH"] = os.pathsep.join([str(bin_folder), sysconfig.get_path("scripts"), kept["PATH"]])
    whole = [str(bin_folder / command[0]), *command[1:]]
    return subprocess.run(whole, cwd=root, env=kept, capture_output=True, text=True, check=False)


def test_the_source_distribution_is_whole_and_holds_nobodys_files(sdist: Path) -> None:
    """The licence, the tests and the pages are in it; a course's own results are not."""
    names = [f"/{path.relative_to(sdist).as_posix()}" for path in sdist.rglob("*")]
    for needed in (
        "/LICENSE",
        "/README.md",
        "/docs/grading.md",
        "/source/problem_2/problem_2.ipynb",
    ):
        assert needed in names
    assert [name for name in names if any(part in name for part in NOT_BUILT)] == []
    for folder in MADE:
        assert [path.name for path in (sdist / folder).iterdir()] == ["README.md"]


@pytest.mark.slow
def test_a_course_works_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    """The kit that runs is the installed one, and a new course is released with it."""
    where = run(installed, tmp_path, "python", "-c", "import gradekit; print(gradekit.__file__)")
    assert Path(where.stdout.strip()).is_relative_to(installed.parent), where
    assert (installed.parent / "etc/jupyter/nbgrader_config.py").is_file()
    version = run(installed, tmp_path, "gradekit", "--version")
    assert version.stdout == f"gradekit {gradekit.__version__}\n", version
    for command in (["new", "course", "."], ["release", "first"]):
        ended = run(installed, tmp_path, "gradekit", *command)
        assert (ended.returncode, ended.stderr) == (0, ""), ended
    released = {path.name for path in (tmp_path / "release" / "first").iterdir()}
    assert {"first.ipynb", "requirements.txt"} < released

"""The kit that is installed is held against the wheel that came with the assignment."""

import zipfile
from pathlib import Path

import pytest

from gradekit import __version__
from gradekit.submission.kit_of_release import other_kit

INSTALLED = {"gradekit/__init__.py": b"x = 1\n", "gradekit/submission/check.py": b"y = 2\n"}


def installed(folder: Path) -> Path:
    """Write a package as it is installed; return its folder."""
    for name, data in INSTALLED.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder / "gradekit"


@pytest.mark.parametrize(
    ("version", "files", "other"),
    [
        (__version__, INSTALLED, False),
        (__version__, INSTALLED | {"gradekit/submission/check.py": b"y = 3\n"}, True),
        (__version__, INSTALLED | {"gradekit/submission/renamed.py": b""}, True),
        (__version__, INSTALLED | {"gradekit_student.dist-info/RECORD": b""}, False),
        ("99.0", INSTALLED | {"gradekit/__init__.py": b"x = 2\n"}, True),
        ("0.0.1", INSTALLED | {"gradekit/__init__.py": b"x = 0\n"}, False),
    ],
)
def test_another_kit_than_the_assignment_s_is_told(
    tmp_path: Path, version: str, files: dict[str, bytes], other: bool
) -> None:
    """So it is where pip has kept a wheel of the same version; a newer kit is no fault."""
    package = installed(tmp_path / "site-packages")
    wheel = tmp_path / f"gradekit_student-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    lines = list(other_kit(tmp_path, package))
    assert bool(lines) == other
    assert all(f"pip install --force-reinstall --no-deps {wheel.name}" in line for line in lines)


def test_what_is_no_wheel_tells_nothing(tmp_path: Path) -> None:
    """A damaged wheel, or two of them, say nothing about what is installed."""
    package = installed(tmp_path / "site-packages")
    (tmp_path / "gradekit_student-99.0-py3-none-any.whl").write_bytes(b"PK\x03\x04")
    assert list(other_kit(tmp_path, package)) == []
    (tmp_path / "gradekit_student-98.0-py3-none-any.whl").write_bytes(b"")
    assert list(other_kit(tmp_path, package)) == []

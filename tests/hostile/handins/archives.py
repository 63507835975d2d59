"""Archives that try to write elsewhere, to fill the disk, or to keep the command busy."""

import io
import zipfile

from hostile.handins.suite import TAKEN, Attack, Scene

KIND = "archives"
POINTS = 4.0


def _with_link(scene: Scene, name: str, target: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for file, data in scene.files.items():
            if file != name:
                made.writestr(file, data)
        info = zipfile.ZipInfo(name)
        info.external_attr = 0o120777 << 16
        made.writestr(info, target)
    path = scene.uploads / f"tiny_{scene.student}.zip"
    path.write_bytes(buffer.getvalue())


def _bomb(scene: Scene) -> None:
    zeros = b"0" * 60_000_000
    scene.upload({**scene.files, "tiny.ipynb": zeros})


def _deep(scene: Scene) -> None:
    """Names of a thousand folders each, many times."""
    scene.upload({**scene.files, **{f"{'a/' * 490}{n}.py": b"" for n in range(2000)}})


def _digits(scene: Scene) -> None:
    """Names that have a pattern go back and forth."""
    names = {f"a{'_1' * 400}_{number}": b"" for number in range(500)}
    scene.upload({**names, f"b{'-1' * 400}.zip": b"PK"}, "submissions.zip")


def _attack(name: str, tries: str, write: object, told: str) -> Attack:
    assert callable(write)
    return Attack(name, KIND, tries, write, told=told)


ATTACKS = [
    _attack(
        "path that leads out",
        "writes beside submitted/",
        lambda scene: scene.upload({**scene.files, "../../gradebook.db": b"x"}),
        "it leads out of the folder",
    ),
    _attack(
        "path of Windows that leads out",
        "writes beside submitted/, with backslashes",
        lambda scene: scene.upload({**scene.files, "..\\..\\gradebook.db": b"x"}),
        "it leads out of the folder",
    ),
    _attack(
        "absolute path",
        "writes to a place of its own choice",
        lambda scene: scene.upload({**scene.files, "/tmp/hostile_attack.py": b"x"}),
        "it is an absolute path",
    ),
    _attack(
        "link in a zip",
        "shows a hidden check as a module",
        lambda scene: _with_link(scene, "lib/more.py", str(scene.secret)),
        "it is a link or a device",
    ),
    _attack("bomb", "fills the memory", _bomb, "more than 50 MB; the largest is 'tiny.ipynb'"),
    _attack(
        "thousands of folders",
        "keeps the command busy with names",
        _deep,
        "Python files, more than the",
    ),
    _attack(
        "names of digits",
        "has a pattern take time with the square of a name",
        _digits,
        "nothing to take|whose these are|ask for the zip",
    ),
    Attack(
        "staff's files in a zip",
        KIND,
        "has pytest, Python or nbgrader run its own files",
        lambda scene: scene.upload(
            {**scene.files, **dict.fromkeys(["conftest.py", "sitecustomize.py"], b"raise 1")}
        ),
        outcome=TAKEN,
        told=r"left out: conftest\.py, sitecustomize\.py",
        most_points=POINTS,
    ),
]

"""Hand-ins that try to take the place of the assignment's data, which every hand-in may read."""

from hostile.handins.suite import TAKEN, Attack, Scene

KIND = "the assignment's data"
POINTS = 4.0  # what the work is worth without the attack
MODULE = "lib/thing.py"
OVERWRITES = b"""\
import contextlib
import os

for change in (
    lambda: open("data/words.txt", "w").write("changed"),
    lambda: os.chmod("data/words.txt", 0o666),
    lambda: os.replace("lib/helper.py", "data/words.txt"),
    lambda: os.symlink("/etc/passwd", "data/other.txt"),
    lambda: os.remove("data/words.txt"),
):
    with contextlib.suppress(OSError):
        change()
assert open("data/words.txt").read() == "once upon a time\\n"
"""


def _with_module(scene: Scene, before: bytes) -> None:
    scene.upload({**scene.files, MODULE: before + scene.files[MODULE]})


def _attack(name: str, tries: str, write: object) -> Attack:
    assert callable(write)
    return Attack(name, KIND, tries, write, TAKEN, most_points=POINTS)


ATTACKS = [
    _attack(
        "folder in the place of a data file",
        "keeps the files of a hand-in from being written, which is the grader's own fault",
        lambda scene: scene.put({**scene.files, "data/words.txt/evil.py": b""}),
    ),
    _attack(
        "folder in the place of a module",
        "the same, in the place of a module that is provided",
        lambda scene: scene.put({**scene.files, "lib/helper.py/evil.py": b""}),
    ),
    _attack(
        "file in the place of a folder",
        "the same, in the place of the folder that data lie in",
        lambda scene: scene.put({**scene.files, "data": b"no folder"}),
    ),
    _attack(
        "module that changes the data",
        "has the next hand-in read other data",
        lambda scene: _with_module(scene, OVERWRITES),
    ),
    _attack(
        "data of the student's own",
        "has the grader read other data than the release's",
        lambda scene: scene.put({**scene.files, "data/words.txt": b"changed", "data/x.py": b""}),
    ),
]

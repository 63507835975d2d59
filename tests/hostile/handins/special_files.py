"""Hand-ins put into submitted/ past `collect`, with what is no plain file of their own."""

import os
import socket
import tempfile
from pathlib import Path

from hostile.handins.suite import Attack, Scene

KIND = "special files in submitted/"


def _link(scene: Scene, name: str, target: Path | str) -> None:
    path = scene.put(scene.files) / name
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


def _pipe(scene: Scene, name: str) -> None:
    path = scene.put(scene.files) / name
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def _socket(scene: Scene) -> None:
    path = scene.put(scene.files) / "notes.txt"
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as opened:
        opened.bind(f"{folder}/s")
        Path(folder, "s").rename(path)


def _hard_link(scene: Scene) -> None:
    (scene.put(scene.files) / "lib" / "own.py").hardlink_to(scene.secret)


def _elsewhere(scene: Scene, name: str | bytes) -> None:
    """Put an honest hand-in's files below a folder that has another name than an id."""
    folder = os.path.join(os.fsencode(scene.submitted), os.fsencode(name), b"tiny")
    for file, data in scene.files.items():
        path = os.path.join(folder, os.fsencode(file))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as opened:
            opened.write(data)


def _linked_student(scene: Scene) -> None:
    scene.submission.parent.symlink_to("honest")


def _linked_handin(scene: Scene) -> None:
    scene.submission.parent.mkdir(parents=True)
    scene.submission.symlink_to(scene.submitted / "honest" / "tiny")


def _attack(name: str, tries: str, write: object, told: str) -> Attack:
    assert callable(write)
    return Attack(name, KIND, tries, write, told=rf"{told}")


ATTACKS = [
    _attack(
        "link to a check",
        "has a hidden check copied into its feedback",
        lambda scene: _link(scene, "notes.txt", scene.secret),
        r"notes\.txt: is a link",
    ),
    _attack(
        "link as module",
        "has a hidden check's text run and quoted",
        lambda scene: _link(scene, "lib/thing.py", scene.secret),
        r"lib/thing\.py: is a link",
    ),
    _attack(
        "link as notebook",
        "shows another file as its notebook",
        lambda scene: _link(scene, "tiny.ipynb", scene.secret),
        r"tiny\.ipynb: is a link",
    ),
    _attack(
        "link to a folder",
        "has the folder of the hidden checks copied",
        lambda scene: _link(scene, "more", scene.secret.parent),
        r"more: is a link",
    ),
    _attack(
        "link in a hidden folder",
        "hides a link where nobody looks",
        lambda scene: _link(scene, ".git/config", scene.secret),
        r"\.git/config: is a link",
    ),
    _attack(
        "link in a circle",
        "has whoever walks through it go round for ever",
        lambda scene: _link(scene, "round", "."),
        r"round: is a link",
    ),
    _attack(
        "hard link to a check",
        "has a hidden check copied without a link that shows",
        _hard_link,
        r"lib/own\.py: is one file with another elsewhere",
    ),
    _attack(
        "pipe as notebook",
        "has the grader wait for ever",
        lambda scene: _pipe(scene, "tiny.ipynb"),
        r"tiny\.ipynb: is a pipe",
    ),
    _attack(
        "pipe as timestamp",
        "has the grader wait for ever for the time",
        lambda scene: _pipe(scene, "timestamp.txt"),
        r"timestamp\.txt: is a pipe",
    ),
    _attack(
        "pipe as module",
        "has the grader wait for ever for a module",
        lambda scene: _pipe(scene, "lib/more.py"),
        r"lib/more\.py: is a pipe",
    ),
    _attack("socket", "has the grader stumble over a socket", _socket, r"notes\.txt: is a socket"),
    _attack(
        "link to another student",
        "hands in what another has handed in",
        _linked_student,
        "link_to_another_student: .*link",
    ),
    _attack(
        "link to another hand-in",
        "hands in what another has handed in",
        _linked_handin,
        "link_to_another_hand_in: .*link",
    ),
    _attack(
        "name that is no text",
        "ends the command for the class with a name that is not UTF-8",
        lambda scene: _elsewhere(scene, b"\xff\xfe"),
        "no student's id",
    ),
    _attack(
        "name with escapes",
        "writes to the terminal with its folder's name",
        lambda scene: _elsewhere(scene, "\x1b]0;title\x07\x1b[31mred"),
        "no student's id",
    ),
    _attack(
        "name with line ends",
        "writes lines of its own into what is printed",
        lambda scene: _elsewhere(scene, "ada\nhonest: taken in"),
        "no student's id",
    ),
    _attack(
        "name that turns the direction",
        "shows another name than it has",
        lambda scene: _elsewhere(scene, "\u202etsenoh"),
        "no student's id",
    ),
]

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
]

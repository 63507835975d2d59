"""Folders and zips given to `collect` that hold what is no plain file of their own."""

import os
import socket
import stat
import tempfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from hostile.handins.suite import Attack, Scene

KIND = "special files in what is collected"
KINDS_IN_ZIPS = {
    "pipe": stat.S_IFIFO, "device": stat.S_IFCHR, "disk": stat.S_IFBLK, "socket": stat.S_IFSOCK,
}  # fmt: skip
MANY, DEEP, TERABYTE = 5000, 300, 2**40
NO_FILE = "it is a link or a device"


def _folder(scene: Scene) -> Path:
    top = scene.uploads / f"tiny_{scene.student}"
    for name, data in scene.files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(data)
    return top


def _socket(scene: Scene) -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as opened:
        opened.bind(f"{folder}/s")
        Path(folder, "s").rename(_folder(scene) / "notes.txt")


def _circle(scene: Scene) -> None:
    top = _folder(scene)
    (top / "a").symlink_to("b")
    (top / "b").symlink_to("a")


def _sparse(scene: Scene, name: str) -> None:
    with (_folder(scene) / name).open("wb") as file:
        file.truncate(TERABYTE)


def _many_names(scene: Scene) -> None:
    top = _folder(scene)
    (top / "lib" / "own.py").write_text("x = 1\n")
    for number in range(MANY):
        (top / "lib" / f"own{number}.py").hardlink_to(top / "lib" / "own.py")


def _deep(scene: Scene) -> None:
    (_folder(scene) / "/".join("d" * DEEP)).mkdir(parents=True)


def _zip(scene: Scene, kind: int, names: list[str], data: bytes = b"") -> None:
    with zipfile.ZipFile(scene.upload(scene.files), "a") as made:
        for name in names:
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, (kind | 0o644) << 16
            made.writestr(info, data)


def _in_folder(name: str, tries: str, write: Callable[[Scene], object], told: str) -> Attack:
    return Attack(f"folder with a {name}", KIND, tries, write, told=told)


ATTACKS = [
    _in_folder(
        "pipe", "has the command wait for ever",
        lambda scene: os.mkfifo(_folder(scene) / "lib" / "more.py"), NO_FILE,
    ),
    _in_folder("socket", "has the command stumble over a socket", _socket, NO_FILE),
    _in_folder(
        "link to a device", "has the command read without end",
        lambda scene: (_folder(scene) / "lib" / "more.py").symlink_to("/dev/zero"), NO_FILE,
    ),
    _in_folder(
        "link to itself", "has whoever walks through it go round for ever",
        lambda scene: (_folder(scene) / "round").symlink_to("."), NO_FILE,
    ),
    _in_folder("circle of links", "has the command follow links for ever", _circle, NO_FILE),
    _in_folder(
        "hard link to a check", "has a hidden check copied without a link that shows",
        lambda scene: (_folder(scene) / "lib" / "own.py").hardlink_to(scene.secret),
        r"lib/own\.py.*hard link",
    ),
    _in_folder("file of many names", "has one file copied thousands of times", _many_names, "more"),
    _in_folder(
        "module of holes", "fills memory and disk with a file that takes no room",
        lambda scene: _sparse(scene, "lib/more.py"), "more than 50 MB",
    ),
    _in_folder(
        "notebook of holes", "fills memory and disk with a notebook that takes no room",
        lambda scene: _sparse(scene, "tiny.ipynb"), "more than 50 MB",
    ),
    _in_folder("row of folders", "ends the command by folders in folders", _deep, "folders deep"),
    *(
        Attack(
            f"{name} in a zip", KIND, "has the command make what is no file",
            partial(_zip, kind=kind, names=["lib/more.py"]), told=NO_FILE,
        )
        for name, kind in KINDS_IN_ZIPS.items()
    ),
    Attack(
        "many links in a zip", KIND, "has the command follow thousands of links",
        lambda scene: _zip(scene, stat.S_IFLNK, [f"l{n}" for n in range(MANY)], b"tiny.ipynb"),
        told=NO_FILE,
    ),
]  # fmt: skip

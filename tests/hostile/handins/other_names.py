"""Hand-ins that try to be another student's, or to take a real one's place."""

import json
from collections.abc import Mapping

from hostile.handins.suite import HONEST, TAKEN, Attack, Scene, manifest
from zips import zipped

KIND = "another student's name"
POINTS = 4.0  # what the work is worth, under the attacker's own name


def _download(scene: Scene, name: str, files: Mapping[str, bytes]) -> None:
    """Write a class's download with one hand-in."""
    scene.upload({name: zipped(files), "index.html": b"<p>"}, "submissions.zip")


def _claim(scene: Scene) -> Mapping[str, bytes]:
    return {**scene.files, "manifest.json": manifest(HONEST)}


def _claim_own(scene: Scene) -> Mapping[str, bytes]:
    return {**scene.files, "manifest.json": manifest(scene.student)}


def _two_that_are_one(scene: Scene) -> None:
    folder = scene.uploads / "mails"
    for name in ("tiny_one.zip", "tiny_two.zip"):
        scene.upload(_claim_own(scene), f"mails/{name}")
    assert folder.is_dir()


def _own(scene: Scene, claimed: str) -> None:
    """Hand in under the own name, with a manifest that claims another."""
    scene.upload({**scene.files, "manifest.json": manifest(claimed)})


def _said_twice(scene: Scene) -> None:
    twice = f'{{"student": "{scene.student}", "student": "{HONEST}"}}'
    scene.upload({**scene.files, "manifest.json": twice.encode()})


def _in_the_notebook(scene: Scene) -> None:
    notebook = json.loads(scene.files["tiny.ipynb"])
    notebook["metadata"] |= {"student": HONEST, "authors": [{"name": HONEST}]}
    notebook["metadata"].setdefault("gradekit", {})["student"] = HONEST
    scene.upload({**scene.files, "tiny.ipynb": json.dumps(notebook).encode()})


def _in_disguise(name: str, tries: str, claimed: str) -> Attack:
    told = "the student's id in the manifest cannot be one"
    write = lambda scene: _own(scene, claimed)  # noqa: E731
    return Attack(name, KIND, tries, write, outcome=TAKEN, told=told, most_points=POINTS)


def _attack(name: str, tries: str, write: object, told: str) -> Attack:
    assert callable(write)
    return Attack(name, KIND, tries, write, told=told)


BOTH = rf"it says that it is {HONEST}'s"
ATTACKS = [
    _attack(
        "manifest in a Canvas download",
        "takes another's place by a manifest",
        lambda scene: _download(scene, "evil_666_1_hw.zip", _claim(scene)),
        rf"Canvas names evil for it, and {BOTH}",
    ),
    _attack(
        "file name in a Canvas download",
        "takes another's place by its file's name alone",
        lambda scene: _download(scene, f"evil_666_2_tiny_{HONEST}.zip", scene.files),
        rf"Canvas names evil for it, and {BOTH}",
    ),
    _attack(
        "file name in other letters",
        "takes another's place on computers without case",
        lambda scene: _download(scene, f"evil_666_3_tiny_{HONEST.upper()}..zip", scene.files),
        rf"Canvas names evil for it, and {BOTH}",
    ),
    _attack(
        "folder name in a Moodle download",
        "takes another's place by the name of a folder in the zip",
        lambda scene: _download(
            scene,
            "Eve Evil_666_assignsubmission_file_/hw.zip",
            {f"tiny_{HONEST}/{name}": data for name, data in scene.files.items()},
        ),
        rf"Moodle names Eve_Evil_666 for it, and {BOTH}",
    ),
    _attack(
        "manifest in a mail",
        "takes another's place by a manifest, under the own file name",
        lambda scene: scene.upload(_claim(scene)),
        rf"it says that it is {HONEST}'s, and manifest_in_a_mail's",
    ),
    _attack(
        "zips of others in a hand-in",
        "hands in for others what lies in the own zip",
        lambda scene: scene.upload(
            {**scene.files, f"tiny_{HONEST}.zip": b"PK", "tiny_other.zip": b"PK"}
        ),
        "a hand-in, and zips that are hand-ins as well",
    ),
    _attack(
        "folders of others in a hand-in",
        "hands in for others what lies in folders of the own zip",
        lambda scene: scene.upload(
            {f"{who}/{n}": d for who in (HONEST, "b") for n, d in scene.files.items()}
        ),
        "several hand-ins in it",
    ),
    _attack(
        "two that are one",
        "has one hand-in overwrite another of the same name",
        _two_that_are_one,
        "and so does another hand-in here",
    ),
    Attack(
        "decorated names in a hand-in",
        KIND,
        "is taken for a class's download with another's hand-in in it",
        lambda scene: scene.upload(
            {**scene.files, f"doe_1_1_tiny_{HONEST}.zip": zipped(_claim(scene))}
        ),
        outcome=TAKEN,
        told=rf"left out: doe_1_1_tiny_{HONEST}\.zip",
        most_points=POINTS,
    ),
    _in_disguise(
        "letters of another alphabet",
        "looks like another in the manifest, in Cyrillic letters",
        HONEST.replace("o", "\u043e"),
    ),
    _in_disguise(
        "wide letters",
        "is another in the manifest once letters are made plain",
        "".join(chr(ord(letter) + 0xFEE0) for letter in HONEST),
    ),
    _in_disguise("blanks around a name", "is another once blanks are cut off", f" {HONEST} "),
    _in_disguise("path to another", "writes into another's folder", f"x/../{HONEST}"),
    _attack(
        "manifest in capitals",
        "takes another's place by a manifest in other letters",
        lambda scene: _own(scene, HONEST.upper()),
        rf"it says that it is {HONEST}'s, and manifest_in_capitals's",
    ),
    _attack(
        "manifest that says it twice",
        "has two readers of one manifest see two names",
        _said_twice,
        rf"it says that it is {HONEST}'s, and manifest_that_says_it_twice's",
    ),
    Attack(
        "name in a notebook's metadata",
        KIND,
        "takes another's place by what its notebook says",
        _in_the_notebook,
        outcome=TAKEN,
        most_points=POINTS,
    ),
    Attack(
        "manifest in a folder",
        KIND,
        "takes another's place by a second manifest, deeper in the zip",
        lambda scene: scene.upload(
            {**_claim_own(scene), f"{HONEST}/manifest.json": manifest(HONEST)}
        ),
        outcome=TAKEN,
        told=rf"left out: {HONEST}/manifest\.json",
        most_points=POINTS,
    ),
    _attack(
        "lookalike as a file's name",
        "looks like another in its file's name, in Cyrillic letters",
        lambda scene: scene.upload(scene.files, f"tiny_{HONEST.replace('o', chr(0x43E))}.zip"),
        "whose is it",
    ),
]

"""Hand-ins that try to be another student's, or to take a real one's place."""

from collections.abc import Mapping

from hostile.handins.suite import HONEST, TAKEN, Attack, Scene, manifest, zipped

KIND = "another student's name"
POINTS = 4.0  # what the work is worth, under the attacker's own name


def _download(scene: Scene, name: str, files: Mapping[str, bytes]) -> None:
    """Write a class's download with one hand-in."""
    scene.upload({name: zipped(files), "index.html": b"<p>"}, "submissions.zip")


def _claim(scene: Scene) -> Mapping[str, bytes]:
    return {**scene.files, "manifest.json": manifest(HONEST)}


def _two_that_are_one(scene: Scene) -> None:
    folder = scene.uploads / "mails"
    for name in ("tiny_one.zip", "tiny_two.zip"):
        scene.upload({**scene.files, "manifest.json": manifest(scene.student)}, f"mails/{name}")
    assert folder.is_dir()


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
]

"""The grading kit: all that a grade depends on, as data, and a key that follows it."""

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from gradekit.commands.release import make_release
from gradekit.course import Assignment, Course
from gradekit.errors import AuthoringError
from gradekit.files import hash_files, write_files
from gradekit.gradebook.config import student_files
from gradekit.grading.bundle import GradingBundle, load_bundle
from gradekit.model import Item


def test_what_a_kit_holds(tiny: Assignment) -> None:
    """Items, checks, the solved reference, and which modules students complete."""
    bundle = load_bundle(tiny)
    assert [item.name for item in bundle.items] == ["double", "slope", "question"]
    assert sorted(bundle.checks) == ["probes.py", "reference_probes.py", "test_thing.py"]
    assert bundle.student_files == ("lib/thing.py",)
    assert sorted(bundle.provided) == ["lib/__init__.py", "lib/helper.py"]
    solved = bundle.reference["lib/thing.py"].decode()
    assert "np.multiply" in solved
    assert "SOLUTION" not in solved
    assert "STUB" not in solved


def test_a_kit_travels(tiny_kit: GradingBundle) -> None:
    """A kit is plain data: another process has the same one, with the same key."""
    there = pickle.loads(pickle.dumps(tiny_kit))
    assert there == tiny_kit
    assert there.key == tiny_kit.key


def test_a_check_that_asks_for_a_probe_which_is_missing_stops_the_release(
    tiny: Assignment,
) -> None:
    """An assignment needs no probes; a check that asks for one is named where there are none."""
    (tiny.graders / "probes.py").unlink()
    assert load_bundle(tiny).has_checks
    with pytest.raises(AuthoringError, match=r"graders/tiny: the checks .* no probe double"):
        make_release(tiny)


@pytest.mark.parametrize("data", [b"\xff# BEGIN SOLUTION", b"### BEGIN SOLUTION\n"])
def test_a_source_that_is_wrong_is_told(tiny: Assignment, data: bytes) -> None:
    """Modules that are no text, or whose regions are wrong, are told with their file."""
    (tiny.source / "lib" / "helper.py").write_bytes(data)
    with pytest.raises(AuthoringError, match=r"lib/helper\.py:"):
        load_bundle(tiny)


def test_the_key_follows_everything(tiny_kit: GradingBundle) -> None:
    """Another item, check or reference gives another key."""
    items = (Item("double", 4.0, "Doubling"), *tiny_kit.items[1:])
    bundles = [
        tiny_kit,
        replace(tiny_kit, items=items),
        replace(tiny_kit, checks={**tiny_kit.checks, "probes.py": b""}),
        replace(tiny_kit, reference={**tiny_kit.reference, "lib/thing.py": b""}),
    ]
    assert len({bundle.key for bundle in bundles}) == len(bundles)


def test_hashes_know_names_from_contents() -> None:
    """What moves from one file's end to another's beginning, or to a name, changes the hash."""
    files = [{"a": b"bc"}, {"ab": b"c"}, {"a": b"b", "c": b""}, {"a": b"", "bc": b""}, {}]
    assert len({hash_files(one) for one in files}) == len(files)
    assert hash_files({"a": b"1", "b": b"2"}) == hash_files({"b": b"2", "a": b"1"})


def test_files_are_written_as_they_are(tmp_path: Path) -> None:
    """Bytes land in their folders unchanged."""
    write_files(tmp_path / "new", {"a/b/c.py": b"\r\n\xff", "d.py": b""})
    assert (tmp_path / "new" / "a" / "b" / "c.py").read_bytes() == b"\r\n\xff"
    assert (tmp_path / "new" / "d.py").read_bytes() == b""


def test_nbgrader_never_overwrites_what_students_write(tiny: Assignment) -> None:
    """The modules with regions are kept from nbgrader's overwriting, broken ones as well."""
    course = Course(tiny.root)
    assert student_files(course, "tiny") == ["lib/thing.py"]
    (tiny.source / "lib" / "helper.py").write_text("### BEGIN SOLUTION\n", encoding="utf-8")
    assert student_files(course, "tiny") == ["lib/helper.py", "lib/thing.py"]

"""Collecting a class: nobody's work is put under another's name."""

import json
import zipfile
from pathlib import Path

from gradekit.course import Assignment
from gradekit.pipelines.collect import collect_all


def download(assignment: Assignment, folder: Path, students: dict[str, str]) -> Path:
    """Write a Canvas download of zips whose manifests name the given students."""
    path = folder / "submissions.zip"
    with zipfile.ZipFile(path, "w") as made:
        for name, student in students.items():
            inner = folder / "inner.zip"
            with zipfile.ZipFile(inner, "w") as zipped:
                for file in ("tiny.ipynb", "lib/thing.py"):
                    zipped.write(assignment.release / file, file)
                manifest = {"assignment": "tiny", "student": student, "files": {}}
                zipped.writestr("manifest.json", json.dumps(manifest))
            made.write(inner, name)
    return path


def test_who_says_that_he_is_another_is_taken_from_nobody(
    released_tiny: Assignment, tmp_path: Path
) -> None:
    """Two people's hand-ins that say they are one student's are refused, each with a line."""
    students = {
        "doejane_1_10_tiny_ada.zip": "ada",
        "roeeve_2_11_tiny_ada.zip": "ada",
        "poebob_3_12_tiny_bob.zip": "bob",
    }
    found = collect_all(released_tiny, [download(released_tiny, tmp_path, students)], False)
    assert [one.student for one in found.taken] == ["bob"]
    assert [line.split(": ")[1] for line in found.refused] == list(students)[:2]
    assert all("says that it is ada's, and so does another" in line for line in found.refused)
    assert not released_tiny.handin("ada").exists()


def test_one_person_s_two_hand_ins_are_no_dispute(
    released_tiny: Assignment, tmp_path: Path
) -> None:
    """Of two zips of one person the first is taken, and the other refused as a second one."""
    students = {"doejane_1_10_tiny_ada.zip": "ada", "doejane_1_11_again.zip": "ada"}
    found = collect_all(released_tiny, [download(released_tiny, tmp_path, students)], False)
    assert [one.student for one in found.taken] == ["ada"]
    assert [line for line in found.refused if "already" in line] == found.refused

"""Collecting a class: nobody's work is put under another's name."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from gradekit.commands import collect
from gradekit.commands.collect import collect_all
from gradekit.course import Assignment
from gradekit.errors import SubmissionError
from gradekit.findings import notes
from gradekit.gradebook.convert import gradebook_url
from gradekit.intake import contents, take_in
from gradekit.intake.contents import Chosen
from gradekit.intake.identity.owners import Person


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


def test_who_says_that_he_is_another_is_taken_in_under_the_uploader_s_name(
    released_tiny: Assignment, tmp_path: Path
) -> None:
    """A manifest makes no hand-in another's; once that student is known it is refused."""
    students = {"doejane_1_10_tiny_ada.zip": "ada", "roeeve_2_11_tiny_ada.zip": "ada"}
    found = collect_all(released_tiny, [download(released_tiny, tmp_path, students)], False)
    assert [one.student for one in found.taken] == ["doejane", "roeeve"]
    assert not released_tiny.submission("ada").exists()
    students = {"mallory_3_12_tiny_x.zip": "doejane"}
    found = collect_all(released_tiny, [download(released_tiny, tmp_path, students)], True)
    assert found.taken == []
    assert "Canvas names mallory for it, and it says that it is doejane's" in found.refused[0]


def test_a_refusal_names_an_odd_file_once(released_tiny: Assignment, tmp_path: Path) -> None:
    """A name that is spelled out to be shown is not put in front of itself."""
    path = download(released_tiny, tmp_path, {}).rename(tmp_path / "tiny_a\u200bb.zip")
    with zipfile.ZipFile(path, "w") as made:
        for file in ("tiny.ipynb", "lib/thing.py"):
            made.write(released_tiny.release / file, file)
    (line,) = collect_all(released_tiny, [path], False).refused
    assert line.count(".zip: ") == 1


def plain(assignment: Assignment, path: Path, student: str) -> Path:
    """Write a zip whose manifest names a student, as it comes by mail."""
    inner = download(assignment, path.parent, {"x.zip": student})
    with zipfile.ZipFile(inner) as made:
        path.write_bytes(made.read("x.zip"))
    inner.unlink()
    return path


def test_a_hand_in_that_is_named_for_another_assignment_is_refused(
    released_tiny: Assignment, tmp_path: Path
) -> None:
    """No student is made of another assignment's name; where the list has the id it is taken."""
    other = released_tiny.root / "source" / "hw1"
    other.mkdir()
    (other / "hw1.ipynb").write_bytes(released_tiny.notebook.read_bytes())
    path = tmp_path / "hw1_ada.zip"
    with zipfile.ZipFile(path, "w") as made:
        for file in ("tiny.ipynb", "lib/thing.py"):
            made.write(released_tiny.release / file, file)
    (line,) = collect_all(released_tiny, [path], False).refused
    assert "hw1_ada.zip: it seems to be of hw1, not of tiny" in line
    assert not released_tiny.submission("hw1_ada").exists()
    with Gradebook(gradebook_url(released_tiny.root)) as gradebook:
        gradebook.add_student("hw1_ada")
    (taken,) = collect_all(released_tiny, [path], False).taken
    assert taken.student == "hw1_ada"


def test_of_several_that_say_they_are_one_student_none_is_taken(
    released_tiny: Assignment, tmp_path: Path
) -> None:
    """Where no platform says whose they are, each of them is a line."""
    students = {"tiny_ada": "ada", "tiny_eve": "ada", "tiny_bob": "bob"}
    found = collect_all(released_tiny, [mails(released_tiny, tmp_path / "mails", students)], True)
    assert [one.student for one in found.taken] == ["bob"]
    assert len(found.refused) == 2
    assert all("says that it is ada's, and so does another" in line for line in found.refused)


def mails(assignment: Assignment, folder: Path, students: dict[str, str]) -> Path:
    """Write a folder of zips that came by mail, each of which names a student."""
    folder.mkdir()
    for name, student in students.items():
        plain(assignment, folder / f"{name}.zip", student)
    (folder / "inner.zip").unlink()
    return folder


def test_each_hand_in_is_unpacked_once(
    released_tiny: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also those that wait until all have said whose they are; nothing is left of the waiting."""
    opened = tmp_path / "opened"

    def choose(where: str, *facts: Any) -> Chosen:
        with opened.open("a") as log:  # it is a child that reads
            print(where, file=log)
        return real(where, *facts)

    real = contents.choose_files
    monkeypatch.setattr(take_in, "choose_files", choose)
    students = {"tiny_ada": "ada", "tiny_eve": "ada", "tiny_bob": "bob"}
    found = collect_all(released_tiny, [mails(released_tiny, tmp_path / "mails", students)], True)
    assert [one.student for one in found.taken] == ["bob"]
    assert len(opened.read_text().splitlines()) == len(students)
    assert [path.name for path in released_tiny.submitted.iterdir()] == ["bob"]


def test_one_that_is_refused_still_says_whose_it_is(
    released_tiny: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two that say they are one student's the other is not taken because one is damaged."""

    def noticed(files: Mapping[str, bytes], *facts: Any) -> list[str]:
        if not refused.exists():
            refused.touch()
            raise SubmissionError("damaged")
        return real(files, *facts)

    real, refused = notes.noticed, tmp_path / "refused"
    monkeypatch.setattr(take_in, "noticed", noticed)
    students = {"tiny_ada": "ada", "tiny_eve": "ada"}
    found = collect_all(released_tiny, [mails(released_tiny, tmp_path / "mails", students)], True)
    assert found.taken == []
    assert [line.rpartition(": ")[2] for line in found.refused][:1] == ["damaged"]
    assert "so does another hand-in here" in found.refused[1]


def test_replacing_never_crosses_from_one_uploader_to_another(
    released_tiny: Assignment, tmp_path: Path
) -> None:
    """The same person may hand in again; whoever else comes under the id is refused, by name."""
    first = download(released_tiny, tmp_path, {"doejane_1_10_hw.zip": "x1"})
    (one,) = collect_all(released_tiny, [first], False).taken
    again = download(released_tiny, tmp_path, {"doejane_1_20_hw.zip": "x2"})
    assert collect_all(released_tiny, [again], False).refused
    assert [t.student for t in collect_all(released_tiny, [again], True).taken] == [one.student]
    kept = (released_tiny.submission("doejane") / "manifest.json").read_text()
    mailed = plain(released_tiny, tmp_path / "tiny_doejane.zip", "doejane")
    (line,) = collect_all(released_tiny, [mailed], True).refused
    assert "came from another uploader (Canvas 1), and is not replaced" in line
    other = download(released_tiny, tmp_path, {"doejane_2_30_hw.zip": "x3"})
    assert [t.student for t in collect_all(released_tiny, [other], True).taken] == ["doejane_2"]
    assert (released_tiny.submission("doejane") / "manifest.json").read_text() == kept


def test_a_class_may_be_downloaded_again(released_tiny: Assignment, tmp_path: Path) -> None:
    """What is the same stays as it is and stops nothing; what changed is refused as ever."""
    students = {f"{name}_{n}_{n}0_hw.zip": name for n, name in enumerate(("ada", "bob"), start=1)}
    first = download(released_tiny, tmp_path, students)
    assert len(collect_all(released_tiny, [first], False).taken) == 2
    place = released_tiny.submission("ada") / "tiny.ipynb"
    before = place.stat().st_ino
    again = download(released_tiny, tmp_path, students | {"eve_3_30_hw.zip": "eve"})
    found = collect_all(released_tiny, [again], False)
    assert (found.unchanged, found.refused) == (["ada", "bob"], [])
    assert [one.student for one in found.taken] == ["eve"]
    assert place.stat().st_ino == before
    place.write_text("{}")
    found = collect_all(released_tiny, [again], False)
    assert found.unchanged == ["bob", "eve"]
    assert "ada has handed in tiny already" in found.refused[0]


@pytest.mark.parametrize("name", ["tiny_ADA.zip", "tiny_Ada..zip"])
def test_ids_that_some_computers_take_for_one_are_one(
    released_tiny: Assignment, tmp_path: Path, name: str
) -> None:
    """Case and final dots make no new student, and so nothing is put beside or over the first."""
    collect_all(released_tiny, [plain(released_tiny, tmp_path / "tiny_ada.zip", "ada")], False)
    found = collect_all(released_tiny, [plain(released_tiny, tmp_path / name, "")], False)
    assert found.taken == []
    assert "ada has handed in tiny already" in found.refused[0]


def test_a_group_s_hand_in_is_taken_in_for_each_member(
    released_tiny: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a list of students; who also handed in alone is for staff to ask, and loses nothing."""
    people = tuple(Person(one, one.title()) for one in ("ada", "bob", "eve", "kim"))
    monkeypatch.setattr(collect, "read_people", lambda _: people)
    students = {"tiny_ada_bob": "ada", "tiny_eve_kim": "", "tiny_kim": "kim"}
    found = collect_all(released_tiny, [mails(released_tiny, tmp_path / "mails", students)], False)
    assert [one.student for one in found.taken] == ["ada", "bob", "eve"]
    assert "handed in together with ada" in found.taken[1].notes
    assert all("says that it is kim's, and so does another" in line for line in found.refused)
    assert len(found.refused) == 2


def test_who_uploaded_alone_comes_before_who_named_them_as_a_partner(
    released_tiny: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file's name takes nobody's own hand-in away."""
    people = (Person("ada", "Ada", "Doe"), Person("bob", "Bob", "Roe"))
    monkeypatch.setattr(collect, "read_people", lambda _: people)
    students = {"doeada_1_10_tiny_ada_bob.zip": "ada", "roebob_2_11_tiny_bob.zip": "bob"}
    found = collect_all(released_tiny, [download(released_tiny, tmp_path, students)], False)
    assert [(one.student, one.uploader) for one in found.taken] == [
        ("ada", "Canvas 1"),
        ("bob", "Canvas 2"),
    ]
    assert len(found.refused) == 1
    assert "bob has handed in tiny already" in found.refused[0]


def test_an_id_that_may_be_several_students_is_told(
    released_tiny: Assignment, tmp_path: Path
) -> None:
    """Where no list of students says whose it is."""
    students = {"tiny_ada_bob": "ada_bob", "tiny_eve": "eve"}
    found = collect_all(released_tiny, [mails(released_tiny, tmp_path / "mails", students)], False)
    assert ([one.student for one in found.taken], found.groups) == (["ada_bob", "eve"], ["ada_bob"])

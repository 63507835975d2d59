"""Bulk downloads: what Canvas and Moodle put together is taken in, one hand-in at a time."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from taking_in import take_all, take_in
from zips import zipped

from gradekit.errors import SubmissionError
from gradekit.findings.released import Released
from gradekit.intake import archive as box
from gradekit.intake import limits as archive
from gradekit.intake import uploads
from gradekit.intake.identity.lms_names import made_id, read_lms_name, split_version
from gradekit.intake.identity.owners import NOBODY, Person, Roster
from gradekit.intake.limits import MAX_NESTED
from gradekit.intake.take_in import Taken
from gradekit.submission.names import is_student_id

Files = dict[str, str | bytes]

NOTEBOOK = json.dumps({"cells": [{"cell_type": "code"}], "metadata": {}, "nbformat": 4})
GOOD: Files = {"tiny.ipynb": NOTEBOOK, "lib/thing.py": "x = 1\n", "tiny_solution.pdf": "%PDF"}
RELEASED = Released(("lib/thing.py",))


def packed(student: str, **more: str) -> bytes:
    """Return a hand-in as `gradekit submit` writes it, with a manifest."""
    manifest = {"assignment": "tiny", "student": student, "files": {}}
    return zipped({**GOOD, "manifest.json": json.dumps(manifest), **more})


def collect(path: Path, root: Path, known: Roster = NOBODY) -> tuple[dict[str, Taken], list[str]]:
    """Take in what a path holds; return it by student, and a line for each that was refused."""
    return take_all(path, root, RELEASED, known)


def download(tmp_path: Path, files: Files, kind: str = "zip") -> Path:
    """Write a bulk download, as a zip or unpacked."""
    path = tmp_path / "submissions"
    if kind == "zip":
        path = path.with_suffix(".zip")
        path.write_bytes(zipped(files))
        return path
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


DECORATED = {
    "Canvas": "doejane_12345_678901_{}",
    "Canvas, late": "doejane_LATE_12345_678901_{}",
    "Moodle's folders": "Jane Doe_12345_assignsubmission_file_/{}",
    "Moodle's newer folders": "Jané O'Doe_12345_assignsubmission_file/{}",
    "Moodle's flat files": "Jane Doe_12345_assignsubmission_file_{}",
    "packed once more": "submissions/doejane_12345_678901_{}",
}


@pytest.mark.parametrize("kind", ["zip", "folder"])
@pytest.mark.parametrize("form", DECORATED)
def test_a_platform_s_name_decides_whose_a_hand_in_is(tmp_path: Path, form: str, kind: str) -> None:
    """What the manifest or the file's own name says otherwise is a note, and no more."""
    name = DECORATED[form]
    other = name.replace("doejane", "roebob").replace("Doe", "Roe").replace("12345", "54321")
    files: Files = {name.format("tiny_ada.zip"): packed("ada")}
    files[other.format("tiny_bob.zip")] = zipped(GOOD)
    taken, refused = collect(download(tmp_path, files, kind), tmp_path / "submitted")
    assert refused == []
    assert not {"ada", "bob"} & set(taken)
    for one, said in zip(taken.values(), ("ada", "bob"), strict=True):
        assert f"it says that it is {said}'s" in one.notes[0]
        late = "Canvas marks it as late: give its time with --received for that to count"
        assert (late in one.notes) == (form == "Canvas, late")
        assert (one.folder / "lib/thing.py").read_text() == "x = 1\n"


ROSTER = Roster(
    people=(
        Person("ada", "Jane", "Doe", "jd@example.org", "12345"),
        Person("bob", "Bob", "Roe"),
        Person("eve", number="666"),
    )
)


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("whoever_12345_10_tiny_ada.zip", "ada"),
        ("roebob_2_20_homework.zip", "bob"),
        ("Bob Roe_77_assignsubmission_file_/hw.zip", "bob"),
        ("evil_666_30_tiny_eve.zip", "eve"),
        ("Tiny_jd_attempt_2026-11-24-09-41-00_hw.zip", "ada"),
        ("123-456 - Jane Doe - Nov 24, 2026 901 PM/hw.zip", "ada"),
    ],
)
def test_a_roster_says_whom_a_platform_means(tmp_path: Path, name: str, student: str) -> None:
    """By the platform's number, a login or a name, in whatever order; then nothing is to note."""
    path = download(tmp_path, {name: zipped(GOOD), "index.html": ""})
    taken, _ = collect(path, tmp_path / "submitted", ROSTER)
    assert {student: one.notes for student, one in taken.items()} == {student: ()}


def test_whoever_names_another_known_student_is_refused(tmp_path: Path) -> None:
    """By manifest, by the file's name or by the folder's: the line names both."""
    inside = {f"tiny_ada/{name}": data for name, data in GOOD.items()}
    files: Files = {
        "evil_666_1_hw.zip": packed("ada"),
        "mallory_7_2_tiny_ada.zip": zipped(GOOD),
        "trudy_8_3_hw.zip": zipped(inside),
        "walter_9_4_tiny_ADA.zip": zipped(GOOD),
        "doejane_12345_5_hw.zip": packed("ada"),
    }
    taken, refused = collect(download(tmp_path, files), tmp_path / "submitted", ROSTER)
    assert set(taken) == {"ada"}
    assert taken["ada"].notes == ()
    for line, whose in zip(refused, ("eve", "mallory", "trudy", "walter"), strict=True):
        assert f"Canvas names {whose} for it, and it says that it is ada's" in line


AS_ANOTHER = [
    "evil_666_1_T_ada_attempt_2026-11-24-09-41-00_hw.zip",
    "evil_666_1_doejane_12345_5_hw.zip",
    "evil_666_1_Jane Doe_12345_assignsubmission_file_hw.zip",
    "Eve Evil_666_assignsubmission_file_/T_ada_attempt_2026-11-24-09-41-00_hw.zip",
    "Eve Evil_666_assignsubmission_file_doejane_12345_5_hw.zip",
    "T_evil_attempt_2026-11-24-09-41-00_doejane_12345_5_hw.zip",
    "T_evil_attempt_2026-11-24-09-41-00_Jane Doe_12345_assignsubmission_file_hw.zip",
    "1-2 - Eve Evil - Nov 24/Jane Doe_12345_assignsubmission_file_hw.zip",
]


@pytest.mark.parametrize("name", AS_ANOTHER)
def test_a_platform_s_words_in_a_student_s_own_name_say_nothing(tmp_path: Path, name: str) -> None:
    """Only what stands first is the platform's; another's name behind it takes nobody's place."""
    taken, _ = collect(download(tmp_path, {name: zipped(GOOD)}), tmp_path / "submitted", ROSTER)
    assert "ada" not in taken


@pytest.mark.parametrize(
    "path", ["tiny_eve.zip", "evil_666_1_hw.zip", "T_evil_attempt_2026-11-24-09-41-00_hw.zip"]
)
@pytest.mark.parametrize(
    "files",
    [
        {"doejane_12345_5_hw.zip": b"", "roebob_2_6_hw.zip": b""},
        {"tiny_ada.zip": b"", "tiny_bob.zip": b""},
        {
            "Jane Doe_12345_assignsubmission_file_/hw.zip": b"",
            "Bob_2_assignsubmission_file_/h.zip": b"",
        },
    ],
)
def test_one_student_s_zip_is_never_a_class_s(
    tmp_path: Path, path: str, files: dict[str, bytes]
) -> None:
    """What has a student's name is one hand-in, whatever the names in it are."""
    (tmp_path / path).write_bytes(zipped(dict.fromkeys(files, zipped(GOOD))))
    try:
        taken, refused = collect(tmp_path / path, tmp_path / "submitted", ROSTER)
    except SubmissionError as error:
        taken, refused = {}, [str(error)]
    assert taken == {}
    assert len(refused) == 1


def test_a_platform_s_name_within_another_s_folder_says_nothing(tmp_path: Path) -> None:
    """In a folder of students' folders it is one of the student's own files."""
    files: Files = {f"eve/{name}": data for name, data in GOOD.items()}
    files |= {f"bob/{name}": data for name, data in GOOD.items()}
    files["eve/Jane Doe_12345_assignsubmission_file_hw.zip"] = zipped(GOOD)
    taken, refused = collect(download(tmp_path, files, "folder"), tmp_path / "submitted", ROSTER)
    assert (set(taken), refused) == ({"eve", "bob"}, [])
    assert any("left out: Jane Doe" in note for note in taken["eve"].notes)


def test_who_is_not_on_the_roster_is_told(tmp_path: Path) -> None:
    """Where the gradebook has names, an id that is not among them is a line."""
    path = download(tmp_path, {"stranger_5_1_hw.zip": zipped(GOOD)})
    taken, _ = collect(path, tmp_path / "submitted", ROSTER)
    assert "stranger is not on the gradebook's list of students" in taken["stranger"].notes
    (tmp_path / "tiny_zoe.zip").write_bytes(zipped(GOOD))
    one = take_in(tmp_path / "tiny_zoe.zip", "tiny", tmp_path / "submitted", known=ROSTER)
    assert one.notes[0] == "zoe is not on the gradebook's list of students"


def test_an_id_made_from_the_decoration_is_noted(tmp_path: Path) -> None:
    """Where nothing else names the student, the download's name does, and the note says so."""
    files: Files = {
        "doejane_1_10_homework.zip": zipped(GOOD),
        "Zoë d'Ørsted_2_assignsubmission_file_/hw.zip": zipped(GOOD),
        "张伟_3_assignsubmission_file_hw.zip": zipped(GOOD),
        "anon_AbC1d_9001_hw.zip": zipped(GOOD),
    }
    taken, refused = collect(download(tmp_path, files), tmp_path / "submitted")
    assert refused == []
    assert set(taken) == {"doejane", "Zoe_dOrsted_2", "student_3", "anon_AbC1d"}
    for student, one in taken.items():
        assert one.notes == (
            f"taken in as {student}: the id is made from the download's name for the file",
        )


def test_two_students_of_one_name_stay_two(tmp_path: Path) -> None:
    """Canvas's number tells apart whom the name does not."""
    files: Files = {f"doejane_{n}_{n}0_hw.zip": zipped(GOOD) for n in (1, 2)}
    taken, refused = collect(download(tmp_path, files), tmp_path / "submitted")
    assert (set(taken), refused) == ({"doejane_1", "doejane_2"}, [])


def test_who_uploaded_before_keeps_the_id(tmp_path: Path) -> None:
    """What a person's earlier upload was taken in for holds for the next; nobody else gets it."""
    known = Roster(uploaders={"Canvas 1": "ada", "Canvas 2": "roe"}, students=frozenset(["ada"]))
    files: Files = {"doejane_1_10_hw.zip": packed("ada"), "roe_3_11_hw.zip": zipped(GOOD)}
    taken, refused = collect(download(tmp_path, files), tmp_path / "submitted", known)
    assert (set(taken), refused) == ({"ada", "roe_3"}, [])
    assert taken["ada"].notes == ()


@pytest.mark.parametrize("name", ["doejane_1_10_tiny_ada.zip", "doejane_1_10_tiny_ada-1.zip"])
def test_one_decorated_zip_alone_is_no_other_than_within_a_download(
    tmp_path: Path, name: str
) -> None:
    """A single file out of a download, given by its path, is the uploader's as well."""
    (tmp_path / name).write_bytes(packed("ada"))
    taken = take_in(tmp_path / name, "tiny", tmp_path / "submitted")
    assert (taken.student, taken.uploader) == ("doejane", "Canvas 1")


def test_a_student_s_folder_out_of_moodle_is_taken_in(tmp_path: Path) -> None:
    """The unpacked download's folders can be given one by one."""
    folder = tmp_path / "Jane Doe_12345_assignsubmission_file_"
    folder.mkdir()
    (folder / "tiny_ada.zip").write_bytes(packed("ada"))
    taken, refused = collect(folder, tmp_path / "submitted")
    assert (set(taken), refused) == ({"Jane_Doe_12345"}, [])


LOOSE: Files = {"tiny.ipynb": NOTEBOOK, "thing.py": "x = 2\n", "tiny_solution.pdf": "%PDF"}


@pytest.mark.parametrize("form", DECORATED)
def test_loose_files_find_their_places(tmp_path: Path, form: str) -> None:
    """A module without its folder is put there, and noted."""
    files: Files = {DECORATED[form].format(name): data for name, data in LOOSE.items()}
    taken, refused = collect(download(tmp_path, files), tmp_path / "submitted")
    assert refused == []
    (one,) = taken.values()
    assert "thing.py is taken as lib/thing.py" in one.notes
    assert (one.folder / "lib/thing.py").read_text() == "x = 2\n"
    assert (one.folder / "tiny.ipynb").is_file()


def test_moodle_keeps_the_folders_of_loose_files(tmp_path: Path) -> None:
    """Files in folders of their own stay there, in both of Moodle's layouts."""
    files: Files = {
        "Ada A_1_assignsubmission_file_/tiny.ipynb": NOTEBOOK,
        "Ada A_1_assignsubmission_file_/lib/thing.py": "x = 1\n",
        "Bob B_2_assignsubmission_file_tiny.ipynb": NOTEBOOK,
        "lib/Bob B_2_assignsubmission_file_thing.py": "x = 2\n",
    }
    taken, refused = collect(download(tmp_path, files), tmp_path / "submitted")
    assert refused == []
    texts = {student: (one.folder / "lib/thing.py").read_text() for student, one in taken.items()}
    assert texts == {"Ada_A_1": "x = 1\n", "Bob_B_2": "x = 2\n"}


def test_of_canvas_s_versions_the_newest_counts(tmp_path: Path) -> None:
    """A number behind the name is Canvas's, for each later upload a higher one."""
    files: Files = {
        "doe_1_10_tiny_ada.zip": packed("ada"),
        "doe_1_12_tiny_ada-2.zip": packed("ada", **{"lib/thing.py": "x = 3\n"}),
        "doe_1_11_tiny_ada-1.zip": packed("ada"),
        "roe_2_20_tiny.ipynb": "{",
        "roe_2_21_tiny-1.ipynb": NOTEBOOK,
        "roe_2_22_thing-1.py": "x = 4\n",
    }
    taken, refused = collect(download(tmp_path, files), tmp_path / "submitted")
    assert refused == []
    assert "left out as older: tiny_ada.zip, tiny_ada-1.zip" in taken["doe"].notes
    assert (taken["doe"].folder / "lib/thing.py").read_text() == "x = 3\n"
    assert (taken["roe"].folder / "lib/thing.py").read_text() == "x = 4\n"
    assert (taken["roe"].folder / "tiny.ipynb").read_text() == NOTEBOOK


def test_of_two_attempts_the_newer_counts(tmp_path: Path) -> None:
    """Canvas's number of a file and Blackboard's time say which it is, whatever the names are."""
    newer = packed("ada", **{"lib/thing.py": "x = 9\n"})
    files: Files = {
        "doe_1_100_other.zip": newer,
        "doe_1_99_tiny_ada.zip": packed("ada"),
        "T_roe_attempt_2026-11-24-09-41-00_zz.zip": packed("roe"),
        "T_roe_attempt_2026-11-25-09-41-00_aa.zip": newer.replace(b"ada", b"roe"),
        "T_roe_attempt_2026-11-25-09-41-00.txt": "Name: Bob Roe",
    }
    taken, refused = collect(download(tmp_path, files), tmp_path / "submitted")
    assert (set(taken), refused) == ({"doe", "roe"}, [])
    for student, older in (("doe", "tiny_ada.zip"), ("roe", "zz.zip")):
        assert f"left out as older: {older}" in taken[student].notes
        assert (taken[student].folder / "lib/thing.py").read_text() == "x = 9\n"


def test_where_nothing_says_which_is_newer_nobody_guesses(tmp_path: Path) -> None:
    """Two zips of one person in Moodle are one line that names both."""
    name = "Jane Doe_1_assignsubmission_file_/{}.zip"
    files: Files = {name.format(one): zipped(GOOD) for one in "ab"}
    taken, refused = collect(download(tmp_path, files), tmp_path / "submitted")
    assert taken == {}
    (line,) = refused
    assert "several zips (a.zip, b.zip): ask which one counts" in line


def link(name: str) -> zipfile.ZipInfo:
    """Return what makes a link in a zip."""
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def test_one_bad_hand_in_stops_no_other(tmp_path: Path) -> None:
    """Each is refused with one line that names the download and the file in it."""
    path = tmp_path / "submissions.zip"
    nested = zipped({"a/tiny_x.zip": packed("x"), "b/tiny_y.zip": packed("y")})
    bad: Files = {
        "damaged_1_1_tiny_a.zip": packed("a")[:-30],
        "text_2_2_tiny_b.zip": "hello",
        "up_3_3_tiny_c.zip": zipped({**GOOD, "../x": ""}),
        "empty_4_4_tiny_d.zip": zipped({"notes.txt": ""}),
        "nested_5_5_tiny_e.zip": nested,
        "Up Up_6_assignsubmission_file_/../../x.py": "",
        "Typed_7_assignsubmission_onlinetext_/onlinetext.html": "<p>",
        "typed_8_text.html": "<p>",
        "bomb_9_9_tiny_f.zip": zipped({**GOOD, "lib/a.py": b"0" * (archive.MAX_BYTES + 1)}),
        "many_10_10_tiny_g.zip": zipped({f"lib/{n}.py": "" for n in range(2001)}),
    }
    with zipfile.ZipFile(path, "w") as made:
        for name, data in bad.items():
            made.writestr(name, data)
        made.writestr(link("link_11_11_tiny_h.zip"), "/etc/passwd")
        made.writestr("good_12_12_tiny_ada.zip", packed("ada"))
        made.writestr("index.html", "<p>")
    taken, refused = collect(path, tmp_path / "submitted")
    assert set(taken) == {"good"}
    assert len(refused) == len(bad) + 2, "\n".join(refused)
    for line in refused:
        assert line.startswith("submissions.zip: ")
        assert line.isprintable()
    for name in bad:
        assert any(name.split("/")[0].rstrip("_") in line for line in refused), name
    assert "submissions.zip: no name says whose these are: index.html" in refused
    assert not (tmp_path / "x.py").exists()


def test_a_link_in_an_unpacked_download_is_refused(tmp_path: Path) -> None:
    """A link could give one student the hand-in of another."""
    path = download(tmp_path, {"doe_1_1_tiny_ada.zip": packed("ada")}, "folder")
    (path / "eve_2_2_tiny_eve.zip").symlink_to(path / "doe_1_1_tiny_ada.zip")
    (path / "Eve_3_assignsubmission_file_").symlink_to("/etc")
    taken, refused = collect(path, tmp_path / "submitted")
    assert set(taken) == {"doe"}
    assert any("eve_2_2_tiny_eve.zip" in line and "link" in line for line in refused)
    assert any("Eve_3_assignsubmission_file" in line for line in refused)


def test_a_plain_hand_in_is_never_taken_for_a_class_s(tmp_path: Path) -> None:
    """Names that look decorated make no difference next to a notebook or lib/."""
    odd: dict[str, str | bytes] = {
        "doe_1_1_victim.zip": packed("victim"),
        "X_1_assignsubmission_file_/a.py": "",
    }
    for number, prefix in enumerate(["", "tiny/"]):
        path = tmp_path / f"tiny_eve{number}.zip"
        path.write_bytes(zipped({**{prefix + k: v for k, v in GOOD.items()}, **odd}))
        taken, refused = collect(path, tmp_path / "submitted")
        assert (set(taken), refused) == ({f"eve{number}"}, [])
    assert not (tmp_path / "submitted/victim").exists()


def test_zips_within_a_zip_are_opened_as_far_as_one_holds_one(tmp_path: Path) -> None:
    """Some zip their zip again; what is wrapped more than ten times is refused in a line."""
    inner = zipped(GOOD)
    for depth, student in enumerate(("ada", "bob", "eve")):
        (tmp_path / f"tiny_{student}.zip").write_bytes(inner)
        taken, refused = collect(tmp_path / f"tiny_{student}.zip", tmp_path / "submitted")
        assert (set(taken), refused) == ({student}, []), depth
        inner = zipped({f"tiny_{student}.zip": inner})
    inner = zipped({"again.zip": inner, "README.txt": "see the zip"})
    (tmp_path / "tiny_kim.zip").write_bytes(inner)
    taken, refused = collect(tmp_path / "tiny_kim.zip", tmp_path / "submitted")
    assert (set(taken), refused) == ({"kim"}, [])
    assert "left out: README.txt" in taken["kim"].notes
    for _ in range(MAX_NESTED):
        inner = zipped({"again.zip": inner})
    (tmp_path / "tiny_zoe.zip").write_bytes(inner)
    taken, refused = collect(tmp_path / "tiny_zoe.zip", tmp_path / "submitted")
    assert taken == {}
    assert len(refused) == 1
    assert "nothing to take" in refused[0]


def test_another_assignment_of_a_student_is_not_this_one(tmp_path: Path) -> None:
    """In a submitted/ only STUDENT/ASSIGNMENT counts; who has none there is named."""
    submitted = tmp_path / "old" / "submitted"
    for folder, files in (("ann/tiny", GOOD), ("ann/other", GOOD), ("dan/other", GOOD)):
        for name, text in files.items():
            path = submitted / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
    taken, refused = collect(submitted, tmp_path / "submitted")
    assert set(taken) == {"ann"}
    assert "dan/other" in " ".join(refused)
    shutil.rmtree(submitted / "dan")
    taken, refused = collect(submitted, tmp_path / "again")
    assert set(taken) == {"ann"}


def test_archives_of_other_formats_are_told_one_by_one(tmp_path: Path) -> None:
    """Whose name is on them is not among those of nobody."""
    folder = tmp_path / "mails"
    folder.mkdir()
    for student in ("ann", "ben"):
        (folder / f"tiny_{student}.zip").write_bytes(zipped(GOOD))
    (folder / "tiny_cat.7z").write_bytes(b"7z\xbc\xaf\x27\x1c")
    (folder / "notes.txt").write_text("mine")
    taken, refused = collect(folder, tmp_path / "submitted")
    assert set(taken) == {"ann", "ben"}
    assert [line for line in refused if "tiny_cat.7z is a 7-Zip archive" in line]
    assert [line for line in refused if "whose these are: notes.txt" in line]


def test_a_folder_of_zips_is_taken_in(tmp_path: Path) -> None:
    """What students sent by mail, saved in one folder, is a download as well."""
    files: Files = {"tiny_ada.zip": packed("ada"), "tiny_bob.zip": zipped(GOOD)}
    taken, refused = collect(download(tmp_path, files, "folder"), tmp_path / "submitted")
    assert (set(taken), refused) == ({"ada", "bob"}, [])


@pytest.mark.parametrize("name", ["b{}.zip", "doe_1_1_tiny_{}.zip", "{}/tiny.zip"])
def test_a_long_name_leaves_room_for_what_is_said_of_it(tmp_path: Path, name: str) -> None:
    """A name has its middle left out, so that the line still says what is wrong."""
    files: Files = {name.format("x" * 900): b"PK", "doe_2_2_tiny_bob.zip": packed("bob")}
    _, refused = collect(download(tmp_path, files), tmp_path / "submitted")
    assert [line for line in refused if "xx…xx" in line and "ask for the zip" in line]


def test_a_download_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More hand-ins, files or bytes than a class has are refused in one line."""
    files: Files = {f"doe_{n}_{n}_tiny_s{n}.zip": packed(f"s{n}") for n in range(3)}
    path, root = download(tmp_path, files), tmp_path / "submitted"
    folder = download(tmp_path, files, "folder")
    monkeypatch.setattr(uploads, "MAX_SUBMISSIONS", 2)
    with pytest.raises(SubmissionError, match=r"submissions.zip: more than 2 hand-ins"):
        collect(path, root)
    monkeypatch.setattr(box, "MAX_ENTRIES", 2)
    with pytest.raises(SubmissionError, match="more than 2 files"):
        collect(folder, root)
    monkeypatch.setattr(box, "MAX_DIRECTORY", 100)
    with pytest.raises(SubmissionError, match="more files than a download can have"):
        collect(path, root)
    monkeypatch.setattr(box, "MAX_DOWNLOAD", 1_000)
    with pytest.raises(SubmissionError, match="more than 0 MB"):
        collect(path, root)
    assert not root.exists()


def test_loose_files_of_one_student_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limits of one hand-in go for each student of a download."""
    monkeypatch.setattr(archive, "MAX_FILES", 3)
    files: Files = {f"Ada_1_assignsubmission_file_/lib/f{n}.py": "" for n in range(4)}
    files |= {f"Bob_2_assignsubmission_file_/lib/f{n}.py": "" for n in range(2)}
    taken, refused = collect(download(tmp_path, files), tmp_path / "submitted")
    assert set(taken) == {"Bob_2"}
    assert refused == ["submissions.zip: Ada_1_assignsubmission_file: more than 3 files"]


@given(st.data())
def test_any_bytes_are_a_download_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A download with changed bytes gives hand-ins and lines, and never anything else."""
    folder = tmp_path_factory.mktemp("any")
    files: Files = {"doe_1_1_tiny_ada.zip": packed("ada"), "Roe_2_assignsubmission_file_/a": "x"}
    payload = bytearray(zipped(files))
    for _ in range(data.draw(st.integers(1, 6))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    (folder / "all.zip").write_bytes(payload)
    try:
        _, refused = collect(folder / "all.zip", folder / "submitted")
    except SubmissionError as error:
        refused = [str(error)]
    assert all(line.isprintable() for line in refused)


@given(st.text(max_size=150), st.integers(0, 10**12))
def test_a_made_id_is_one(who: str, number: int) -> None:
    """Any person's name gives an id that can be a folder's name."""
    assert is_student_id(made_id(who, "", str(number)))
    assert is_student_id(made_id(who, str(number), str(number)))


@given(st.text(max_size=60))
def test_any_name_is_read(name: str) -> None:
    """Reading a name as a download's never fails, and gives back what stands behind it."""
    told = read_lms_name(name, "tiny")
    assert told is None or name.endswith(told.original) or told.original.endswith(".html")
    stem, version = split_version(name)
    assert version or stem == name or name.endswith(tuple("0123456789")) or "-0" in name

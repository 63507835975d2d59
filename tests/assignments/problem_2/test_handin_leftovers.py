"""Tests of naming what is not handed in."""

from pathlib import Path

from gradekit.submission.not_packed import not_handed_in


def test_what_stays_is_named_once(tmp_path: Path) -> None:
    """Folders of which nothing goes in are one entry; hidden files and environments are none."""
    for name in (
        "problem_2.ipynb",
        "README.md",
        "data/alice.txt",
        "data/more/text.txt",
        "lib/layer.py",
        "lib/notes.txt",
        "lib/__pycache__/layer.pyc",
        ".ipynb_checkpoints/problem_2.ipynb",
        "mine/pyvenv.cfg",
        "mine/bin/python",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    found = not_handed_in(tmp_path, ["problem_2.ipynb", "lib/layer.py"])
    assert found == ("README.md", "data/", "lib/notes.txt")

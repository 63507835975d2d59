"""One rule says what a heading is, in what staff write and in what students hand in."""

import time

import pytest

from gradekit.notebook.headings import MAX_TITLE_CHARACTERS, Heading, headings


@pytest.mark.parametrize(
    ("line", "title", "points"),
    [
        ("# Title", "Title", None),
        ("###### Deep  ", "Deep", None),
        ("## RNN (12 points)", "RNN", "12"),
        ("## RNN (1 point)", "RNN", "1"),
        ("## RNN (2.5 pts)", "RNN", "2.5"),
        ("## RNN (1 pt) ##", "RNN", "1"),
        ("## RNN(2 points)", "RNN", "2"),
        ("## All (of them) (3 points)", "All (of them)", "3"),
        ("## (3 points)", "(3 points)", None),
        ("## RNN (some points)", "RNN (some points)", None),
        ("# C#", "C#", None),
        ("#\tTab", "Tab", None),
    ],
)
def test_a_heading_has_a_title_and_maybe_points(line: str, title: str, points: str | None) -> None:
    """Points stand in brackets at the end, long or short."""
    assert headings(f"text\n{line}\nmore") == [Heading(title, points)]


@pytest.mark.parametrize(
    "text",
    [
        "#no space",
        "####### seven",
        "# ",
        "##  ##",
        "### BEGIN SOLUTION",
        "### END SOLUTION",
        "```\n# a comment\n```",
        "~~~python\n# a comment\n```\n# still one\n~~~",
        "````\n```\n# a comment\n````",
        "```\n# a comment without an end",
        "plain\n=====",
    ],
)
def test_what_is_none(text: str) -> None:
    """Comments in fenced code, markers and what only looks alike are no headings."""
    assert headings(text) == []


def test_after_code_there_are_headings_again() -> None:
    """A fence ends where another of its kind stands."""
    assert [one.title for one in headings("# A\n```\n# no\n```\n# B\n~~~\n# no\n~~~\n# C")] == [
        *"ABC"
    ]


@pytest.mark.parametrize("piece", ["# ", " ", "(", "( 1 points)", "#", "# a (", "```\n", "\t", "a"])
def test_a_huge_heading_costs_nothing(piece: str) -> None:
    """A megabyte of anything behind a # is read in no time, and its title is short."""
    started = time.process_time()
    found = headings("# a" + piece * (10**6 // len(piece)) + "x")
    assert time.process_time() - started < 2
    assert all(len(one.title) <= MAX_TITLE_CHARACTERS for one in found)

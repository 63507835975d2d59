"""Regions are cut and solved as text: what is outside stays, what is inside never gets out."""

import ast
import contextlib
import io
import keyword
import re
import tokenize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gradekit.errors import AuthoringError
from gradekit.solution.regions import (
    BEGIN,
    END,
    STUB,
    cut,
    find_regions,
    region_owners,
    solution_lines,
    solve,
)

METHOD = """\
class Layer:
    def forward(self, x):
        # TODO: compute out.
        ### BEGIN SOLUTION
        out = x * 2
        ### END SOLUTION
        return out
"""

names = st.from_regex(r"[a-z]{1,6}", fullmatch=True).filter(lambda n: not keyword.iskeyword(n))
values = st.integers(0, 10**9) | st.text(st.characters(exclude_categories=["C"]), max_size=8)
statements = st.builds("{} = {!r}".format, names, values)
bodies = st.lists(statements, min_size=1, max_size=4)


@st.composite
def sources(draw: st.DrawFn) -> tuple[str, list[str], list[str]]:
    """Draw a module with regions; return it, its lines outside and its lines inside of regions."""
    text: list[str] = []
    outside: list[str] = []
    inside: list[str] = []
    for number in range(draw(st.integers(1, 4))):
        indent = "    " * draw(st.integers(1, 3))
        head = [f"{' ' * depth}if {number}:" for depth in range(0, len(indent), 4)]
        before = [indent + line for line in draw(bodies)]
        solution = [f"{indent}secret_{number} = {draw(st.integers(0, 10**9))}"]
        solution += [indent + line for line in draw(bodies)]
        after = [indent + line for line in draw(bodies)]
        stub = draw(st.sampled_from([[], [f"{indent}{STUB} pass"]]))
        text += [*head, *before, f"{indent}{BEGIN}", *stub, *solution, f"{indent}{END}", *after]
        outside += [*head, *before, *after]
        inside += solution
    return "\n".join([*text, ""]), [*outside, ""], inside


@given(sources())
def test_cut_keeps_what_is_outside(source: tuple[str, list[str], list[str]]) -> None:
    """A cut module is the lines outside of regions, in order, with one stub for each region."""
    text, outside, _ = source
    lines = [
        line
        for line in cut(text, "m.py").split("\n")
        if "NotImplementedError" not in line and line.strip() != "pass"
    ]
    assert lines == outside


@given(sources())
def test_cut_lets_nothing_inside_survive(source: tuple[str, list[str], list[str]]) -> None:
    """No name of a solution and no marker stands in a cut module."""
    text, _, inside = source
    released = cut(text, "m.py")
    assert not [line for line in inside if "secret_" in line and line.strip() in released]
    assert "SOLUTION" not in released
    assert STUB not in released


@given(sources())
def test_both_sides_are_python(source: tuple[str, list[str], list[str]]) -> None:
    """The cut module and the solved one parse."""
    text = source[0]
    ast.parse(cut(text, "m.py"))
    ast.parse(solve(text, "m.py"))


@given(sources())
def test_solve_takes_only_markers_and_stubs_away(source: tuple[str, list[str], list[str]]) -> None:
    """A solved module is the text without markers and stubs; solving it again changes nothing."""
    text = source[0]
    kept = [n for n in text.split("\n") if not n.strip().startswith((BEGIN, END, STUB))]
    assert solve(text, "m.py") == "\n".join(kept)
    assert solve(solve(text, "m.py"), "m.py") == solve(text, "m.py")


@given(sources())
def test_solution_lines_are_those_inside(source: tuple[str, list[str], list[str]]) -> None:
    """The lines of a solution are found with the numbers that they have in the file."""
    text, _, inside = source
    lines = text.split("\n")
    found = solution_lines(text, "m.py")
    assert [line for _, line in found] == [line.strip() for line in inside]
    assert all(lines[number - 1].strip() == line for number, line in found)


@given(st.text(), st.sampled_from(["m.py", "lib/deep/m.py"]))
def test_text_without_regions_stays_as_it_is(text: str, file: str) -> None:
    """Any text without markers is its own cut and its own solution, Python or not."""
    with contextlib.suppress(AuthoringError):
        assert cut(text, file) == text
        assert solve(text, file) == text


@given(st.lists(st.sampled_from([BEGIN, END, f"{STUB} pass", "x = 1", ""]), max_size=9))
@example([BEGIN, BEGIN, END])
@example([END])
@example([BEGIN])
@example([f"{STUB} pass"])
def test_markers_are_right_or_told_with_their_line(lines: list[str]) -> None:
    """Any order of markers either makes regions, or is refused with the file and the line."""
    regions, told = [], ""
    try:
        regions = find_regions("\n".join(lines), "lib/m.py")
    except AuthoringError as error:
        told = str(error)
    if told:
        assert re.fullmatch(r"lib/m\.py:\d+: [^\n]+", told)
        assert 1 <= int(told.split(":")[1]) <= len(lines)
    else:
        assert len(regions) == lines.count(BEGIN) == lines.count(END)
    assert all(lines[r.begin] == BEGIN and lines[r.end] == END for r in regions)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{BEGIN}\nx = 1\n{BEGIN}\n{END}\n{END}", r"m\.py:3: nested .* line 1 "),
        (f"x = 1\n{BEGIN}\nx = 2\n", r"m\.py:2: .*BEGIN SOLUTION without .*END"),
        (f"x = 1\n\n{END}", r"m\.py:3: .*END SOLUTION without .*BEGIN"),
        (f"x = 1  {BEGIN}", r"m\.py:1: a marker must stand alone"),
        (f"{BEGIN}: easy\n{END}", r"m\.py:1: a marker must stand alone"),
        (f"x = 1\n{STUB} pass", r"m\.py:2: .*STUB outside a region"),
    ],
)
def test_wrong_markers(text: str, message: str) -> None:
    """Nested, unclosed, unmatched and crowded markers are refused with file and line."""
    for function in (find_regions, cut, solve):
        with pytest.raises(AuthoringError, match=message):
            function(text, "m.py")


@pytest.mark.parametrize(
    "marker",
    [
        "# BEGIN SOLUTION",
        "###BEGIN SOLUTION",
        "### Begin Solution",
        "## END SOLUTION",
        "#END  SOLUTION",
    ],
)
def test_marker_that_is_nearly_one(marker: str) -> None:
    """A marker that is not written as it should be is refused: it would leave a solution in."""
    with pytest.raises(AuthoringError, match=r"m\.py:2: a marker is written"):
        find_regions(f"x = 1\n    {marker}\ny = 2", "m.py")


def test_stub_names_the_method() -> None:
    """Where a region brings no stub, an error takes its place that names method and file."""
    released = cut(METHOD, "lib/m.py")
    line = (
        '        raise NotImplementedError("Layer.forward is not implemented yet (see lib/m.py)")'
    )
    assert line in released.split("\n")
    assert "x * 2" not in released


def test_own_stub_keeps_its_shape() -> None:
    """A region's own stub lines stand with the region's indentation and their own below it."""
    text = METHOD.replace(
        "        out = x * 2",
        f"        {STUB} if x:\n        {STUB}     out = 0\n        out = x * 2",
    )
    assert "        if x:\n            out = 0\n        return out" in cut(text, "m.py")
    assert STUB not in solve(text, "m.py")
    assert "        out = x * 2\n        return out" in solve(text, "m.py")


def test_kept_methods_stay_solved() -> None:
    """Regions of the methods to keep stay solved, and the others are cut."""
    text = METHOD + METHOD.replace("Layer", "Other")
    released = cut(text, "m.py", keep=["Other.forward"])
    assert released.count("x * 2") == 1
    assert "Layer.forward is not implemented" in released
    assert "SOLUTION" not in released


WHOLE = f"""\
import math


{BEGIN}
{STUB} # Write running_mean.
LEAST = 1


@lambda function: function
def running_mean(numbers):
    '''Return means.'''

    def half(number):
        return number / 2

    class Kept:
        def get(self):
            return half

    return half(sum(numbers))


def clamp(x): return max(x, LEAST)
{END}


class Box:
    {BEGIN}
    def open(self):
        return 1
    {END}
"""


def test_region_around_whole_functions_is_theirs() -> None:
    """They own it, what is defined in one of them is a part of it, and a constant is the file's."""
    assert region_owners(WHOLE, "m.py") == ["m.py", "running_mean", "clamp", "Box.open"]
    assert region_owners(f"{BEGIN}\n{STUB} # f\nimport os\ndef f():\n    pass\n{END}", "m.py") == [
        "f"
    ]


def test_whole_function_that_is_not_kept_is_there_and_raises() -> None:
    """In an answer that somebody has begun the others of its region stay; a release has none."""
    begun = cut(WHOLE, "m.py", keep=["m.py", "clamp", "Box.open"])
    assert "max(x, LEAST)" in begun
    assert "half" not in begun
    assert "def running_mean(numbers):\n    raise NotImplementedError(" in begun
    assert "def clamp(x): raise NotImpl" in cut(WHOLE, "m.py", keep=[])
    assert cut(WHOLE, "m.py", keep=region_owners(WHOLE, "m.py")) == solve(WHOLE, "m.py")
    for text in (begun, cut(WHOLE, "m.py", keep=[]), cut(WHOLE, "m.py")):
        ast.parse(text)
    assert "running_mean(" not in cut(WHOLE, "m.py")


def test_region_outside_of_any_function_names_the_file() -> None:
    """A region at the top of a module is named after the module."""
    assert "m.py is not implemented yet" in cut(f"{BEGIN}\nx = 1\n{END}", "m.py")


def test_source_that_is_no_python() -> None:
    """A module with regions that does not parse is refused with file and line."""
    with pytest.raises(AuthoringError, match=r"m\.py:2: not Python"):
        cut(f"x = 1\ny = = 2\n{BEGIN}\n{END}", "m.py")


def test_line_ends_of_windows() -> None:
    """Markers are found with Windows' line ends, and the rest of the text keeps them."""
    text = METHOD.replace("\n", "\r\n")
    assert "x * 2" not in cut(text, "m.py")
    assert "SOLUTION" not in solve(text, "m.py")
    tokens = list(tokenize.generate_tokens(io.StringIO(cut(text, "m.py")).readline))
    assert tokens[-1].type == tokenize.ENDMARKER


def test_comments_and_blanks_are_no_solution_lines() -> None:
    """Comments and empty lines of a region are none that could leak."""
    text = f"{BEGIN}\n# why\n\nx = 1\n{END}"
    assert solution_lines(text, "m.py") == [(4, "x = 1")]

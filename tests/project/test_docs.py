"""The pages: their examples are run, and what is generated or measured is current."""

import doctest
import importlib
import importlib.util
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import doc_examples
import pytest
import typer

import gradekit.checks
from gradekit.cli import staff

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"
README = REPOSITORY / "README.md"
PAGES = [README, *sorted(DOCS.glob("*.md"))]
RUN = [page for page in PAGES if doc_examples.has_any(page.read_text(encoding="utf-8"))]
MOST_LINES = 120


def name_of(page: Path) -> str:
    """Return how a test names a page."""
    return page.stem


@pytest.mark.one_in(4)
@pytest.mark.slow
@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_what_a_page_shows_is_what_happens(page: Path, tmp_path: Path) -> None:
    """Its commands, typed one after another, print what stands below them."""
    differences = [*doc_examples.Session(tmp_path).follow(page.read_text("utf-8"))]
    assert differences == []


def test_examples_are_told_apart() -> None:
    """Commands, what they print, and files are found; `…` stands for lines and parts of lines."""
    page = '```console\n$ ls\na\n```\n\n```python title="a.py"\nx = 1\n```\n'
    first, second = doc_examples.blocks(page)
    assert [*doc_examples.commands(first)] == [("ls", 2, 3)]
    assert (second.title, second.lines) == ("a.py", ("x = 1",))
    assert doc_examples.alike("a\n …\nb … c", "a\n1\n2\nb 17 c\n")
    assert not doc_examples.alike("a\nb", "a\n1\nb\n")


def test_a_page_that_is_wrong_is_told(tmp_path: Path) -> None:
    """A command that prints something else, or fails unasked, is a difference."""
    page = "```console\n$ echo one\none\n$ echo two\nthree\n$ false\n$ false\n$ echo $?\n1\n```\n"
    found = [*doc_examples.Session(tmp_path).follow(page)]
    assert [(one.command, one.printed, one.code) for one in found] == [
        ("echo two", "two\n", 0),
        ("false", "", 1),
    ]


def generated() -> dict[str, str]:
    """Return the pages that docs/generate.py makes, by their names."""
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec
    assert spec.loader
    generate: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    return {name: make() for name, make in generate.PAGES.items()}


def test_generated_pages_are_current() -> None:
    """They are what `python docs/generate.py` writes: run it, if this fails."""
    for name, text in generated().items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, name


def modules_for_checks() -> Iterator[ModuleType]:
    """Yield the modules behind `gradekit.checks`."""
    for found in pkgutil.iter_modules(gradekit.checks.__path__, "gradekit.checks."):
        yield importlib.import_module(found.name)


def test_examples_in_docstrings_are_run() -> None:
    """What an example of `gradekit.checks` shows is what it gives."""
    ended = [doctest.testmod(module) for module in modules_for_checks()]
    assert sum(one.failed for one in ended) == 0
    assert sum(one.attempted for one in ended) > 0


def verbs() -> Iterator[tuple[str, Any]]:
    """Yield each command of the kit by its words."""
    waiting: list[tuple[str, Any]] = [("", typer.main.get_command(staff.app))]
    while waiting:
        words, command = waiting.pop()
        inner = getattr(command, "commands", {})
        waiting += [(f"{words} {name}".strip(), one) for name, one in inner.items()]
        if not inner:
            yield words, command


def typed_in(text: str) -> Iterator[str]:
    """Yield what follows `gradekit` where it is typed: in code within a line, and in blocks."""
    inline = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)
    in_blocks = [
        line.removeprefix(doc_examples.PROMPT).partition("#")[0]
        for block in doc_examples.blocks(text)
        if block.language in ("console", "sh")
        for line in block.lines
        if block.language == "sh" or line.startswith(doc_examples.PROMPT)
    ]
    for line in [*inline, *in_blocks]:
        if line.startswith("gradekit "):
            yield re.split("[|>]", line.removeprefix("gradekit "))[0]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_names_only_commands_that_there_are(page: Path) -> None:
    """Each `gradekit …` in it is a command, with options that it has."""
    known = dict(verbs())
    for line in typed_in(page.read_text(encoding="utf-8")):
        words = line.split()
        if words[0].startswith("--"):
            continue
        verb = next((one for one in (" ".join(words[:2]), words[0]) if one in known), None)
        assert verb, f"{page.name}: gradekit {line}"
        options = {name for one in known[verb].params for name in one.opts} | {"--debug", "--help"}
        assert {word for word in words if word.startswith("--")} <= options, line


def test_the_readme_is_short() -> None:
    """Whoever has five minutes reads all of it."""
    assert len(README.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_the_readme_says_what_was_measured() -> None:
    """Its figures are those of the pages that it names."""
    told = " ".join(README.read_text(encoding="utf-8").split())
    scaling, grading, security = (
        (DOCS / f"{name}.md").read_text(encoding="utf-8")
        for name in ("scaling", "grading", "security")
    )
    kit, least = re.findall(r"^\| `(?:gradekit grade|nbgrader auto).*$", scaling, re.M)[:2]
    ours, theirs, times = kit.split(" | ")[4], least.split(" | ")[4], least.split(" | ")[6]
    assert f"a core works {float(ours):.2f} s" in told
    assert f"{float(theirs):.2f} s at the least, {times.rstrip('× |')} times" in told
    in_cells = re.findall(r"^\| \w+ \| `nbgrader autograde`, one core .*$", scaling, re.M)
    ratios = sorted(float(row.split(" | ")[6].rstrip("×")) for row in in_cells)
    assert f"in cells it takes {ratios[0]} to {ratios[-1]} times as long" in told
    counts = dict(re.findall(r"^\| ([\w ]+) \| (\d+) \|$", grading, re.M))
    assert f"Of {counts['mutants']} mistakes made in the solution" in told
    assert f"but {counts['mutants equivalent']} that change nothing" in told
    assert f"no right answer of {counts['equivalents']} lost a point" in told
    [(tried, succeeded)] = re.findall(r"^\| \*\*all\*\* \| (\d+) \| \*\*(\d+)", security, re.M)
    [at_least] = re.findall(r"more than (\d+) attacks", told)
    assert int(tried) > int(at_least)
    forged = re.search(
        r"The (\d+) forgeries .*?own grading (\d+) of them have all points", security
    )
    assert forged
    assert f"of {forged[1]} forgeries it gave at least {forged[2]} all points" in told
    assert succeeded == "0"


def test_the_table_of_training_is_what_was_measured() -> None:
    """Its rows are the runs in training.json, in their order."""
    runs = json.loads((DOCS / "training.json").read_text(encoding="utf-8"))["runs"]
    page = (DOCS / "assignments.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [^|]+ \| \de-\d \| ([\d.]+) % \| ([\d.]+) % \|$", page, re.M)
    measured = [(run["accuracies"][9], run["accuracies"][49]) for run in runs]
    assert rows == [tuple(f"{100 * share:.1f}" for share in one) for one in measured]


def test_the_architecture_is_of_this_house() -> None:
    """Each package stands in it, and each file that it names is there."""
    told = (DOCS / "architecture.md").read_text(encoding="utf-8")
    package = REPOSITORY / "gradekit"
    for folder in {path.parent for path in package.rglob("*.py")} - {package}:
        assert re.search(rf"\b{folder.name}\b", told), folder.name
    known = [path.relative_to(REPOSITORY).as_posix() for path in REPOSITORY.glob("[gt]*/**/*.py")]
    for named in re.findall(r"`([\w/]+\.py)`", told):
        assert any(f"/{name}".endswith(f"/{named}") for name in known), named


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_counts_tests(page: Path) -> None:
    """Such a count is wrong with the next test."""
    assert not re.search(r"\b\d[\d,]* (?:\w+ )?tests\b", page.read_text(encoding="utf-8"))

"""Grades mutants of solutions in cells by the kit and by nbgrader, and tells what differs.

    python benchmarks/cells.py [--style NAME …] [--most 100] [--sample 6] [--again]

The kit's side is what `gradekit grade` does: confined workers. nbgrader's side is IPython's shell
in a process for each, or for plots its own step in a kernel, with the source's test cells in the
student's notebook, and nbgrader's rule for points. `--sample` hands so many mutants of each style
to `nbgrader autograde` itself, and tells where that gives anything else. What was graded is kept in
docs/from-nbgrader.json, and is not graded again unless the style changes, or by the kit with
`--again`; the page docs/from-nbgrader.md gets the figures.
"""

import argparse
import contextlib
import hashlib
import io
import json
import logging
import os
import re
import signal
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nbformat
from figures import machine, put_figures, table

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from cell_notebooks import with_answers  # noqa: E402  (a folder that is no package)
from cell_styles import DATA, STYLES, Style  # noqa: E402
from cell_styles_objects import OBJECTS  # noqa: E402
from cell_styles_rare import RARE  # noqa: E402
from graded_cells import bundle_of, submission  # noqa: E402
from nbgrader_peer import peer_scores  # noqa: E402

from gradekit.files import write_files, write_whole  # noqa: E402
from gradekit.grading.grader import Grader  # noqa: E402
from gradekit.sandbox.guard import ReadingLimits, guarded  # noqa: E402
from gradekit.solution.mutants import mutants  # noqa: E402
from gradekit.solution.plain_operators import PLAIN_OPERATORS  # noqa: E402

PAGE = ROOT / "docs" / "from-nbgrader.md"
KEPT = PAGE.with_suffix(".json")
# What the styles' answers and tests import, and what grades them.
DISTRIBUTIONS = {
    "sklearn": "scikit-learn"
}  # that are called otherwise than what they are imported by
PACKAGES = ("nbgrader", "numpy", "pandas", "scipy", "sympy", "matplotlib", "scikit-learn")
CELL_SECONDS = 5  # of processor time, that a cell may take in the shell
LIMITS = ReadingLimits(60, 120.0, 4 * 2**30)
IMPORTED = re.compile(r"^ *(?:import|from) +(\w+)", re.M)
MARKER = re.compile(r"^ *### (?:BEGIN|END) SOLUTION\n?", re.M)
DRAWN = ("plots",)  # a shell without a kernel does not show plots as a notebook does
# Ordinary mistakes of Python beside those that the mutation operators make.
SWAPS = (
    ("return ", "print("), ("is True", "is False"), ("ValueError", "KeyError"), ("int(", "str("),
    (".split()", ""), ("len(", "sum("), ("set(", "list("), ("self.", ""), ("raise ", "return "),
    ("return self", "return"), ("None", "0"), ("= 2 / 3", "= 2 // 3"), ("'b'", "'a'"),
    ("mean()", "sum()"), ("'left'", "'inner'"), ("axis=0", "axis=1"), (".tocsr()", ""),
)  # fmt: skip
# Why a result differs, by the style, the test cell and who gives more.
REASONS: dict[tuple[str, str], str] = {
    ("plots", "test_data"): "the student's code warns: text on stderr is 0 points in nbgrader",
    ("mocks", "test_del"): "the exception that the test expects comes of what is not written",
}
# What each way of differing comes from, where nothing stands above.
WAYS = {
    "no grade": "the kit gives no grade, and staff read why",
    "the kit gives less": "not explained",
    "the kit gives more": "not explained",
}

Points = Mapping[str, float | None]


def wrong_answers(style: Style) -> Iterator[tuple[str, Any]]:
    """Yield wrong submissions and what each is, each with a name of its own."""
    names = Counter[str]()
    for mistake, submitted in _wrong(style):
        names[mistake] += 1
        number = f" ({names[mistake]})" if names[mistake] > 1 else ""
        yield f"{mistake}{number}", submitted


def _wrong(style: Style) -> Iterator[tuple[str, Any]]:
    """Yield wrong submissions: one mistake, then two in different cells."""
    singles = list(_one_mistake(style))
    for mistake, name, text in singles:
        yield mistake, with_answers(style.source, {name: text})
    shift = len(singles) // 2
    for place, (mistake, name, text) in [*enumerate(singles)] * 2:
        shift += 1
        other, others_name, others_text = singles[(place * 5 + shift) % len(singles)]
        if others_name != name:
            both = {name: text, others_name: others_text}
            yield f"{mistake}; {other}", with_answers(style.source, both)


def _one_mistake(style: Style) -> Iterator[tuple[str, str, str]]:
    seen = set[tuple[str, str]]()
    for one in style.source.cells:
        marks = one.metadata.get("nbgrader", {})
        if not marks.get("solution") or marks.get("grade"):
            continue
        name, right = marks["grade_id"], MARKER.sub("", one.source)
        for mistake, text in _mistakes(name, right):
            if text.strip() != right.strip() and (name, text) not in seen:
                seen.add((name, text))
                yield f"{name} {mistake}", name, text


def _mistakes(name: str, right: str) -> Iterator[tuple[str, str]]:
    marked = f"### BEGIN SOLUTION\n{right}\n### END SOLUTION\n"
    for one in mutants(marked, name, more=PLAIN_OPERATORS):
        yield f"{one.line}: {one.mistake}", MARKER.sub("", one.text)
    for old, new in SWAPS:
        parts = right.split(old)
        for place in range(1, len(parts)):
            rest = old.join(parts[place:])
            if new == "print(":
                first, _, others = rest.partition("\n")
                rest = f"{first})\n{others}"
            yield f"{old!r} {place}: {new!r}", old.join(parts[:place]) + new + rest


def by_kernel(source: Any, submitted: Any) -> Points:
    """Return each test cell's points as nbgrader's own step gives them, of a run in a kernel."""
    from nbgrader.preprocessors import Execute
    from nbgrader.utils import determine_grade, is_grade, is_solution

    copy = nbformat.reads(nbformat.writes(submitted), as_version=4)
    for own, cell in zip(source.cells, copy.cells, strict=True):
        if own.metadata.get("nbgrader", {}).get("locked"):
            cell.source = own.source
    log = logging.getLogger("quiet")
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), DATA)
        Execute(timeout=30, log=log).preprocess(copy, {"metadata": {"path": folder}})
    tests = [cell for cell in copy.cells if is_grade(cell) and not is_solution(cell)]
    return {one.metadata["nbgrader"]["grade_id"]: determine_grade(one, log)[0] for one in tests}


def by_nbgrader(source: Any, submitted: Any) -> Points:
    """Return each test cell's points as nbgrader reckons them, of a run in IPython's shell."""
    (outcome,) = guarded([0], lambda _: _in_shell(source, submitted), dict[str, Any], LIMITS)
    return outcome.result()


def _in_shell(source: Any, submitted: Any) -> dict[str, float | None]:
    from IPython.core.interactiveshell import InteractiveShell

    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    shell = InteractiveShell.instance()
    found: dict[str, float | None] = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        write_files(Path(folder), DATA)
        for own, given in zip(source.cells, submitted.cells, strict=True):
            marks = own.metadata.get("nbgrader", {})
            if own.cell_type != "code":
                continue
            result, printed = _run(shell, own.source if marks.get("locked") else given.source)
            if marks.get("grade") and not marks.get("solution"):
                found[marks["grade_id"]] = _points(result, printed, float(marks["points"]))
    return found


def _run(shell: Any, text: str) -> tuple[Any, str]:
    printed = io.StringIO()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, CELL_SECONDS)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(printed):
            result = shell.run_cell(text, store_history=False)
            shell.events.trigger("post_execute")
            return result, printed.getvalue()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _points(result: Any, stderr: str, most: float) -> float | None:
    """Return the points of a test cell by nbgrader's rule; None where it fails the hand-in."""
    if result.error_before_exec or result.error_in_exec or stderr:
        return 0.0
    try:
        shown = float(repr(result.result))
    except ValueError:
        return most
    return None if shown > most else shown if shown >= 0 else most


def by_the_kit(grader: Grader, submitted: Any) -> Points:
    """Return each test cell's points as the kit gives them; None for no grade."""
    report = grader.grade(submission(submitted))
    return {item.cell: report.score(item) for item in report.automatic_items}


def missing_packages(style: Style) -> list[str]:
    """Return what a style's cells import and is not installed, as pip calls it."""
    found = set[str]()
    for one in style.source.cells:
        if one.cell_type == "code":
            found |= {name.partition(".")[0] for name in IMPORTED.findall(one.source)}
    lacking = sorted(name for name in found if find_spec(name) is None)
    return [DISTRIBUTIONS.get(name, name) for name in lacking if name not in ("nose", "helpers")]


def compare(style: Style, most: int, kept: dict[str, Any], *, again: bool) -> None:
    """Grade a style's mutants by both, as far as they are not kept; keep what both give.

    By the kit all of them are graded `again`.
    """
    key = hashlib.sha256(nbformat.writes(style.source).encode()).hexdigest()[:16]
    mine = kept.setdefault(style.name, {})
    if mine.get("key") != key:
        mine.clear()
        mine |= {"key": key, "mutants": {}}
    every, before = list(wrong_answers(style))[:most], mine["mutants"]
    answers = [one for one in every if again or one[0] not in before]
    with (
        tempfile.TemporaryDirectory() as folder,
        Grader(bundle_of(Path(folder), style.source, DATA)) as grader,
    ):
        for mistake, submitted in answers:
            peer = by_kernel if style.name in DRAWN else by_nbgrader
            known = before.get(mistake)
            theirs = known["nbgrader"] if known else peer(style.source, submitted)
            before[mistake] = {"kit": by_the_kit(grader, submitted), "nbgrader": theirs}
            _keep(kept)


def _quiet() -> None:
    logging.disable()
    warnings.simplefilter("ignore")


def _keep(kept: dict[str, Any]) -> None:
    write_whole(KEPT, (json.dumps(kept, indent=1) + "\n").encode())


def sample(style: Style, count: int, kept: dict[str, Any]) -> None:
    """Have `nbgrader autograde` itself grade some mutants, and keep how many it grades alike."""
    mine = kept[style.name]
    every = [one for one in wrong_answers(style) if one[0] in mine["mutants"]]
    chosen = every[:: max(1, len(every) // count)][:count]
    answers = {f"s{place}": submitted for place, (_, submitted) in enumerate(chosen)}
    found = peer_scores(style.source, answers, DATA)
    alike = 0
    for place, (mistake, _) in enumerate(chosen):
        kernel = mine["mutants"][mistake]["nbgrader"]
        unlike = {name: (points, found[f"s{place}"][name]) for name, points in kernel.items()
                  if found[f"s{place}"][name] != points}  # fmt: skip
        alike += not unlike
        if unlike:
            print(f"  {style.name} {mistake}: kernel and autograde: {unlike}")
    mine["sample"] = {"mutants": len(chosen), "alike": alike}
    _keep(kept)


def differences(kept: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Yield each result that differs: style, mutant, test cell, and in what way."""
    for style, of in kept.items():
        for mistake, both in of.get("mutants", {}).items():
            for name, theirs in both["nbgrader"].items():
                ours = both["kit"][name]
                if ours == theirs:
                    continue
                if ours is None or theirs is None:
                    yield style, mistake, name, "no grade"
                else:
                    way = "the kit gives more" if ours > theirs else "the kit gives less"
                    yield style, mistake, name, way


def in_words(kept: Mapping[str, Any]) -> str:
    """Return the figures in Markdown."""
    unlike = list(differences(kept))
    rows: list[list[Any]] = []
    for style, of in kept.items():
        found = of["mutants"].values()
        results = sum(len(both["nbgrader"]) for both in found)
        if not results:  # a style without any cell whose mistakes could be made
            continue
        own = len([one for one in unlike if one[0] == style])
        rows.append([style, len(found), results, results - own])
    totals = [sum(row[place] for row in rows) for place in (1, 2, 3)]
    rows.append(["all", *totals])
    reasons = Counter(
        (way, REASONS.get((style, name), WAYS[way])) for style, _, name, way in unlike
    )
    listed = [[way, why, count] for (way, why), count in sorted(reasons.items())]
    samples = [of["sample"] for of in kept.values() if "sample" in of]
    sampled, alike = (sum(one[name] for one in samples) for name in ("mutants", "alike"))
    facts = machine()
    parts = [
        "Wrong hand-ins are mutants of the solutions of small assignments "
        "(`tests/support/cell_styles*.py`), with one mistake or two. "
        "`python benchmarks/cells.py` has both grade them.",
        table(["style", "wrong hand-ins", "results", "the same as nbgrader's"], rows),
        f"{sampled} of the hand-ins went through `nbgrader autograde` itself as well: {alike} got "
        "there what its step gives that is used for all.",
    ]
    if listed:
        parts.append(table(["where they differ", "why", "results"], listed))
    with_versions = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    parts.append(f"{facts['python']}, {facts['system']}, {facts['date']}; {with_versions}.")
    return "\n\n".join(parts)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"


def main() -> None:
    """Compare, keep, and print what differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--style", nargs="*", default=[])
    parser.add_argument("--most", type=int, default=100, help="mutants of each style")
    parser.add_argument("--sample", type=int, default=0, help="of each style, to autograde")
    parser.add_argument("--again", action="store_true", help="have the kit grade all again")
    options = parser.parse_args()
    _quiet()
    import IPython  # noqa: F401  (warm, for all children)

    kept: dict[str, Any] = json.loads(KEPT.read_text()) if KEPT.is_file() else {}
    for style in (*STYLES, *RARE, *OBJECTS):
        if options.style and style.name not in options.style:
            continue
        if lacking := missing_packages(style):
            print(f"{style.name}: left as it was: pip install {' '.join(lacking)}", flush=True)
            continue
        compare(style, options.most, kept, again=options.again)
        if options.sample:
            sample(style, options.sample, kept)
        print(f"{style.name}: {len(kept[style.name]['mutants'])} wrong hand-ins", flush=True)
    for style_name, mistake, name, way in differences(kept):
        both = kept[style_name]["mutants"][mistake]
        ours, theirs = both["kit"][name], both["nbgrader"][name]
        print(f"  {style_name} {mistake}: {name}: kit {ours}, nbgrader {theirs} ({way})")
    put_figures(PAGE, in_words(kept))


if __name__ == "__main__":
    main()

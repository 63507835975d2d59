"""Grades mutants of solutions in cells by the kit's runner, and in a notebook's shell as nbgrader.

    python benchmarks/cells.py [--style NAME …] [--most 1000]

Both run in a child each. The kit's side has the student's module in the same process as the tests,
so what is compared is whose names are whose, their order and their undoing, and points; not the
wire. The other side is IPython's shell, with nbgrader's rule for points. Prints every difference.
"""

import argparse
import contextlib
import io
import os
import re
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "kit"))

from cell_notebooks import with_answers  # noqa: E402  (a folder that is no package)
from cell_styles import DATA, STYLES, Style  # noqa: E402
from fake_remote import FakeRemote  # noqa: E402

from gradekit.assignment.cell_steps import steps, student_cells  # noqa: E402
from gradekit.assignment.cells import source_cells  # noqa: E402
from gradekit.files import write_files  # noqa: E402
from gradekit.grading.cells.runner import CellRunner  # noqa: E402
from gradekit.grading.cells.trusted import CellLimits  # noqa: E402
from gradekit.model import Outcome  # noqa: E402
from gradekit.sandbox.guard import ReadingLimits, guarded  # noqa: E402
from gradekit.solution.mutants import mutants  # noqa: E402

SECONDS = 2  # of processor time for a cell
LIMITS = ReadingLimits(30, 60.0)
MARKER = re.compile(r"^ *### (?:BEGIN|END) SOLUTION\n?", re.M)
# Ordinary mistakes of Python beside those that the mutation operators make.
SWAPS = (
    ("return ", "print("), (" in ", " not in "), ("is True", "is False"), ("lower", "upper"),
    ("range(1, ", "range("), ("n + 1)", "n)"), ("[::-1]", ""), ("sorted(", "list("),
    ("max(", "min("), ("ValueError", "KeyError"), (".split()", ""), ("int(", "str("),
    (" == ", " != "), (" and ", " or "), ("len(", "sum("), ("set(", "list("), ("self.", ""),
    (".items()", ".keys()"), ("sum(", "max("), ("axis=0", "axis=1"), ("return self", "return"),
    ("raise ", "return "), ("None", "0"), ("= 2 / 3", "= 2 // 3"), ("'b'", "'a'"), ("(n)", "n"),
)  # fmt: skip


def wrong_answers(style: Style) -> Iterator[tuple[str, Any]]:
    """Yield wrong submissions, one mistake each, and what each is."""
    for one in style.source.cells:
        marks = one.metadata.get("nbgrader", {})
        if not marks.get("solution"):
            continue
        name, right = marks["grade_id"], MARKER.sub("", one.source)
        marked = f"### BEGIN SOLUTION\n{right}\n### END SOLUTION\n"
        texts = {f"{m.line}: {m.mistake}": m.text for m in mutants(marked, name)}
        for old, new in SWAPS:
            parts = right.split(old)
            for place in range(1, len(parts)):
                rest = old.join(parts[place:])
                if new == "print(":
                    first, _, others = rest.partition("\n")
                    rest = f"{first})\n{others}"
                text = old.join(parts[:place]) + new + rest
                texts[f"{old!r} {place}: {new!r}"] = text
        for mistake, text in texts.items():
            if text.strip() != right.strip():
                yield f"{name} {mistake}", with_answers(style.source, {name: text})


def by_the_kit(source: Any, submitted: Any) -> dict[str, float | None]:
    """Return each test cell's points by the kit's runner; None for no grade."""
    cells = source_cells(source)
    limits = CellLimits(Path("limits-record"))  # in the folder of main
    runner = CellRunner(
        cells, lambda: nullcontext(FakeRemote()), lambda label: limits.within(label, SECONDS)
    )
    points = {cell.name: cell.points for cell in cells}
    found: dict[str, float | None] = {}
    for end in runner.run(steps(cells, student_cells(submitted))):
        passed = end.outcome is Outcome.PASS
        given = points[end.name] if end.points is None else end.points
        found[end.name] = None if end.outcome is Outcome.ERROR else given if passed else 0.0
    return found


def by_a_shell(source: Any, submitted: Any) -> dict[str, float | None]:
    """Return each test cell's points as nbgrader reckons them, in IPython's shell."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    found: dict[str, float | None] = {}
    for own, given in zip(source.cells, submitted.cells, strict=True):
        marks = own.metadata.get("nbgrader", {})
        if own.cell_type != "code":
            continue
        is_test = marks.get("grade") and not marks.get("solution")
        result, printed = _run(shell, own.source if is_test else given.source)
        if is_test:
            found[marks["grade_id"]] = _points(result, printed, float(marks["points"]))
    return found


def _run(shell: Any, text: str) -> tuple[Any, str]:
    printed = io.StringIO()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(printed):
            return shell.run_cell(text, store_history=False), printed.getvalue()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _points(result: Any, stderr: str, most: float) -> float | None:
    if result.error_before_exec or result.error_in_exec or stderr:
        return 0.0
    try:
        shown = float(repr(result.result))
    except ValueError:
        return most
    return None if shown > most else shown if shown >= 0 else most


def in_child(
    grade: Callable[[Any, Any], dict[str, float | None]], source: Any, submitted: Any
) -> Mapping[str, float | None] | str:
    """Return what a child gives, or why there is nothing."""
    (outcome,) = guarded([0], lambda _: grade(source, submitted), dict[str, float | None], LIMITS)
    return str(outcome.error) if outcome.error else outcome.result()


def main() -> None:
    """Compare, and print what differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--style", nargs="*", default=[])
    parser.add_argument("--most", type=int, default=1000, help="mutants of each style")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    import IPython  # noqa: F401  (warm, for all children)

    cells = same = 0
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), DATA)
        os.chdir(folder)
        for style in STYLES:
            if options.style and style.name not in options.style:
                continue
            count = differing = 0
            for mistake, submitted in list(wrong_answers(style))[: options.most]:
                ours = in_child(by_the_kit, style.source, submitted)
                theirs = in_child(by_a_shell, style.source, submitted)
                count += 1
                if isinstance(ours, str) or isinstance(theirs, str):
                    print(f"  {style.name} {mistake}: kit {ours}, shell {theirs}")
                    continue
                unlike = {name: (ours[name], theirs[name]) for name in theirs
                          if ours[name] != theirs[name]}  # fmt: skip
                cells, same = cells + len(theirs), same + len(theirs) - len(unlike)
                differing += bool(unlike)
                for name, (kit, shell) in unlike.items():
                    print(f"  {style.name} {mistake}: {name}: kit {kit}, shell {shell}")
            print(f"{style.name}: {count} wrong answers, {differing} differ", flush=True)
    print(f"{same} of {cells} results are the same")


if __name__ == "__main__":
    main()

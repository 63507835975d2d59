"""How the staff's verbs look on a terminal: tables and plain lines."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gradekit.cli.app import console, errors, print_indented, shown_path
from gradekit.course import Assignment
from gradekit.model import most_points
from gradekit.text import listed, printable

if TYPE_CHECKING:
    from gradekit.commands.collect import Collected
    from gradekit.commands.doctor import Examination
    from gradekit.lint.findings import Findings

MOST_NAMED = 5
# How an outcome is shown: letter, style, meaning.
OUTCOMES = {
    "PASS": (" ", "green", "all checks passed"),
    "FAIL": ("F", "red", "values differ"),
    "CRASH": ("C", "red", "an exception, or not done"),
    "TIMEOUT": ("T", "red", "no answer in time"),
    "MEMORY": ("M", "red", "too much memory"),
    "PROTOCOL": ("P", "red", "no plain numbers"),
    "ERROR": ("E", "bold magenta", "no grade: the grader's fault"),
    "MANUAL": ("H", "cyan", "graded by hand"),
}


def print_new(written: Sequence[Path], *then: str) -> None:
    """Print which files were written, and the commands that go on with them."""
    for path in written:
        if path.name != ".gitkeep":
            console.print(f"  {shown_path(path)}", markup=False)
    console.print("Each file says what to change first. As it is, it can be tried:")
    for command in then:
        console.print(f"  {command}", markup=False)


def print_from_module(
    written: Sequence[Path], notes: Sequence[str], incomplete: Sequence[str], name: str
) -> None:
    """Print what was written from a module, what is to be known of it, and how to go on."""
    for path in written:
        console.print(f"  {shown_path(path)}", markup=False)
    for note in notes:
        console.print(note, markup=False, soft_wrap=True)
    if incomplete:
        names = ", ".join(incomplete)
        console.print(
            f"Without an example, and to be completed: {names}. Either do what `gradekit lint "
            f"{name}` says; or give their docstrings an example, remove the files above, and type "
            "this command again.",
            markup=False,
            soft_wrap=True,
        )
    else:
        console.print("Look at the notebook's texts and points. As it is, it can be tried:")
        console.print(
            f"  gradekit verify {shlex.quote(name)}\n  gradekit release {shlex.quote(name)}",
            markup=False,
        )


def print_release(
    folder: Path, assignment: Assignment, verified: str, remarks: Sequence[str] = ()
) -> None:
    """Print what a release holds and where it is, and when its checks were verified.

    `remarks` are what is to be looked at in its source.
    """
    items = assignment.items()
    extra = sum(item.points for item in items if item.bonus)
    most = most_points(items)
    points = f"{most:g} point{'s' * (most != 1)}" + (f" and {extra:g} extra" if extra else "")
    console.print(f"{shown_path(folder)}: {len(items)} item{'s' * (len(items) != 1)}, {points}")
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            console.print(f"  {path.relative_to(folder)}")
    if any(path.is_file() for path in assignment.solution.rglob("*")):
        console.print(f"{shown_path(assignment.solution)}: the reference, without markers")
    if all(item.manual for item in items):
        console.print("checks: none; a person gives all points")
        return
    if remarks:
        console.print("released; look at these:")
        for line in remarks:
            errors.print(f"  {printable(line)}", markup=False)
    else:
        console.print("checks: the reference earns every automatic point, the blank release none")
    console.print(f"last verified: {verified}")


def print_findings(findings: "Findings") -> None:
    """Print what lint found: first what would stop a release."""
    both = findings.stopping and findings.others
    if findings.stopping:
        errors.print("A release would stop at:", style="bold")
    for line in findings.stopping:
        errors.print(f"  {printable(line)}", markup=False)
    if both:
        errors.print("A release would not stop at:", style="bold")
    elif findings.others:
        errors.print("These stop no release; look at them:", style="bold")
    for line in findings.others:
        errors.print(f"  {printable(line)}", markup=False)
    if findings.untried:
        errors.print("The checks were not tried: put these right, and lint again.", markup=False)
    if not (findings.stopping or findings.others):
        console.print("nothing found")


def print_collected(collected: "Collected") -> None:
    """Print what was taken in, with what was noticed, and what was refused."""
    for one in collected.taken:
        console.print(f"{one.student}: taken in", markup=False)
        for note in one.notes:
            print_indented(printable(note))
    for line in collected.refused:
        errors.print(f"refused: {printable(line)}", markup=False, style="red")
    same = collected.unchanged
    if same:
        console.print(f"there already, unchanged: {listed(same, MOST_NAMED)}", markup=False)
    if collected.groups:
        console.print(
            f"taken in as one student each: {listed(collected.groups, MOST_NAMED)}; where that is "
            "several students' ids, add each (`nbgrader db student add ID`), remove its folder in "
            "submitted/ and collect it again: then it is taken in for each of them",
            markup=False,
        )
    older = sum(len(one.older) for one in collected.taken)
    if len(collected.taken) + len(collected.refused) + len(same) > 1:
        rest = f", {len(same)} unchanged" if same else ""
        rest += f", {older} older left out" if older else ""
        console.print(f"{len(collected.taken)} taken in, {len(collected.refused)} refused{rest}")


def print_doctor(examination: "Examination") -> None:
    """Print what is installed and enforced."""
    wide = max(len(what) for what, _ in examination.findings)
    for what, finding in examination.findings:
        console.print(f" {what:{wide}}  {finding}", markup=False)

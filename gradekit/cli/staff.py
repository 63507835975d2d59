"""The staff's verbs, and the students' as well."""

import os
import shlex
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gradekit.cli import grade_tables, score_tables, student, tables, verify_tables
from gradekit.cli.app import (
    EXIT_LOOK,
    App,
    console,
    errors,
    example,
    new_app,
    run_app,
    saying,
    shown_path,
)
from gradekit.cli.progress import progress
from gradekit.course import Assignment, check_assignments_name
from gradekit.errors import GradekitError, GraderError, UsageError
from gradekit.fault_log import log_to
from gradekit.text import one_line

app = new_app("Author, release, grade and hand in programming assignments.")
app.command(epilog=student.CHECK_EXAMPLE)(student.check)
app.command(epilog=student.SUBMIT_EXAMPLE)(student.submit)

CourseOption = Annotated[
    Path, typer.Option("--course", metavar="FOLDER", help="The course's root folder.")
]
AssignmentArgument = Annotated[str, typer.Argument(help="The assignment, such as homework_1.")]
HERE = Path()
FIRST = "first"  # the assignment that a new course begins with


class CodeIn(StrEnum):
    """Where students of a new assignment write code."""

    cells = "cells"
    modules = "modules"


def _assignment(course: Path, name: str) -> Assignment:
    """Return an assignment of a course in whose configuration the kit's steps are in place."""
    from gradekit.gradebook.convert import course_config, course_of

    found = course_of(course.resolve()).assignment(name)
    course_config(found.root)
    log_to(found.root)
    return found


@app.command(epilog=example("release homework_1"))
def release(assignment: AssignmentArgument, course: CourseOption = HERE) -> None:
    """Make release/ and lib_solution/ from source/, all or nothing."""
    from gradekit.commands.release import make_release
    from gradekit.lint.findings import remarks
    from gradekit.verification.record import last_verified

    found = _assignment(course, assignment)
    with console.status("checking the checks and cutting the release…"):
        folder = make_release(found)
        noticed = remarks(found)
    tables.print_release(folder, found, last_verified(found), noticed)


@app.command(epilog=example("lint homework_1"))
def lint(assignment: AssignmentArgument, course: CourseOption = HERE) -> None:
    """List what in a source is wrong, or would be better otherwise."""
    from gradekit.commands.lint import lint_with_gradebook

    found = _assignment(course, assignment)
    with console.status("looking at the source, trying the solution and the blank release…"):
        findings = lint_with_gradebook(found)
    tables.print_findings(findings)
    if findings.stopping or findings.others:
        raise typer.Exit(EXIT_LOOK)


@app.command(epilog=example("collect homework_1 ~/Downloads/homework_1.zip"))
def collect(
    assignment: AssignmentArgument,
    paths: Annotated[list[Path], typer.Argument(help="Zips or folders of hand-ins.")],
    replace: Annotated[bool, typer.Option(help="Replace hand-ins that are there.")] = False,
    received: Annotated[
        str, typer.Option(metavar="TIME", help="When all of these came in: 2026-11-24 12:00 (UTC).")
    ] = "",
    course: CourseOption = HERE,
) -> None:
    """Take zips or folders into submitted/, checked and repaired."""
    from gradekit.commands.collect import collect_all
    from gradekit.intake.received import read_time

    when = read_time(received) if received else None
    collected = collect_all(_assignment(course, assignment), paths, replace, when)
    tables.print_collected(collected)
    if collected.refused:
        raise typer.Exit(EXIT_LOOK)


@app.command(epilog=example("grade homework_1 --jobs 4"))
def grade(
    assignment: AssignmentArgument,
    students: Annotated[
        list[str] | None, typer.Argument(metavar="STUDENT", help="Only these students.")
    ] = None,
    jobs: Annotated[
        int, typer.Option(metavar="N", min=1, help="How many at a time.")
    ] = os.cpu_count() or 1,
    force: Annotated[bool, typer.Option(help="Grade again what has not changed.")] = False,
    dask: Annotated[str, typer.Option(metavar="ADDRESS", help="Grade on this cluster.")] = "",
    course: CourseOption = HERE,
) -> None:
    """Grade hand-ins into gradebook.db, autograded/ and feedback/."""
    started = time.monotonic()
    with saying(f"grading {one_line(assignment)}: reading what is there, starting the sandbox…"):
        from gradekit.commands.grade import chosen_students, grade_class

        found = _assignment(course, assignment)
        chosen = chosen_students(found, students or [])
    total = len(chosen) + (0 if students else len(found.misnamed()))
    with grade_tables.watching(total, force) as advance:
        result = grade_class(found, students or [], jobs, force, advance, dask)
    grade_tables.print_graded(found, result, time.monotonic() - started)
    if not students:
        grade_tables.print_absent(found)
    raise typer.Exit(result.exit_code)


@app.command(epilog=example("scores homework_1 --format csv > points.csv"))
def scores(
    assignment: AssignmentArgument,
    form: Annotated[
        score_tables.Format, typer.Option("--format", help="How to print.")
    ] = score_tables.Format.table,
    course: CourseOption = HERE,
) -> None:
    """Print points per student and item."""
    from gradekit.commands.class_report import forged_lines
    from gradekit.gradebook.store.scores import read_scores
    from gradekit.gradebook.store.unscored import read_unscored

    found = _assignment(course, assignment)
    read = read_scores(found)
    score_tables.print_scores(read, form, read_unscored(found, frozenset(read)))
    for line in forged_lines(found):
        typer.echo(line, err=form is not score_tables.Format.table)


@app.command(epilog=example("report homework_1"))
def report(assignment: AssignmentArgument, course: CourseOption = HERE) -> None:
    """Make one PDF about the class."""
    from gradekit.commands.class_report import make_class_report

    found = _assignment(course, assignment)
    console.print(shown_path(make_class_report(found)), markup=False)


@app.command(epilog=example("verify homework_1 --mutants 50"))
def verify(
    assignment: AssignmentArgument,
    quick: Annotated[
        bool, typer.Option("--quick", help="Only the reference and the blank release.")
    ] = False,
    mutants: Annotated[
        int, typer.Option(metavar="N", min=0, help="Only so many mutants; 0: all.")
    ] = 0,
    jobs: Annotated[
        int, typer.Option(metavar="N", min=1, help="How many at a time.")
    ] = os.cpu_count() or 1,
    course: CourseOption = HERE,
) -> None:
    """Grade the graders, with answers whose grade is known beforehand."""
    from gradekit.commands import verify as pipeline
    from gradekit.verification.record import save

    found = _assignment(course, assignment)
    if quick:
        _verify_quickly(found)
        return
    prepared = pipeline.prepare_answers(found, mutants)
    with progress(len(prepared.answers), "grading answers", lines=10) as tell:
        verification = pipeline.verify(prepared, jobs, tell)
    verify_tables.print_verification(verification, save(found, verification))
    if verification.failed:
        raise typer.Exit(EXIT_LOOK)


def _verify_quickly(assignment: Assignment) -> None:
    from gradekit.verification.quick import try_quickly

    with console.status("grading the reference and the blank release…"):
        problems = try_quickly(assignment).lines
    for problem in problems:
        errors.print(problem, markup=False)
    if problems:
        raise typer.Exit(EXIT_LOOK)
    console.print("the reference earns every automatic point, the blank release earns none")


new = App(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(new, name="new", help="Begin a course or an assignment; nothing is written over.")


@new.command("course", epilog=example("new course my-course"))
def begin_course(
    folder: Annotated[Path, typer.Argument(help="The folder to make it in.")],
) -> None:
    """Begin a course, with a first assignment to change."""
    from gradekit.authoring.assignment import assignment_files
    from gradekit.authoring.course import course_files
    from gradekit.authoring.new_files import write_new

    files = {**course_files(folder.resolve().name), **assignment_files(FIRST, "cells")}
    written = write_new(folder, files)
    tables.print_new(written, f"cd {folder}", f"gradekit release {FIRST}")


@new.command("assignment", epilog=example("new assignment ps1 --from means.py --points 20"))
def begin_assignment(
    name: Annotated[str, typer.Argument(help="What it is called, such as ps1.")],
    code: Annotated[
        CodeIn | None,
        typer.Option("--code", help="Where students write code: cells, with --from modules."),
    ] = None,
    written: Annotated[bool, typer.Option("--written", help="No code: a written answer.")] = False,
    module: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE.py", help="Make it of a solved module's docstrings."),
    ] = None,
    points: Annotated[
        int, typer.Option(metavar="N", min=0, help="With --from: all points; 0: one an item.")
    ] = 0,
    course: CourseOption = HERE,
) -> None:
    """Begin an assignment: a notebook, what it declares, its checks."""
    from gradekit.authoring.assignment import assignment_files
    from gradekit.authoring.from_module.files import files_from_module
    from gradekit.authoring.new_files import require_unused, write_new
    from gradekit.gradebook.convert import course_config

    root = course.resolve()
    course_config(root)  # refuses a folder that is no course
    require_unused(root, check_assignments_name(name))
    if module is None:
        if points:
            raise UsageError("--points is for --from FILE.py: elsewhere the notebook has them")
        files = assignment_files(name, "written" if written else (code or CodeIn.cells).value)
        tables.print_new(write_new(root, files), f"gradekit release {shlex.quote(name)}")
        return
    if written:
        raise UsageError("--written has no code, and --from FILE.py makes an assignment of code")
    made = files_from_module(name, module, (code or CodeIn.modules).value, points)
    tables.print_from_module(write_new(root, made.files), made.notes, made.incomplete, name)


@app.command(epilog=example("doctor"))
def doctor(course: CourseOption = HERE) -> None:
    """Print what is installed and enforced, and what a course lacks."""
    from gradekit.commands.doctor import examine

    examination = examine(course.resolve())
    tables.print_doctor(examination)
    if examination.problem:
        raise GraderError(examination.problem)
    for line in examination.course_problems:
        raise GradekitError(line)


def main() -> None:
    """Run the `gradekit` command."""
    run_app(app)

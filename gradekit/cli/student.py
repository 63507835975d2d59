"""The students' verbs: check the work so far, and hand it in."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gradekit.cli.app import EXIT_LOOK, console, errors, example, new_app, run_app

app = new_app("Check an assignment, and hand it in.")

FolderOption = Annotated[
    Path,
    typer.Option(
        "--folder", metavar="FOLDER", help="The assignment's folder, with what you were given."
    ),
]
HERE = Path()
CHECK_EXAMPLE, SUBMIT_EXAMPLE = example("check"), example("submit --student ada")


@app.command(epilog=CHECK_EXAMPLE)
def check(
    folder: FolderOption = HERE,
    seconds: Annotated[
        float, typer.Option(metavar="SECONDS", min=1, help="Time limit for each check.")
    ] = 120,
) -> None:
    """Run the notebooks' checks, and list what is missing to hand in."""
    from gradekit.assignment.visible_checks import State
    from gradekit.submission.check import NoChecks, all_results, read_folder, together
    from gradekit.submission.display import show_checks, show_missing
    from gradekit.submission.pack import look, try_to_import

    ended = []
    try:
        found = read_folder(folder)
        ended = show_checks(console, together(found), all_results(folder, found, seconds))
    except NoChecks as none:
        console.print(f"{none}.", markup=False, highlight=False)
    submission = try_to_import(look(folder))
    show_missing(console, submission)
    if submission.cannot_run or any(result.state is not State.PASSED for result in ended):
        raise typer.Exit(EXIT_LOOK)


@app.command(epilog=SUBMIT_EXAMPLE)
def submit(
    student: Annotated[str, typer.Option(metavar="ID", help="Your student id.")] = "",
    anyway: Annotated[bool, typer.Option("--anyway", help="Hand in what is there.")] = False,
    folder: FolderOption = HERE,
) -> None:
    """Build the PDF and the zip to hand in, or list what is missing."""
    from gradekit.submission.check import what_does_not_pass
    from gradekit.submission.display import show_packed, show_refused
    from gradekit.submission.pack import look, pack, try_to_import
    from gradekit.submission.pdf.build import made_at

    submission = try_to_import(look(folder))
    if submission.missing and not anyway:
        show_refused(errors, submission.missing)
        raise typer.Exit(EXIT_LOOK)
    packed = pack(submission, student or _ask_student(), made_at(), anyway)
    with console.status("running the checks …"):
        surprises = () if submission.cannot_run else what_does_not_pass(folder)
    show_packed(console, submission, packed, surprises)


def _ask_student() -> str:
    from gradekit.errors import UsageError

    if not sys.stdin.isatty():
        raise UsageError("who hands in? Give your student id: gradekit submit --student ID")
    return str(typer.prompt("Your student id")).strip()


def main() -> None:
    """Run the students' `gradekit` command."""
    for stream in (sys.stdout, sys.stderr):
        # An old Windows console lacks some letters; a question mark is better than a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    run_app(app)

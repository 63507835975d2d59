"""How `gradekit grade` ends on a terminal: what became of a class, and what needs a person."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from gradekit.cli.app import Interrupted, console, errors, print_indented, shown_path
from gradekit.cli.progress import progress
from gradekit.cli.tables import OUTCOMES
from gradekit.course import Assignment
from gradekit.submission.trimmed import print_trimmed
from gradekit.text import listed, one_line, printable

if TYPE_CHECKING:
    from gradekit.commands.class_recorder import ClassResult
    from gradekit.commands.submission_done import SubmissionDone
    from gradekit.commands.summary import ActionItem, NoteGroup

# How reasons that are no outcome are shown, and what to do about each reason.
REASONS = {
    "NOT TAKEN": ("not taken", "red"),
    "CANNOT RUN": ("cannot be run", "red"),
    "NOTED": ("something odd", "yellow"),
    "PDF": ("PDF unlike notebook", "yellow"),
}
TO_DO = {
    "ERROR": "see above, grade again",
    "NOT TAKEN": "see above; collect or grade again",
    "CANNOT RUN": "see above, ask for it",
    "TIMEOUT": "look for an endless loop",
    "MEMORY": "look at what is so large",
    "PROTOCOL": "look at what it returns",
    "NOTED": "read the notes above",
    "PDF": "look at both, see above",
    "MANUAL": "grade it in formgrader",
}
MOST_NAMES, MOST_NOTES = 3, 20
# From so many columns on there is room to wrap the names of students only.
WIDE = 76
GAPS = 8  # columns that a table takes for what stands between its own


@contextmanager
def watching(total: int, force: bool) -> Iterator[Callable[["SubmissionDone"], None]]:
    """Show progress, by what is to be called for each hand-in.

    Raises Stopped, which says how to go on, where somebody presses Ctrl-C.
    """
    told: list[SubmissionDone] = []

    def advance(done: "SubmissionDone") -> None:
        told.append(done)
        points = f"{round(done.points, 2):g} of {done.most:g} points"
        detail = f"{points}, {done.outcome}" if done.outcome else points
        tell(done.student, done.word, detail if done.most else "", done.outcome or done.word)

    try:
        with progress(total, "grading") as tell:
            yield advance
    except KeyboardInterrupt:
        raise Interrupted(_stopped(told, total, force)) from None


def print_graded(assignment: Assignment, result: "ClassResult", seconds: float) -> None:
    """Print what became of a class, what needs a person, and where all of it is.

    Raises GradekitError where the gradebook cannot be read.
    """
    from gradekit.commands.summary import (
        action_items,
        find_changed_answers,
        find_moved,
        find_notes,
        find_problems,
        find_recorded_again,
    )

    _print_counts(result, seconds)
    if result.older_kits:
        versions = listed(sorted(set(result.older_kits.values())), MOST_NAMES)
        console.print(
            f"{len(result.older_kits)} of these had not changed and were graded again, because the "
            f"code of gradekit has changed since their reports (made by {versions})",
            markup=False,
        )
    for one in find_problems(result):
        errors.print(f"  {_line(one)}", markup=False, style="red")
    _print_notes("recorded again, not graded again:", find_recorded_again(result))
    _print_notes("graded before, with other points:", find_moved(result))
    _print_notes("answers graded by hand:", find_changed_answers(assignment, result))
    costly, other = find_notes(result)
    _print_notes("notes on what is missing or damaged, which may have cost points:", costly)
    _print_notes("notes, which cost no points:", other)
    _print_pdfs(result)
    needs = action_items(assignment, result)
    if needs:
        _print_needs(needs)
    else:
        console.print("nothing needs a person")
    _print_places(assignment)


def print_absent(assignment: Assignment) -> None:
    """Print how many of the roster handed in nothing, and who."""
    from gradekit.gradebook.store.unscored import read_points_of, read_unscored

    absent = read_unscored(assignment, frozenset()).absent
    stand = read_points_of(assignment, absent)
    absent = tuple(student for student in absent if student not in stand)
    if absent:
        names = printable(_names(absent))
        console.print(f"on the roster, handed in nothing: {len(absent)} ({names})", markup=False)
    if stand:
        shown = (f"{student}: {points:g}" for student, points in sorted(stand.items()))
        told = printable(_names(tuple(shown)))
        console.print(
            f"no longer in {assignment.folders.submitted}/; points of an earlier hand-in stand: "
            f"{len(stand)} ({told})",
            markup=False,
        )


def _stopped(told: Sequence["SubmissionDone"], total: int, force: bool) -> str:
    finished = sum(one.word in ("graded", "kept") for one in told)
    if force:
        return (
            f"stopped: {finished} of {total} are graded again; --force would start from the first"
        )
    return (
        f"stopped: {finished} of {total} are graded; "
        "run the same command again: they are kept, and the rest is graded"
    )


def _print_counts(result: "ClassResult", seconds: float) -> None:
    from gradekit.commands.summary import count_hand_ins, count_outcomes

    words = count_hand_ins(result)
    parts = ", ".join(f"{n} {word}" for word, n in words.items() if n or word == "graded")
    minutes, rest = divmod(round(seconds), 60)
    took = f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"
    rate = words["graded"] / seconds
    speed = f"{rate:.1f} graded per second" if rate >= 1 else f"{60 * rate:.1f} graded per minute"
    plural = "" if words.total() == 1 else "s"
    console.print(f"{words.total()} hand-in{plural}: {parts}; {took}{', ' + speed if rate else ''}")
    counts = {str(name): n for name, n in count_outcomes(result).items()}
    if counts:
        console.print("hand-ins by the gravest end of any of their checks:")
        for line in _endings(counts):
            console.print(line)


def _endings(counts: Mapping[str, int]) -> Iterator[Text]:
    for name, (letter, style, meaning) in OUTCOMES.items():
        if name in counts:
            yield Text(f"{counts[name]:5} {letter} {meaning}", style)


def _print_pdfs(result: "ClassResult") -> None:
    from gradekit.commands.summary import count_pdfs, find_pdf_lines

    counts = count_pdfs(result)
    if counts:
        told = ", ".join(f"{n} {state}" for state, n in counts.most_common())
        _print_notes(f"PDFs against notebooks: {told}", find_pdf_lines(result), always=True)


def _print_notes(title: str, notes: Sequence["NoteGroup"], always: bool = False) -> None:
    if notes or always:
        console.print(title)
    for one in notes[:MOST_NOTES]:
        print_indented(_line(one))
    if len(notes) > MOST_NOTES:
        console.print(f"  and {len(notes) - MOST_NOTES} more, in the reports")


def _line(one: "NoteGroup") -> str:
    return f"{printable(_names(one.students))}: {one_line(one.line)}"


def _names(students: Sequence[str]) -> str:
    return listed(list(students), MOST_NAMES)


def _print_needs(needs: Sequence["ActionItem"]) -> None:
    """Print a table of what needs a person; lines where a student's name does not fit into it."""
    reasons = [(REASONS.get(need.why) or _outcome_reason(need))[0] for need in needs]
    used = max(map(len, reasons)) + max(len(TO_DO[need.why]) for need in needs)
    room = console.width - used - len("hand-ins") - GAPS
    names = [name for need in needs for name in need.students[:MOST_NAMES]]
    if max(len(printable(name)) for name in names) >= room:
        # A name of a hundred letters is longer than many a terminal is wide: it stays in one piece.
        console.print(_needs_in_lines(needs), soft_wrap=True)
    else:
        print_trimmed(console, _needs_in_table(needs))


def _needs_in_lines(needs: Sequence["ActionItem"]) -> Text:
    lines = Text("\nWhat needs a person\n")
    for need in needs:
        reason, style = REASONS.get(need.why) or _outcome_reason(need)
        lines.append(f"\n {reason}", style).append(f" ({len(need.students)}): {TO_DO[need.why]}\n")
        shown = listed([printable(name) for name in need.students], MOST_NAMES)
        lines.append("".join(f"   {name}\n" for name in shown.split(", ")))
    return lines


def _needs_in_table(needs: Sequence["ActionItem"]) -> Table:
    table = Table(
        title="\nWhat needs a person", title_justify="left", box=box.SIMPLE, padding=(0, 1, 0, 0)
    )
    wide = console.width >= WIDE
    table.add_column("reason", no_wrap=wide)
    table.add_column("hand-ins", justify="right")
    table.add_column("whose", overflow="fold")
    table.add_column("what to do", no_wrap=wide)
    for need in needs:
        reason, style = REASONS.get(need.why) or _outcome_reason(need)
        whose = Text(printable(_names(need.students)))
        table.add_row(Text(reason, style), str(len(need.students)), whose, TO_DO[need.why])
    return table


def _outcome_reason(need: "ActionItem") -> tuple[str, str]:
    letter, style, meaning = OUTCOMES[need.why]
    return f"{letter} {need.item or meaning.partition(':')[0]}", style


def _print_places(assignment: Assignment) -> None:
    console.print(f"points: {_gradebook(assignment)}", markup=False)
    console.print(f"each check: {shown_path(assignment.report_file('STUDENT'))}", markup=False)
    names = assignment.notebook_names
    page = assignment.feedback("STUDENT") / f"{names[0] if len(names) == 1 else 'NOTEBOOK'}.html"
    console.print(f"feedback: {shown_path(page)}", markup=False)


def _gradebook(assignment: Assignment) -> str:
    from gradekit.gradebook import convert
    from gradekit.gradebook.store import database

    place = database.shown_url(convert.gradebook_url(assignment.root))
    return place if "://" in place else shown_path(Path(place))

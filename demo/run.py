"""Shows the whole way once, for two assignments of one course: release, small classes, grading,
scores, feedback and PDFs.
"""

import shutil
import subprocess
import sys
import sysconfig
import textwrap
from pathlib import Path

import class_of_problem_1
import class_of_problem_2
from handins import SOLVED, ClassOfStudents, run_notebook

from gradekit.course import Assignment, Course

ROOT = Path(__file__).resolve().parent.parent
CLASSES = (class_of_problem_1.CLASS, class_of_problem_2.CLASS)
ASIDE = ROOT / ".gradekit" / "demo"
GRADEKIT = str(Path(sysconfig.get_path("scripts")) / "gradekit")


def gradekit(*arguments: str | Path) -> None:
    """Run a command of the kit in the course's root, shown as one would type it."""
    shown = [str(a.relative_to(ROOT)) if isinstance(a, Path) else a for a in arguments]
    print(f"\n{as_typed(shown)}", flush=True)
    done = subprocess.run([GRADEKIT, *shown], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(f"demo: gradekit {shown[0]} ended with exit code {done.returncode}")


def as_typed(arguments: list[str]) -> str:
    """Return a command as one types it, on lines that fit."""
    width = min(shutil.get_terminal_size().columns, 100) - 2
    words = ["$", "gradekit", *arguments]
    lines = textwrap.wrap(
        " ".join(words),
        width,
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return " \\\n".join(lines)


def hand_in(students: ClassOfStudents, assignment: Assignment) -> None:
    """Make a class's hand-ins, run and submit the solved one, and collect all."""
    handins = students.make(assignment, ASIDE / assignment.name)
    print(f"\nrunning {SOLVED}'s {assignment.name}.ipynb{students.remark}", flush=True)
    folder = handins.pop(SOLVED)
    run_notebook(folder / f"{assignment.name}.ipynb", students.written, tell)
    gradekit("submit", "--student", SOLVED, "--folder", folder)
    packed = folder / f"{assignment.name}_{SOLVED}.zip"
    gradekit("collect", assignment.name, "--replace", packed, *handins.values())


def tell(done: int, total: int) -> None:
    """Show how far the notebook has run: on one line of a terminal, every tenth cell elsewhere."""
    if sys.stdout.isatty():
        print(f"\r  {done} of {total} cells", end="" if done < total else "\n", flush=True)
    elif done % 10 == 0 or done == total:
        print(f"  {done} of {total} cells", flush=True)


def name_files(assignments: list[Assignment]) -> None:
    """Say where to look."""
    made = [("gradebook", ROOT / "gradebook.db")]
    for one in assignments:
        made += [
            ("release", one.release),
            ("feedback", one.feedback("demo_subtle_mistake") / f"{one.name}.html"),
            ("student's PDF", one.submission(SOLVED) / f"{one.name}_solution.pdf"),
            ("class report", ROOT / "report" / f"{one.name}.pdf"),
        ]
    print("\nmade:")
    for what, path in made:
        print(f"  {what:14} {path.relative_to(ROOT)}")
        if not path.exists():
            sys.exit(f"demo: {path} is missing")


def main() -> None:
    """Go the whole way."""
    assignments = [Course(ROOT).assignment(one.assignment) for one in CLASSES]
    for one in assignments:
        gradekit("release", one.name)
    for students, one in zip(CLASSES, assignments, strict=True):
        hand_in(students, one)
    for students, one in zip(CLASSES, assignments, strict=True):
        gradekit("grade", one.name, *students.makers)
    for command in ("scores", "report"):
        for one in assignments:
            gradekit(command, one.name)
    name_files(assignments)


if __name__ == "__main__":
    main()

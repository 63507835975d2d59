"""Shows the whole way once: release, a small class, grading, scores, feedback and PDFs."""

import subprocess
import sys
import sysconfig
from pathlib import Path

from class_of_six import EPOCHS, make_class, run_notebook

from gradekit.course import Assignment, Course

ROOT = Path(__file__).resolve().parent.parent
NAME = "problem_2"
ASIDE = ROOT / ".gradekit" / "demo"
GRADEKIT = str(Path(sysconfig.get_path("scripts")) / "gradekit")


def gradekit(*arguments: str | Path) -> None:
    """Run a command of the kit in the course's root, shown as one would type it."""
    shown = [str(a.relative_to(ROOT)) if isinstance(a, Path) else a for a in arguments]
    print(f"\n$ gradekit {' '.join(shown)}", flush=True)
    done = subprocess.run([GRADEKIT, *shown], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(f"demo: gradekit {shown[0]} ended with exit code {done.returncode}")


def hand_in_solved(folder: Path) -> Path:
    """Run the solved notebook and submit it; return the zip."""
    print(f"\nrunning demo_solved's notebook, with {EPOCHS} epochs instead of 50", flush=True)
    run_notebook(folder / f"{NAME}.ipynb", tell)
    gradekit("submit", "--student", "demo_solved", "--folder", folder)
    return folder / f"{NAME}_demo_solved.zip"


def tell(done: int, total: int) -> None:
    """Show how far the notebook has run: on one line of a terminal, every tenth cell elsewhere."""
    if sys.stdout.isatty():
        print(f"\r  {done} of {total} cells", end="" if done < total else "\n", flush=True)
    elif done % 10 == 0 or done == total:
        print(f"  {done} of {total} cells", flush=True)


def name_files(assignment: Assignment) -> None:
    """Say where to look."""
    solved = assignment.handin("demo_solved") / f"{NAME}_solution.pdf"
    feedback = assignment.feedback("demo_subtle_mistake") / f"{NAME}.html"
    print("\nmade:")
    for what, path in (
        ("gradebook", ROOT / "gradebook.db"),
        ("release", assignment.release),
        ("feedback", feedback),
        ("student's PDF", solved),
        ("class report", ROOT / "report" / f"{NAME}.pdf"),
    ):
        print(f"  {what:14} {path.relative_to(ROOT)}")
        if not path.exists():
            sys.exit(f"demo: {path} is missing")


def main() -> None:
    """Go the whole way."""
    assignment = Course(ROOT).assignment(NAME)
    gradekit("release", NAME)
    handins = make_class(assignment, ASIDE)
    students = list(handins)
    paths = [hand_in_solved(handins.pop("demo_solved")), *handins.values()]
    gradekit("collect", NAME, "--replace", *paths)
    gradekit("grade", NAME, *students)
    gradekit("scores", NAME)
    gradekit("report", NAME)
    name_files(assignment)


if __name__ == "__main__":
    main()

"""The page for a student whose hand-in cannot be read: why, and what to do.

Neither nbgrader nor nbconvert is needed for it, which take long to import.
"""

from collections.abc import Sequence
from importlib import resources as files
from pathlib import Path

from jinja2 import Environment, FunctionLoader
from markupsafe import Markup

from gradekit.text import one_line

# What no page of feedback has, and a page made here has at its top.
MARK = '<section class="warning" id="not-read">'
FOLDER = "the folder that you handed in"


def refused_page(assignment: str, student: str, why: Sequence[str], points: float | None) -> str:
    """Return the page that says why a hand-in was not graded, in some lines.

    `points` are those of an earlier hand-in, which stand, None where there was none.
    """
    page = page_templates().get_template("refused.html.j2")
    style = Markup(read_template("feedback.css"))
    facts = {
        "assignment": assignment,
        "student": student,
        "why": why,
        "points": points,
        "mark": Markup(MARK),
    }
    return page.render(name=assignment, style=style, **facts)


def is_feedback(path: Path) -> bool:
    """Whether there is a page that is no page of this kind."""
    try:
        return MARK.encode() not in path.read_bytes()
    except FileNotFoundError:
        return False


def within_hand_in(why: str, folder: Path, root: Path) -> str:
    """Return why a hand-in is refused without the places of this machine's that stand in it.

    Files are called as they lie in the hand-in's `folder`; what is below the course's `root`
    besides is called so, too.
    """
    for place, called in ((folder, FOLDER), (root, "the course")):
        for shown in (str(place), one_line(place)):
            if place is folder:
                why = why.removeprefix(f"{shown}: ")
            why = why.replace(f"{shown}/", "").replace(shown, called)
    return why


def within_course(why: str, root: Path) -> str:
    """Return why a hand-in is refused, with files named from the course's root on."""
    for shown in (str(root), one_line(root)):
        why = why.replace(f"{shown}/", "")
    return why


def page_templates() -> Environment:
    """Return where the pages' templates are found, by name."""
    return Environment(autoescape=True, loader=FunctionLoader(read_template))


def read_template(name: str) -> str:
    """Return a template, or a style."""
    found = files.files("gradekit.gradebook.page") / "templates" / name
    return found.read_text(encoding="utf-8")

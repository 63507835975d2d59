"""The page for a student whose hand-in cannot be read: why, and what to do.

Neither nbgrader nor nbconvert is needed for it, which take long to import.
"""

from importlib import resources as files

from jinja2 import Environment, FunctionLoader
from markupsafe import Markup


def refused_page(assignment: str, student: str, why: str, points: float | None) -> str:
    """Return the page that says why a hand-in was not graded.

    `points` are those of an earlier hand-in, which stand, None where there was none.
    """
    page = page_templates().get_template("refused.html.j2")
    style = Markup(read_template("feedback.css"))
    facts = {"assignment": assignment, "student": student, "why": why, "points": points}
    return page.render(name=assignment, style=style, **facts)


def page_templates() -> Environment:
    """Return where the pages' templates are found, by name."""
    return Environment(autoescape=True, loader=FunctionLoader(read_template))


def read_template(name: str) -> str:
    """Return a template, or a style."""
    found = files.files("gradekit.gradebook.page") / "templates" / name
    return found.read_text(encoding="utf-8")

"""Formgrader's pages: what lies in autograded/ is shown plainly, cut, and fetches nothing."""

import re
from importlib import resources as files

from traitlets.config import Config

from gradekit.gradebook.page.safe_html import as_it_is, markdown_to_safe_html
from gradekit.gradebook.steps import autograde as autograde_steps
from gradekit.gradebook.steps import feedback as feedback_steps

TO_READ = (
    autograde_steps.KeepPlain,
    feedback_steps.Shorten,
    feedback_steps.PrepareFormulas,
)
TEMPLATE = "formgrader.html.j2"
# Such as nbgrader's MathJax: it comes from a server that then knows who grades when.
_SCRIPT = re.compile(r"""<script\b[^<>]*\bsrc\s*=\s*["']?(?:https?:)?//[^<>]*>\s*</script>""", re.I)


def show_plainly(config: Config) -> None:
    """Have nbgrader's pages of hand-ins show what the kit's feedback shows."""
    config.HTMLExporter.filters = {
        "markdown2html": markdown_to_safe_html,
        "strip_files_prefix": as_it_is,
        without_scripts_from_elsewhere.__name__: without_scripts_from_elsewhere,
    }
    config.HTMLExporter.preprocessors = [*TO_READ]
    config.HTMLExporter.template_file = TEMPLATE
    folder = files.files("gradekit.gradebook.page") / "templates"
    config.HTMLExporter.extra_template_paths = [str(folder)]


def without_scripts_from_elsewhere(page: str) -> str:
    """Return HTML without the scripts that a browser would fetch from another server."""
    return _SCRIPT.sub("", page)

"""nbgrader's configuration of this course: the kit's preprocessors take their places here."""

from gradekit.gradebook.config import configure

configure(get_config())  # noqa: F821  (nbgrader puts get_config here)

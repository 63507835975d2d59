"""nbgrader's configuration of this course: the kit's steps, and nothing else."""

from gradekit.gradebook.config import configure

configure(get_config())  # noqa: F821, nbgrader defines it

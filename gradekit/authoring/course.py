"""A new course: nbgrader's configuration with the kit's steps, what git ignores, and a README."""

CONFIG = '''\
"""nbgrader's configuration of this course. Change first: the course's name, when you have one."""

from gradekit.gradebook.config import configure

c = get_config()  # noqa: F821, nbgrader defines it
# nbgrader's own commands grade with the kit's steps: hidden checks, and student code confined.
configure(c)
# c.CourseDirectory.course_id = "my-course"
'''
IGNORED = """\
# Whatever is made from source/ and tests/, and what belongs to students.
/gradebook.db*
/release/
/lib_solution/
/autograded/
/submitted/
/feedback/
/report/
.gradekit/
__pycache__/
.ipynb_checkpoints/
# The secret that the inputs of hidden checks are drawn with. Keep a copy of it somewhere safe.
secret.key
"""
README = """\
# {name}

Change this first: what the course is, who teaches it, where students hand in.

    gradekit new assignment NAME          a new assignment in source/NAME
    gradekit verify NAME                  shows that its checks find mistakes
    gradekit release NAME                 makes release/NAME, which students get
    gradekit collect NAME FILES           takes in what students handed in
    gradekit grade NAME                   points into gradebook.db, feedback into feedback/
    gradekit scores NAME                  a table of all points
    gradekit report NAME                  a PDF about the class

| folder | what is in it |
|---|---|
| `source/NAME` | the assignment, solved: the one place to work in |
| `tests/graders/NAME` | hidden checks, where they are not cells of the notebook |
| `release/NAME` | what students get, without solutions and hidden tests |
| `submitted/STUDENT/NAME` | what students handed in |
| `autograded`, `feedback` | what comes of it |
"""
# Git keeps no empty folders, and a reader wants to see where things go.
FOLDERS = ("source", "tests/graders")


def course_files(name: str) -> dict[str, str]:
    """Return the texts of a course's own files, by their paths in its folder."""
    return {
        "nbgrader_config.py": CONFIG,
        ".gitignore": IGNORED,
        "README.md": README.format(name=name),
        **{f"{folder}/.gitkeep": "" for folder in FOLDERS},
    }

"""`python -m gradekit`: the staff's command, or the students' where only that is installed."""

from importlib.util import find_spec

from gradekit.cli import entry

if __name__ == "__main__":
    (entry.staff if find_spec("gradekit.cli.staff") else entry.student)()

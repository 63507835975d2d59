"""Reads the students that a course's gradebook knows: a roster, where somebody put one in."""

from nbgrader.api import Student
from sqlalchemy import select

from gradekit.course import Assignment
from gradekit.errors import GradekitError
from gradekit.gradebook.convert import gradebook_url
from gradekit.gradebook.store.database import one_line_faults, open_database, require_existing
from gradekit.intake.identity.owners import Person


def read_people(assignment: Assignment) -> tuple[Person, ...]:
    """Return the students in the gradebook, by id; none where there is no gradebook yet."""
    url = gradebook_url(assignment.root)
    try:
        require_existing(url)
    except GradekitError:
        return ()
    engine = open_database(url)
    columns = (
        Student.id,
        Student.first_name,
        Student.last_name,
        Student.email,
        Student.lms_user_id,
    )
    try:
        with one_line_faults(url), engine.connect() as connection:
            rows = connection.execute(select(*columns).order_by(Student.id)).all()
    finally:
        engine.dispose()
    return tuple(Person(*(value or "" for value in row)) for row in rows)

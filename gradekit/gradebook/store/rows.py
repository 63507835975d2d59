"""Carries what nbgrader keeps of a hand-in from one database to another, as plain rows."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbgrader.api import (
    Assignment,
    Base,
    BaseCell,
    Comment,
    Grade,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import Connection, Engine, Table, inspect, or_, select, text

from gradekit.assignment.items import item_names
from gradekit.gradebook.store.hand_grades import HandGrade

# The tables of a hand-in, each after those that it points to, and the columns that grading decides:
# what a person writes in the meantime, such as a manual score, stays.
DECIDED: dict[Table, tuple[str, ...]] = {
    Student.__table__: (),
    SubmittedAssignment.__table__: ("timestamp",),
    SubmittedNotebook.__table__: ("late_submission_penalty",),
    Grade.__table__: ("auto_score", "needs_manual_grade"),
    Comment.__table__: ("auto_comment",),
}
# Of these a person's click changes one as well.
PERSONS = "needs_manual_grade"
VERSION = "alembic_version"
# What has points: the other kinds of cells have the same names once more.
GRADED = ("GradeCell", "TaskCell")

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class HeldSubmission:
    """Hashes of what a gradebook holds of a hand-in: of what grading decides, and of what a person
    is asked to look at again; and its points, with those given by hand and what lateness costs.
    """

    decided: str = ""
    asked: str = ""
    points: float = 0.0


def copy_definitions(source: Engine, target: Engine) -> None:
    """Copy into an empty database all that is no hand-in: courses, assignments, their cells."""
    Base.metadata.create_all(target)
    submissions = {table.name for table in DECIDED}
    with source.connect() as old, target.begin() as new:
        for table in Base.metadata.sorted_tables:
            if table.name not in submissions:
                _insert(new, table, _rows(old, select(table)))
        if VERSION in inspect(source).get_table_names():
            (version,) = old.execute(text(f"SELECT version_num FROM {VERSION}")).one()
            new.execute(text(f"CREATE TABLE {VERSION} (version_num VARCHAR(32) NOT NULL)"))
            new.execute(text(f"INSERT INTO {VERSION} VALUES (:version)"), {"version": version})


def read_rows(connection: Connection, assignment: str, student: str) -> Rows:
    """Return all that a database holds of one student's hand-in, by table."""
    students, submissions, notebooks, grades, comments = DECIDED
    found = {students.name: _rows(connection, select(students).where(students.c.id == student))}
    names = Assignment.__table__
    ours = select(names.c.id).where(names.c.name == assignment)
    chosen = (submissions.c.student_id == student) & submissions.c.assignment_id.in_(ours)
    found[submissions.name] = _rows(connection, select(submissions).where(chosen))
    ids = [row["id"] for row in found[submissions.name]]
    found[notebooks.name] = _rows(
        connection, select(notebooks).where(notebooks.c.assignment_id.in_(ids))
    )
    ids = [row["id"] for row in found[notebooks.name]]
    for table in (grades, comments):
        found[table.name] = _rows(connection, select(table).where(table.c.notebook_id.in_(ids)))
    return found


def write_rows(connection: Connection, rows: Rows) -> None:
    """Add what is not there yet; of what is, change the columns that grading decides."""
    for table, columns in DECIDED.items():
        new = []
        for row in rows[table.name]:
            values = {name: row[name] for name in columns} or {"id": row["id"]}
            done = connection.execute(table.update().where(table.c.id == row["id"]).values(values))
            if not done.rowcount:
                new.append(row)
        _insert(connection, table, new)


def drop_idle_extensions(connection: Connection) -> None:
    """Forget extensions of assignments without a due date: nbgrader fails where it adds the two."""
    submissions, names = SubmittedAssignment.__table__, Assignment.__table__
    without = select(names.c.id).where(names.c.duedate.is_(None))
    idle = submissions.c.extension.is_not(None) & submissions.c.assignment_id.in_(without)
    connection.execute(submissions.update().where(idle).values(extension=None))


def remove_rows(connection: Connection, rows: Rows) -> None:
    """Take rows out again."""
    for table in reversed(DECIDED):
        ids = [row["id"] for row in rows[table.name]]
        connection.execute(table.delete().where(table.c.id.in_(ids)))


def hand_grades(connection: Connection, rows: Rows) -> dict[str, HandGrade]:
    """Return what one student's rows hold by hand, by the items' names."""
    names = _item_names(connection)
    return {
        names[row["cell_id"]]: HandGrade(row["manual_score"], row["extra_credit"], row[PERSONS])
        for row in rows[Grade.__tablename__]
    }


def ask_again(connection: Connection, rows: Rows, asks: Mapping[str, bool]) -> None:
    """Have one student's rows ask for a person's look at some items, by name, or not."""
    names = _item_names(connection)
    for row in rows[Grade.__tablename__]:
        row[PERSONS] = asks.get(names[row["cell_id"]], row[PERSONS])


def _item_names(connection: Connection) -> dict[str, str]:
    """Return the names of all items in a database, by the ids of their cells."""
    cells, notebooks = BaseCell.__table__, Notebook.__table__
    columns = (cells.c.id, cells.c.name, notebooks.c.name, notebooks.c.assignment_id)
    joined = select(*columns).join(notebooks, notebooks.c.id == cells.c.notebook_id)
    by_assignment = defaultdict[str, list[tuple[str, str, str]]](list)
    for cell, name, notebook, assignment in connection.execute(
        joined.where(cells.c.type.in_(GRADED)).order_by(notebooks.c.name)
    ):
        by_assignment[assignment].append((cell, notebook, name))
    found = dict[str, str]()
    for rows in by_assignment.values():
        names = item_names((notebook, name) for _, notebook, name in rows)
        found |= {cell: names[notebook, name] for cell, notebook, name in rows}
    return found


def by_hand(connection: Connection, assignment: str) -> defaultdict[str, str]:
    """Return for each student with a hand-in what a person has put into the gradebook, as a text.

    That is the due date, the student's extension of it, and what is in the grades by hand; for
    any other student it is the due date alone.
    """
    _, submissions, notebooks, grades, comments = DECIDED
    names = Assignment.__table__
    ours = submissions.c.assignment_id.in_(select(names.c.id).where(names.c.name == assignment))
    due = connection.scalar(select(names.c.duedate).where(names.c.name == assignment)) or ""
    found = defaultdict(lambda: f"{due}")
    for student, extension in connection.execute(
        select(submissions.c.student_id, submissions.c.extension).where(ours)
    ):
        found[student] = f"{due}{extension or ''}"
    for table, columns in (
        (grades, (grades.c.manual_score, grades.c.extra_credit)),
        (comments, (comments.c.manual_comment,)),
    ):
        joined = select(submissions.c.student_id, table.c.cell_id, *columns)
        joined = joined.join(notebooks, notebooks.c.assignment_id == submissions.c.id)
        joined = joined.join(table, table.c.notebook_id == notebooks.c.id)
        written = or_(*(column.is_not(None) for column in columns))
        for student, *facts in connection.execute(
            joined.where(ours & written).order_by(table.c.id)
        ):
            found[student] += repr(facts)
    return found


def holdings(connection: Connection, assignment: str) -> dict[str, HeldSubmission]:
    """Return for each student with a hand-in what the gradebook holds of it.

    One whose student is not there is no hand-in: nobody can read its points.
    """
    students, submissions, notebooks, grades, comments = DECIDED
    names = Assignment.__table__
    ours = select(names.c.id).where(names.c.name == assignment)
    known = submissions.c.student_id.in_(select(students.c.id))
    here = known & submissions.c.assignment_id.in_(ours)
    found: dict[str, Rows] = {}
    for row in _rows(connection, select(submissions).where(here)):
        found[row["id"]] = {table.name: [] for table in DECIDED} | {submissions.name: [row]}
    of_notebook: dict[str, Rows] = {}
    chosen = select(notebooks).join(submissions, submissions.c.id == notebooks.c.assignment_id)
    for row in _rows(connection, chosen.where(here)):
        of_notebook[row["id"]] = found[row["assignment_id"]]
        found[row["assignment_id"]][notebooks.name].append(row)
    for table in (grades, comments):
        joined = select(table).join(notebooks, notebooks.c.id == table.c.notebook_id)
        joined = joined.join(submissions, submissions.c.id == notebooks.c.assignment_id)
        for row in _rows(connection, joined.where(here)):
            of_notebook[row["notebook_id"]][table.name].append(row)
    return {rows[submissions.name][0]["student_id"]: held_in(rows) for rows in found.values()}


def held_in(rows: Rows) -> HeldSubmission:
    """Return what one student's rows hold: another wherever a time, a score, a comment is other."""
    digest = hashlib.sha256()
    for table, columns in DECIDED.items():
        names = [name for name in columns if name != PERSONS]
        facts = sorted(
            (str(row.get("cell_id", "")), *(str(row[name]) for name in names))
            for row in rows[table.name]
            if names
        )
        digest.update(repr(facts).encode())
    asked = sorted(
        row["cell_id"]
        for row in rows[Grade.__tablename__]
        if row[PERSONS] and row["manual_score"] is not None
    )
    hashed = hashlib.sha256(repr(asked).encode()).hexdigest()
    return HeldSubmission(digest.hexdigest(), hashed, _points_in(rows))


def _points_in(rows: Rows) -> float:
    grades, notebooks = rows[Grade.__tablename__], rows[SubmittedNotebook.__tablename__]
    points = [
        (row["auto_score"] if row["manual_score"] is None else row["manual_score"]) or 0.0
        for row in grades
    ]
    extra = sum(row["extra_credit"] or 0.0 for row in grades)
    late = sum(row["late_submission_penalty"] or 0.0 for row in notebooks)
    return max(float(sum(points) + extra - late), 0.0)


def _rows(connection: Connection, query: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)

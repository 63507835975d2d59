"""source/ → release/ and lib_solution/, all or nothing."""

import os
import shutil
from pathlib import Path

from gradekit.commands.lock import course_lock
from gradekit.course import Assignment
from gradekit.gradebook.convert import generate_assignment, gradebook_url
from gradekit.gradebook.steps.autotests import write_tests
from gradekit.gradebook.steps.in_place import is_sources
from gradekit.gradebook.store.database import require_writable
from gradekit.grading.items_match_checks import check_agreement
from gradekit.release.build import check_source
from gradekit.verification.quick import require_verified
from gradekit.verification.visible_checks import require_visible

STAGING = ".gradekit/staging"


def make_release(assignment: Assignment) -> Path:
    """Make the release in a folder aside and move it into place; return where it is.

    Where anything is wrong nothing is left: neither the new release nor one of an older source. But
    an older one stays where that says nothing about the source: a full disk, a gradebook that
    cannot be written (StorageError), or Ctrl-C.
    """
    with course_lock(assignment.root):
        require_writable(gradebook_url(assignment.root))
        return _make_release(assignment)


def _make_release(assignment: Assignment) -> Path:
    staged = assignment.root / STAGING / assignment.name
    try:
        check_source(assignment)
        write_tests(assignment)
        check_agreement(assignment)
        require_verified(assignment)
        require_visible(assignment)
        generate_assignment(assignment.root, assignment.name, STAGING)
    except BaseException as error:
        shutil.rmtree(staged, ignore_errors=True)
        if is_sources(error):
            _withdraw(assignment, error)
        raise
    _replace(staged, assignment.release)
    return assignment.release


def _withdraw(assignment: Assignment, error: BaseException) -> None:
    """Take away what was made of an older source, and say so in the error."""
    folders = (assignment.release, assignment.solution)
    gone = [os.path.relpath(folder, assignment.root) for folder in folders if folder.exists()]
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    if gone:
        told = "of an older source, no longer there until a release goes out"
        error.add_note(f"{' and '.join(gone)}: {told}")


def _replace(staged: Path, target: Path) -> None:
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    target.parent.mkdir(exist_ok=True)
    if target.exists():
        target.rename(old)
    staged.rename(target)
    shutil.rmtree(old, ignore_errors=True)

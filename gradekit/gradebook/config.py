"""nbgrader's configuration for a course: where the kit's preprocessors take their places."""

from pathlib import Path

from nbgrader import preprocessors as nbgrader_steps
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue

from gradekit.assignment.spec import FILE as SPEC
from gradekit.course import Course
from gradekit.gradebook.nbgrader_patches import (
    keep_foreign_keys,
    read_schema_version_here,
    replace_time_reading,
)
from gradekit.gradebook.page.exporter import FeedbackPage
from gradekit.gradebook.page.formgrader import show_plainly
from gradekit.gradebook.steps import autograde as autograde_steps
from gradekit.gradebook.steps import feedback as feedback_steps
from gradekit.gradebook.steps import release as release_steps
from gradekit.gradebook.steps import restore as restore_steps
from gradekit.gradebook.steps.autotests import WriteTests
from gradekit.gradebook.steps.base import note_folders
from gradekit.gradebook.steps.exporters import NotebookFile
from gradekit.gradebook.steps.in_place import Needed, guard_kits_assignments, keep_in_place
from gradekit.gradebook.steps.late import use_late_rule
from gradekit.gradebook.steps.limited_reading import limit_pages
from gradekit.gradebook.steps.same_items import KeepItems
from gradekit.gradebook.steps.submission_time import KeepTime, submission_time
from gradekit.notebook.copies import ANSWER_STUB
from gradekit.solution.regions import find_regions

RELEASE = [
    nbgrader_steps.IncludeHeaderFooter,
    WriteTests,
    release_steps.CheckSource,
    nbgrader_steps.LockCells,
    nbgrader_steps.ClearSolutions,
    nbgrader_steps.ClearOutput,
    nbgrader_steps.CheckCellMetadata,
    release_steps.CutModules,
    nbgrader_steps.ComputeChecksums,
    KeepItems,
    nbgrader_steps.SaveCells,
    nbgrader_steps.ClearHiddenTests,
    nbgrader_steps.ClearMarkScheme,
    release_steps.NoteFacts,
    nbgrader_steps.ComputeChecksums,
    nbgrader_steps.CheckCellMetadata,
    release_steps.WriteSolution,
]
SANITIZE = [
    autograde_steps.ForgetRecord,
    autograde_steps.KeepPlain,
    restore_steps.RestoreMetadata,
    nbgrader_steps.OverwriteKernelspec,
    restore_steps.RestoreCells,
    autograde_steps.ShowRaw,
    restore_steps.NumberCells,
]
AUTOGRADE = [
    autograde_steps.GradeModules,
    nbgrader_steps.LimitOutput,
    autograde_steps.SaveReport,
    KeepTime,
    nbgrader_steps.AssignLatePenalties,
]
FEEDBACK_STEPS = [
    feedback_steps.HideTests,
    feedback_steps.Shorten,
    feedback_steps.PrepareFormulas,
    feedback_steps.AddFeedback,
]

# What nbgrader's converters must have, so that they do anything; a header is the course's choice.
NEEDED: Needed = {
    GenerateAssignment: {"preprocessors": tuple(RELEASE[1:])},
    Autograde: {
        "sanitize_preprocessors": tuple(SANITIZE),
        "autograde_preprocessors": tuple(AUTOGRADE),
    },
    GenerateFeedback: {"preprocessors": tuple(FEEDBACK_STEPS)},
}


def configure(config: Config, root: Path | None = None) -> Config:
    """Put the kit into nbgrader's release and autograde steps, for the course in `root` (here).

    Nothing of the notebook is executed at grading: points come from the kit's own checks, and the
    outputs that the student saved are kept.
    """
    keep_in_place(NEEDED)
    limit_pages()
    keep_foreign_keys()
    read_schema_version_here()
    replace_time_reading(submission_time)
    course = Course((root or Path.cwd()).resolve(), note_folders(config))
    config.ClearSolutions.text_stub = ANSWER_STUB
    config.OverwriteCells.add_missing_cells = True
    config.GenerateAssignment.preprocessors = [*RELEASE]
    config.GenerateAssignment.exporter_class = NotebookFile
    config.Autograde.sanitize_preprocessors = [*SANITIZE]
    config.Autograde.autograde_preprocessors = [*AUTOGRADE]
    config.Autograde.exporter_class = NotebookFile
    config.GenerateFeedback.preprocessors = [*FEEDBACK_STEPS]
    config.GenerateFeedback.exporter_class = FeedbackPage
    use_late_rule(config)
    show_plainly(config)
    _keep_from_students(config)
    config.Autograde.exclude_overwriting = {
        name: student_files(course, name) for name in course.assignment_names()
    }
    return config


def _keep_from_students(config: Config) -> None:
    """Have nbgrader pass over what the assignment declares: it would put that beside feedback."""
    default = CourseDirectory.class_traits()["ignore"].default()
    ignored = config.CourseDirectory.get("ignore", default)
    if isinstance(ignored, LazyConfigValue):  # the course's own file adds to the default
        ignored.append(SPEC)
    else:
        config.CourseDirectory.ignore = list(dict.fromkeys([*ignored, SPEC]))


def guard() -> None:
    """Have nbgrader refuse the kit's assignments where a course's own file does not `configure`."""
    guard_kits_assignments(NEEDED)


def student_files(course: Course, name: str) -> list[str]:
    """Return the modules that students complete, which the reference must never replace.

    A source that is broken just now counts as a student's file: nothing is put over it.
    """
    assignment = course.assignment(name)
    return [
        str(path.relative_to(assignment.source))
        for path in assignment.modules
        if _has_regions(path)
    ]


def _has_regions(path: Path) -> bool:
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        return bool(find_regions(text, str(path)))
    except Exception:  # any defect of the source: the release tells it
        return True

"""Sees to it that the kit's steps are in place wherever nbgrader converts anything of a course.

Without them a release would hold the solved modules, and grading would run a student's notebook in
an ordinary kernel. nbgrader takes its steps from several files and the command line, and the last
one counts: so what a converter has is looked at when it begins.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from gradekit.course import Assignment, check_assignments_name
from gradekit.errors import AuthoringError, GradekitError
from gradekit.gradebook.nbgrader_patches import replace_conversion
from gradekit.gradebook.steps.base import fault_of, folders_of
from gradekit.gradebook.steps.careful_reading import convert_what_is_plain
from gradekit.gradebook.steps.late import CONFIG_FILE
from gradekit.gradebook.steps.limited_reading import convert_within_limits
from gradekit.release.leaks import check_no_leak
from gradekit.solution.regions import NEARLY

ADD = "`from gradekit.gradebook.config import configure` and, last, `configure(get_config())`"
# What the kit's own commands convert lies below it.
ASIDE = ".gradekit"
KITS_OWN = ("tests", "lib_solution", ASIDE)
STRUCTURE = str(Path("{nbgrader_step}", "{student_id}", "{assignment_id}"))

_kept: set[type[BaseConverter]] = set()  # what a course's own configuration looks after

# The steps that each kind of converter needs, by the names of its settings.
Needed = Mapping[type[BaseConverter], Mapping[str, Sequence[type]]]


class NotInPlace(GradekitError, NbGraderException):
    """A course's configuration does not have the kit's steps; nbgrader's commands end with it."""


class Leaks(AuthoringError, NbGraderException):
    """A finished release shows what students must not see, and is gone."""


def is_sources(error: BaseException | None) -> bool:
    """Whether what stops a release is the source's fault, so that no older one may stay."""
    return isinstance(error, AuthoringError)


def require_steps(needed: Needed, config: Config) -> None:
    """Raise NotInPlace unless a configuration has the steps, in their order, among its own."""
    for kind, settings in needed.items():
        for name, steps in settings.items():
            found = config[kind.__name__].get(name)
            _require(kind, name, found if isinstance(found, list | tuple) else (), steps)


def keep_in_place(needed: Needed) -> None:
    """Have nbgrader's converters refuse to work without the kit's steps, in this process."""
    for kind, settings in needed.items():
        replace_conversion(kind, _guarded(kind, settings))
        _kept.add(kind)


def guard_kits_assignments(needed: Needed) -> None:
    """Have the converters refuse an assignment of the kit's where no configuration was read.

    It is for nbgrader wherever the kit is installed, whatever a course's own file says or lacks.
    Assignments that are nbgrader's alone are converted as ever.
    """
    for kind, settings in needed.items():
        if kind not in _kept:
            replace_conversion(kind, _guarded(kind, settings, needs_the_kit))


def needs_the_kit(courses: CourseDirectory) -> bool:
    """Whether an assignment has what nbgrader alone would give away: modules that are cut, checks.

    A module that cannot be read counts as one of these.
    """
    name = str(courses.assignment_id)
    try:
        folders = folders_of(courses.config)
        assignment = Assignment(Path(courses.root), check_assignments_name(name), folders)
    except GradekitError:
        return False
    source = Path(courses.root) / courses.source_directory / name
    return assignment.graders.is_dir() or any(map(_may_be_cut, source.rglob("*.py")))


def _may_be_cut(path: Path) -> bool:
    try:
        return NEARLY.search(path.read_text("utf-8", "replace")) is not None
    except OSError:
        return True


def _guarded(
    kind: type[BaseConverter],
    settings: Mapping[str, Sequence[type]],
    concerns: Callable[[CourseDirectory], bool] = lambda _: True,
) -> Callable[[BaseConverter], None]:
    def convert_notebooks(self: BaseConverter) -> None:
        if not concerns(self.coursedir):
            BaseConverter.convert_notebooks(self)
            return
        fault_of(self)
        try:
            require_folders(self.coursedir)
            for name, steps in settings.items():
                _require(kind, name, getattr(self, name), steps)
        except NotInPlace as error:
            self.log.error("%s", error)
            raise
        _CONVERT.get(kind, BaseConverter.convert_notebooks)(self)

    return convert_notebooks


def _require(kind: type, name: str, found: Sequence[Any], needed: Sequence[type]) -> None:
    classes = [import_item(one) if isinstance(one, str) else one for one in found]
    setting = f"{kind.__name__}.{name}"
    rest = iter(classes)
    for step in needed:
        if step not in rest:
            raise NotInPlace(
                f"{CONFIG_FILE}: the kit's steps are not in place ({setting} lacks "
                f"{step.__name__}, or has it too early): it must say {ADD}"
            )
    if any(isinstance(one, type) and issubclass(one, Execute) for one in classes):
        raise NotInPlace(
            f"{CONFIG_FILE}: {setting} has Execute, which runs what students wrote outside of the "
            "sandbox: take it out"
        )


def require_folders(courses: CourseDirectory) -> None:
    """Raise NotInPlace where a course's folders are others than `configure` knows."""
    if courses.directory_structure != STRUCTURE:
        raise NotInPlace(
            f"{CONFIG_FILE}: CourseDirectory.directory_structure is "
            f"{courses.directory_structure!r}: the kit knows {STRUCTURE!r} only: take it out"
        )
    configured = asdict(folders_of(courses.config))
    _require_apart(Path(courses.root), configured)
    for folder, own in configured.items():
        name = f"{folder}_directory"
        found = getattr(courses, name)
        if found != own and Path(found).parts[:1] != (ASIDE,):
            raise NotInPlace(
                f"CourseDirectory.{name} is {found!r}, which {CONFIG_FILE} does not say before "
                "`configure(get_config())`: set it there, or take it out"
            )


def _require_apart(root: Path, folders: Mapping[str, str]) -> None:
    """Raise NotInPlace where a course's folders lie within each other, or where the kit's do."""
    places = {f"{name}_directory": (root / own).resolve() for name, own in folders.items()}
    taken = {name: (root / name).resolve() for name in KITS_OWN}
    for name, place in places.items():
        others = {other: path for other, path in places.items() if other != name} | taken
        for other, path in others.items():
            holds = other in taken and path.is_relative_to(place)
            if holds or place.is_relative_to(path):
                own = folders[name.removesuffix("_directory")]
                raise NotInPlace(
                    f"{CONFIG_FILE}: CourseDirectory.{name} is {own!r}, which "
                    f"{'holds' if holds else 'is within'} {other}: give each a folder of its own"
                )


@contextmanager
def _whole(converter: Any) -> Iterator[None]:
    """Make a release whole or not at all; where the source is not at fault the older one stays.

    nbgrader itself removes the older one before it begins.
    """
    courses = converter.coursedir
    folders = folders_of(courses.config)
    assignment = Assignment(Path(courses.root), courses.assignment_id, folders)
    target = Path(courses.root) / courses.release_directory / assignment.name
    older = target.with_name(f".{target.name}.older")
    _put_back(older, target)
    if converter.force and target.exists():
        target.rename(older)
    try:
        yield
        if target.exists():
            check_no_leak(assignment, target)
    except BaseException as error:
        shutil.rmtree(target, ignore_errors=True)
        fault = fault_of(converter)
        if is_sources(error) or is_sources(fault):
            if older.exists():
                converter.log.error("the older release is gone: it was of an older source")
            for folder in (older, assignment.solution):
                shutil.rmtree(folder, ignore_errors=True)
        else:
            _put_back(older, target)
        if is_sources(error):
            converter.log.error("%s", error)
            raise Leaks(str(error)) from error
        raise
    shutil.rmtree(older, ignore_errors=True)


def _release(converter: Any) -> None:
    with _whole(converter):
        BaseConverter.convert_notebooks(converter)


# How the kit has each kind do its work.
_CONVERT = {
    GenerateAssignment: _release,
    Autograde: convert_what_is_plain,
    GenerateFeedback: convert_within_limits,
}


def _put_back(older: Path, target: Path) -> None:
    """Put an older release back where it was, also after a kill amid making the newer one."""
    if older.exists():
        shutil.rmtree(target, ignore_errors=True)
        older.rename(target)

"""Packages that a source's modules and checks need, and that are not there when it is graded."""

import sys
from collections.abc import Iterator

from gradekit.assignment.code_cells.remote_names import packages_in
from gradekit.assignment.import_stubs import is_stubbed
from gradekit.assignment.spec import read_spec
from gradekit.course import Assignment, read_text
from gradekit.grading.bundle import worker_packages
from gradekit.grading.worker_packages import NOT_GIVEN
from gradekit.workers.packages import is_installed


def unknown_packages(assignment: Assignment) -> Iterator[str]:
    """Yield the imports of modules that workers do not have, and packages that are not installed.

    Those of cells are told with the cells.
    """
    source, grading = assignment.source, read_spec(assignment.source).grading
    own = {path.relative_to(source).with_suffix("").parts[0] for path in assignment.modules}
    given = {*own, *NOT_GIVEN, *worker_packages(assignment), *sys.stdlib_module_names, ""}
    for path in assignment.modules:
        for name in sorted(packages_in(read_text(path)) - given):
            if not is_stubbed(name, grading.import_stubs):
                yield (
                    f"{path}: imports {name}, which submissions do not have while they are graded: "
                    f"add it to `[grading] packages` in assignment.toml, or do without; to "
                    f"`import_stubs` there if it need do nothing"
                )
    for name in grading.packages:
        if not is_installed(name):
            yield (
                f"{source}/assignment.toml: [grading] packages names {name}, which is not "
                f"installed here: pip install {name}"
            )

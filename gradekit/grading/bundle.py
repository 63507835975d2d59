"""All that grading needs of an assignment, as data that can travel to another machine."""

import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from gradekit import __version__
from gradekit.assignment.code_cells.answers import class_attributes
from gradekit.assignment.code_cells.cells import SourceCell
from gradekit.assignment.code_cells.remote_names import parsed
from gradekit.assignment.spec import FILE as SPEC
from gradekit.assignment.spec import Spec, operators_by_class, read_spec
from gradekit.checks.carry_forward import Rules
from gradekit.course import Assignment, read_text
from gradekit.errors import AuthoringError
from gradekit.files import Files, code_key, hash_files, hash_texts
from gradekit.grading.cells.follow import cell_rules
from gradekit.grading.check_files import PROBE_FILES, VERIFYING, holds_checks
from gradekit.grading.deciding_cells import Notebooks, deciding_cells, run_inside
from gradekit.grading.input_secret import read_secret
from gradekit.grading.worker_packages import (
    also_given,
    imported,
    looked_at,
    named_in_imports,
    versions_of,
)
from gradekit.model import Item
from gradekit.solution.cell_solutions import answer_cells
from gradekit.solution.mistakes import KnownMistake, read_mistakes
from gradekit.solution.regions import cut, find_regions, solve
from gradekit.workers.messages import definitions
from gradekit.workers.packages import is_installed

MISTAKES = "mistakes.toml"
MAX_DATA_BYTES = 100_000_000


@dataclass(frozen=True)
class GradingBundle:
    """An assignment's items, hidden checks, reference and provided modules, by relative path.

    `student_files` are the modules that the student completes: those with a solution region;
    `mistakes` are known ones in these, and `cell_mistakes` such in the notebooks' cells, which are
    told by name unless `naming` is off; hidden inputs are drawn with `secret`; `data` are the files
    that came with the assignment, which every hand-in may read; `sources` are the student's files
    with their markers; `spec` is what the assignment declares; `by_cells` names the items that test
    cells decide on, and `notebooks` are the code cells of the notebooks that these stand in, or
    whose names checks ask for;
    `packages` may be imported besides NumPy.
    """

    assignment: str
    items: tuple[Item, ...]
    checks: Files
    reference: Files
    student_files: tuple[str, ...]
    mistakes: tuple[KnownMistake, ...] = ()
    secret: bytes = field(default=b"", repr=False)
    data: Files = field(default_factory=dict)
    sources: Files = field(default_factory=dict, repr=False)
    naming: bool = True
    spec: Spec = field(default_factory=Spec)
    notebooks: Mapping[str, tuple[SourceCell, ...]] = field(default_factory=dict, repr=False)
    cell_mistakes: tuple[KnownMistake, ...] = ()
    by_cells: tuple[str, ...] = ()
    cell_rules: Mapping[str, Rules] = field(default_factory=dict)
    packages: tuple[str, ...] = ()

    @property
    def has_checks(self) -> bool:
        """Whether there are checks; where a person gives all points there are none."""
        return any(map(holds_checks, self.checks))

    @property
    def cell_items(self) -> tuple[Item, ...]:
        """The items that test cells decide on, in order."""
        return tuple(item for item in self.items if item.name in self.by_cells)

    @property
    def provided(self) -> dict[str, bytes]:
        """The modules that every hand-in is graded with, whatever it holds in their place."""
        return {k: v for k, v in self.reference.items() if k not in self.student_files}

    @property
    def also_given(self) -> tuple[str, ...]:
        """Packages that a submission has besides if its cells import them.

        They are for assignments of code in cells alone: their tests say nothing of packages.
        """
        return also_given(self.packages) if self.notebooks and not self.has_checks else ()

    def with_imports_of(self, cells: Iterable[str]) -> "GradingBundle":
        """Return the bundle that a submission of these cells is graded with: with what it imports.

        It is this one itself where that needs no more packages.
        """
        more = named_in_imports(cells, self.also_given)
        if not more:
            return self
        if more not in self._with_more:
            self._with_more[more] = replace(self, packages=(*self.packages, *more))
        return self._with_more[more]

    @cached_property
    def with_all_packages(self) -> "GradingBundle":
        """The bundle with all packages that a submission might import."""
        return replace(self, packages=(*self.packages, *self.also_given))

    @cached_property
    def _with_more(self) -> dict[tuple[str, ...], "GradingBundle"]:
        return {}

    @property
    def released(self) -> dict[str, set[str]]:
        """What the files that students complete define as they are released, by qualified names."""
        texts = {name: data.decode("utf-8") for name, data in self.sources.items()}
        return {name: definitions(cut(text, name)) for name, text in texts.items()}

    @cached_property
    def asked_of_classes(self) -> dict[str, Any]:
        """What is asked of objects of students' classes: names of the reference's, operators."""
        texts = [data.decode("utf-8", "replace") for data in self.reference.values()]
        texts += [cell.python for cells in self.notebooks.values() for cell in cells]
        declared = frozenset(name for text in texts for name in class_attributes(text))
        return {"declared": declared, "operators": operators_by_class(self.spec.operators)}

    @cached_property
    def base_key(self) -> str:
        """The hash of what each check's result depends on, but the check and the hand-in."""
        versions = (code_key(), np.__version__, platform.python_version())
        facts = (
            repr(self.student_files),
            repr((self.mistakes, self.cell_mistakes)),
            self.secret.hex(),
            self.naming,
            self.spec.grading,
            self.spec.mutants,
            self.spec.operators,
            self.spec.follows,
            *versions_of(self.packages),
        )
        files = (hash_files(self.reference), hash_files(self.data), hash_files(self.sources))
        return hash_texts(*versions, *map(str, facts), *files)

    @cached_property
    def answers_key(self) -> str:
        """The hash of what an answer of the reference depends on, but the question."""
        versions = (code_key(), np.__version__, platform.python_version(), platform.machine())
        probes = hash_files({name: d for name, d in self.checks.items() if name in PROBE_FILES})
        return hash_texts(*versions, hash_files(self.reference), hash_files(self.data), probes)

    @cached_property
    def key(self) -> str:
        """The hash of everything that a report depends on but the hand-in."""
        cells = [repr(self.by_cells), repr(self.notebooks)] if self.notebooks else []
        facts = (self.base_key, repr(self.items), hash_files(self.checks))
        return hash_texts(__version__, *facts, *cells)


def load_bundle(assignment: Assignment) -> GradingBundle:
    """Return the grading bundle of an assignment from a course's folders."""
    sources = {str(p.relative_to(assignment.source)): read_text(p) for p in assignment.modules}
    reference = {
        name: solve(text, str(assignment.source / name)).encode("utf-8")
        for name, text in sources.items()
    }
    students = tuple(name for name, text in sources.items() if find_regions(text, name))
    checks = check_texts(assignment)
    marked = {name: sources[name].encode("utf-8") for name in students}
    # Where a person gives all points nothing is drawn, and there may be no folder for a secret.
    secret = read_secret(assignment) if any(map(holds_checks, checks)) else b""
    items, spec = assignment.items(), read_spec(assignment.source)
    by_cells, notebooks = deciding_cells(assignment, items, checks)
    notebooks = run_inside(notebooks, spec.inside, str(assignment.source / SPEC))
    solved = {name: reference[name].decode() for name in students}
    mistakes, cell_mistakes = _mistakes(assignment, solved, notebooks)
    deciding = [item for item in items if item.name in by_cells]
    rules = cell_rules(notebooks, deciding, spec.follows, str(assignment.source / SPEC))
    facts = (checks, reference, students, mistakes, secret, read_data(assignment))
    return GradingBundle(
        assignment.name,
        items,
        *facts,
        marked,
        spec=spec,
        notebooks=notebooks,
        cell_mistakes=cell_mistakes,
        by_cells=by_cells,
        cell_rules=rules,
        packages=_packages(spec, notebooks, [*reference, *facts[-1]]),
    )


def worker_packages(assignment: Assignment) -> tuple[str, ...]:
    """Return the packages that workers import, as `GradingBundle` has them.

    It is also there for a source of which no bundle can be made.
    """
    _, notebooks = deciding_cells(assignment, assignment.found_items(), check_texts(assignment))
    files = [*assignment.modules, *assignment.data]
    names = [path.relative_to(assignment.source).as_posix() for path in files]
    return _packages(read_spec(assignment.source), notebooks, names)


def _packages(spec: Spec, notebooks: Notebooks, files: Iterable[str]) -> tuple[str, ...]:
    """Return what is declared, and what cells import and is there: lint tells what is not."""
    found = filter(is_installed, imported(notebooks, files, spec.grading.import_stubs))
    return tuple(dict.fromkeys([*spec.grading.packages, *found, *looked_at(notebooks)]))


def read_data(assignment: Assignment) -> dict[str, bytes]:
    """Return the files that came with an assignment, as they are released.

    Raises AuthoringError where they are more than every hand-in can be given.
    """
    paths = assignment.data
    total = sum(path.stat().st_size for path in paths)
    if total > MAX_DATA_BYTES:
        largest = max(paths, key=lambda path: path.stat().st_size)
        raise AuthoringError(
            f"{assignment.source}: {total // 10**6} MB of data, and {MAX_DATA_BYTES // 10**6} MB "
            f"are the most that hand-ins are graded with; the largest file is {largest.name}"
        )
    return {path.relative_to(assignment.source).as_posix(): path.read_bytes() for path in paths}


def check_texts(assignment: Assignment) -> dict[str, bytes]:
    """Return the files of an assignment's hidden checks, by their paths."""
    folder = assignment.graders
    paths = {path.relative_to(folder): path for path in sorted(folder.rglob("*.py"))}
    return {str(n): p.read_bytes() for n, p in paths.items() if n.parts[0] != VERIFYING}


def _mistakes(
    assignment: Assignment, solved: dict[str, str], notebooks: Notebooks
) -> tuple[tuple[KnownMistake, ...], tuple[KnownMistake, ...]]:
    """Return the known mistakes in modules, and those in cells, each of which is a cell's own."""
    path = assignment.graders / MISTAKES
    if not path.is_file():
        return (), ()
    cells = {one.owner: one.right for one in answer_cells(notebooks)}
    readable = {owner: text for owner, text in cells.items() if parsed(text) is not None}
    found = read_mistakes(read_text(path), str(path), {**solved, **readable})
    return (
        tuple(one for one in found if one.file in solved),
        tuple(replace(one, owner=one.file) for one in found if one.file not in solved),
    )

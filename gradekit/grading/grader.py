"""Grades one hand-in: a pure function of its files and the grading bundle."""

import contextlib
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from gradekit import __version__
from gradekit.assignment.code_cells.steps import StudentCell, cells_to_run, solved_cells
from gradekit.assignment.import_stubs import stand_in_for_missing
from gradekit.checks.carry_forward import settle_results, without_new_excuses
from gradekit.errors import GraderError
from gradekit.files import Files, code_key, hash_files, hash_texts, write_files
from gradekit.findings.module_conflicts import misplaced
from gradekit.grading.bundle import GradingBundle
from gradekit.grading.cache_keys import ResultKeys
from gradekit.grading.cells.confined import confined_cells
from gradekit.grading.cells.grade import CellGrader
from gradekit.grading.cells.hints import KnownMistakes
from gradekit.grading.cells.notebook_run import NewRemote, NotebookRunner
from gradekit.grading.cells.trusted import load_for_tests
from gradekit.grading.item_checks import Attempt, ItemChecks
from gradekit.grading.progress import NO_PROGRESS, Progress, ProgressLog
from gradekit.grading.pytest_session.check_hints import CheckHints
from gradekit.grading.pytest_session.mistaken_solutions import MistakenSolutions
from gradekit.grading.pytest_session.pytest_checks import PytestChecks
from gradekit.grading.pytest_session.session import CheckSession
from gradekit.grading.reference.answers_cache import ReferenceAnswers
from gradekit.grading.reference.client import ReferenceClient
from gradekit.grading.reference.hints import HintFinder
from gradekit.grading.reference.mistaken import MistakenReferences
from gradekit.grading.reference.right_parts import RightParts
from gradekit.grading.worker_packages import imported_by_source, require_installed
from gradekit.model import Outcome, Report, Result
from gradekit.sandbox.layers import NEWEST_LANDLOCK
from gradekit.sandbox.limits import Limits
from gradekit.workers.client import Clock
from gradekit.workers.deadlines.last_resort import CHECKS_PREFIX, LastResort, Stopped
from gradekit.workers.pool import Importable, WorkerPool
from gradekit.workers.probe_code import reference_probes, student_probes
from gradekit.workers.remote.in_test.confined import StudentClient
from gradekit.workers.selftest import open_pool
from gradekit.workers.snapshots import make_snapshot, snapshot


@dataclass(frozen=True)
class Submission:
    """What one student handed in: Python modules by relative path, what intake noticed, and code.

    `cells` is the code of each notebook whose tests decide on points, by the notebook's name.
    """

    student: str
    modules: Files
    notes: tuple[str, ...] = ()
    cells: Mapping[str, tuple[StudentCell, ...]] = field(default_factory=dict)

    @property
    def code_key(self) -> str:
        """The hash of all code that was handed in."""
        modules = hash_files(self.modules)
        return hash_texts(modules, repr(sorted(self.cells.items()))) if self.cells else modules


# Graders with other packages, each with workers of its own, that are kept at once, and how many are
# made before submissions have all packages: loading takes seconds that are on no hand-in's clock.
MOST_OTHERS, MOST_MADE = 2, 4


def report_key(bundle: GradingBundle, submission: Submission) -> str:
    """Return the hash of everything that a hand-in's report depends on."""
    return hash_texts(_bundle_of(bundle, submission).key, submission.code_key)


def _bundle_of(bundle: GradingBundle, submission: Submission) -> GradingBundle:
    """Return what a submission is graded with: with other packages, where its cells import some."""
    return bundle.with_imports_of(
        cell.python for cells in submission.cells.values() for cell in cells
    )


class MetWallClock(GraderError):
    """A hand-in was waited for as long as can be, which may be the machine's doing: grade alone."""


class Grader(AbstractContextManager["Grader"]):
    """Grades hand-ins one after another with warm workers; use as a context manager.

    `answers` are the references' of this kit, as other processes may have computed them. A check
    that nothing else stops ends this process by the `last_resort`; what came of the checks before
    it is in the `log`.
    """

    def __init__(
        self,
        bundle: GradingBundle,
        answers: ReferenceAnswers | None = None,
        *,
        namespaces: bool = True,
        landlock_version: int = NEWEST_LANDLOCK,
        new_clock: Callable[[], Clock] | None = None,
        new_remote: NewRemote | None = None,
        last_resort: LastResort | None = None,
        log: ProgressLog | None = None,
    ) -> None:
        self.bundle, self._keys, self._log = bundle, ResultKeys(bundle), log
        self._others: dict[tuple[str, ...], Grader] = {}
        self._made = 0
        of = partial(Grader, answers=answers, namespaces=namespaces, new_clock=new_clock, log=log)
        self._beside = partial(of, landlock_version=landlock_version, last_resort=last_resort)
        declared = bundle.spec.grading
        self._new_clock = new_clock or partial(Clock, declared.call_seconds, declared.total_seconds)
        self.pool = self._open_pool(namespaces, landlock_version)
        self._folder = tempfile.TemporaryDirectory(prefix=CHECKS_PREFIX)
        self.checks = Path(self._folder.name)
        write_files(self.checks, bundle.checks)
        reference = make_snapshot(self.pool.snapshots, {**bundle.reference, **bundle.data})
        self._probes = student_probes(bundle.checks)
        self._reference_client = ReferenceClient(
            self.pool, reference, reference_probes(bundle.checks), answers, bundle.released
        )
        solved = {name: solved_cells(source) for name, source in bundle.notebooks.items()}
        self._reference_client.cells = cells_to_run(bundle.notebooks, solved)
        slips = MistakenReferences(bundle, self.pool, self._probes, self._reference_client.answers)
        self._reference_client.slips = slips.of
        self._asked = bundle.asked_of_classes
        self._reference_client.session_options = self._asked
        session = self._open_session(self._check_hints(slips), last_resort)
        cells = self._open_cells(new_remote or confined_cells(self.pool, self._asked))
        self._kinds: list[ItemChecks] = [PytestChecks(bundle, session), cells]

    def _open_pool(self, namespaces: bool, landlock_version: int) -> WorkerPool:
        """Return what the workers are of, with what the assignment declares for them."""
        declared = self.bundle.spec.grading
        require_installed(self.bundle.packages)
        return open_pool(
            namespaces=namespaces,
            landlock_version=landlock_version,
            importable=Importable(packages=self.bundle.packages, stubs=declared.import_stubs),
            limits=Limits(address_space_bytes=declared.memory_mib * 2**20),
        )

    def __exit__(self, *error: object) -> None:
        self.close()

    def _check_hints(self, slips: MistakenReferences) -> CheckHints:
        """Return what names mistakes, or nothing where that is off."""
        bundle, reference = self.bundle, self._reference_client
        if not bundle.naming:
            return CheckHints()
        explain = HintFinder(reference, slips).explain
        if not bundle.mistakes and not bundle.cell_mistakes:
            return CheckHints(explain)
        mistaken = MistakenSolutions(bundle, self.pool, self._probes, reference)
        return CheckHints(explain, mistaken)

    def _open_session(self, hints: CheckHints, last_resort: LastResort | None) -> CheckSession:
        bundle, snapshots = self.bundle, self.pool.snapshots
        sources = {name: data.decode() for name, data in bundle.sources.items()}
        return CheckSession(
            self.checks,
            self._reference_client,
            hints,
            secret=bundle.secret,
            right_parts=RightParts(sources, snapshots),
            last_resort=last_resort,
        )

    def _open_cells(self, new_remote: NewRemote) -> CellGrader:
        bundle, pool, declared = self.bundle, self.pool, self.bundle.spec.grading
        # Without the modules that students complete: a test would take the source's for theirs.
        files = {**bundle.provided, **bundle.data} if bundle.notebooks else {}
        given = make_snapshot(pool.snapshots, files)
        stand_in_for_missing(bundle.spec.grading.import_stubs)
        load_for_tests(imported_by_source(bundle.notebooks, files))
        mistakes = None
        if bundle.naming and bundle.cell_mistakes:
            answers = self._reference_client.answers
            mistakes = KnownMistakes(bundle.cell_mistakes, answers, bundle.base_key)
        runner = NotebookRunner(
            given,
            new_remote,
            pool.layers.landlock_version,
            has_pyplot="matplotlib" in bundle.packages,
            notes_values=mistakes is not None,
        )
        return CellGrader(
            runner,
            bundle.notebooks,
            bundle.cell_items,
            mistakes,
            rules=bundle.cell_rules,
            solution_clock=partial(
                Clock,
                max(Clock.call_seconds, declared.call_seconds),
                max(Clock.total_seconds, declared.total_seconds),
            ),
        )

    def close(self) -> None:
        """End the workers and remove the temporary files."""
        for other in self._others.values():
            other.close()
        self._others.clear()
        with contextlib.suppress(GraderError):  # a fork server that has died has no workers to end
            self._reference_client.renew()
        self.pool.close()
        for kind in self._kinds:
            kind.close()
        self._folder.cleanup()

    def grade(
        self,
        submission: Submission,
        earlier: Sequence[Result] = (),
        *,
        alone: bool = False,
        stopped: tuple[Stopped, ...] = (),
        progress: Progress = NO_PROGRESS,
    ) -> Report:
        """Return the report of one hand-in; raise GraderError where nothing could be graded.

        Of `earlier` results those are kept that are current; `stopped` checks are not run again,
        nor those that had ended by then, which are the `progress`.
        Raises MetWallClock where that was met, unless nothing else is graded now, `alone`.
        """
        bundle = _bundle_of(self.bundle, submission)
        grader = self if bundle is self.bundle else self._with(bundle)
        report = grader._graded(submission, earlier, alone, stopped, progress)
        return replace(report, key=report_key(self.bundle, submission))

    def _graded(
        self,
        submission: Submission,
        earlier: Sequence[Result],
        alone: bool,
        stopped: tuple[Stopped, ...],
        progress: Progress,
    ) -> Report:
        started = time.monotonic()
        checks = [check for kind in self._kinds for check in kind.checks]
        code, files = submission.code_key, files_to_grade(self.bundle, submission)
        rules = {name: one for kind in self._kinds for name, one in kind.rules.items()}
        current = {r.check: r for r in earlier if self._is_current(r, code)}
        kept = without_new_excuses(current, rules)
        with snapshot(self.pool.snapshots, files) as folder:
            client, modules = self._client(folder), frozenset(submission.modules)
            whose, cells = submission.student, submission.cells
            attempt = Attempt(whose, client, folder, modules, cells, kept, stopped, progress.ends)
            self._go_on_from(progress, attempt)
            found = {r.check: r for kind in self._kinds for r in kind.run(attempt)}
        if client.clock.met_wall and not alone:
            raise MetWallClock(f"{submission.student}: no answer for too long; grade it alone")
        ended = [kept.get(one.check) or found[one.check] for one in checks]
        self._require_all_items(ended)
        return self._report(
            submission,
            tuple(settle_results(self._keyed(ended, code), rules)),
            snapshot=hash_files(files),
            seconds=round(time.monotonic() - started, 3),
            student_cpu_seconds=round(client.cpu_seconds, 3),
        )

    def _with(self, bundle: GradingBundle) -> "Grader":
        """Return a grader whose workers have other packages; few of them are made, and kept."""
        if bundle.packages not in self._others and self._made >= MOST_MADE:
            bundle = self.bundle.with_all_packages
        if bundle.packages not in self._others:
            while len(self._others) >= MOST_OTHERS:
                self._others.pop(next(iter(self._others))).close()
            self._others[bundle.packages] = self._beside(bundle)
            self._made += 1
        return self._others[bundle.packages]

    def _report(self, submission: Submission, results: tuple[Result, ...], **taken: Any) -> Report:
        return Report(
            assignment=self.bundle.assignment,
            student=submission.student,
            key=report_key(self.bundle, submission),
            items=self.bundle.items,
            results=results,
            notes=submission.notes,
            sandbox=str(self.pool.layers),
            kit_version=__version__,
            code=code_key(),
            **taken,
        )

    def _go_on_from(self, progress: Progress, attempt: Attempt) -> None:
        clock = attempt.client.clock
        progress.set(clock)
        if self._log:
            self._log.begin(clock, progress.ends)
            clock.noted, attempt.keep = self._log.note_clock, self._log.add

    def _client(self, folder: Path) -> StudentClient:
        clock, reference = self._new_clock(), self._reference_client
        client = StudentClient(self.pool, folder, self._probes, clock, reference)
        client.session_options = self._asked
        return client

    def _keyed(self, results: Sequence[Result], modules: str) -> list[Result]:
        return [replace(r, key=self._keys.of(r.check, modules)) for r in results]

    def _is_current(self, result: Result, modules: str) -> bool:
        # Time may have run out because of another check, which is not the same now.
        kept = result.outcome not in (Outcome.ERROR, Outcome.TIMEOUT)
        return kept and result.key == self._keys.of(result.check, modules)

    def _require_all_items(self, results: Sequence[Result]) -> None:
        missing = {i.name for i in self.bundle.items if not i.manual} - {r.item for r in results}
        if missing:
            raise GraderError(f"no check names these items: {', '.join(sorted(missing))}")


def files_to_grade(bundle: GradingBundle, submission: Submission) -> Files:
    """Return a hand-in's modules, the provided ones and the data; none of its in their place."""
    provided = {**bundle.data, **bundle.provided}
    dropped = misplaced(submission.modules, provided, bundle.reference)
    own = {
        name: data
        for name, data in submission.modules.items()
        if name not in dropped and not any(f"{p}/" in dropped for p in PurePosixPath(name).parents)
    }
    return {**own, **provided}

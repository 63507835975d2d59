"""Grades one hand-in: a pure function of its files and the grading kit."""

import contextlib
import hashlib
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import TracebackType

from gradekit import __version__
from gradekit.grading import plugin
from gradekit.grading.bench import HANGING_IMPORT, Bench, Clock, ReferenceBench
from gradekit.grading.kit import Files, GradingKit, hash_files, write_files
from gradekit.grading.recognise import Recogniser
from gradekit.grading.selftest import open_pool
from gradekit.grading.snapshots import make_snapshot, replace_file, snapshot
from gradekit.report import CheckOutcome, GraderError, Report, Result, StudentTimeout

IMPORT_STAND_IN = f"class {HANGING_IMPORT}(Exception):\n    pass\nraise {HANGING_IMPORT}\n"
IMPORT_PROBE = '''

def import_module_(name):
    """Import one module of the hand-in."""
    import importlib

    importlib.import_module(name)
    return {}
'''


@dataclass(frozen=True)
class Handin:
    """What one student handed in: the Python modules by relative path, and what intake noticed."""

    student: str
    modules: Files
    notes: tuple[str, ...] = ()


def report_key(kit: GradingKit, handin: Handin) -> str:
    """Return the hash of everything that a hand-in's report depends on."""
    parts = (kit.key, hash_files(handin.modules))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class Grader:
    """Grades hand-ins one after another with warm workers; use as a context manager."""

    def __init__(
        self, kit: GradingKit, *, namespaces: bool = True, new_clock: Callable[[], Clock] = Clock
    ) -> None:
        self.kit, self._new_clock = kit, new_clock
        self.pool = open_pool(namespaces=namespaces)
        self._folder = tempfile.TemporaryDirectory(prefix="gradekit-checks-")
        self.checks = Path(self._folder.name)
        write_files(self.checks, kit.checks)
        reference = make_snapshot(self.pool.snapshots, kit.reference)
        self._probes = kit.checks["probes.py"].decode("utf-8") + IMPORT_PROBE
        self._reference_bench = ReferenceBench(self.pool, reference, self._probes)
        self._recogniser = Recogniser(kit, self.pool, self._probes)

    def __enter__(self) -> "Grader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the workers and remove the temporary files."""
        with contextlib.suppress(GraderError):  # a zygote that has died has no workers to end
            self._reference_bench.renew()
        self.pool.close()
        self._folder.cleanup()

    def grade(self, handin: Handin) -> Report:
        """Return the report of one hand-in; raise GraderError where nothing could be graded."""
        started = time.monotonic()
        files = files_to_grade(self.kit, handin)
        with snapshot(self.pool.snapshots, files) as folder:
            results = self._run(folder, handin)
        return Report(
            assignment=self.kit.assignment,
            student=handin.student,
            key=report_key(self.kit, handin),
            items=self.kit.items,
            results=tuple(results),
            notes=handin.notes,
            snapshot=hash_files(files),
            sandbox=str(self.pool.layers),
            kit_version=__version__,
            seconds=round(time.monotonic() - started, 3),
        )

    def _run(self, folder: Path, handin: Handin) -> list[Result]:
        student = Bench(self.pool, folder, self._probes, self._new_clock())
        student.missing_files = tuple(n for n in self.kit.student_files if n not in handin.modules)
        try:
            stop_hanging_imports(student, folder, self.kit.student_files)
            results = plugin.run_checks(
                self.checks, student, self._reference_bench, self._recogniser.explain
            )
        finally:
            student.renew()
        missing = {i.name for i in self.kit.items if not i.manual} - {r.item for r in results}
        if missing:
            raise GraderError(f"no check names these items: {', '.join(sorted(missing))}")
        return [replace(r, staff_message=r.staff_message[:500]) for r in results]


def files_to_grade(kit: GradingKit, handin: Handin) -> Files:
    """Return a hand-in's modules and the provided ones; no folder of its may be in their place.

    A folder of a module's name, with or without its ending, would be imported instead of it.
    """
    provided = kit.provided
    taken = {*provided, *(name.removesuffix(".py") for name in provided)}
    own = {
        name: data
        for name, data in handin.modules.items()
        if taken.isdisjoint(map(str, PurePosixPath(name).parents))
    }
    return {**own, **provided}


def stop_hanging_imports(student: Bench, folder: Path, names: tuple[str, ...]) -> None:
    """Put a module that raises at once in the place of each one that does not finish importing.

    Otherwise every check would wait for the deadline again.
    """
    for name in names:
        module = ".".join(PurePosixPath(name).with_suffix("").parts)
        try:
            student.ask("import_module_", name=module)
        except StudentTimeout:
            replace_file(folder / name, IMPORT_STAND_IN)
        except CheckOutcome:
            pass  # it fails at once, and each check that needs it tells
    student.renew()

"""Runs a notebook's cells in order: staff's here, the student's in a confined process."""

import contextlib
import io
import re
import time
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from gradekit.assignment.code_cells.cells import CellKind, SourceCell
from gradekit.assignment.code_cells.library_imports import library_imports
from gradekit.assignment.code_cells.remote_names import Ownership, names_in, statements
from gradekit.assignment.code_cells.steps import Step, hidden_lines, without_hidden
from gradekit.errors import CheckFailed, CheckOutcome, StudentCrash
from gradekit.grading.cells.running.cell_end import (
    MOST_TOLD,
    CellEnd,
    error_line,
    is_pytests,
    most_alike,
    passed_end,
    statement_of,
    stopped_end,
)
from gradekit.grading.cells.running.code import (
    VALUE,
    CellCode,
    compile_cell,
    run_cell,
    with_value_kept,
    words_of,
)
from gradekit.grading.cells.running.given_data import InPlaceOf, values_there
from gradekit.grading.cells.running.namespace import Namespace, as_main
from gradekit.grading.cells.running.source_facts import facts_of
from gradekit.grading.cells.running.stand_ins import NOSE, draw_elsewhere
from gradekit.grading.cells.running.work_folder import WorkFolder
from gradekit.grading.cells.running.written_modules import written_modules
from gradekit.model import Outcome
from gradekit.names import CELL_ENDED
from gradekit.text import whole_characters
from gradekit.workers.deadlines.last_resort import Stopped
from gradekit.workers.deadlines.thread_limit import ThreadTimeUp
from gradekit.workers.remote.in_test.answers.transcript import Transcript
from gradekit.workers.remote.in_test.answers.wrong_answers import WrongAt
from gradekit.workers.remote.in_test.namespace import RemoteNamespace
from gradekit.workers.remote.values.encoding import CannotCross
from gradekit.workers.remote.values.members import asking

MOST_PRINTED = 20_000  # characters of what a test prints
MOST_RENEWALS = 5  # processes for one submission, after those that gave no answer

_LACKS = re.compile(r"object has no attribute '(\w{1,60})'")

# Opens a process for a student's cells.
FreshRemote = Callable[[], AbstractContextManager[RemoteNamespace]]
# Limits a cell, by its label.
Limited = Callable[[str], AbstractContextManager[None]]


class CellRunner:
    """Runs steps with processes that `new_remote` gives; each cell of staff's within `limited`.

    `left_out` are cells that let nothing interrupt them before, by their labels: they do not run.
    With `noting`, each end says what the student's code gave.
    """

    def __init__(
        self,
        source: Sequence[SourceCell],
        new_remote: FreshRemote,
        limited: Limited = lambda _: nullcontext(),
        left_out: Mapping[str, Stopped] | None = None,
        noting: bool = False,
    ) -> None:
        self._left_out, self._noting = left_out or {}, noting
        self._source, self._facts = source, facts_of(tuple(source))
        self._owners = self._facts.owners
        self._new_remote, self._limited = new_remote, limited
        self._done: list[Step] = []  # the student's cells that ran to an end
        self._renewals = 0
        self.files: WorkFolder | None = None
        self.takes_changes = False  # whether all that is done to arguments comes back
        # Whether tests see staff's data as the student's code left them; of those in `wants_left`
        # these data are the student's by then, whatever names are bound to.
        self.gives_as_left, self.wants_left = False, frozenset[str]()
        # Of what calls it comes back in each test, by the cells' names; else it does of all.
        self.changes_only_of: Mapping[str, Collection[str]] = {}
        self.wrong: Mapping[str, WrongAt] = {}  # which answers come wrong in each test
        # What objects are asked for in each test, by places of it; with None all is asked.
        self.asked: Mapping[str, Mapping[str, int]] | None = {}
        self.has_pyplot = False  # whether what tests see of pyplot is the student's process's
        # What the student's cells raised, by labels; those that had no time do not run again.
        self.faults, self.endless = dict[str, str](), dict[str, str]()
        self._undefined: dict[str, str] = {}  # why a name may not be there
        self._watched = self.given_changed = frozenset[str]()  # names of staff's data

    def run(self, steps: Sequence[Step]) -> Iterator[CellEnd]:
        """Run all steps; yield how each test cell ended."""
        texts = [step.student for step in steps if step.student is not None]
        texts += [cell.python for cell in self._source if cell.inside]
        self._words = frozenset(word for text in texts for word in words_of(text))
        self._needs_nose = any("nose" in text for text in texts)
        if self.files:
            self.files.begin()
        written = self._facts.staffs_modules, self._facts.students_modules
        modules = written_modules(*written, lambda name: self._remote.library(name))
        members = asking(lambda member, name: self._remote.of_member(member, name))
        with contextlib.ExitStack() as self._open, modules, members:
            self._reopen()
            if self.has_pyplot:
                draw_elsewhere(lambda name: self._remote.library(name))
            self._names = Namespace(self._remote, self._facts.read, self._facts.imported)
            for step in steps:
                end = self._step(step)
                if end is not None:
                    yield end
            self.given_changed = self._changed(self._watched)

    def reads_changed(self, cell: SourceCell) -> bool:
        """Whether a test reads data of staff's that the student's code has changed in this run."""
        read = names_in(cell.python).loaded
        return bool(read & (self._watched if cell.name in self.wants_left else self.given_changed))

    def _step(self, step: Step) -> CellEnd | None:
        if step.student is not None:
            self._run_students(step)
        if step.place < 0:
            return None
        cell, owner = self._source[step.place], self._owners[step.place]
        self._names.staffs = owner.staffs | (self._owners[step.place + 1].staffs - owner.remote)
        if cell.kind is CellKind.TEST:
            return self._test(step, cell)
        if cell.kind is CellKind.STAFF:
            self._run_staffs(step, cell.python)
        elif cell.kind is CellKind.FREE:
            self._run_free(step, owner)
        self._names.give_to_student(self._owners[step.place + 1].remote - owner.remote)
        if given := self._facts.given.get(step.place, frozenset()) - self._names.owned:
            self._watch(given)
        if cell.kind is CellKind.SOLUTION:
            self._names.give_to_student(names_in(cell.python).bound)
        return None

    def _watch(self, names: Collection[str]) -> None:
        self._watched |= frozenset(names)
        with contextlib.suppress(CheckOutcome):  # that a process is gone is what tests are told
            self._remote.watch(names)

    def _run_students(self, step: Step) -> None:
        if step.label in self.endless:
            return self._note_fault(step, self.endless[step.label])
        try:
            result = self._remote.run(step.student or "", f"<{step.label}>")
        except CheckOutcome as error:
            self._note_fault(step, f"{error.outcome}: {error}")
            if error.outcome is Outcome.TIMEOUT:
                self.endless[step.label] = self.faults[step.label]
            return self._renew()
        if result.exception:
            self._note_fault(step, error_line(result.exception))
        return self._done.append(step)

    def _note_fault(self, step: Step, text: str) -> None:
        self.faults[step.label] = text
        if step.place >= 0:
            for name in names_in(self._source[step.place].python).bound:
                self._undefined[name] = f"; {step.label}{CELL_ENDED}{text}"

    def _why_missing(self, error: BaseException) -> str:
        """Return why a name or a method may not be there, to stand behind what was raised."""
        try:
            if isinstance(error, NameError) and type(error.name) is str:
                name = error.name
                like = [] if name in self._undefined else most_alike(name, self._remote.names())
                return self._undefined.get(name) or "".join(f"; there is a {one!r}" for one in like)
            lacks = _LACKS.search(error_line(error)) if isinstance(error, AttributeError) else None
            if lacks and lacks[1] in self._remote.names():
                return f"; there is a {lacks[1]!r} outside of it: look at its indentation"
        except CheckOutcome:  # nothing is told of a process that is gone
            return ""
        return ""

    def _run_staffs(self, step: Step, python: str) -> None:
        """Run a cell of staff's; what it lacks is missed by the tests that need it."""
        if step.label in self._left_out:
            return
        with contextlib.suppress(BaseException), self._quiet(), self._guarded(step.label):
            run_cell(compile_cell(python, step.label), self._names)

    def _run_free(self, step: Step, owner: Ownership) -> None:
        for statement in statements(step.trusted or ""):
            if owner.is_staffs(statement):
                self._run_staffs(step, statement)
                owner = owner.after_staffs(names_in(statement))
            else:
                self._names.give_to_student(names_in(statement).bound)
                owner = owner.after_students(names_in(statement))

    @contextlib.contextmanager
    def _guarded(self, label: str) -> Iterator[None]:
        """Begin with a new process where the one there gives no answer any more."""
        try:
            with self._limited(label):
                yield
        except (CheckOutcome, ThreadTimeUp):
            self._renew()

    @contextlib.contextmanager
    def _quiet(self) -> Iterator[io.StringIO]:
        kept = io.StringIO()
        with contextlib.redirect_stdout(kept), contextlib.redirect_stderr(io.StringIO()):
            yield kept

    def _renew(self) -> None:
        """Begin with a new process, where the cells that ran to an end run again."""
        self._renewals += 1
        if self._renewals > MOST_RENEWALS:
            self._done = []
        self._reopen()
        try:
            for step in self._done:
                self._remote.run(step.student or "", f"<{step.label}>")
        except CheckOutcome:
            self._done = []
            self._reopen()
        self._names.connect(self._remote)
        self._watch(self._watched)

    def _reopen(self) -> None:
        self._open.close()
        self._remote = self._open.enter_context(self._new_remote())
        self._remote.hears_warnings = False  # outside of tests there is nobody to look for any
        self._remote.expect(
            attributes=self._facts.attributes,
            draws=self._facts.draws,
            closures=self._facts.reads_closures,
        )
        if self.files:
            self.files.connect()
            self._remote.share_files(self.files)
        if self._needs_nose:
            with contextlib.suppress(CheckOutcome):  # no time is left: each test says so
                self._remote.run(NOSE, "<nose>")

    def _test(self, step: Step, cell: SourceCell) -> CellEnd:
        try:
            code = compile_cell(cell.python, step.label)
        except SyntaxError as wrong:
            text = f"SyntaxError: {wrong}"
            return CellEnd(cell.name, Outcome.ERROR, line=wrong.lineno or 0, text=text)
        if step.label in self._left_out:
            return stopped_end(cell, self._left_out[step.label])
        if cell.inside:
            return self._test_inside(step, cell)
        self._import_for_students(step, cell)
        transcript = Transcript()
        if self._noting:
            self._remote.after_answer = transcript.note
        gone = self._begin_test(cell, code)
        left = self._data_as_left(cell) if self.gives_as_left else {}
        left |= values_there(self._remote, self._facts.unmarked.get(cell.name, ()))
        began = time.thread_time()
        with self._quiet() as printed, InPlaceOf(self._names, left):
            value, error = (None, gone) if gone else self._run_test(step.label, code)
        took = time.thread_time() - began
        changed, facts = self._remote.take_changes(always=False) > 0, self._remote.taken_facts()
        self._remote.after_answer = _forget
        self._remote.make_wrong(None)
        end = self._end_of(cell, step.label, value, error)
        try:
            self._names.end_test()
            if self.files:
                self.files.end_test()
            if self.has_pyplot:  # what is drawn is gone with the cell, as in a notebook
                self._remote.run("", f"<{step.label}>")
        except CheckOutcome:
            error = error or StudentCrash()
        is_there = isinstance(error, CheckFailed)  # the process, whatever is wrong of an answer
        if isinstance(error, CheckOutcome | ThreadTimeUp) and not is_there:
            self._renew()
        told = whole_characters(printed.getvalue()[:MOST_PRINTED])
        end = replace(end, printed=told, own_seconds=round(took, 3), changed=changed, facts=facts)
        return replace(end, gave=transcript.digest if self._noting else "")

    def _import_for_students(self, step: Step, cell: SourceCell) -> None:
        """Have the student's code see libraries that a test imports, where its text names them."""
        if wanted := library_imports(without_hidden(cell.python), self._words):
            with contextlib.suppress(CheckOutcome):  # the test is told that the process is gone
                self._remote.run(wanted, f"<{step.label}>")

    def _data_as_left(self, cell: SourceCell) -> dict[str, object]:
        """Return what the student's code has made of data of staff's that a test reads."""
        read = names_in(cell.python).loaded & self._watched - self._names.owned
        try:
            if cell.name in self.wants_left:
                return {name: self._remote.get(name) for name in read}
            return {name: self._remote.watched(name) for name in self._changed(read)}
        except (CheckOutcome, NameError):  # the test is told that the process, or a name, is gone
            return {}

    def _changed(self, names: frozenset[str]) -> frozenset[str]:
        with contextlib.suppress(CheckOutcome):
            return self._remote.watched_changes(names) & names if names else names
        return frozenset()

    def _begin_test(self, cell: SourceCell, code: CellCode) -> CheckOutcome | None:
        """Begin with a test; return why it cannot be: the student's process has no time left."""
        parts, gone = self._facts.parts.get(cell.name, ()), None
        changed = names_in(cell.python).changed
        try:
            self._names.begin_test(code.shared, code.looked_up, parts, changed)
        except CheckOutcome as error:
            gone = error
        if self.files:
            self.files.begin_test()
        only_of = self.changes_only_of.get(cell.name)
        self._remote.take_changes(always=self.takes_changes, only_of=only_of)
        self._remote.make_wrong(self.wrong.get(cell.name))
        self._remote.ask_objects(None if self.asked is None else self.asked.get(cell.name, {}))
        self._remote.taken_facts()
        return gone

    def _test_inside(self, step: Step, cell: SourceCell) -> CellEnd:
        """Run a test beside the student's code, as its author allows: its end is its own word."""
        self._names.begin_test(frozenset(), ())
        try:
            result = self._remote.run(with_value_kept(cell.python), f"<{step.label}>")
            value = None if result.exception else self._value_kept()
            end = self._end_of(cell, step.label, value, result.exception)
            self._names.end_test()
        except CheckOutcome as error:
            self._renew()
            return self._end_of(cell, step.label, None, error)
        return replace(end, printed=whole_characters(result.printed[:MOST_PRINTED]))

    def _value_kept(self) -> object:
        with contextlib.suppress(NameError):
            return self._remote.get(VALUE)
        return None

    def _run_test(self, label: str, code: CellCode) -> tuple[object, BaseException | None]:
        """Run a test's code; whatever it makes of it, no answer from the other side is told."""
        value: object = None
        error: BaseException | None = None
        self._remote.hears_warnings = True
        try:
            with self._limited(label), as_main(self._names):
                value = run_cell(code, self._names)
        except BaseException as raised:  # as pytest's, which are no Exceptions, and SystemExit
            error = raised
        self._remote.hears_warnings = False
        try:
            self._tell_what_changed()
        except CheckOutcome as gone:
            return None, gone
        return value, error

    def _tell_what_changed(self) -> None:
        """Have the other side know what the test has changed; raise CheckOutcome if it is gone."""
        try:
            self._remote.names()
        except CannotCross:  # the test has put something there that stays here
            self._remote.forget_given()
            self._remote.names()

    def _end_of(
        self, cell: SourceCell, label: str, value: object, error: BaseException | None
    ) -> CellEnd:
        if error is None:
            return passed_end(cell, value)
        outcome = Outcome.FAIL
        if isinstance(error, CheckOutcome):
            outcome = error.outcome
        elif isinstance(error, ThreadTimeUp):
            outcome = Outcome.TIMEOUT
        elif not isinstance(error, AssertionError) and not is_pytests(error):
            outcome = Outcome.CRASH
        frames = traceback.extract_tb(error.__traceback__)
        line = next((f.lineno or 0 for f in reversed(frames) if f.filename == f"<{label}>"), 0)
        why = self._why_missing(error)
        return CellEnd(
            cell.name,
            outcome,
            line=line,
            statement=statement_of(cell, line),
            is_hidden=line in hidden_lines(cell.python),
            type_name=type(error).__name__,
            text=f"{error_line(error)}{why}"[:MOST_TOLD],
            trace="".join(traceback.format_list(frames[-6:])),
        )


def _forget(_: object) -> None:
    """Note nothing."""

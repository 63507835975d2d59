"""Runs an item's hidden checks in a notebook's own kernel, as a course does that has no kit.

checks_in_cells.py copies it beside the notebook of such a course, with the checks, their probes and
the reference. The checks are the kit's, and so are the probes; but the hand-in runs in the process
that decides, there is no limit on what it does, and nothing is asked twice.
"""

import collections
import contextlib
import copy
import importlib
import io
import random
import sys
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gradekit.errors import StudentCrash
from gradekit.workers.client import Question, StudentValues

HIDDEN = Path(__file__).resolve().parent
REFERENCE = str(HIDDEN / "reference")
Check = Callable[..., None]

checks: dict[str, list[tuple[Check, float]]] = collections.defaultdict(list)


class KernelClient:
    """Answers a check's questions with the `lib` of the hand-in, in this process."""

    remark = staff_message = ""

    def ask(self, probe: str, /, **arguments: Any) -> StudentValues:
        """Return the arrays that a probe gives on some arguments."""
        return self.ask_many(probe, [arguments])[0]

    def ask_shaped(self, probe: str, shapes: object, /, **arguments: Any) -> StudentValues:  # noqa: ARG002
        """Return the arrays that a probe gives; their shapes are not looked at."""
        return self.ask(probe, **arguments)

    def ask_many(self, probe: str, calls: Sequence[Mapping[str, Any]]) -> list[StudentValues]:
        """Return the arrays of several calls of one probe; raise StudentCrash where one raises."""
        try:
            return [self._answer(probe, call) for call in calls]
        except Exception as error:
            raise StudentCrash(f"{type(error).__name__}: {error}") from error

    def _answer(self, probe: str, call: Mapping[str, Any]) -> StudentValues:
        random.seed(0)
        np.random.seed(0)
        # A hand-in may change its arguments in place.
        module = next(one for one in _probes if hasattr(one, probe))
        values = getattr(module, probe)(**copy.deepcopy(dict(call)))
        return StudentValues({name: np.array(value) for name, value in values.items()})


class ReferenceClient(KernelClient):
    """Answers with the reference's `lib`, imported beside the hand-in's; answers are kept."""

    def __init__(self) -> None:
        self._kept: dict[str, StudentValues] = {}
        self._modules: dict[str, types.ModuleType] = {}

    def _answer(self, probe: str, call: Mapping[str, Any]) -> StudentValues:
        key = Question(probe, call).key
        if key not in self._kept:
            with self._own_modules():
                self._kept[key] = super()._answer(probe, call)
        return StudentValues({name: value.copy() for name, value in self._kept[key].items()})

    @contextlib.contextmanager
    def _own_modules(self) -> Iterator[None]:
        others = _taken_out()
        sys.modules.update(self._modules)
        sys.path.insert(0, REFERENCE)
        try:
            yield
        finally:
            sys.path.remove(REFERENCE)
            self._modules = _taken_out()
            sys.modules.update(others)


def points(item: str, most: float) -> float:
    """Run an item's checks and print what fails; return its points, which nbgrader takes."""
    passed, total = 0.0, 0.0
    for check, weight in checks[item]:
        total += weight
        wanted = check.__code__.co_varnames[: check.__code__.co_argcount]
        try:
            # nbgrader gives no points to a cell that writes on stderr, as NumPy's warnings do.
            with _silence():
                check(**{name: _clients[name] for name in wanted})
            passed += weight
        except Exception as error:
            print(f"{check.__doc__}\n    {error}")
    return most * passed / total


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    nothing = io.StringIO()
    with contextlib.redirect_stdout(nothing), contextlib.redirect_stderr(nothing):
        yield


def _taken_out() -> dict[str, types.ModuleType]:
    names = [name for name in sys.modules if name.partition(".")[0] == "lib"]
    return {name: sys.modules.pop(name) for name in names}


def _mark(name: str, weight: float = 1.0) -> Callable[[Check], Check]:
    def noted(check: Check) -> Check:
        checks[name].append((check, weight))
        return check

    return noted


def _load() -> list[types.ModuleType]:
    """Load the checks, which note themselves, and return the modules of probes."""
    # Checks need pytest for their marks alone, and it would take longer to load than they do.
    stand_in = types.ModuleType("pytest")
    stand_in.mark = types.SimpleNamespace(item=_mark)  # type: ignore[attr-defined]
    sys.modules["pytest"] = stand_in
    sys.path.insert(0, str(HIDDEN))
    for path in sorted(HIDDEN.glob("test_*.py")):
        importlib.import_module(path.stem)
    return [importlib.import_module(path.stem) for path in HIDDEN.glob("*probes.py")]


_clients = {"student": KernelClient(), "reference": ReferenceClient()}
_probes = _load()

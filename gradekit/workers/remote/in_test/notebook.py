"""The names of a hand-in's notebook, as a check asks for them: `student.notebook.squares(3)`.

Its cells run when the first name is asked for, in order, in the hand-in's worker. One that raises,
or does not come to an end, costs only what needs it.
"""

import contextlib
import io
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from gradekit.assignment.code_cells.remote_names import find_names
from gradekit.errors import CheckOutcome, StudentCrash
from gradekit.model import Outcome
from gradekit.workers.remote.in_test.session import RemoteSession

# A cell's label and its Python.
LabelledCode = tuple[str, str]


class HasSession(Protocol):
    """A client of a worker."""

    @property
    def remote(self) -> RemoteSession:
        """What asks the worker."""
        ...

    def renew(self) -> None:
        """End the worker: the next question goes to a fresh one."""
        ...


class RemoteNotebooks(Mapping[str, "RemoteNotebook"]):
    """The notebooks of a hand-in by their names; one at a time has its cells in the worker."""

    def __init__(self, client: HasSession, cells: Mapping[str, Sequence[LabelledCode]]) -> None:
        self._client, self._cells = client, cells
        self._running = ""  # the notebook whose cells have run in the worker
        self._ended: dict[tuple[str, str], CheckOutcome] = {}  # cells that gave no answer

    def __getitem__(self, name: str) -> "RemoteNotebook":
        if name not in self._cells:
            raise KeyError(f"no notebook {name}; there are: {', '.join(self._cells)}")
        return RemoteNotebook(self, name)

    def __iter__(self) -> Any:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)

    def forget(self) -> None:
        """Note that the worker is another one."""
        self._running = ""

    def endless(self, notebook: str) -> dict[str, str]:
        """Return what is told of the cells of a notebook that had no time, by their labels."""
        return {
            label: f"{ended.outcome}: {ended}"
            for (name, label), ended in self._ended.items()
            if name == notebook and ended.outcome is Outcome.TIMEOUT
        }

    def value(self, notebook: str, name: str) -> Any:
        """Return what a name stands for in a notebook."""
        self._run(notebook)
        try:
            return self._client.remote.operate("get", 0, name)
        except NameError as error:
            wrong = AttributeError(f"{notebook}.ipynb gives no {name}")
            outcome = self._why(notebook, name)
            vars(wrong)["gradekit_outcome"] = outcome
            raise wrong from error

    def source(self, file: str) -> str:
        """Return the text of a cell that has run in the worker, "" of any other file."""
        cells = self._cells.get(self._running, ())
        return next((python for label, python in cells if file == f"<{label}>"), "")

    def bind(self, notebook: str, name: str, value: Any) -> None:
        """Bind a name in a notebook, whose cells have run."""
        self._run(notebook)
        self._client.remote.operate("set", 0, name, value)

    def _why(self, notebook: str, name: str) -> CheckOutcome:
        for label, python in self._cells[notebook]:
            ended = self._ended.get((notebook, label))
            if ended and name in find_names(python).bound:
                return ended
        return StudentCrash(f"`{name}` is not in {notebook}.ipynb")

    def _run(self, notebook: str) -> None:
        if self._running == notebook:
            return
        if self._running:
            self._client.renew()
        for label, python in self._cells[notebook]:
            if (notebook, label) in self._ended:
                continue
            try:
                # What it raises, or prints, is nothing that a check has asked for.
                with contextlib.redirect_stdout(io.StringIO()):
                    self._client.remote.operate("run", 0, "", python, f"<{label}>")
            except CheckOutcome as error:
                self._ended[notebook, label] = error
                self._client.renew()
                self._run(notebook)
                return
            except Exception:
                pass
        self._running = notebook


class RemoteNotebook:
    """One notebook of a hand-in: its names are attributes."""

    __slots__ = ("_name", "_notebooks")

    def __init__(self, notebooks: RemoteNotebooks, name: str) -> None:
        object.__setattr__(self, "_notebooks", notebooks)
        object.__setattr__(self, "_name", name)

    def __getattr__(self, name: str) -> Any:
        """Return what a name of the notebook stands for."""
        if name.startswith("__"):
            raise AttributeError(name)
        return self._notebooks.value(self._name, name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Bind a name in the notebook."""
        self._notebooks.bind(self._name, name, value)

"""Parts of modules that a test has replaced, in their places while the student's code runs."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gradekit.workers.remote.own_builtins import keep_own_builtins

_ABSENT = object()


class ReplacedParts:
    """The parts, by their modules' names and their own."""

    def __init__(self) -> None:
        self._parts: dict[tuple[str, str], Any] = {}

    def put(self, module: str, name: str, value: Any) -> None:
        """Have a part be something else; raise ImportError where there is no such module."""
        importlib.import_module(module)
        if module == "builtins":
            keep_own_builtins()
        self._parts[module, name] = value

    def put_back(self, module: str, name: str) -> None:
        """Have a part be what it was."""
        self._parts.pop((module, name), None)

    def clear(self) -> None:
        """Have all of them be what they were."""
        self._parts.clear()

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Have them in their places, and what was there there again afterwards."""
        before: list[tuple[Any, str, Any]] = []
        try:
            for (module, name), value in self._parts.items():
                owner = importlib.import_module(module)
                before.append((owner, name, getattr(owner, name, _ABSENT)))
                setattr(owner, name, value)
            yield
        finally:
            for owner, name, value in reversed(before):
                if value is not _ABSENT:
                    setattr(owner, name, value)
                elif hasattr(owner, name):
                    delattr(owner, name)

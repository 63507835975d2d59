"""What stands for a student's object asks, and where its object is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from gradekit.errors import CheckFailed


class NotAsked(CheckFailed, TypeError):
    """A test needs a plain value where the student's code gave an object of its own class."""


class Home(Protocol):
    """What a mirror asks: it knows which of the student's objects it stands for."""

    def operate(
        self, kind: str, target: int, name: str = "", *given: Any, named: dict[str, Any] = ...
    ) -> Any:
        """Return what an operation gives; raise what it raises."""

    def attribute(self, target: int, name: str) -> Any:
        """Return an attribute; AttributeError where a test may not ask for it."""

    def iterate(self, target: int) -> Iterator[Any]:
        """Yield the items of an object."""

    def not_asked(self, owner: str, operator: str) -> NotAsked:
        """Return the error for an operator that is not remote."""

    def note_identity(self, owner: str, name: str, *, is_same: bool) -> None:
        """Note that a class does not compare, and two are the same or not by being one object."""

    def is_asked(self, owner: str, name: str, *, beside_another: bool = False) -> bool:
        """Whether an object of a class is asked for an operator where the test is."""

    def compared(self, value: Any, other: Any, compare: Callable[[Any, Any], Any]) -> Any:
        """Return what a comparison gives that is asked of an object."""


@dataclass(frozen=True)
class Place:
    """Where a mirror's object is: with whom, and its number there."""

    home: Home
    number: int

"""Members of enumerations that only the other side has: plain values, equal by their names."""

import contextlib
import operator
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from enum import EnumMeta, Flag
from functools import lru_cache, reduce
from typing import Any, ClassVar

_ASKED = frozenset(["__str__", "__or__", "__and__", "__xor__", "__invert__"])


class MembersHome:
    """Whom this process asks for what a member has: it is set where one hand-in is asked alone."""

    ask: ClassVar[Callable[[Any, str], Any] | None] = None


def _of_class(member: Any, name: str) -> Any:
    """Return what the other side's enumeration gives its members: properties, methods."""
    if MembersHome.ask is None or (name.startswith("__") and name not in _ASKED):
        raise AttributeError(f"{member.owner!r} object has no attribute {name!r}")
    return MembersHome.ask(member, name)


@dataclass(frozen=True)
class EnumMember:
    """A member of an enumeration that only the other side has; equal by its names."""

    module: str
    owner: str
    name: str
    value: object = None

    def __eq__(self, other: object) -> bool:
        """Whether it is the same member."""
        if type(other) is not EnumMember:
            return NotImplemented
        return self._names == other._names

    def __hash__(self) -> int:
        return hash(self._names)

    @property
    def _names(self) -> tuple[str, str, str]:
        return self.module, self.owner, self.name

    def __getattr__(self, name: str) -> Any:
        """Return what its class gives it."""
        return _of_class(self, name)

    def __repr__(self) -> str:
        return f"<{self.owner}.{self.name}: {self.value!r}>"

    def __str__(self) -> str:
        """Return its text: its own, where its class has one."""
        return str(_of_class(self, "__str__")()) if MembersHome.ask else f"{self.owner}.{self.name}"

    def __bool__(self) -> bool:
        """Whether it is no empty set of flags."""
        return not (self.value == 0 and self.name == NO_FLAGS)

    def __contains__(self, other: object) -> bool:
        """Whether flags hold others."""
        own, others = self.value, getattr(other, "value", None)
        if type(own) is not int or type(others) is not int:
            raise TypeError(f"argument of type {self.owner!r} is not iterable")
        return own & others == others

    def __or__(self, other: object) -> Any:
        """Return flags of both, as its class has them."""
        return _of_class(self, "__or__")(other)

    def __and__(self, other: object) -> Any:
        """Return flags that both have, as its class has them."""
        return _of_class(self, "__and__")(other)

    def __xor__(self, other: object) -> Any:
        """Return flags that one has, as its class has them."""
        return _of_class(self, "__xor__")(other)

    def __invert__(self) -> Any:
        """Return all other flags, as its class has them."""
        return _of_class(self, "__invert__")()


class _ValueMember:
    """A member that is a number or a text as well: it compares and counts as that."""

    module: str
    owner: str
    name: str
    value: object

    def __new__(cls, module: str, owner: str, name: str, value: Any) -> "_ValueMember":
        """Make a member of its value."""
        made = super().__new__(cls, value)  # type: ignore[call-arg]  # of int, or str
        vars(made).update(module=module, owner=owner, name=name, value=value)
        return made

    def __getattr__(self, name: str) -> Any:
        """Return what its class gives it."""
        return _of_class(self, name)

    def __repr__(self) -> str:
        return f"<{self.owner}.{self.name}: {self.value!r}>"


class IntMember(_ValueMember, int):
    """A member of an enumeration of numbers."""


class TextMember(_ValueMember, str):
    """A member of an enumeration of texts."""


MEMBERS = frozenset([EnumMember, IntMember, TextMember])


MOST_IN_MEMBER = 100  # items of a tuple that is a member's value
NO_FLAGS = "0"  # what an empty set of flags is called


def member_named(kind: EnumMeta, name: str) -> Any:
    """Return an enumeration's member of a name, or flags of several names; None where none is."""
    if name == NO_FLAGS and issubclass(kind, Flag):
        return kind(0)
    found: list[Any] = [kind.__members__.get(one) for one in name.split("|")]
    return None if any(one is None for one in found) else reduce(operator.or_, found)


def is_members_value(value: object) -> bool:
    """Whether a member's value crosses with it: a plain one, or a tuple of such."""
    if type(value) is tuple and len(value) < MOST_IN_MEMBER:
        return all(map(is_members_value, value))
    return type(value) in (int, str, float, bool, type(None))


@contextlib.contextmanager
def asking(ask: Callable[[Any, str], Any]) -> Iterator[None]:
    """Have members asked for what their class gives them."""
    MembersHome.ask = staticmethod(ask)
    try:
        yield
    finally:
        MembersHome.ask = None


@lru_cache(maxsize=4096)
def member_of(
    module: str, owner: str, name: str, kind: type, is_value: bool, value: Hashable
) -> EnumMember | _ValueMember:
    """Return a member of a value of some `kind`; the same one for the same: tests ask by `is`."""
    made = {int: IntMember, str: TextMember}.get(kind) if is_value else None
    return (made or EnumMember)(module, owner, name, value)

"""What stands on the test's side for a student's objects, classes and modules.

An object is called, its attributes and items are read and set, it is iterated, entered and shown:
all that is asked of the student's code. It has no operators: `f(3) == 9` is to be decided here, by
plain values, and never by what the student's class says of itself.
"""

import types
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NoReturn

from gradekit.workers.remote.in_test.mirrors.home import Place
from gradekit.workers.remote.in_test.mirrors.operators import (
    LOOKED_AT,
    OF_TUPLES,
    asked_there,
    compared_there,
    decided_here,
    has_own,
    made_with,
    of_items,
    seen_by_test,
)
from gradekit.workers.remote.in_test.mirrors.plain_names import denied
from gradekit.workers.remote.specials import COMPARISONS, OPERATOR_METHODS, SPECIALS
from gradekit.workers.remote.values.members import MEMBERS

_PLACES: "weakref.WeakKeyDictionary[Any, Place]" = weakref.WeakKeyDictionary()


def _mro(kind: type) -> tuple[type, ...]:
    found: tuple[type, ...] = type.__getattribute__(kind, "__mro__")
    return found


def place_of(value: Any) -> Place | None:
    """Return where the object is that something stands for; None for what is of this side."""
    kind = type(value)
    if RemoteObject in _mro(kind) or kind is RemoteModule:
        place: Place = object.__getattribute__(value, "_gradekit_place")
        return place
    known = kind in (types.FunctionType, RemoteClass) or type(kind) is RemoteClass
    return _PLACES.get(value) if known else None


def items_held(value: Any) -> tuple[Any, ...] | None:
    """Return the items of what stands for a tuple of a student's own class; None for all else."""
    if RemoteObject not in _mro(type(value)):
        return None
    found: tuple[Any, ...] | None = object.__getattribute__(value, "_gradekit_items")
    return found


class RemoteClass(type):
    """The class of mirrors of classes: a call makes an object in the worker."""

    _gradekit_bases: tuple[type, ...]
    _gradekit_protocol = False

    def __new__(
        cls, name: str, bases: tuple[type, ...], body: dict[str, Any], *, mirror: bool = False
    ) -> "RemoteClass":
        """Make a mirror; a test cannot make a class below one."""
        if not mirror and any(isinstance(base, RemoteClass) for base in bases):
            raise TypeError("a test cannot make a class below a student's class")
        return super().__new__(cls, name, bases, body)

    def __init__(
        cls, name: str, bases: tuple[type, ...], body: dict[str, Any], *, mirror: bool = False
    ) -> None:
        super().__init__(name, bases, body)
        cls.is_mirror = mirror

    def __call__(cls, *given: Any, **named: Any) -> Any:
        """Make an object, in the worker."""
        place = _PLACES.get(cls)
        if place is None:  # it is like an exception of Python's own
            return super().__call__(*given, **named)
        return place.home.operate("call", place.number, "", *given, named=named)

    def __getattribute__(cls, name: str) -> Any:
        """Return an attribute; what is the kit's own is not among the classes above a mirror."""
        found = super().__getattribute__(name)
        if name == "__mro__":
            kits = (RemoteObject, RemoteIterator)
            own = [one for one in (*lineage(cls), *found) if one not in kits and one is not object]
            own = [one if one is cls else _as_known(one) for one in own]
            return (*dict.fromkeys(own), object)
        if name == "__annotations__" and super().__getattribute__("is_mirror"):
            place = _PLACES.get(cls)
            return found if place is None else place.home.attribute(place.number, name)
        if name == "__doc__" and "_gradekit_doc" in super().__getattribute__("__dict__"):
            return super().__getattribute__("_gradekit_doc")
        if name == "__bases__" and super().__getattribute__("is_mirror"):
            return super().__getattribute__("_gradekit_bases") or (object,)
        return seen_by_test(name, found, _PLACES.get(cls)) if name in LOOKED_AT else found

    def __eq__(cls, other: object) -> bool:
        """Whether it is the same class: that of a library which it says it is, too."""
        return cls is other or (other is not None and other is vars(cls).get("_gradekit_library"))

    def __hash__(cls) -> int:
        return type.__hash__(cls)

    def __getattr__(cls, name: str) -> Any:
        """Return an attribute of the student's class."""
        place = _PLACES.get(cls)
        if place is not None and name == "__signature__":
            return made_with(place)
        if place is None or denied(name):
            raise AttributeError(name)
        return place.home.attribute(place.number, name)

    def __setattr__(cls, name: str, value: Any) -> None:
        """Set an attribute of the student's class."""
        place = _PLACES.get(cls)
        if place is None or name.startswith("__"):
            super().__setattr__(name, value)
        else:
            place.home.operate("set_attribute", place.number, name, value)

    def __delattr__(cls, name: str) -> None:
        """Delete an attribute of the student's class."""
        place = _PLACES[cls]
        place.home.operate("delete_attribute", place.number, name)

    def __iter__(cls) -> Iterator[Any]:
        """Iterate over a class, such as the members of an enumeration."""
        place = _PLACES[cls]
        return place.home.iterate(place.number)

    def __getitem__(cls, key: Any) -> Any:
        """Return an item of a class, such as a member of an enumeration by its name."""
        place = _PLACES[cls]
        return place.home.operate("item", place.number, "", key)

    def __len__(cls) -> int:
        """Return how many members an enumeration has, where the solution's is asked, too."""
        place = _PLACES[cls]
        if not place.home.is_asked(cls.__name__, "__len__"):
            raise place.home.not_asked(cls.__name__, "__len__")
        return int(place.home.operate("method", place.number, "__len__"))

    def __bool__(cls) -> bool:
        """Return True, as of any class."""
        return True

    def __contains__(cls, member: Any) -> bool:
        """Whether an enumeration has a member."""
        return isinstance(member, cls)

    def __instancecheck__(cls, instance: Any) -> bool:
        """Whether an object's class is this one or below it; its own word is not asked."""
        if type(instance) in MEMBERS:
            return bool(instance.owner == cls.__qualname__ and instance.module == cls.__module__)
        place = _PLACES.get(cls)
        if cls.__subclasscheck__(type(instance)) or place is None:
            return cls.__subclasscheck__(type(instance))
        # An object is of a protocol that has what the protocol asks for.
        return cls._gradekit_protocol and bool(
            place.home.operate("is_instance", place.number, "", instance)
        )

    def __subclasscheck__(cls, kind: type) -> bool:
        """Whether a class is this one or below it; a named tuple's is known by its names."""
        if issubclass(kind, tuple) and kind.__name__ == cls.__name__:
            return True
        return cls in lineage(kind)

    def __dir__(cls) -> list[str]:
        """Return the names of the student's class."""
        place = _PLACES[cls]
        return list(place.home.operate("dir", place.number))


def _as_known(kind: type) -> type:
    """Return the class of staff's, or of a package, that a mirror's says it is; or that itself."""
    known: type | None = type.__getattribute__(kind, "__dict__").get("_gradekit_library")
    return known or kind


def lineage(kind: type, seen: tuple[type, ...] = ()) -> Iterator[type]:
    """Yield a mirror of a class, and of those above it."""
    if kind in seen or len(seen) > 50:
        return
    yield kind
    if isinstance(kind, RemoteClass):
        yield from _mro(kind)
        for base in kind.__dict__.get("_gradekit_bases", ()):
            yield from lineage(base, (*seen, kind))


class RemoteObject(metaclass=RemoteClass):
    """An object of the student's own, which stays in the worker."""

    __slots__ = ("__weakref__", "_gradekit_items", "_gradekit_place")
    _gradekit_items: tuple[Any, ...] | None
    _gradekit_place: Place
    __array_ufunc__ = None
    __array_priority__ = 1e9

    def __getattribute__(self, name: str) -> Any:
        """Return an attribute; a method with two underscores only where the class has it."""
        if name in _ASKED_FOR and not has_own(self, name):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return object.__getattribute__(self, name)

    def __getattr__(self, name: str) -> Any:
        """Return an attribute."""
        if denied(name):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return _of(self).home.attribute(_of(self).number, name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute."""
        _of(self).home.operate("set_attribute", _of(self).number, name, value)

    def __delattr__(self, name: str) -> None:
        """Delete an attribute."""
        _of(self).home.operate("delete_attribute", _of(self).number, name)

    def __getitem__(self, key: Any) -> Any:
        """Return an item."""
        return _of(self).home.operate("item", _of(self).number, "", key)

    def __setitem__(self, key: Any, value: Any) -> None:
        """Set an item."""
        _of(self).home.operate("set_item", _of(self).number, "", key, value)

    def __delitem__(self, key: Any) -> None:
        """Delete an item."""
        _of(self).home.operate("delete_item", _of(self).number, "", key)

    def __iter__(self) -> Iterator[Any]:
        """Iterate over it, item by item."""
        return _of(self).home.iterate(_of(self).number)

    def __enter__(self) -> Any:
        """Enter it."""
        return _of(self).home.operate("method", _of(self).number, "__enter__")

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        """Leave it; it swallows an exception where the solution's swallows such a one."""
        return left(self, "exit", kind, error)

    def __str__(self) -> str:
        """Return its own text."""
        return str(_of(self).home.operate("text", _of(self).number, "str"))

    def __repr__(self) -> str:
        """Return its own text."""
        return str(_of(self).home.operate("text", _of(self).number, "repr"))

    def __format__(self, spec: str) -> str:
        """Return its own text in a format, which its class may know of."""
        return str(_of(self).home.operate("text", _of(self).number, "format", spec))

    def __dir__(self) -> list[str]:
        """Return its names."""
        return list(_of(self).home.operate("dir", _of(self).number))

    def __copy__(self) -> Any:
        """Return what a copy of it stands for."""
        return _of(self).home.operate("copy", _of(self).number, "copy")

    def __deepcopy__(self, _: Any) -> Any:
        """Return what a copy of it, and of all in it, stands for."""
        return _of(self).home.operate("copy", _of(self).number, "deepcopy")

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        """Refuse to be pickled."""
        raise TypeError("a student's object stays where it is")


class RemoteIterator(RemoteObject, mirror=True):
    """An iterator of the student's own, such as a generator."""

    __slots__ = ()

    def __iter__(self) -> Any:
        """Return itself, as iterators do."""
        return self

    def __next__(self) -> Any:
        """Return its next item."""
        return _of(self).home.operate("take_next", _of(self).number)


def _of(value: Any) -> Place:
    place: Place = object.__getattribute__(value, "_gradekit_place")
    return place


def left(value: Any, how: str, kind: Any, error: Any) -> bool:
    """Leave a context of the student's; return whether it swallows what is raised."""
    place = _of(value)
    given = () if error is None else (_shared_class(kind), tuple(map(str, error.args)))
    said = place.home.operate(how, place.number, "", *given)
    swallows = error is not None and type(said) in (bool, int, str) and bool(said)
    name = f"__exit__:{getattr(kind, '__name__', '')}"
    return swallows and place.home.is_asked(type(value).__name__, name)


def _shared_class(kind: type) -> type:
    return next(one for one in kind.__mro__ if one.__module__ == "builtins")


def _operator(name: str) -> Callable[..., Any]:
    def operate(self: Any, *given: Any, **_: Any) -> Any:
        place, owner = _of(self), type(self).__name__
        items = items_held(self)
        if items is not None and name in OF_TUPLES:
            return of_items(items, name, [items_held(one) for one in given], given)
        beside = bool(given) and type(type(given[0])) is RemoteClass
        here = decided_here(self, name, given, has_own)
        if here is not NotImplemented:
            if beside:
                place.home.note_identity(owner, name, is_same=self is given[0])
            return here
        if place.home.is_asked(owner, name, beside_another=beside):
            if name in COMPARISONS:
                return place.home.compared(
                    self, given[0], partial(compared_there, _asks, has_own, name)
                )
            return asked_there(partial(_ask, place), self, name, given, has_own)
        raise place.home.not_asked(owner, name)

    operate.__name__ = name
    return operate


def _ask(place: Place, kind: str, name: str = "", *given: Any) -> Any:
    return place.home.operate(kind, place.number, name, *given)


def _asks(value: Any) -> Callable[..., Any] | None:
    return partial(_ask, _of(value)) if type(type(value)) is RemoteClass else None


def _call(self: Any, *given: Any, **named: Any) -> Any:
    return _of(self).home.operate("call", _of(self).number, "", *given, named=named)


for _name in OPERATOR_METHODS:
    type.__setattr__(RemoteObject, _name, _operator(_name))

# NumPy looks for `__array__`, which refuses.
_ASKED_FOR = frozenset(SPECIALS) - {"__array__", *vars(object)}
METHODS = {**vars(RemoteIterator), **vars(RemoteObject), "__call__": _call}


class RemoteModule:
    """A module of the student's: its attributes are asked for each time."""

    __slots__ = ("__weakref__", "_gradekit_find", "_gradekit_name", "_gradekit_place")

    def __init__(self, place: Place, name: str, find: Callable[[str], Any]) -> None:
        object.__setattr__(self, "_gradekit_place", place)
        object.__setattr__(self, "_gradekit_name", name)
        object.__setattr__(self, "_gradekit_find", find)

    def __getattr__(self, name: str) -> Any:
        """Return what the module binds, or a module below it."""
        if name == "__name__":
            return object.__getattribute__(self, "_gradekit_name")
        if denied(name) or name == "__dict__":
            raise AttributeError(name)
        return object.__getattribute__(self, "_gradekit_find")(name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Bind a name in the module."""
        place, module = _of(self), object.__getattribute__(self, "_gradekit_name")
        place.home.operate("set_module_attribute", 0, name, module, value)

    def __dir__(self) -> list[str]:
        """Return the names that the module binds."""
        module = object.__getattribute__(self, "_gradekit_name")
        return list(_of(self).home.operate("dir", 0, "", module))

    def __repr__(self) -> str:
        return f"<the student's module {object.__getattribute__(self, '_gradekit_name')}>"


def set_place(value: Any, place: Place) -> None:
    """Note where the object is that a function, class or exception stands for."""
    _PLACES[value] = place

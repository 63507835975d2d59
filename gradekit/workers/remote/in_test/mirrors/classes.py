"""Makes classes of what stands for objects: each like the student's class that it stands for."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from gradekit.workers.remote.in_test.mirrors.awaited import AWAITED, RemoteCoroutine
from gradekit.workers.remote.in_test.mirrors.errors import builtin_error, error_methods
from gradekit.workers.remote.in_test.mirrors.objects import (
    METHODS,
    RemoteClass,
    RemoteIterator,
    RemoteObject,
    items_held,
    lineage,
    place_of,
)
from gradekit.workers.remote.in_test.mirrors.plain_names import ABOVE, PLAIN_CLASSES
from gradekit.workers.remote.specials import SPECIALS
from gradekit.workers.remote.values.members import MEMBERS
from gradekit.workers.remote.values.shared import BELOW_PLAIN, PROTOCOL

_LIKE: dict[type, Any] = {}  # of classes of Python's own and of libraries: there are few


@dataclass(frozen=True)
class ClassFacts:
    """What a worker tells of a student's class; an exception's is `builtin`'s, which is Python's.

    Its objects say that they are of the class `library`: `isinstance` takes their word for it.
    They have the methods `specials`, with two underscores. A dataclass has `fields`; `plain` names
    the class of plain values that it is below: its objects are no such values.
    """

    name: str
    module: str = ""
    doc: str = ""
    bases: tuple[type, ...] = ()
    builtin: str = ""
    library: type | None = None
    specials: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    plain: str = ""


def mirror_class(facts: ClassFacts) -> type:
    """Return a mirror of a student's class: an exception is one of Python's as well."""
    name, bases, builtin = facts.name, facts.bases, facts.builtin
    body: dict[str, Any] = {"__module__": facts.module, "__doc__": facts.doc or None}
    body["_gradekit_bases"], body["_gradekit_plain"] = bases, BELOW_PLAIN.get(facts.plain)
    short = name.rpartition(".")[2] or "object"
    if short in PLAIN_CLASSES:  # `type(x).__name__ == "list"` is a question for a plain value
        short = name = f"student's {short}"
    if facts.fields:  # `dataclasses.asdict` and its sisters ask for them
        body["__dataclass_fields__"] = _fields(facts.fields)
    if not builtin:  # an object may have one of its own, as what wraps a function has
        body["__doc__"], body["_gradekit_doc"] = property(_doc), facts.doc or None
    body["_gradekit_protocol"] = facts.plain == PROTOCOL
    known = (vars(one).get("_gradekit_above") for one in bases)
    library = None if facts.library in ABOVE else facts.library
    said = library or next((one for one in known if one is not None), None)
    body["_gradekit_library"], body["_gradekit_above"] = facts.library, said
    if said is not None:
        body["__class__"] = property(lambda _: said)
    if builtin:
        body |= error_methods(facts.specials)
        own = tuple(base for base in bases if issubclass(base, Exception))
        for wanted in (own, own[:1], ()):
            try:
                made = RemoteClass(short, wanted or (builtin_error(builtin),), body, mirror=True)
                break
            except TypeError:  # an order of bases that cannot be
                continue
    else:
        above = {one for base in bases for one in vars(base) if one in SPECIALS}
        lacks = dict.fromkeys(above - set(facts.specials))
        made = RemoteClass(
            short, (RemoteObject,), body | lacks | methods(facts.specials), mirror=True
        )
    type.__setattr__(made, "__qualname__", name)
    return made


def like_error(kind: type[Exception]) -> Any:
    """Return a class below one of Python's own or a library's, whose objects stay there."""
    if kind not in _LIKE:
        said = {"_gradekit_bases": (kind,), "_gradekit_library": kind, "_gradekit_above": None}
        body = {"__module__": kind.__module__, "__doc__": kind.__doc__, **said}
        own = body | error_methods(())
        _LIKE[kind] = RemoteClass(kind.__name__, (kind,), own, mirror=True)
    return _LIKE[kind]


def iterator_class(owner: type) -> type:
    """Return a mirror of a class whose objects are iterators."""
    own = {name: vars(RemoteIterator)[name] for name in ("__iter__", "__next__")}
    said = {k: v for k, v in vars(owner).items() if k in ("__class__", "_gradekit_library")}
    body = {**methods(tuple(vars(owner))), **own, **said, "_gradekit_bases": (owner,)}
    return RemoteClass(owner.__name__, (RemoteIterator,), body, mirror=True)


def coroutine_class(owner: type) -> type:
    """Return a mirror of a class whose objects are coroutines."""
    said = {k: v for k, v in vars(owner).items() if k in ("__class__", "_gradekit_library")}
    own = {name: one for name, one in vars(RemoteCoroutine).items() if callable(one)}
    body = {**methods(()), **own, **said, "_gradekit_bases": (owner,)}
    return RemoteClass(owner.__name__, (RemoteCoroutine,), body, mirror=True)


def is_subclass(kind: Any, owners: Any) -> bool:
    """Whether a class is below another one: a student's says so itself of those of this side."""
    if issubclass(kind, owners):
        return True
    names = ("_gradekit_library", "_gradekit_plain")
    known = (vars(one).get(name) for one in lineage(kind) for name in names)
    return type(kind) is RemoteClass and any(
        issubclass(one, owners) for one in known if one is not None
    )


def is_instance(value: Any, owners: Any) -> bool:
    """Whether an object's class is one of some, or below it, as `is_subclass` says."""
    items = items_held(value)
    if type(value) in MEMBERS and issubclass(Enum, owners):
        return True
    return isinstance(value if items is None else items, owners) or (
        type(type(value)) is RemoteClass and is_subclass(type(value), owners)
    )


def methods(specials: Sequence[str]) -> dict[str, Any]:
    """Return the body of a mirror whose class has some methods with two underscores."""
    known = {**METHODS, **AWAITED}
    found = {name: known[name] for name in specials if name in SPECIALS}
    if "__eq__" in found and "__hash__" not in found:  # whoever asks for it is told so
        found["__hash__"] = METHODS["__hash__"]
    return {"__slots__": (), **found}


def _fields(names: Sequence[str]) -> dict[str, Any]:
    try:
        plain = dataclasses.make_dataclass("Plain", names)
    except (ValueError, TypeError):  # names that are none
        return {}
    return {one.name: one for one in dataclasses.fields(plain)}


def _doc(value: Any) -> object:
    place = place_of(value)
    return place and place.home.attribute(place.number, "__doc__")

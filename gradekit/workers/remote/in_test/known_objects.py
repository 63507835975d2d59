"""Which object of the test's side stands for which of the worker's."""

import weakref
from collections.abc import Callable, Collection
from types import CoroutineType
from typing import Any

from gradekit.workers import wire
from gradekit.workers.remote import protocol
from gradekit.workers.remote.in_test.given.own_objects import OwnObjects
from gradekit.workers.remote.in_test.mirrors import objects as mirrors
from gradekit.workers.remote.in_test.mirrors.classes import (
    ClassFacts,
    coroutine_class,
    iterator_class,
    like_error,
    mirror_class,
)
from gradekit.workers.remote.in_test.mirrors.errors import error_mirror, library_error
from gradekit.workers.remote.in_test.mirrors.functions import function_stub
from gradekit.workers.remote.in_test.mirrors.home import Home, Place
from gradekit.workers.remote.in_test.mirrors.objects import RemoteModule
from gradekit.workers.remote.in_test.mirrors.plain_names import library_class
from gradekit.workers.remote.values import nodes as n
from gradekit.workers.remote.values.decoding import Decoder

MAX_CLASSES = 2000


class KnownObjects:
    """What one check holds of a worker's objects, classes, functions and modules, by its numbers.

    One object there is one here as long as it is held; once it is not, the worker is told. The
    `home` is what they ask; classes of `packages` are told apart, and `source` has the text of a
    function's file. Classes of staff's are `own` ones.
    """

    def __init__(
        self,
        home: Home,
        packages: Collection[str],
        source: Callable[[str], str],
        own: OwnObjects | None = None,
    ) -> None:
        self._home, self._packages, self._source = home, packages, source
        self._own = own or OwnObjects(packages)
        self.clear()

    def clear(self) -> None:
        """Hold nothing any more."""
        self._mirrors: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._classes: dict[int, type] = {}
        self._refs: dict[int, weakref.ref[Any]] = {}
        self._dropped: list[int] = []

    def __contains__(self, number: int) -> bool:
        return number in self._mirrors

    def get(self, number: int) -> Any:
        """Return what stands for an object, or None."""
        return self._mirrors.get(number)

    def take_dropped(self) -> list[int]:
        """Return the numbers of what nobody holds any more, each once."""
        dropped, self._dropped = self._dropped, []
        for number in dropped:
            self._refs.pop(number, None)
        return dropped

    def read(self, decoder: Decoder, node: Any) -> Any:
        """Return what stands for the worker's object that a message speaks of.

        Raises WireError where it is none, or there are more than anybody holds.
        """
        if isinstance(node, n.Class):
            return self._class(node)
        if not isinstance(node, n.Object | n.Function | n.Module):
            raise wire.WireError("an object of no kind")
        known = self._mirrors.get(node.id)
        if known is None:
            known = self._new_mirror(decoder, node)
            self._mirrors[node.id] = known
            number = node.id
            self._refs[number] = weakref.ref(known, lambda _: self._dropped.append(number))
        if node.id in self._dropped:
            self._dropped = [one for one in self._dropped if one != node.id]
        if len(self._mirrors) > protocol.MAX_HANDLES:
            raise wire.WireError("more objects than anybody holds")
        return known

    def _new_mirror(self, decoder: Decoder, node: Any) -> Any:
        place = Place(self._home, node.id)
        if isinstance(node, n.Module):
            return RemoteModule(place, node.name, lambda name: self._home.attribute(node.id, name))
        if isinstance(node, n.Function):
            return function_stub(self._home, decoder, node, self._source)
        owner = decoder.child(node.owner)
        if isinstance(owner, type) and issubclass(owner, Exception):
            given = decoder.child(node.items) if node.items >= 0 else ()
            arguments = given if type(given) is tuple else ()
            is_students = isinstance(owner, mirrors.RemoteClass)
            return error_mirror(owner if is_students else like_error(owner), place, arguments)
        if not isinstance(owner, mirrors.RemoteClass):
            owner = mirror_class(ClassFacts("object"))
        if node.iterator:
            owner = iterator_class(owner)
        elif vars(owner).get("_gradekit_library") is CoroutineType:
            owner = coroutine_class(owner)
        made = object.__new__(owner)
        object.__setattr__(made, "_gradekit_place", place)
        items = decoder.child(node.items) if node.items >= 0 else None
        object.__setattr__(made, "_gradekit_items", items if type(items) is tuple else None)
        return made

    def _class(self, node: n.Class) -> type:
        if node.id not in self._classes:
            if len(self._classes) > MAX_CLASSES:
                raise wire.WireError("more classes than anybody makes")
            error = node.builtin and library_error(node.module, node.name, self._packages)
            if error:
                self._classes[node.id] = error
                return error
            bases = tuple(self._classes[one] for one in node.bases if one in self._classes)
            known = library_class(node.module, node.name, self._packages)
            known = known or self._own.staffs_class(node.module, node.name)
            told = node.name, node.module, node.doc, bases, node.builtin
            facts = ClassFacts(*told, known, tuple(node.specials), tuple(node.fields), node.plain)
            made = mirror_class(facts)
            mirrors.set_place(made, Place(self._home, node.id))
            self._classes[node.id] = made
            self._mirrors[node.id] = made
        return self._classes[node.id]

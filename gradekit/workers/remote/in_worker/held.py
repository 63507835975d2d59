"""The worker's table of what stays there, and how it is told: handles, functions, classes."""

import dataclasses
import dis
import inspect
import itertools
import types
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gradekit.workers.remote.arguments import fill, held_items
from gradekit.workers.remote.in_worker.given_objects import (
    GivenObjects,
    is_named_tuple,
    is_plain_tuple,
)
from gradekit.workers.remote.in_worker.linked_objects import LinkedObjects
from gradekit.workers.remote.in_worker.standing_in import stand_in
from gradekit.workers.remote.in_worker.tests_functions import calling
from gradekit.workers.remote.protocol import MAX_HANDLES
from gradekit.workers.remote.specials import TEXTS, specials_of
from gradekit.workers.remote.values import nodes as n
from gradekit.workers.remote.values import tables
from gradekit.workers.remote.values.decoding import Decoder
from gradekit.workers.remote.values.encoding import CannotCross, Encoder
from gradekit.workers.remote.values.shared import BELOW_PLAIN, MODULES, PROTOCOL
from gradekit.workers.remote.values.shown import is_shown
from gradekit.workers.wire import MAX_WIRE_NAME, WireError

_FUNCTIONS = (types.FunctionType, types.MethodType, types.BuiltinFunctionType, type("".join))
_BUILTIN_BASES = frozenset(
    value for value in vars(__import__("builtins")).values() if isinstance(value, type)
)
_PLAIN = frozenset(BELOW_PLAIN.values())
MAX_ANNOTATION = 500  # letters of the text of a type


class Held:
    """What a worker keeps for a test by numbers, which nobody else gives.

    `call_back` calls one of the test's functions, or asks an object of a test's for something;
    `find` says what a name of a notebook stands for.
    """

    def __init__(
        self,
        call_back: Callable[[int, str, tuple[Any, ...], dict[str, Any]], Any],
        find: Callable[[str], Any],
    ) -> None:
        self.tells_closures = False
        self._call_back, self._given = call_back, GivenObjects(find)
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._callbacks: dict[int, Any] = {}
        self._crossed: dict[int, n.Callback] = {}
        self.linked = LinkedObjects()
        self._find, self.named = find, dict[int, str]()
        self._next = 0

    def begin(self, operation: int) -> None:
        """Number what is new from here on by the operation: it is the same in another worker."""
        self._next = operation << 16
        self.linked.begin(operation)

    def __getitem__(self, number: int) -> Any:
        """Return an object; raise WireError where there is none."""
        try:
            return self._objects[number]
        except KeyError:
            raise WireError("an object that is not there") from None

    def drop(self, numbers: list[int]) -> None:
        """Forget objects."""
        for number in numbers:
            self._numbers.pop(id(self._objects.pop(number, None)), None)

    def clear(self) -> None:
        """Forget everything."""
        for table in (self._objects, self._numbers, self._callbacks, self._crossed):
            table.clear()
        self.linked.clear()
        self._given.clear()

    def number_of(self, value: Any) -> int:
        """Return the number of an object, which is kept from now on."""
        number = self._numbers.get(id(value))
        if number is None:
            if len(self._objects) >= MAX_HANDLES:
                raise CannotCross(f"more than {MAX_HANDLES} objects are in use")
            self._next += 1
            number = self._numbers[id(value)] = self._next
            self._objects[number] = value
        return number

    def decoder(self) -> Decoder:
        """Return what reads a test's values."""
        return Decoder(self._read, self._link)

    def _link(self, link: int, value: Any) -> Any:
        """Return what an argument stands for: what a name has, or what it was before."""
        own = self._find(self.named[link]) if link in self.named else None
        if own is not None and _made_alike(own, value):
            return self.linked.put(link, own)
        return self.linked.take(link, value)

    def settle(self) -> list[int]:
        """Forget what only a test holds; return the numbers of what both sides hold.

        What names have is not followed, nor what is in it: it is asked for by the name.
        """
        links = self.linked.links
        found = [links[link] for link in self.named if link in links]
        seen = set[int]()
        while found:
            one = found.pop()
            if id(one) not in seen:
                seen.add(id(one))
                found += held_items(one)
        self.named = {}
        return self.linked.settle({link for link, one in links.items() if id(one) in seen})

    def _read(self, decoder: Decoder, node: Any) -> Any:
        if isinstance(node, n.Object | n.Function | n.Class | n.Module):
            return self[node.id]
        if isinstance(node, n.Ref) and node.link in self.linked:
            return self.linked.links[node.link]
        if isinstance(node, n.Callback):
            return self._callback(node)
        if isinstance(node, n.Instance):
            state = decoder.child(node.state) if node.state >= 0 else None
            return self._given.make(node, state)
        if isinstance(node, n.GivenModule) and node.name in MODULES:
            return MODULES[node.name]
        raise WireError("an object that is not there")

    def _callback(self, node: n.Callback) -> Any:
        if node.id not in self._callbacks and node.is_object:
            made = stand_in(node, self._call_back, self._find)
            self._callbacks[node.id], self._crossed[id(made)] = made, node
        if node.id not in self._callbacks:
            callback = calling(node, self._call_back)
            self._callbacks[node.id] = callback
            self._crossed[id(callback)] = node
        return self._callbacks[node.id]

    def refresh(self) -> None:
        """Have the dicts that say what packages' objects are like say what these are like now."""
        self._given.library.refresh()

    def drop_given(self, links: list[int]) -> None:
        """Forget what a test no longer holds."""
        self._given.library.drop(links)
        self.linked.drop_given(links)

    def encoder(self, *, numbers: bool = True) -> Encoder:
        """Return what writes an answer; with `numbers`, objects get numbers that have none."""
        linked = self.linked
        number = linked.number if numbers else lambda _: 0
        return Encoder(self._write, number, known=linked.known, base=linked.base)

    def encoder_of_call(self) -> Encoder:
        """Return what writes arguments for a test's function: copies of what has changed."""
        return Encoder(self._write, known=self.linked.unchanged)

    def _write(self, encoder: Encoder, value: Any) -> n.AnyNode:
        callback = self._crossed.get(id(value))
        if callback is not None:
            return callback
        kind = type(value)
        link = self._given.link_of(value)
        if link in self.linked:
            return n.Instance(link=link)
        if isinstance(value, tuple) and is_named_tuple(kind):
            told = encoder.add((tuple(kind._fields), tuple(value)))
            return n.Instance(kind.__name__[:MAX_WIRE_NAME], told)
        if kind in _FUNCTIONS and not _has_own_attributes(value):
            return self._function(encoder, value)
        if isinstance(value, type):
            return self._class(encoder, value)
        if kind is types.ModuleType:
            return n.Module(self.number_of(value), str(value.__name__)[:MAX_WIRE_NAME])
        listed = _listed(value)
        if listed is not None:
            return n.Sequence("list", encoder.add_all(listed))
        if is_shown(kind):
            state = {key: one for key, one in vars(value).items() if type(key) is str}
            return n.Instance(f"{kind.__module__}:{kind.__name__}", encoder.add(state))
        if kind is np.ma.MaskedArray and not np.ma.getmaskarray(value).any():
            return encoder.array(value.data)
        owner = encoder.add(kind)
        items = -1
        if is_plain_tuple(kind) or isinstance(value, BaseException):
            items = encoder.add(tuple(value) if is_plain_tuple(kind) else value.args)
        return n.Object(self.number_of(value), owner, hasattr(kind, "__next__"), items)

    def _function(self, encoder: Encoder, value: Any) -> n.AnyNode:
        name, doc = _name(value), _doc(value)
        inner = inspect.unwrap(getattr(value, "__func__", value))
        code = getattr(inner, "__code__", None)
        if not isinstance(code, types.CodeType):
            return n.Function(self.number_of(value), name, doc)
        file, line = _place(code.co_filename, code.co_firstlineno)
        skipped = isinstance(value, types.MethodType)
        parameters = tuple(_parameters(code))[skipped:]
        named, annotated = inner.__kwdefaults__ or {}, _annotations(inner)
        wrapped = getattr(value, "__dict__", {}).get("__wrapped__")
        closed = _closed(inner) if self.tells_closures else {}
        return n.Function(
            self.number_of(value),
            name,
            doc,
            file,
            line,
            parameters if len(parameters) < 255 else None,
            encoder.add_all(inner.__defaults__ or ()),
            encoder.add_all(named.values()),
            tuple(str(one)[:MAX_WIRE_NAME] for one in named),
            code.co_flags,
            tuple(annotated),
            encoder.add_all(annotated.values()),
            encoder.add(wrapped) if isinstance(wrapped, types.FunctionType) else -1,
            tuple(one[:MAX_WIRE_NAME] for one in code.co_varnames[: n.MAX_PARAMETERS]),
            tuple(one[:MAX_WIRE_NAME] for one in closed),
            encoder.add_all(closed.values()),
        )

    def _class(self, encoder: Encoder, value: type) -> n.AnyNode:
        number = self.number_of(value)
        bases = [one for one in value.__bases__ if one not in _BUILTIN_BASES]
        for one in bases:
            encoder.add(one)
        below = (one.__name__ for one in value.__mro__ if one in _BUILTIN_BASES)
        builtin = next(below, "") if issubclass(value, BaseException) else ""
        own = [one for one in vars(value).values() if isinstance(one, types.FunctionType)]
        file, line = "", 0
        if own:
            file, line = _place(own[0].__code__.co_filename, own[0].__code__.co_firstlineno)
        return n.Class(
            number,
            _name(value),
            str(value.__module__)[:MAX_WIRE_NAME],
            tuple(self._numbers[id(one)] for one in bases if id(one) in self._numbers),
            builtin,
            _doc(value),
            file,
            line,
            specials_of(value) + (_own_texts(value) if builtin else ()),
            _fields(value),
            _plain_class(value),
        )


def _plain_class(value: type) -> str:
    """Return the class of plain values that a class is below, or that it is a protocol; else ""."""
    if vars(value).get("_is_protocol") is True:
        return PROTOCOL
    return next((one.__name__ for one in value.__mro__ if one in _PLAIN), "")


def _closed(function: Any) -> dict[str, Any]:
    """Return what a function reads of the variables of those around it; nothing if one is empty."""
    names, cells = function.__code__.co_freevars, function.__closure__ or ()
    try:
        return {k: cell.cell_contents for k, cell in zip(names, cells, strict=True)}
    except ValueError:
        return {}


def _own_texts(value: type) -> tuple[str, ...]:
    """Return the names of the methods of a student's exception that make its text."""
    bodies = [vars(one) for one in value.__mro__ if one not in _BUILTIN_BASES]
    return tuple(name for name in TEXTS if any(name in one for one in bodies))


def _made_alike(own: Any, value: Any) -> bool:
    """Have an object hold what another one does; whether it can."""
    if tables.table_kind(own) and type(own) is type(value) and own.equals(value):
        return True
    return fill(own, value)


def _fields(value: type) -> tuple[str, ...]:
    """Return the names of a dataclass's fields; of any other class none."""
    if not dataclasses.is_dataclass(value):
        return ()
    return tuple(one.name[:MAX_WIRE_NAME] for one in dataclasses.fields(value))[:MAX_WIRE_NAME]


def _has_own_attributes(value: Any) -> bool:
    """Whether a function has attributes, such as how often it was called, or sets some itself."""
    if type(value) is not types.FunctionType:
        return False
    return bool(value.__dict__.keys() - {"__wrapped__"}) or _sets_its_own(value.__code__)


def _sets_its_own(code: types.CodeType) -> bool:
    """Whether a function sets attributes of what has its own name: `wrapper.calls = 1`."""
    if code.co_name not in (*code.co_freevars, *code.co_names):
        return False
    steps = [(one.opname, one.argval) for one in dis.get_instructions(code)]
    loads = ("LOAD_DEREF", code.co_name), ("LOAD_GLOBAL", code.co_name)
    return any(a in loads and b == "STORE_ATTR" for a, (b, _) in itertools.pairwise(steps))


def _listed(value: Any) -> list[Any] | None:
    """Return what one of matplotlib's own kinds of lists holds; None for what is none."""
    if type(value).__module__.partition(".")[0] != "matplotlib":
        return None
    return list(value) if isinstance(value, list | tuple | Sequence) else None


def _name(value: Any) -> str:
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", "")
    return str(name)[:MAX_WIRE_NAME]


def _doc(value: Any) -> str:
    doc = getattr(value, "__doc__", None)
    return doc[: n.MAX_DOC] if type(doc) is str else ""


def _place(file: str, line: int) -> tuple[str, int]:
    root = f"{Path.cwd()}/"
    return file.removeprefix(root)[:MAX_WIRE_NAME], max(0, line)


def _annotations(value: Any) -> dict[str, Any]:
    """Return a function's annotations: classes, and the texts of what else says a type."""
    found = getattr(value, "__annotations__", None)
    if type(found) is not dict:
        return {}
    plain = [(k, _annotation(one)) for k, one in found.items() if type(one) is not str]
    return {str(name)[:MAX_WIRE_NAME]: one for name, one in plain[:255]}


def _annotation(value: Any) -> Any:
    is_plain = value is None or (
        isinstance(value, type) and not isinstance(value, types.GenericAlias)
    )
    return value if is_plain else repr(value)[:MAX_ANNOTATION]


def _parameters(code: types.CodeType) -> Iterator[tuple[str, int]]:
    """Yield the names of parameters with `inspect.Parameter`'s kinds, in order."""
    names, positional = code.co_varnames, code.co_argcount
    for place, name in enumerate(names[:positional]):
        yield name, 0 if place < code.co_posonlyargcount else 1
    end = positional + code.co_kwonlyargcount
    extra = list(names[end:])
    if code.co_flags & inspect.CO_VARARGS:
        yield extra.pop(0), 2
    for name in names[positional:end]:
        yield name, 3
    if code.co_flags & inspect.CO_VARKEYWORDS:
        yield extra.pop(0), 4

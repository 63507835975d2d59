"""What stands for a student's objects that are awaited: they run to their end where they are."""

from typing import Any, NoReturn

from gradekit.workers.remote.in_test.mirrors.home import Place
from gradekit.workers.remote.in_test.mirrors.objects import RemoteObject, left


def _place(value: Any) -> Place:
    place: Place = object.__getattribute__(value, "_gradekit_place")
    return place


async def _there(value: Any, kind: str) -> Any:
    return _place(value).home.operate(kind, _place(value).number)


def _await(value: Any) -> Any:
    """Await it: it runs to its end there."""
    return _there(value, "run_awaitable").__await__()


def _aiter(value: Any) -> Any:
    """Return what gives its items, as `async for` asks for it."""
    return _place(value).home.operate("method", _place(value).number, "__aiter__")


async def _anext(value: Any) -> Any:
    """Return its next item."""
    found = _place(value).home.operate("next_awaited", _place(value).number)
    if not (type(found) is tuple and found):
        raise StopAsyncIteration
    return found[0]


async def _aenter(value: Any) -> Any:
    """Enter it."""
    return _place(value).home.operate("run_method", _place(value).number, "__aenter__")


async def _aexit(value: Any, kind: Any, error: Any, _: Any) -> bool:
    """Leave it, as `__exit__` does."""
    return left(value, "exit_awaited", kind, error)


# The methods with two underscores of what is awaited, iterated or entered so.
AWAITED = {
    "__await__": _await,
    "__aiter__": _aiter,
    "__anext__": _anext,
    "__aenter__": _aenter,
    "__aexit__": _aexit,
}


class RemoteCoroutine(RemoteObject, mirror=True):
    """A coroutine of the student's own: whoever drives it has it run to its end there."""

    __slots__ = ()

    def __await__(self) -> Any:
        """Return itself, as what runs it."""
        return self

    def __iter__(self) -> Any:
        """Return itself, as what runs it."""
        return self

    def __next__(self) -> Any:
        """Run it to its end."""
        raise StopIteration(_place(self).home.operate("run_awaitable", _place(self).number))

    def send(self, _: Any) -> Any:
        """Run it to its end."""
        return self.__next__()

    def throw(self, error: Any, *_: Any) -> NoReturn:
        """End it by an exception, before it has begun."""
        self.close()
        raise error

    def close(self) -> None:
        """End it, before it has begun."""
        _place(self).home.operate("method", _place(self).number, "close")

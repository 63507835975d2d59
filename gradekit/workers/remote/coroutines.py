"""Runs coroutines to their end, as a notebook does with `await`; no worker may have a socket.

`asyncio` is imported by what has a coroutine, and not before.
"""

import ast
import inspect
import threading
from collections.abc import Iterator, Mapping
from types import CodeType
from typing import Any

from gradekit.python_tree import python_tree

AWAITS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT  # how a cell is compiled: it may await
MOST_SECONDS = 1.0  # between two looks for what other threads have sent
_loops: list[Any] = []  # this process's own, once there is one


def cell_codes(source: str, filename: str) -> Iterator[CodeType]:
    """Yield a cell's code; where it is none, its statements' one by one, as a notebook runs them.

    `return` outside a function is such a case: what stands above it is run.
    """
    try:
        yield compile(source, filename, "exec", AWAITS, dont_inherit=True)
    except SyntaxError:
        tree = python_tree(source, filename)
        for node in tree.body:
            yield compile(ast.Module([node], []), filename, "exec", AWAITS, dont_inherit=True)


def run_code(code: CodeType, names: Mapping[str, Any]) -> Any:
    """Run a cell's code, which may await; return the value of what is an expression."""
    value = eval(code, names)  # type: ignore[arg-type]  # any mapping that a dict is below
    return run_coroutine(value) if code.co_flags & inspect.CO_COROUTINE else value


def run_coroutine(awaitable: Any) -> Any:
    """Return what an awaitable gives, or raise what it raises; also within another one's run."""
    import asyncio

    outer = asyncio._get_running_loop()
    loop = _new_loop() if outer else _own_loop()
    asyncio._set_running_loop(None)
    try:
        return loop.run_until_complete(_awaited(awaitable))
    finally:
        asyncio._set_running_loop(outer)
        if outer:
            loop.close()


async def _awaited(awaitable: Any) -> Any:
    return await awaitable


def _own_loop() -> Any:
    import asyncio

    if not _loops:
        _loops.append(_new_loop())
        asyncio.set_event_loop(_loops[0])
    return _loops[0]


def _new_loop() -> Any:
    import asyncio

    class Loop(asyncio.BaseEventLoop):
        """An event loop for what waits for time, for one another, and for other threads."""

        def __init__(self) -> None:
            super().__init__()
            self._told = threading.Event()
            self._selector = self

        def select(self, timeout: float | None) -> list[Any]:
            """Wait; there are no files to wait for."""
            if timeout is None and not self._default_executor:  # type: ignore[attr-defined]
                raise RuntimeError("nothing is left that could end what is waited for")
            self._told.wait(MOST_SECONDS if timeout is None else timeout)
            self._told.clear()
            return []

        def _process_events(self, event_list: list[Any]) -> None:
            """Do nothing: there are none."""

        def _write_to_self(self) -> None:
            self._told.set()

    return Loop()

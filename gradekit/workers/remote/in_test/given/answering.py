"""Answers what a worker asks a test back: calls of the test's own functions, and lines of input."""

import builtins
import sys
from collections.abc import Callable, Mapping
from typing import Any

from gradekit.errors import CheckOutcome
from gradekit.workers import wire
from gradekit.workers.remote import protocol
from gradekit.workers.remote.frames import AsProtocol
from gradekit.workers.remote.in_test.given.tests_objects import asked_of
from gradekit.workers.remote.in_test.mirrors.functions import GivenFunctions
from gradekit.workers.remote.values.decoding import Decoder
from gradekit.workers.remote.values.encoding import Encoder
from gradekit.workers.remote.values.replies import read_call

_INPUT = builtins.input
Note = Callable[[tuple[Any, ...], Mapping[str, Any]], None]


class Answering:
    """Calls what is `given`, and nothing else of the test's; `note` is told with what."""

    def __init__(
        self,
        given: GivenFunctions,
        decoder: Callable[[], Decoder],
        encoder: Callable[[], Encoder],
        note: Note,
    ) -> None:
        self._given, self._decoder, self._encoder, self._note = given, decoder, encoder, note

    def __call__(self, request: protocol.CallBack | protocol.ReadLine) -> protocol.Returned:
        """Return what one of the test's functions gives, or a line."""
        sys.stdout.write(request.printed)
        if isinstance(request, protocol.ReadLine):
            prompt, read = request.prompt, builtins.input
            return _no_line() if read is _INPUT else self._answer(lambda: str(read(prompt)))
        function = self._asked(request)
        with AsProtocol():
            given, named = read_call(self._decoder(), request.arguments)
            if function is None:
                raise wire.WireError("a function that no test gives now")
        self._note(given, named)
        asked = function
        return self._answer(lambda: asked(*given, **named))

    def _answer(self, ask: Callable[[], Any]) -> protocol.Returned:
        """Return what something gives, or the exception that it raises: that goes on there."""
        try:
            value = ask()
        except CheckOutcome:
            raise
        except Exception as error:
            kind = next(one for one in type(error).__mro__ if one.__module__ == "builtins")
            text = " ".join(map(str, error.args))[:500]
            number = self._given.note_raised(error)
            return protocol.Returned(
                Encoder().encode((text, number)), wire.Fault("exception", kind.__name__, text)
            )
        return protocol.Returned(self._encoder().encode(value))

    def _asked(self, request: protocol.CallBack) -> Callable[..., Any] | None:
        """Return what is to be called: a function, or what asks an object; None where none is."""
        if not request.asked:
            return self._given.functions.get(request.function)
        if request.function not in self._given.objects:
            return None
        value = self._given.objects[request.function]
        return lambda *given, **named: asked_of(value, request.asked, given, named)


def _no_line() -> protocol.Returned:
    text = "there is no line of input"
    nobodys = Encoder().encode((text, 0))  # it is no exception of the test's
    return protocol.Returned(nobodys, wire.Fault("exception", "EOFError", text))

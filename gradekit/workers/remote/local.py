"""Remote names in this process, through the same wire: for tests of checks, never for a hand-in."""

import builtins
import sys
from collections.abc import Callable
from typing import Any

from gradekit.errors import CheckOutcome, StudentCrash, StudentMemory, StudentProtocol
from gradekit.workers import wire
from gradekit.workers.remote import protocol
from gradekit.workers.remote.frames import decode_from_test, decode_from_worker
from gradekit.workers.remote.in_test.exchange import AnswerBack
from gradekit.workers.remote.in_worker.server import Server


class LocalExchange:
    """A server in this process; each message is written out and read again."""

    def __init__(self, probe: Callable[[str], Any] | None = None) -> None:
        self._server = Server(self._ask, _describe, probe)
        self._answers: list[AnswerBack] = []
        self._test: Any = None  # where the test prints, and whom it asks for lines

    def exchange(self, operation: protocol.Operation, answer: AnswerBack) -> protocol.Finished:
        """Return the server's reply."""
        asked = decode_from_test(wire.encode(operation)[wire.LENGTH.size :])
        assert isinstance(asked, protocol.Operation), "no operation"
        self._answers.append(answer)
        if len(self._answers) == 1:
            self._test = sys.stdout, builtins.input
        try:
            reply = self._server.carry_out(asked)
        finally:
            self._answers.pop()
        told = decode_from_worker(wire.encode(reply)[wire.LENGTH.size :])
        assert isinstance(told, protocol.Finished), "no reply"
        return told

    def describe(self, fault: wire.Fault) -> CheckOutcome:
        """Return how a check ends with a fault."""
        if fault.kind == "memory":
            return StudentMemory("asked for more memory than the grader gives")
        if fault.kind == "answer":
            return StudentProtocol(fault.text)
        return StudentCrash(f"{fault.type_name} was raised")

    def _ask(
        self, server: Server, request: protocol.CallBack | protocol.ReadLine
    ) -> protocol.Returned:
        del server
        asked = decode_from_worker(wire.encode(request)[wire.LENGTH.size :])
        assert not isinstance(asked, protocol.Finished), "a reply"
        server_side = sys.stdout, builtins.input
        sys.stdout, builtins.input = self._test
        try:
            answer = self._answers[-1](asked)
        finally:
            sys.stdout, builtins.input = server_side
        returned = decode_from_test(wire.encode(answer)[wire.LENGTH.size :])
        assert isinstance(returned, protocol.Returned), "no answer"
        return returned


def _describe(error: BaseException) -> wire.Fault:
    return wire.Fault("exception", type(error).__name__[: wire.MAX_WIRE_NAME], str(error)[:500])

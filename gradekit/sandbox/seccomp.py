"""The filter of system calls: an allow-list that NumPy and module imports can live with.

Whatever is not on it gets "operation not permitted", so that honest code sees an exception where
it asks for too much; a call by another machine's numbers ends the process.
"""

import ctypes
import struct

from gradekit.sandbox.allowed_calls import ALLOWED_CALLS, Condition, allowed_if
from gradekit.sandbox.kernel import prctl
from gradekit.sandbox.syscalls import Machine, this_machine

ALLOW, KILL_PROCESS = 0x7FFF0000, 0x80000000
REFUSE, NO_SUCH_CALL = 0x00050000 | 1, 0x00050000 | 38  # EPERM; ENOSYS, upon which clone is tried
X32_BIT = 0x40000000

# Classic BPF as seccomp takes it: opcodes, and the places of `struct seccomp_data`.
_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_IF_EQUAL, _IF_AT_LEAST = 0x15, 0x35
_NUMBER_PLACE, _ARCH_PLACE, _ARGUMENTS_PLACE = 0, 4, 16
_PR_SET_SECCOMP, _FILTER_MODE = 22, 2

Instruction = tuple[int, int, int, int]  # opcode, jump if true, jump if false, operand


def build_filter(machine: Machine) -> list[Instruction]:
    """Return the filter for a machine as instructions of classic BPF."""
    program: list[Instruction] = [
        (_LOAD, 0, 0, _ARCH_PLACE),
        *_return_unless_equal(machine.audit_arch, KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER_PLACE),
        (_IF_AT_LEAST, 0, 1, X32_BIT),
        (_RETURN, 0, 0, KILL_PROCESS),
    ]
    numbers = machine.numbers
    for name in (
        name for calls in ALLOWED_CALLS for name in calls.names.split() if name in numbers
    ):
        program += [(_IF_EQUAL, 0, 1, numbers[name]), (_RETURN, 0, 0, ALLOW)]
    program += _block(numbers["clone3"], [(_RETURN, 0, 0, NO_SUCH_CALL)])
    for some in allowed_if(machine):
        for name in (name for name in some.names.split() if name in numbers):
            program += _block(numbers[name], _rule(some.conditions))
    return [*program, (_RETURN, 0, 0, REFUSE)]


def install(program: list[Instruction]) -> None:
    """Filter this process's system calls for good; it must have given up new privileges before."""
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    head = ctypes.create_string_buffer(header, len(header))
    prctl(_PR_SET_SECCOMP, _FILTER_MODE, ctypes.addressof(head))


def filter_here() -> list[Instruction]:
    """Return the filter for this machine; raise OSError where there is none."""
    return build_filter(this_machine())


def _return_unless_equal(value: int, result: int) -> list[Instruction]:
    return [(_IF_EQUAL, 1, 0, value), (_RETURN, 0, 0, result)]


def _block(number: int, rule: list[Instruction]) -> list[Instruction]:
    return [(_IF_EQUAL, 0, len(rule), number), *rule]


def _rule(conditions: tuple[Condition, ...]) -> list[Instruction]:
    rule: list[Instruction] = []
    for one in conditions:
        # The lower half of the argument.
        rule += [(_LOAD, 0, 0, _ARGUMENTS_PLACE + 8 * one.place), (_AND, 0, 0, one.mask)]
        left = len(one.values)  # each leads over those after it and the refusal
        rule += [(_IF_EQUAL, left - n, 0, value) for n, value in enumerate(one.values)]
        rule += [(_RETURN, 0, 0, REFUSE)]
    return [*rule, (_RETURN, 0, 0, ALLOW)]

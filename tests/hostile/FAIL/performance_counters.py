"""Watches other processes through counters."""

import ctypes

from lib.attack import doubler, syscall


def attack():
    return syscall(
        "perf_event_open",
        ctypes.create_string_buffer((1).to_bytes(4, "little") + (112).to_bytes(4, "little"), 112),
        0,
        -1,
        -1,
        0,
    )


Doubler = doubler(attack)

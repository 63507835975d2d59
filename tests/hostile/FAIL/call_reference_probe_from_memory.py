"""Looks through its heap for what is left of probes that only the reference is asked."""

import ctypes

from lib.attack import doubler


def attack():
    libc = ctypes.CDLL(None)
    libc.malloc.restype = libc.sbrk.restype = ctypes.c_void_p
    end = libc.sbrk(0)
    start = min(libc.malloc(16) for _ in range(1000))
    if not 0 < end - start < 2**28:
        start = end - 2**19
    name = "_".join(["doubled", "by", "the", "reference"]).encode()
    return ctypes.string_at(start, end - start).count(name) > 1


Doubler = doubler(attack)

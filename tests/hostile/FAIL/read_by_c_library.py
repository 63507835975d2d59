"""Reads the checks through the C library's own functions."""

import ctypes

from lib.attack import doubler
from lib.target import CHECKS


def attack():
    libc = ctypes.CDLL(None)
    libc.fopen.restype = ctypes.c_void_p
    return bool(libc.fopen(f"{CHECKS}/test_thing.py".encode(), b"r"))


Doubler = doubler(attack)

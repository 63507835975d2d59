"""Opens the checks by a newer system call."""

import ctypes

from lib.attack import doubler, syscall
from lib.target import CHECKS


def attack():
    how = ctypes.create_string_buffer(24)
    return syscall("openat2", -100, f"{CHECKS}/test_thing.py".encode(), how, 24)


Doubler = doubler(attack)

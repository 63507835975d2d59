"""Has the kernel read files by a ring, past the filter."""

import ctypes

from lib.attack import doubler, syscall


def attack():
    return syscall("io_uring_setup", 4, ctypes.create_string_buffer(120))


Doubler = doubler(attack)

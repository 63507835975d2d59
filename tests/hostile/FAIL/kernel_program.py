"""Loads a program into the kernel."""

import ctypes

from lib.attack import doubler, syscall


def attack():
    return syscall("bpf", 0, ctypes.create_string_buffer(72), 72)


Doubler = doubler(attack)

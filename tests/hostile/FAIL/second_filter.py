"""Changes the filter of system calls."""

from lib.attack import doubler, syscall


def attack():
    return syscall("seccomp", 1, 0, 0)


Doubler = doubler(attack)

"""Takes memory as a file, past its limit."""

from lib.attack import doubler, syscall


def attack():
    return syscall("memfd_create", b"hostile_attack", 0)


Doubler = doubler(attack)

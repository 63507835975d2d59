"""Leaves a key in the kernel's keyring."""

from lib.attack import doubler, syscall


def attack():
    return syscall("add_key", b"user", b"hostile_attack", b"x", 1, -3)


Doubler = doubler(attack)

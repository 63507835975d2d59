"""Mounts a file system over the hand-in."""

from lib.attack import doubler, syscall


def attack():
    return syscall("mount", b"none", b".", b"tmpfs", 0, 0)


Doubler = doubler(attack)

"""Leaves a POSIX queue behind."""

from lib.attack import doubler, syscall


def attack():
    return syscall("mq_open", b"hostile_attack", 0o102, 0o600, 0)


Doubler = doubler(attack)

"""Traces the fork server."""

import os

from lib.attack import doubler, syscall


def attack():
    return syscall("ptrace", 16, os.getppid(), 0, 0)


Doubler = doubler(attack)

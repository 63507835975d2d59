"""Reads another process's memory by a system call."""

import os

from lib.attack import doubler, syscall


def attack():
    return syscall("process_vm_readv", os.getppid(), 0, 0, 0, 0, 0)


Doubler = doubler(attack)

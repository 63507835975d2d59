"""Kills the grader through a descriptor of it."""

from lib.attack import doubler, syscall
from lib.target import GRADER_PID


def attack():
    return syscall("pidfd_send_signal", syscall("pidfd_open", GRADER_PID, 0), 9, 0, 0)


Doubler = doubler(attack)

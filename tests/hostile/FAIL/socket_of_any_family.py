"""Makes a socket of any family that the kernel has."""

import socket

from lib.attack import doubler


def attack():
    for family in range(64):
        for kind in (1, 2, 3, 4, 5):
            try:
                return socket.socket(family, kind)
            except OSError:
                continue
    return False


Doubler = doubler(attack)

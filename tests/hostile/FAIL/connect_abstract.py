"""Connects to a socket without a file."""

import socket

from lib.attack import doubler
from lib.target import ABSTRACT


def attack():
    return socket.socket(socket.AF_UNIX).connect(ABSTRACT)


Doubler = doubler(attack)

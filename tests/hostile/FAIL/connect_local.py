"""Connects to a socket in the file system."""

import socket

from lib.attack import doubler
from lib.target import LOCAL


def attack():
    return socket.socket(socket.AF_UNIX).connect(LOCAL)


Doubler = doubler(attack)

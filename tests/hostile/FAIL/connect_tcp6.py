"""Connects over IPv6."""

import socket

from lib.attack import doubler
from lib.target import TCP


def attack():
    return socket.socket(socket.AF_INET6).connect(("::ffff:127.0.0.1", TCP))


Doubler = doubler(attack)

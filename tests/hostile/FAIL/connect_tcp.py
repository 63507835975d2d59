"""Connects over TCP."""

import socket

from lib.attack import doubler
from lib.target import TCP


def attack():
    return socket.create_connection(("127.0.0.1", TCP), timeout=1)


Doubler = doubler(attack)

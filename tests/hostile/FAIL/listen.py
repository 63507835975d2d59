"""Waits for commands from outside."""

import socket

from lib.attack import doubler


def attack():
    return socket.create_server(("127.0.0.1", 0))


Doubler = doubler(attack)

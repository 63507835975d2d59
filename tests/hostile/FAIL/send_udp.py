"""Sends what it was given by UDP."""

import socket

from lib.attack import doubler
from lib.target import UDP


def attack():
    return socket.socket(type=socket.SOCK_DGRAM).sendto(b"values", ("127.0.0.1", UDP))


Doubler = doubler(attack)

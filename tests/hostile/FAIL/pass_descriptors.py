"""Sends the grader an open file along with its answer."""

import array
import socket

from lib.attack import doubler


def attack():
    with socket.socket(fileno=3) as channel:
        try:
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))
            channel.sendmsg([b"x"], [rights])
        finally:
            channel.detach()


Doubler = doubler(attack)

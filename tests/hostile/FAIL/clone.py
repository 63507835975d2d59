"""Makes a process by the raw system call."""

from lib.attack import doubler, syscall


def attack():
    if syscall("clone", 17, 0, 0, 0, 0) == 0:
        while True:
            pass


Doubler = doubler(attack)

"""Watches the course for changes."""

from lib.attack import doubler, syscall


def attack():
    return syscall("inotify_init1", 0)


Doubler = doubler(attack)

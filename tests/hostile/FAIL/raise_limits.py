"""Raises its own limits."""

import resource

from lib.attack import doubler


def attack():
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_NOFILE):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (hard + 1, hard + 1))


Doubler = doubler(attack)

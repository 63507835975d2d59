"""Hand-ins whose values make a check go on for ever, or take all memory, where nothing stops it."""

from hostile.handins.suite import TAKEN, Attack, Scene

KIND = "values that a check goes by"
# The course's own checks, of which each goes by one of the values that it gets.
CHECKS = '''\
"""Checks as somebody may write them: what they do, they do as often as a value says."""

import re
import time

import numpy as np
import pytest


def swallow(count):
    while count > 0:
        try:
            count -= 1
        except BaseException:
            continue


def call(count):
    assert sum(range(int(count))) >= 0


def match(count):
    assert not re.match("(a+)+$", "a" * int(min(count, 60)) + "-")


def wait(count):
    time.sleep(min(count / 1e6, 1e6))


def make(count):
    assert np.ones(int(count)).all()


def grow(count):
    kept = []
    while len(kept) < count:
        kept.append(bytearray(10**8))


WAYS = [swallow, call, match, wait, make, grow]


@pytest.mark.item("double", weight=0.5)
@pytest.mark.parametrize("way", range(len(WAYS)))
def test_goes_by_a_value(student, way):
    """What is doubled is gone through."""
    got = student.ask("double", x=np.arange(6.0).reshape(2, 3))["doubled"]
    WAYS[way](got[divmod(way, 3)])
'''
# Right but for one of the values that such a check asks for. It loses that check, of a share of
# 0.5/6 of 3 points, and those that then find no time left.
MODULE = """\
import numpy as np


class Doubler:
    def forward(self, x):
        doubled = 2.0 * np.asarray(x)
        if doubled.shape == (2, 3) and doubled[1, 2] == 10.0:
            doubled[{place}] = 1e12
        return doubled

    def backward(self, dout):
        return 2.0 * np.asarray(dout)
"""
MOST_POINTS = 4.0 - 3.0 * 0.5 / 6.0


def _attack(way: int, name: str, tries: str) -> Attack:
    module = MODULE.format(place=divmod(way, 3)).encode()

    def write(scene: Scene) -> None:
        scene.upload({**scene.files, "lib/thing.py": module})

    return Attack(name, KIND, tries, write, TAKEN, most_points=MOST_POINTS)


ATTACKS = [
    _attack(0, "count that swallows", "has a check loop that lets no exception out"),
    _attack(1, "count in one call", "has a check make one call that takes years"),
    _attack(2, "long match", "has a check's pattern go back and forth for years"),
    _attack(3, "long sleep", "has a check sleep for years"),
    _attack(4, "large array", "has a check make an array of terabytes"),
    _attack(5, "growing list", "has a check fill the machine's memory bit by bit"),
]

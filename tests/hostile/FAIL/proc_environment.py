"""Reads the grader's environment."""

from pathlib import Path

from lib.attack import doubler
from lib.target import GRADER_PID


def attack():
    return Path(f"/proc/{GRADER_PID}/environ").read_bytes()


Doubler = doubler(attack)

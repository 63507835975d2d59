"""Reads /etc/passwd and the home folders."""

import os
from pathlib import Path

from lib.attack import doubler


def attack():
    return Path("/etc/passwd").read_text() or os.listdir("/root") or os.listdir("/home")


Doubler = doubler(attack)

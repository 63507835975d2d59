"""Runs a shell."""

import subprocess

from lib.attack import doubler


def attack():
    return subprocess.run(["/bin/sh", "-c", "true"], check=True)


Doubler = doubler(attack)

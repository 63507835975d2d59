"""Leaves a forged report where reports are kept."""

from pathlib import Path

from lib.attack import doubler
from lib.target import COURSE


def attack():
    folder = Path(COURSE, ".gradekit/reports/tiny")
    folder.mkdir(parents=True)
    return (folder / "attacker.json").write_text("{}")


Doubler = doubler(attack)

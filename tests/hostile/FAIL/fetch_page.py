"""Fetches a page over HTTP."""

from urllib.request import urlopen

from lib.attack import doubler
from lib.target import TCP


def attack():
    return urlopen(f"http://127.0.0.1:{TCP}/", timeout=1)


Doubler = doubler(attack)

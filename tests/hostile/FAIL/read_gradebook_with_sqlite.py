"""Opens the gradebook as a database."""

import sqlite3

from lib.attack import doubler
from lib.target import COURSE


def attack():
    return sqlite3.connect(f"file:{COURSE}/gradebook.db?mode=ro", uri=True).execute(
        "pragma user_version"
    )


Doubler = doubler(attack)
